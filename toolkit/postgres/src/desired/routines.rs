//! Has PostgreSQL check the bodies of declared functions, which are made unchecked so that their
//! order is free.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use toolkit_runtime::{DatabaseError, Reader, Service};

use super::{Statement, write::refused};
use crate::{Error, Result, identifier::quote_literal, inspect::failed};

/// A function as the database has it.
struct Routine {
    what: String,
    /// The statement that makes it as it is.
    definition: String,
    body: String,
}

/// Makes each function and procedure of the schema once more as it is, this time with its body
/// checked. A body in the SQL standard's form was checked already, when it was parsed.
///
/// # Errors
/// [`Error::Desired`] when PostgreSQL refuses a body; it names the statement that has it.
pub(super) async fn check(
    transaction: &DatabaseTransaction,
    service: &Service,
    statements: &[Statement],
) -> Result<()> {
    let routines = read(transaction, service.schema()).await?;
    if routines.is_empty() {
        return Ok(());
    }
    let failed = |source: DbErr| Error::Scratch {
        action: "check function bodies",
        source: Box::new(DatabaseError::from(source)),
    };
    transaction
        .execute_unprepared("SET LOCAL check_function_bodies = on")
        .await
        .map_err(failed)?;
    for routine in routines {
        let sent = transaction.execute_unprepared(&routine.definition).await;
        let Err(source) = sent else {
            continue;
        };
        return Err(refusal(service, statements, &routine, source.into()));
    }
    Ok(())
}

async fn read(transaction: &DatabaseTransaction, schema: &str) -> Result<Vec<Routine>> {
    let sql = format!(
        "SELECT CASE p.prokind WHEN 'p' THEN 'procedure ' ELSE 'function ' END || p.proname::text || '(' || \
         pg_catalog.pg_get_function_identity_arguments(p.oid) || ')', \
         pg_catalog.pg_get_functiondef(p.oid), p.prosrc FROM pg_catalog.pg_proc p \
         JOIN pg_catalog.pg_language l ON l.oid = p.prolang \
         WHERE p.pronamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {}) \
         AND p.prokind <> 'a' AND p.prosqlbody IS NULL AND l.lanname NOT IN ('c', 'internal') \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = p.oid \
         AND e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass::oid AND e.deptype = 'e') ORDER BY p.oid",
        quote_literal(schema)
    );
    let failed = |source| failed("functions", source);
    let rows = transaction.rows(&sql).await.map_err(failed)?;
    rows.iter()
        .map(|row| {
            Ok(Routine {
                what: row.try_get_by_index(0).map_err(failed)?,
                definition: row.try_get_by_index(1).map_err(failed)?,
                body: row.try_get_by_index(2).map_err(failed)?,
            })
        })
        .collect()
}

/// The error, at its place in the statement that has the body word for word.
fn refusal(
    service: &Service,
    statements: &[Statement],
    routine: &Routine,
    source: DatabaseError,
) -> Error {
    let Routine {
        what,
        definition,
        body,
    } = routine;
    let place = source.position();
    let declared = statements.iter().find_map(|statement| {
        let (there, here) = (definition.find(body)?, statement.sql.find(body)?);
        let (there, here) = (
            characters(definition, there),
            characters(&statement.sql, here),
        );
        Some((
            statement,
            place.map(|place| (place + here).saturating_sub(there)),
        ))
    });
    if let Some((statement, place)) = declared {
        return refused(service, statement, place, source);
    }
    let as_read = Statement {
        what: what.clone(),
        name: String::new(),
        sql: definition.clone(),
        written: Vec::new(),
        is_foreign_key: false,
    };
    refused(service, &as_read, place, source)
}

fn characters(text: &str, offset: usize) -> usize {
    text[..offset].chars().count()
}
