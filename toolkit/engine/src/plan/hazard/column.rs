//! Hazards of what is done to columns of tables that were there before.

use super::{Hazard, HazardKind, LockMode, retype};
use crate::{
    catalog::{Column, GeneratedKind},
    diff::Changes,
    plan::{Action, NewColumn},
};

/// Functions whose value differs from row to row, so that a default of them fills each row.
const VOLATILE: &[&str] = &[
    "gen_random_uuid()",
    "uuid_generate_",
    "clock_timestamp()",
    "random()",
    "timeofday()",
    "nextval(",
];

pub(super) fn hazards(action: &Action, changes: &Changes<'_>) -> Vec<Hazard> {
    match action {
        Action::AddColumn { table, column } if changes.from.tables.contains_key(table) => {
            let NewColumn { column, serial } = column.as_ref();
            added(column, *serial, &table.to_string())
        }
        Action::DropColumn(column) => {
            let generated = changes
                .from
                .column(column)
                .is_some_and(|column| column.generated.is_some());
            let loses = Hazard::new(
                HazardKind::DataLoss,
                format!("the values of {column} are lost"),
            );
            let breaks = Hazard::new(
                HazardKind::BreaksRunningCode,
                format!("running code still uses {column}"),
            );
            if generated {
                vec![breaks]
            } else {
                vec![loses, breaks]
            }
        }
        Action::SetNotNull(column) if changes.from.tables.contains_key(&column.table) => {
            let reason = format!(
                "{} is locked while rows are checked; fails where {column} is null",
                column.table
            );
            vec![Hazard::locking(
                HazardKind::FailsOnRows,
                LockMode::AccessExclusive,
                reason,
            )]
        }
        Action::DropIdentity(column) => {
            vec![Hazard::new(
                HazardKind::DataLoss,
                format!("the position of the sequence of {column} is lost"),
            )]
        }
        Action::AddIdentity { column, .. } if changes.from.tables.contains_key(&column.table) => {
            let reason = format!("the sequence of {column} starts anew, whatever values are there");
            vec![Hazard::new(HazardKind::BreaksRunningCode, reason)]
        }
        Action::SetType {
            column,
            data_type,
            collation: _,
            conversion,
        } => retype::hazards(column, &data_type.from, &data_type.to, *conversion),
        _ => Vec::new(),
    }
}

fn added(column: &Column, serial: bool, table: &str) -> Vec<Hazard> {
    let volatile = column
        .default
        .as_ref()
        .is_some_and(|default| VOLATILE.iter().any(|name| default.sql.contains(name)));
    let stored = column
        .generated
        .as_ref()
        .is_some_and(|generated| generated.kind == GeneratedKind::Stored);
    if serial || volatile || stored || column.identity.is_some() {
        let reason = format!("{table} is written anew to fill {}", column.name);
        vec![Hazard::locking(
            HazardKind::TableRewrite,
            LockMode::AccessExclusive,
            reason,
        )]
    } else {
        Vec::new()
    }
}
