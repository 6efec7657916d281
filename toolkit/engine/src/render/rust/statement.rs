//! Steps → calls of the schema manager.

use super::{
    code::{Code, Link},
    column, constraint, enumeration, index,
    names::{Names, is_plain},
    table,
};
use crate::{
    catalog::{ColumnRef, QualifiedName},
    diff::Rename,
    plan::{Action, Conversion},
    render::sql,
};

/// A call of the schema manager, with what stands above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// Each a comment of its own.
    pub(super) comments: Vec<String>,
    /// A method of the schema manager, or of its connection, with its argument.
    pub(super) method: Method,
    /// Its argument.
    pub(super) argument: Code,
    /// The name of a function that does this and what belongs to it.
    pub(super) topic: String,
}

/// Who runs a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// A method of the schema manager.
    Manager(&'static str),
    /// The connection itself.
    Connection,
}

impl Statement {
    /// The call; `last` in a function gives back its result.
    pub(super) fn call(&self, last: bool) -> Code {
        let end = if last { Link::Await } else { Link::AwaitTry };
        let manager = Code::raw("manager");
        let call = match self.method {
            Method::Manager(method) => manager.with(method, self.argument.clone()),
            Method::Connection => manager
                .call("get_connection")
                .with("execute_unprepared", self.argument.clone()),
        };
        call.link(end)
    }
}

/// The statements of one step.
pub(super) fn statements(
    action: &Action,
    comments: Vec<String>,
    topic: &str,
    names: &Names<'_>,
) -> Vec<Statement> {
    let topic = topic.to_owned();
    if let Action::CreateTable(new) = action
        && let Some((code, beside)) = table::create(new, names)
    {
        let method = Method::Manager("create_table");
        let mut statements = vec![Statement {
            comments,
            method,
            argument: code,
            topic: topic.clone(),
        }];
        statements.extend(beside.into_iter().map(|it| {
            let built = constraint::added_foreign_key(&new.table.name, it, names);
            let built = built.map(|code| (Method::Manager("create_foreign_key"), code));
            let (method, argument) =
                built.unwrap_or_else(|| in_sql(&constraint::in_sql(&new.table.name, it), names));
            Statement {
                comments: Vec::new(),
                method,
                argument,
                topic: topic.clone(),
            }
        }));
        return statements;
    }
    let (method, argument) = built(action, names).unwrap_or_else(|| in_sql(action, names));
    vec![Statement {
        comments,
        method,
        argument,
        topic,
    }]
}

fn in_sql(action: &Action, names: &Names<'_>) -> (Method, Code) {
    let sql = sql::statement(action, &names.sql);
    let code = if let Action::CreateTable(_) = action {
        Code::SqlLines(sql)
    } else {
        Code::Sql(sql)
    };
    (Method::Connection, code)
}

/// The call of the builder that does exactly what `action` says; nothing where there is none.
fn built(action: &Action, names: &Names<'_>) -> Option<(Method, Code)> {
    let alter = |table: &QualifiedName| alter_table(table, names);
    let modified = |column: &ColumnRef, definition| {
        altered(alter(&column.table).with("modify_column", definition))
    };
    Some(match action {
        Action::CreateEnum(new) => (
            Method::Manager("create_type"),
            enumeration::create(new, names)?,
        ),
        Action::AddEnumValue {
            name,
            value,
            position,
        } => (
            Method::Manager("alter_type"),
            enumeration::add_value(name, value, position, names),
        ),
        Action::SetAsideEnum { name, aside } => (
            Method::Manager("alter_type"),
            enumeration::rename(name, aside, names),
        ),
        Action::DropEnum(name) => (Method::Manager("drop_type"), enumeration::drop(name, names)),
        Action::DropTable(name) => {
            let drop = Code::Call("Table::drop", Vec::new()).with("table", names.object(name));
            (Method::Manager("drop_table"), drop.call("to_owned"))
        }
        Action::AddColumn { table, column } => {
            let keys = column::Keys::default();
            let definition = column::definition(table, &column.column, column.serial, keys, names)?;
            altered(alter(table).with("add_column", definition))
        }
        Action::DropColumn(column) => {
            altered(alter(&column.table).with("drop_column", Code::text(&column.column)))
        }
        Action::SetType {
            column,
            data_type,
            collation: None,
            conversion,
        } => {
            let definition = column::of_type(&column.column, &data_type.to, names);
            modified(column, using(definition, action, *conversion, names)?)
        }
        Action::SetDefault { column, default } => {
            let value = Code::expression(&default.sql);
            modified(column, column::new(&column.column).with("default", value))
        }
        Action::SetNotNull(column) => {
            modified(column, column::new(&column.column).call("not_null"))
        }
        Action::DropNotNull(column) => modified(column, column::new(&column.column).call("null")),
        Action::AddConstraint { table, constraint } => (
            Method::Manager("create_foreign_key"),
            constraint::added_foreign_key(table, constraint, names)?,
        ),
        Action::DropConstraint { table, constraint } if constraint.foreign_key().is_none() => {
            altered(alter(table).with("drop_constraint", Code::text(&constraint.name)))
        }
        Action::DropConstraint { table, constraint } if is_plain(&constraint.name) => {
            let drop = Code::Call("ForeignKey::drop", Vec::new())
                .with("table", names.object(table))
                .with("name", Code::text(&constraint.name));
            (Method::Manager("drop_foreign_key"), drop.call("to_owned"))
        }
        Action::CreateIndex { table, index } => (
            Method::Manager("create_index"),
            index::create(table, index, names)?,
        ),
        Action::DropIndex(name) if names.is_own(name) && is_plain(&name.name) => {
            let drop = Code::Call("Index::drop", Vec::new()).with("name", Code::text(&name.name));
            (Method::Manager("drop_index"), drop.call("to_owned"))
        }
        Action::Rename(rename) => return renamed(rename, names),
        Action::SetType { .. }
        | Action::DropConstraint { .. }
        | Action::DropIndex(_)
        | Action::CreateSchema(_)
        | Action::DropSchema(_)
        | Action::CreateSequence(_)
        | Action::AlterSequence(_)
        | Action::SetSequenceOwner { .. }
        | Action::RenameSequence { .. }
        | Action::DropSequence(_)
        | Action::CreateTable(_)
        | Action::SetPersistence { .. }
        | Action::SetAccessMethod { .. }
        | Action::SetTableOptions { .. }
        | Action::DropDefault(_)
        | Action::DropExpression(_)
        | Action::AddIdentity { .. }
        | Action::AlterIdentity { .. }
        | Action::DropIdentity(_)
        | Action::SetStorage { .. }
        | Action::SetCompression { .. }
        | Action::SetStatistics { .. }
        | Action::AlterConstraint { .. }
        | Action::ValidateConstraint { .. }
        | Action::SetIndexOptions { .. }
        | Action::Comment { .. } => return None,
    })
}

fn alter_table(table: &QualifiedName, names: &Names<'_>) -> Code {
    Code::Call("Table::alter", Vec::new()).with("table", names.object(table))
}

fn altered(code: Code) -> (Method, Code) {
    (Method::Manager("alter_table"), code.call("to_owned"))
}

/// The definition with the conversion that render/sql writes for it.
fn using(
    definition: Code,
    action: &Action,
    conversion: Conversion,
    names: &Names<'_>,
) -> Option<Code> {
    match conversion {
        Conversion::Assignment => Some(definition),
        Conversion::Cast | Conversion::ViaText => {
            let sql = sql::statement(action, &names.sql);
            let (_, using) = sql.rsplit_once(" USING ")?;
            Some(definition.with("using", Code::expression(using)))
        }
    }
}

fn renamed(rename: &Rename, names: &Names<'_>) -> Option<(Method, Code)> {
    match rename {
        Rename::Table { from, to } => {
            let code = Code::Call("Table::rename", Vec::new()).with_both(
                "table",
                names.object(from),
                Code::text(to),
            );
            Some((Method::Manager("rename_table"), code.call("to_owned")))
        }
        Rename::Column { table, from, to } => {
            let (from, to) = (Code::text(from), Code::text(to));
            Some(altered(alter_table(table, names).with_both(
                "rename_column",
                from,
                to,
            )))
        }
        Rename::Enum { from, to } => Some((
            Method::Manager("alter_type"),
            enumeration::rename(from, to, names),
        )),
        Rename::EnumValue { name, from, to } => Some((
            Method::Manager("alter_type"),
            enumeration::rename_value(name, from, to, names),
        )),
        Rename::Constraint { .. } | Rename::Index { .. } | Rename::Sequence { .. } => None,
    }
}
