//! `CREATE TABLE`.

use super::{
    code::Code,
    column::{self, Keys},
    constraint,
    names::Names,
};
use crate::{
    catalog::{ByName, Column, Constraint, ConstraintKind, Persistence, QualifiedName, Table},
    identifier::MAX_BYTES,
    plan::NewTable,
};

/// The table's own statement, and the constraints that must follow because the builder cannot say
/// them. Nothing where it cannot say the table.
pub(super) fn create<'t>(
    new: &'t NewTable,
    names: &Names<'_>,
) -> Option<(Code, Vec<&'t Constraint>)> {
    let NewTable { table, serial } = new;
    let Table {
        name,
        persistence,
        access_method,
        options,
        partitioning,
        partition_of,
        inherits,
        of_type,
        row_security: _,
        replica_identity: _,
        clustered_on: _,
        columns,
        constraints,
        indexes: _,
        comment: _,
    } = table;
    let is_alone = partitioning.is_none()
        && partition_of.is_none()
        && inherits.is_empty()
        && of_type.is_none();
    let is_ordinary = match persistence {
        Persistence::Permanent => {
            is_alone && access_method == "heap" && options.is_empty() && !columns.is_empty()
        }
        Persistence::Unlogged => false,
    };
    if !is_ordinary {
        return None;
    }
    let parts = Parts::new(name, constraints);
    let mut code = Code::Call("Table::create", Vec::new()).with("table", names.object(name));
    for column in columns {
        let definition = column::definition(
            name,
            column,
            serial.contains(&column.name),
            parts.keys_of(column),
            names,
        )?;
        code = code.with("col", definition);
    }
    for constraint in &parts.inside {
        code = constraint::inside(code, name, constraint, names);
    }
    Some((code.call("to_owned"), parts.beside))
}

/// A table's constraints by where they are said.
struct Parts<'t> {
    /// At their column.
    primary: Option<&'t str>,
    /// At their column.
    unique: Vec<&'t str>,
    /// In the table's statement, in the order in which sea-query writes them.
    inside: Vec<&'t Constraint>,
    /// In statements of their own.
    beside: Vec<&'t Constraint>,
}

impl<'t> Parts<'t> {
    fn new(table: &QualifiedName, constraints: &'t ByName<Constraint>) -> Self {
        let mut parts = Self {
            primary: None,
            unique: Vec::new(),
            inside: Vec::new(),
            beside: Vec::new(),
        };
        for constraint in constraints.values() {
            match of_column(table, constraint) {
                Some((column, true)) => parts.primary = Some(column),
                Some((column, false)) => parts.unique.push(column),
                None if constraint::fits_inside(constraint) => parts.inside.push(constraint),
                None => parts.beside.push(constraint),
            }
        }
        // A key beside the table may be what a foreign key of the table to itself leans on.
        if parts.beside.iter().any(|constraint| constraint.has_index()) {
            let (keys, others) = parts
                .inside
                .into_iter()
                .partition(|it: &&Constraint| it.foreign_key().is_some());
            parts.inside = others;
            let late: Vec<_> = keys;
            parts.beside.extend(late);
        }
        parts.inside.sort_by_key(|constraint| order(constraint));
        parts.beside.sort_by_key(|constraint| order(constraint));
        parts
    }

    fn keys_of(&self, column: &Column) -> Keys {
        let name = column.name.as_str();
        Keys {
            primary: self.primary == Some(name),
            unique: self.unique.contains(&name),
        }
    }
}

fn order(constraint: &Constraint) -> u8 {
    match constraint.kind {
        ConstraintKind::PrimaryKey(_) => 0,
        ConstraintKind::Unique(_) => 1,
        ConstraintKind::Exclusion { .. } => 2,
        ConstraintKind::Check { .. } => 3,
        ConstraintKind::ForeignKey(_) => 4,
    }
}

/// The one column of a plain key that has the name PostgreSQL gives it; true for the primary key.
fn of_column<'t>(table: &QualifiedName, constraint: &'t Constraint) -> Option<(&'t str, bool)> {
    let (key, is_primary) = match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => (key, true),
        ConstraintKind::Unique(key) if !key.nulls_not_distinct => (key, false),
        ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclusion { .. } => return None,
    };
    let [column] = key.columns.as_slice() else {
        return None;
    };
    let name = if is_primary {
        format!("{}_pkey", table.name)
    } else {
        format!("{}_{column}_key", table.name)
    };
    let is_plain = constraint::is_plain_key(constraint, key) && key.include.is_empty();
    (is_plain && name == constraint.name && name.len() <= MAX_BYTES).then_some((column, is_primary))
}
