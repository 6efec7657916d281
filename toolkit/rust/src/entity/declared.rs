//! What attributes cannot say, as the module that `Service::declare` takes. No I/O here.
//!
//! It is the plan from what the attributes say to what is there: whatever the plan makes is declared.

use toolkit_schema::Result;

use super::{
    EntityOptions,
    attribute::quoted,
    said::{Draft, Said},
};
use crate::{
    catalog::{Definition, DefinitionKind, GeneratedKind, Table},
    code::{Code, Link},
    diff::diff,
    identifier::{quote_identifier, quote_literal},
    layout::{Place, write},
    plan::{Action, DefinitionAction, plan},
    sql,
};

/// Clippy's `too_many_lines`.
const MOST_LINES: usize = 90;

/// The module, or nothing where attributes say all.
pub(super) fn declared(said: &Said<'_>, options: &EntityOptions) -> Result<Option<String>> {
    let plan = plan(&diff(&said.by_attributes(), said.catalog, &[])?)?;
    let names = sql::Names::within(&options.schema);
    let mut calls = of_database(said);
    calls.extend(said.drafts.iter().flat_map(of_table));
    calls.extend((plan.steps.iter()).filter_map(|step| call(&step.action, &names, options)));
    if calls.is_empty() {
        return Ok(None);
    }
    let body: String = calls.iter().map(line).collect();
    let allow = if body.lines().count() > MOST_LINES {
        "#[allow(clippy::too_many_lines, reason = \"a call for each object\")]\n"
    } else {
        ""
    };
    let schema = quoted(&options.schema);
    Ok(Some(format!(
        "//! What the schema {schema} holds beside what its entities say.\n\n\
         use toolkit_runtime::Declarations;\n\n{allow}\
         pub(crate) fn declare(declared: &mut Declarations) {{\n{body}}}\n"
    )))
}

fn line(call: &Code) -> String {
    format!("    {};\n", write(call, Place::line(4, 1)))
}

/// `declared.name(…)`.
fn declare(name: &'static str, arguments: Vec<Code>) -> Code {
    Code::raw("declared").link(Link::Method(name, arguments))
}

fn of_database(said: &Said<'_>) -> Vec<Code> {
    let definitions = said.catalog.definitions.values();
    definitions
        .filter(|it| it.kind == DefinitionKind::Extension)
        .map(|it| declare("extension", vec![Code::text(&it.name.name)]))
        .collect()
}

/// What belongs into the statement that makes the table.
fn of_table(draft: &Draft<'_>) -> Vec<Code> {
    let Table {
        name,
        partitioning,
        columns,
        ..
    } = draft.table;
    let mut calls = Vec::new();
    if let Some(partitioning) = partitioning {
        let arguments = vec![Code::text(&name.name), Code::Sql(partitioning.key.clone())];
        calls.push(declare("partition_by", arguments));
    }
    for column in columns {
        if let Some(generated) = &column.generated
            && generated.kind == GeneratedKind::Stored
        {
            let arguments = vec![
                Code::text(&name.name),
                Code::text(&column.name),
                Code::Sql(generated.expression.sql.clone()),
            ];
            calls.push(declare("generated", arguments));
        }
    }
    calls
}

fn call(action: &Action, names: &sql::Names, options: &EntityOptions) -> Option<Code> {
    if *action == Action::SkipBodyChecks {
        return None;
    }
    let statement = sql::statement(action, names);
    let special = special(action, &statement, options);
    Some(special.unwrap_or_else(|| {
        let what = what(action, &statement);
        declare("sql", vec![Code::Text(what), sql(&statement)])
    }))
}

/// SQL in the lines that it has, or broken where it has one.
fn sql(text: &str) -> Code {
    if text.contains('\n') {
        Code::SqlLines(text.to_owned())
    } else {
        Code::Sql(text.to_owned())
    }
}

/// The calls that say their statements shorter, or better.
fn special(action: &Action, statement: &str, options: &EntityOptions) -> Option<Code> {
    let text = |text: &str| Code::text(text);
    let quoted = |name: &str| quote_identifier(name).into_owned();
    if let Action::AddConstraint { table, constraint } = action {
        let (of, name) = (quoted(&table.name), quoted(&constraint.name));
        let start = format!("ALTER TABLE {of} ADD CONSTRAINT {name} CHECK (");
        let expression = statement.strip_prefix(&start)?.strip_suffix(')')?;
        let arguments = vec![text(&table.name), text(&constraint.name), sql(expression)];
        return Some(declare("check", arguments));
    }
    if let Action::CreateIndex { .. } = action {
        return Some(declare("index_sql", vec![sql(statement)]));
    }
    if let Action::Comment {
        target: _,
        comment: Some(comment),
    } = action
    {
        let end = format!(" IS {}", quote_literal(comment));
        let on = statement.strip_prefix("COMMENT ON ")?.strip_suffix(&end)?;
        return Some(declare("comment", vec![text(on), text(comment)]));
    }
    if let Action::CreateTable(new) = action {
        let (of, name) = (new.table.partition_of.as_ref()?, &new.table.name.name);
        let parent = &of.parent.name;
        let (quoted_name, quoted_parent) = (quoted(name), quoted(parent));
        let start = format!("CREATE TABLE {quoted_name} PARTITION OF {quoted_parent} ");
        let bounds = statement.strip_prefix(&start)?;
        let arguments = vec![text(parent), text(name), sql(bounds)];
        return Some(declare("partition", arguments));
    }
    if let Action::Domain { name, change: _ } = action {
        let start = format!("CREATE DOMAIN {} AS ", quoted(&name.name));
        let definition = statement.strip_prefix(&start)?;
        return Some(declare("domain", vec![text(&name.name), sql(definition)]));
    }
    if let Action::Table { table, change: _ } = action {
        let start = format!("ALTER TABLE {} ", quoted(&table.name));
        let method = match statement.strip_prefix(&start)? {
            "ENABLE ROW LEVEL SECURITY" => "row_level_security",
            "FORCE ROW LEVEL SECURITY" => "force_row_level_security",
            _ => return None,
        };
        return Some(declare(method, vec![text(&table.name)]));
    }
    let Action::Definition(definition) = action else {
        return None;
    };
    let DefinitionAction::Create(definition) = definition.as_ref() else {
        return None;
    };
    of_definition(definition, statement, options)
}

fn of_definition(
    definition: &Definition,
    statement: &str,
    options: &EntityOptions,
) -> Option<Code> {
    let text = |text: &str| Code::text(text);
    let name = &definition.name.name;
    if definition.name.schema != options.schema {
        return None;
    }
    let start = format!("CREATE {} {}", definition.keywords, quote_identifier(name));
    let rest = statement.strip_prefix(&start)?;
    let view = |method| {
        let query = rest.trim_start().strip_prefix("AS")?.trim_start();
        Some(declare(method, vec![text(name), sql(query)]))
    };
    let routine = |method| {
        let (arguments, body) = rest.split_at(parenthesis(rest)?);
        let signature = format!("{name}{arguments}");
        // The name ends where the arguments begin.
        let is_plain = !name.contains('(');
        is_plain.then(|| declare(method, vec![text(&signature), sql(body.trim_start())]))
    };
    let owner = definition.owner.as_ref().map(|it| it.name.as_str());
    match definition.kind {
        DefinitionKind::View => view("view_sql"),
        DefinitionKind::MaterializedView => view("materialized_view_sql"),
        DefinitionKind::Function => routine("function"),
        DefinitionKind::Procedure => routine("procedure"),
        DefinitionKind::Aggregate => routine("aggregate"),
        DefinitionKind::Policy => {
            let on = format!(" ON {} ", quote_identifier(owner?));
            let arguments = vec![text(owner?), text(name), sql(rest.strip_prefix(&on)?)];
            Some(declare("policy", arguments))
        }
        DefinitionKind::Trigger if definition.keywords == "TRIGGER" => {
            let on = format!(" ON {} ", quote_identifier(owner?));
            let (event, action) = rest.trim_start().split_once(&on)?;
            let arguments = vec![text(owner?), text(name), sql(event), sql(action)];
            Some(declare("trigger", arguments))
        }
        DefinitionKind::Trigger
        | DefinitionKind::Extension
        | DefinitionKind::ForeignDataWrapper
        | DefinitionKind::Server
        | DefinitionKind::UserMapping
        | DefinitionKind::Collation
        | DefinitionKind::TextSearchDictionary
        | DefinitionKind::TextSearchConfiguration
        | DefinitionKind::RangeType
        | DefinitionKind::Conversion
        | DefinitionKind::Cast
        | DefinitionKind::Operator
        | DefinitionKind::ForeignTable
        | DefinitionKind::Statistics
        | DefinitionKind::Rule
        | DefinitionKind::Publication
        | DefinitionKind::PublicationTable
        | DefinitionKind::PublicationSchema
        | DefinitionKind::EventTrigger => None,
    }
}

/// Where the parenthesis that `text` begins with is closed.
fn parenthesis(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (place, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 1 => return Some(place + 1),
            (None, ')') => depth = depth.checked_sub(1)?,
            (None, _) if depth == 0 => return None,
            (Some(_) | None, _) => {}
        }
    }
    None
}

/// What messages call the statement.
fn what(action: &Action, statement: &str) -> String {
    if let Action::AddConstraint { table, constraint } = action {
        return format!("constraint {} of {}", constraint.name, table.name);
    }
    if let Action::Definition(definition) = action {
        let (DefinitionAction::Create(it)
        | DefinitionAction::Replace(it)
        | DefinitionAction::Drop(it)
        | DefinitionAction::Set { definition: it, .. }) = definition.as_ref();
        return format!("{} {}", it.kind, it.called());
    }
    let words = statement.split_whitespace();
    let words: Vec<&str> = words
        .take_while(|word| !word.starts_with('('))
        .take(3)
        .collect();
    let words = words.join(" ");
    let name = words.strip_prefix("CREATE ").unwrap_or(&words);
    let name = name.strip_prefix("ALTER ").unwrap_or(name);
    name.split_once(' ').map_or_else(
        || name.to_lowercase(),
        |(kind, name)| format!("{} {name}", kind.to_lowercase()),
    )
}
