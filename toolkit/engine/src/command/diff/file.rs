//! A script as a source: run in a database of its own, and read there.

use std::path::Path;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use toolkit_runtime::{Context, DatabaseError, Error};

use super::{Read, Request, scope_of};
use crate::{
    identifier::quote_identifier,
    inspect::inspect,
    scratch::{Scratch, Site},
    script::{each, has_transactions, is_idle_where_missing, statements_of},
};

/// Runs the script at `path` on a scratch database, and reads what it makes.
pub(super) async fn read(
    context: &Context,
    request: &Request,
    path: &Path,
    site: Site,
) -> Result<Read, Error> {
    let text = toolkit_project::read(path)?;
    let script = statements_of(&text).map_err(|command| crate::Error::MetaCommand {
        path: path.to_owned(),
        line: command.line,
        command: command.name,
    })?;
    let run = async |scratch: &Scratch| {
        let done = make(scratch, path, &script).await;
        scratch.refuse_beyond(|| path.display().to_string())?;
        done?;
        Ok(inspect(scratch.connection().db(), &scope_of(request)).await?)
    };
    let service = request.service.as_slice();
    let (scratch, catalog) = Scratch::at(context, site, service, run).await?;
    Ok(Read::of(catalog, scratch).await)
}

/// Runs `script`; on a server of its own nobody else makes the roles that it names.
async fn make(scratch: &Scratch, path: &Path, script: &str) -> Result<(), crate::Error> {
    let db = scratch.connection().db();
    loop {
        let Err(source) = send(db, script).await else {
            return Ok(());
        };
        let role = source.missing_role().filter(|_| scratch.is_own());
        let made = match role {
            Some(role) => {
                // The script may have begun a transaction, which ends with what failed.
                let sql = format!("ROLLBACK; CREATE ROLE {}", quote_identifier(role));
                db.execute_unprepared(&sql).await.is_ok()
            }
            None => false,
        };
        if !made {
            return Err(crate::Error::Script {
                path: path.to_owned(),
                source: Box::new(source),
            });
        }
    }
}

/// Sends all at once. psql goes on where something that is to be dropped is missing, as `pg_dump --clean`
/// expects, or a setting that only a newer server knows: then statement by statement.
async fn send(db: &DatabaseConnection, script: &str) -> Result<(), DatabaseError> {
    match db.execute_unprepared(script).await {
        Ok(_) => Ok(()),
        Err(error) if is_missing(&error) && !has_transactions(script) => {
            one_by_one(db, script).await.map_err(DatabaseError::from)
        }
        Err(error) => Err(error.into()),
    }
}

async fn one_by_one(db: &DatabaseConnection, script: &str) -> Result<(), DbErr> {
    // In one transaction, so that the whole can be tried again.
    db.execute_unprepared("BEGIN").await?;
    for statement in each(script) {
        let sent = if is_idle_where_missing(statement) {
            let guarded = format!("SAVEPOINT s; {statement}\n; RELEASE SAVEPOINT s");
            match db.execute_unprepared(&guarded).await {
                Err(error) if is_missing(&error) => {
                    db.execute_unprepared("ROLLBACK TO SAVEPOINT s").await
                }
                sent => sent,
            }
        } else {
            db.execute_unprepared(statement).await
        };
        if let Err(error) = sent {
            db.execute_unprepared("ROLLBACK").await?;
            return Err(error);
        }
    }
    db.execute_unprepared("COMMIT").await.map(drop)
}

/// Whether something that was named is not there.
///
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn is_missing(error: &DbErr) -> bool {
    let (DbErr::Exec(sea_orm::RuntimeErr::SqlxError(error))
    | DbErr::Query(sea_orm::RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let Some(code) = error
        .as_database_error()
        .and_then(sea_orm::sqlx::error::DatabaseError::code)
    else {
        return false;
    };
    let codes = ["42P01", "42703", "42704", "42883", "3F000"];
    codes.contains(&code.as_ref())
}
