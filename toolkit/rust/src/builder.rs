//! Actions as sea-query's builders, where those do exactly what the action says.

use super::{
    code::Code,
    column, constraint, enumeration, index,
    names::{Names, is_plain},
    statement::Method,
    value,
};
use crate::{
    catalog::{ColumnRef, Constraint, DataType, QualifiedName},
    diff::Rename,
    plan::{Action, Conversion, NewColumn},
    sql,
};

type Call = (Method, Code);

/// The call that does `action`; nothing where only SQL can say it.
pub(super) fn call(action: &Action, names: &Names<'_>) -> Option<Call> {
    let manager = |method, argument| Some((Method::Manager(method), argument));
    match action {
        Action::CreateEnum(new) => manager("create_type", enumeration::create(new, names)?),
        Action::AddEnumValue {
            name,
            value,
            position,
        } => manager(
            "alter_type",
            enumeration::add_value(name, value, position, names),
        ),
        Action::SetAsideType { name, aside } => {
            manager("alter_type", enumeration::rename(name, aside, names))
        }
        Action::DropType(name) => manager("drop_type", enumeration::drop(name, names)),
        Action::DropTable(name) => manager("drop_table", drop_table(name, names)),
        Action::AddColumn { table, column } => add_column(table, column, names),
        Action::DropColumn(column) => {
            let drop = table(&column.table, names).with("drop_column", Code::text(&column.column));
            Some(altered(drop))
        }
        Action::SetType {
            column,
            data_type,
            collation: None,
            conversion,
        } => set_type(action, column, &data_type.to, *conversion, names),
        Action::SetDefault { column, default } => {
            let value = value::untyped(&default.sql, names);
            Some(modified(
                column,
                column::new(&column.column).with("default", value),
                names,
            ))
        }
        Action::SetNotNull(column) => Some(modified(
            column,
            column::new(&column.column).call("not_null"),
            names,
        )),
        Action::DropNotNull(column) => Some(modified(
            column,
            column::new(&column.column).call("null"),
            names,
        )),
        Action::AddConstraint { table, constraint } => manager(
            "create_foreign_key",
            constraint::added_foreign_key(table, constraint, names)?,
        ),
        Action::DropConstraint { table, constraint } => drop_constraint(table, constraint, names),
        Action::CreateIndex { table, index } => {
            manager("create_index", index::create(table, index, names)?)
        }
        Action::DropIndex { table: _, index } => manager("drop_index", drop_index(index, names)?),
        Action::Rename(rename) => renamed(rename, names),
        Action::SetType {
            collation: Some(_), ..
        }
        | Action::CreateSchema(_)
        | Action::DropSchema(_)
        | Action::CreateSequence(_)
        | Action::AlterSequence(_)
        | Action::SetSequenceOwner { .. }
        | Action::RenameSequence { .. }
        | Action::SetAside { .. }
        | Action::CarryPosition { .. }
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
        | Action::Table { .. }
        | Action::Domain { .. }
        | Action::Composite { .. }
        | Action::Definition(_)
        | Action::SetOwner { .. }
        | Action::Online(_)
        | Action::Privileges(_)
        | Action::SkipBodyChecks
        | Action::Comment { .. } => None,
    }
}

fn table(table: &QualifiedName, names: &Names<'_>) -> Code {
    Code::Call("Table::alter", Vec::new()).with("table", names.object(table))
}

fn altered(table: Code) -> Call {
    (Method::Manager("alter_table"), table.call("to_owned"))
}

fn modified(column: &ColumnRef, definition: Code, names: &Names<'_>) -> Call {
    altered(table(&column.table, names).with("modify_column", definition))
}

fn drop_table(name: &QualifiedName, names: &Names<'_>) -> Code {
    let drop = Code::Call("Table::drop", Vec::new()).with("table", names.object(name));
    drop.call("to_owned")
}

fn add_column(to: &QualifiedName, new: &NewColumn, names: &Names<'_>) -> Option<Call> {
    let NewColumn { column, serial } = new;
    let definition = column::definition(to, column, *serial, column::Keys::default(), names)?;
    Some(altered(table(to, names).with("add_column", definition)))
}

/// With the conversion that the SQL of the action has.
fn set_type(
    action: &Action,
    column: &ColumnRef,
    to: &DataType,
    conversion: Conversion,
    names: &Names<'_>,
) -> Option<Call> {
    let definition = column::of_type(&column.column, to, names);
    let definition = match conversion {
        Conversion::Assignment => definition,
        Conversion::Cast | Conversion::ViaInteger | Conversion::ViaText => {
            let sql = sql::statement(action, &names.sql);
            let (_, using) = sql.rsplit_once(" USING ")?;
            definition.with("using", Code::expression(using))
        }
    };
    Some(modified(column, definition, names))
}

fn drop_constraint(of: &QualifiedName, constraint: &Constraint, names: &Names<'_>) -> Option<Call> {
    let name = Code::text(&constraint.name);
    if constraint.foreign_key().is_none() {
        return Some(altered(table(of, names).with("drop_constraint", name)));
    }
    let drop = Code::Call("ForeignKey::drop", Vec::new())
        .with("table", names.object(of))
        .with("name", name);
    is_plain(&constraint.name).then(|| (Method::Manager("drop_foreign_key"), drop.call("to_owned")))
}

/// Of the service's own schema: the builder takes a schema only with a table.
fn drop_index(name: &QualifiedName, names: &Names<'_>) -> Option<Code> {
    let drop = Code::Call("Index::drop", Vec::new()).with("name", Code::text(&name.name));
    (names.is_own(name) && is_plain(&name.name)).then(|| drop.call("to_owned"))
}

fn renamed(rename: &Rename, names: &Names<'_>) -> Option<Call> {
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
            Some(altered(self::table(table, names).with_both(
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
