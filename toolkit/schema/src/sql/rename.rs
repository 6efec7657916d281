//! Renames.

use super::Names;
use crate::{
    catalog::QualifiedName,
    diff::Rename,
    identifier::{quote_identifier, quote_literal},
};

pub(super) fn statement(rename: &Rename, names: &Names) -> String {
    match rename {
        Rename::Table { from, to } => format!(
            "ALTER TABLE {} RENAME TO {}",
            names.object(from),
            quote_identifier(to)
        ),
        Rename::Column { table, from, to } => {
            let (from, to) = (quote_identifier(from), quote_identifier(to));
            format!(
                "ALTER TABLE {} RENAME COLUMN {from} TO {to}",
                names.object(table)
            )
        }
        Rename::Constraint { table, from, to } => {
            let (from, to) = (quote_identifier(from), quote_identifier(to));
            format!(
                "ALTER TABLE {} RENAME CONSTRAINT {from} TO {to}",
                names.object(table)
            )
        }
        Rename::Index { table, from, to } => {
            format!(
                "ALTER INDEX {} RENAME TO {}",
                names.object(&table.sibling(from)),
                quote_identifier(to)
            )
        }
        Rename::Sequence { from, to } => sequence(from, to, names),
        Rename::Enum { from, to } => format!(
            "ALTER TYPE {} RENAME TO {}",
            names.object(from),
            quote_identifier(to)
        ),
        Rename::EnumValue { name, from, to } => {
            let (from, to) = (quote_literal(from), quote_literal(to));
            format!(
                "ALTER TYPE {} RENAME VALUE {from} TO {to}",
                names.object(name)
            )
        }
    }
}

pub(super) fn sequence(from: &QualifiedName, to: &str, names: &Names) -> String {
    format!(
        "ALTER SEQUENCE {} RENAME TO {}",
        names.object(from),
        quote_identifier(to)
    )
}
