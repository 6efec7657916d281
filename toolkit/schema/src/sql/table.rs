//! Tables.

use super::{Names, column, constraint, object};
use crate::{
    catalog::{
        Constraint, ConstraintKind, PartitionOf, Persistence, QualifiedName, ReplicaIdentity, Table,
    },
    identifier::quote_identifier,
    plan::{NewTable, TableAction},
};

pub(super) fn create(new: &NewTable, names: &Names) -> String {
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
    let unlogged = match persistence {
        Persistence::Permanent => "",
        Persistence::Unlogged => "UNLOGGED ",
    };
    let mut constraints: Vec<_> = constraints.values().collect();
    constraints.sort_by_key(|constraint| order(constraint));
    let columns = columns
        .iter()
        .filter(|column| partition_of.is_none() && (inherits.is_empty() || !column.inherited))
        .filter_map(|column| {
            let serial = serial.contains(&column.name);
            if of_type.is_some() {
                return column::options(&table.name, column);
            }
            Some(column::definition(&table.name, column, serial, names))
        });
    let lines: Vec<_> = columns
        .chain(
            constraints
                .into_iter()
                .map(|constraint| constraint::definition(constraint, names)),
        )
        .map(|line| format!("\n    {line}"))
        .collect();
    let body = match (lines.is_empty(), partition_of, of_type) {
        (false, _, _) => format!(" ({}\n)", lines.join(",")),
        (true, None, None) => " ()".to_owned(),
        (true, _, _) => String::new(),
    };
    let origin = match (partition_of, of_type) {
        (Some(partition), _) => format!(" PARTITION OF {}", names.object(&partition.parent)),
        (None, Some(of_type)) => format!(" OF {}", names.object(of_type)),
        (None, None) => String::new(),
    };
    let bound = partition_of.as_ref().map(|it| format!(" {}", it.bound));
    let parents: Vec<_> = inherits.iter().map(|parent| names.object(parent)).collect();
    let parents = if parents.is_empty() {
        String::new()
    } else {
        format!(" INHERITS ({})", parents.join(", "))
    };
    let by = partitioning
        .as_ref()
        .map(|it| format!(" PARTITION BY {}", it.key));
    let is_usual = match partitioning {
        Some(_) => access_method.is_empty(),
        None => access_method == "heap",
    };
    let using = if is_usual {
        String::new()
    } else {
        format!(" USING {}", quote_identifier(access_method))
    };
    format!(
        "CREATE {unlogged}TABLE {}{origin}{body}{parents}{}{}{using}{}",
        names.object(name),
        bound.unwrap_or_default(),
        by.unwrap_or_default(),
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

/// What is done to the table as a whole.
pub(super) fn change(table: &QualifiedName, change: &TableAction, names: &Names) -> String {
    let (name, on_off) = (
        names.object(table),
        |on: bool, yes, no| if on { yes } else { no },
    );
    let alter = |what: String| format!("ALTER TABLE {name} {what}");
    match change {
        TableAction::Attach(PartitionOf { parent, bound }) => {
            format!(
                "ALTER TABLE {} ATTACH PARTITION {name} {bound}",
                names.object(parent)
            )
        }
        TableAction::Detach { parent } => {
            format!(
                "ALTER TABLE {} DETACH PARTITION {name}",
                names.object(parent)
            )
        }
        TableAction::Inherit(parent) => alter(format!("INHERIT {}", names.object(parent))),
        TableAction::NoInherit(parent) => alter(format!("NO INHERIT {}", names.object(parent))),
        TableAction::Of(of_type) => alter(format!("OF {}", names.object(of_type))),
        TableAction::NotOf => alter("NOT OF".to_owned()),
        TableAction::EnableRowSecurity(on) => alter(format!(
            "{} ROW LEVEL SECURITY",
            on_off(*on, "ENABLE", "DISABLE")
        )),
        TableAction::ForceRowSecurity(on) => alter(format!(
            "{} ROW LEVEL SECURITY",
            on_off(*on, "FORCE", "NO FORCE")
        )),
        TableAction::AddNotNull { column, constraint } => alter(format!(
            "ADD {}",
            column::not_null_constraint(constraint, Some(column))
        )),
        TableAction::RenameConstraint { from, to } => {
            let (from, to) = (quote_identifier(from), quote_identifier(to));
            alter(format!("RENAME CONSTRAINT {from} TO {to}"))
        }
        TableAction::SetConstraintInherit { name, no_inherit } => alter(format!(
            "ALTER CONSTRAINT {} {}",
            quote_identifier(name),
            on_off(*no_inherit, "NO INHERIT", "INHERIT")
        )),
        TableAction::ClusterOn(Some(index)) => {
            alter(format!("CLUSTER ON {}", quote_identifier(index)))
        }
        TableAction::ClusterOn(None) => alter("SET WITHOUT CLUSTER".to_owned()),
        TableAction::SetColumnOptions { column, options } => {
            let column = format!("ALTER COLUMN {} ", quote_identifier(column));
            object::set_options_of(&format!("ALTER TABLE {name}"), &column, options)
        }
        TableAction::SetIndexStatistics { index, key, target } => {
            let index = names.object(&table.sibling(index));
            let target = target.unwrap_or(-1);
            format!("ALTER INDEX {index} ALTER COLUMN {key} SET STATISTICS {target}")
        }
        TableAction::AttachIndex { parent, index } => {
            format!(
                "ALTER INDEX {} ATTACH PARTITION {}",
                names.object(parent),
                names.object(index)
            )
        }
        TableAction::SetReplicaIdentity(identity) => {
            let identity = match identity {
                ReplicaIdentity::Default => "DEFAULT".to_owned(),
                ReplicaIdentity::Nothing => "NOTHING".to_owned(),
                ReplicaIdentity::Full => "FULL".to_owned(),
                ReplicaIdentity::Index(name) => format!("USING INDEX {}", quote_identifier(name)),
            };
            alter(format!("REPLICA IDENTITY {identity}"))
        }
    }
}
