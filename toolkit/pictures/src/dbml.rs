//! DBML, which dbdiagram.io and others draw: <https://dbml.dbdiagram.io/docs/>.

use toolkit_text::harmless;

use crate::model::{Column, Constraint, Demand, Enum, Index, Picture, Reference, Source, Table};

/// All tables and enum types of `pictures`, partitions aside, with their `references`.
pub fn document(pictures: &[Picture], references: &[Reference]) -> String {
    let mut blocks = Vec::new();
    for picture in pictures {
        let enums = picture.enums.iter();
        blocks.extend(enums.filter_map(|it| enumeration(&picture.schema, it)));
        let tables = picture.tables.iter().filter(|it| it.is_whole());
        blocks.extend(tables.map(|it| table(picture, it)));
    }
    let known = |schema: &str, name: &str| {
        let mut pictures = pictures.iter().filter(|it| it.schema == schema);
        pictures.any(|it| it.table(name).is_some_and(Table::is_whole))
    };
    let drawn = references.iter().filter(|it| {
        let (from, to) = (&it.from, &it.to);
        // DBML has no lines that are only guessed.
        !it.is_by_naming() && known(&from.schema, &from.table) && known(&to.schema, &to.table)
    });
    let mut seen = std::collections::BTreeSet::new();
    // It refuses two between the same columns.
    let drawn = drawn.filter(|it| seen.insert((&it.from, &it.to)));
    blocks.extend(drawn.map(|it| reference(pictures, it)));
    blocks.join("\n")
}

/// A type without values cannot be said.
fn enumeration(schema: &str, it: &Enum) -> Option<String> {
    if it.values.is_empty() {
        return None;
    }
    let values = it.values.iter();
    let values: Vec<String> = values.map(|value| format!("  {}", name(value))).collect();
    let (schema, called) = (name(schema), name(&it.name));
    Some(format!(
        "Enum {schema}.{called} {{\n{}\n}}\n",
        values.join("\n")
    ))
}

fn table(picture: &Picture, table: &Table) -> String {
    let mut lines: Vec<String> = (table.columns.iter())
        .map(|it| column(picture, table, it))
        .collect();
    // A table without columns cannot be said either.
    if lines.is_empty() {
        lines.push("  \" \" none".to_owned());
    }
    lines.extend(keys(table));
    lines.extend((table.comment.as_ref()).map(|it| format!("  Note: {}", text(it))));
    format!(
        "Table {}.{} {{\n{}\n}}\n",
        name(&picture.schema),
        name(&table.name),
        lines.join("\n")
    )
}

fn column(picture: &Picture, table: &Table, column: &Column) -> String {
    let Column {
        name: called,
        data_type,
        nullable,
        default,
        identity,
        generated,
        primary_key,
        comment,
    } = column;
    let is_key = *primary_key && table.primary_key().is_some_and(|it| it.len() == 1);
    let unique = !is_key
        && (table.constraints.iter())
            .any(|it| it.kind == Demand::Unique && it.columns == [called.clone()]);
    let mut settings = Vec::new();
    settings.extend(is_key.then(|| "pk".to_owned()));
    settings.extend(unique.then(|| "unique".to_owned()));
    settings.extend((!nullable && !is_key).then(|| "not null".to_owned()));
    settings.extend(identity.map(|_| "increment".to_owned()));
    settings.extend(default.as_ref().map(|it| format!("default: {}", code(it))));
    let generated = generated.as_ref().map(|it| format!("generated as {it}"));
    let notes: Vec<&str> = (comment.iter().chain(&generated))
        .map(String::as_str)
        .collect();
    if !notes.is_empty() {
        settings.push(format!("note: {}", text(&notes.join("\n"))));
    }
    let settings = if settings.is_empty() {
        String::new()
    } else {
        format!(" [{}]", settings.join(", "))
    };
    // What is no single word is quoted, and so is a type of the schema, with it where it is an enum.
    let data_type = match picture.enums.iter().find(|it| it.name == *data_type) {
        Some(it) => format!("{}.{}", name(&picture.schema), name(&it.name)),
        None => name(data_type),
    };
    format!("  {} {data_type}{settings}", name(called))
}

/// Keys over several columns, and indexes.
fn keys(table: &Table) -> Vec<String> {
    let constraints = table.constraints.iter().filter_map(|it| {
        let Constraint { kind, columns, .. } = it;
        let setting = match kind {
            Demand::PrimaryKey if columns.len() > 1 => "pk".to_owned(),
            Demand::Unique if columns.len() > 1 => {
                format!("unique, name: {}", text(&it.name))
            }
            Demand::PrimaryKey
            | Demand::Unique
            | Demand::ForeignKey
            | Demand::Check
            | Demand::Exclusion => return None,
        };
        Some(format!("    {} [{setting}]", terms(table, columns)))
    });
    let indexes = table.indexes.iter().map(|it| {
        let Index {
            name, unique, keys, ..
        } = it;
        let unique = if *unique && !it.partial {
            "unique, "
        } else {
            ""
        };
        format!("    {} [{unique}name: {}]", terms(table, keys), text(name))
    });
    let all: Vec<String> = constraints.chain(indexes).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let begin = "  indexes {".to_owned();
    [vec![begin], all, vec!["  }".to_owned()]].concat()
}

fn terms(table: &Table, keys: &[String]) -> String {
    let terms = keys.iter().map(|key| match table.column(key) {
        Some(column) => name(&column.name),
        None => code(key),
    });
    format!("({})", terms.collect::<Vec<_>>().join(", "))
}

fn reference(pictures: &[Picture], reference: &Reference) -> String {
    let Reference {
        from,
        to,
        by,
        optional: _,
        unique,
    } = reference;
    let end = |schema: &str, table: &str, columns: &[String]| {
        let columns: Vec<String> = columns.iter().map(|it| name(it)).collect();
        format!("{}.{}.({})", name(schema), name(table), columns.join(", "))
    };
    let called = match by {
        Source::ForeignKey(called) => format!(" {}", name(called)),
        Source::Naming => String::new(),
    };
    let sign = if *unique { "-" } else { ">" };
    let key = pictures
        .iter()
        .filter(|it| it.schema == from.schema)
        .find_map(|it| {
            let constraints = &it.table(&from.table)?.constraints;
            let is_it =
                |it: &&Constraint| matches!(by, Source::ForeignKey(called) if it.name == *called);
            constraints.iter().find(is_it)?.references.as_ref()
        });
    let actions = key.map_or_else(String::new, |key| {
        let said = |what: &str, action: &str| match action {
            "NO ACTION" => None,
            action => Some(format!("{what}: {}", action.to_lowercase())),
        };
        let actions: Vec<String> = said("delete", key.on_delete)
            .into_iter()
            .chain(said("update", key.on_update))
            .collect();
        if actions.is_empty() {
            String::new()
        } else {
            format!(" [{}]", actions.join(", "))
        }
    });
    format!(
        "Ref{called}: {} {sign} {}{actions}\n",
        end(&from.schema, &from.table, &from.columns),
        end(&to.schema, &to.table, &to.columns)
    )
}

/// A name, quoted: there is no escape for a quote in it.
fn name(name: &str) -> String {
    let name = harmless(name).replace('\n', "\\n").replace('"', "'");
    format!("\"{name}\"")
}

fn text(text: &str) -> String {
    let text = harmless(text).replace('\\', "\\\\").replace('\'', "\\'");
    if text.contains('\n') {
        format!("'''{text}'''")
    } else {
        format!("'{text}'")
    }
}

/// An expression, which stands between backticks.
fn code(sql: &str) -> String {
    let sql = harmless(sql).replace('\n', " ").replace('`', "'");
    format!("`{sql}`")
}
