//! What is declared beside the entities, as statements and as parts of their tables. No I/O here.

use toolkit_runtime::{Declarations, Declared, EntityTable, Service, Stage};

use super::Statement;
use crate::{Error, Result, identifier::quote_identifier};

/// The statements that make the extensions that `service` needs, wherever they are not there yet.
/// The first schema on the `search_path` is that of those which have none of their own.
pub fn extensions(service: &Service) -> Vec<Statement> {
    let declared = service.declarations().extensions.into_iter();
    declared
        .map(|name| Statement {
            what: format!("extension {name}"),
            sql: format!("CREATE EXTENSION IF NOT EXISTS {}", quote_identifier(&name)),
            name,
            written: Vec::new(),
            is_foreign_key: false,
        })
        .collect()
}

/// The statements of one stage, in the order in which they are declared.
pub(super) fn at(stage: Stage, declared: &Declarations) -> Vec<Statement> {
    let statements = declared.statements.iter();
    statements
        .filter(|declared| declared.stage == stage)
        .map(|declared| {
            let Declared {
                what,
                name,
                sql,
                written,
                stage: _,
            } = declared.clone();
            Statement {
                what,
                name,
                sql,
                written,
                is_foreign_key: false,
            }
        })
        .collect()
}

/// The expression by which `column` is generated.
pub(super) fn generation<'a>(
    declared: &'a Declarations,
    table: &str,
    column: &str,
) -> Option<&'a str> {
    let mut generated = declared.generated.iter();
    let found = generated.find(|(owner, name, _)| owner == table && name == column)?;
    Some(&found.2)
}

/// How `table` is partitioned.
pub(super) fn partition_key<'a>(declared: &'a Declarations, table: &str) -> Option<&'a str> {
    let mut partitioned = declared.partitioned.iter();
    let found = partitioned.find(|(name, _)| name == table)?;
    Some(&found.1)
}

/// What is said about a table or a column of an entity has to have one, or it would be lost.
///
/// # Errors
/// [`Error::Entity`] when it does not.
pub(super) fn known(declared: &Declarations, tables: &[EntityTable]) -> Result<()> {
    let table = |name: &str| tables.iter().find(|table| table.name == name);
    for (name, _) in &declared.partitioned {
        if table(name).is_none() {
            return Err(stranger("partition_by", &format!("table {name}")));
        }
    }
    for (name, column, _) in &declared.generated {
        let columns = table(name).map(|table| table.columns.iter());
        if !columns.is_some_and(|mut columns| columns.any(|known| known.name == *column)) {
            return Err(stranger("generated", &format!("column {name}.{column}")));
        }
    }
    Ok(())
}

fn stranger(method: &str, what: &str) -> Error {
    Error::Entity {
        what: format!("the declaration .{method}(…) of {what}"),
        problem: "no listed entity has it".to_owned(),
    }
}
