//! Tables.

use super::{Names, column, constraint, object};
use crate::{
    catalog::{Constraint, ConstraintKind, Persistence, QualifiedName, Table},
    plan::NewTable,
};

pub(super) fn create(new: &NewTable, names: &Names) -> String {
    let NewTable { table, serial } = new;
    let Table {
        name,
        persistence,
        access_method,
        options,
        columns,
        constraints,
        indexes: _,
        comment: _,
    } = table;
    let unlogged = match persistence {
        Persistence::Permanent => "",
        Persistence::Unlogged => "UNLOGGED ",
    };
    let mut constraints: Vec<_> = constraints.values().collect();
    constraints.sort_by_key(|constraint| order(constraint));
    let columns = columns.iter().map(|column| {
        column::definition(&table.name, column, serial.contains(&column.name), names)
    });
    let lines: Vec<_> = columns
        .chain(
            constraints
                .into_iter()
                .map(|constraint| constraint::definition(constraint, names)),
        )
        .map(|line| format!("\n    {line}"))
        .collect();
    let body = if lines.is_empty() {
        "()".to_owned()
    } else {
        format!("({}\n)", lines.join(","))
    };
    let using = if access_method == "heap" {
        String::new()
    } else {
        format!(" USING {access_method}")
    };
    format!(
        "CREATE {unlogged}TABLE {} {body}{using}{}",
        names.object(name),
        object::with_options(options)
    )
}

/// Keys first, as a person would write them.
fn order(constraint: &Constraint) -> u8 {
    match constraint.kind {
        ConstraintKind::PrimaryKey(_) => 0,
        ConstraintKind::Unique(_) => 1,
        ConstraintKind::Exclusion { .. } => 2,
        ConstraintKind::Check { .. } => 3,
        ConstraintKind::ForeignKey(_) => 4,
    }
}

pub(super) fn set_persistence(
    table: &QualifiedName,
    persistence: Persistence,
    names: &Names,
) -> String {
    let persistence = match persistence {
        Persistence::Permanent => "LOGGED",
        Persistence::Unlogged => "UNLOGGED",
    };
    format!("ALTER TABLE {} SET {persistence}", names.object(table))
}
