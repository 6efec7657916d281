//! Migrations that began outside a transaction and did not finish: whatever goes on from what is
//! applied has to wait for `resolve`. Reads only.

use std::time::Duration;

use sea_orm::DbErr;
use toolkit_runtime::{Connection, Error, Reader, Service, Standing, State};

use crate::{identifier::quote_literal, inspect::failed};

/// Refuses while a migration of `service` is unfinished, or is running.
pub(super) async fn refuse(
    connection: &Connection,
    service: &Service,
    standing: &Standing,
) -> Result<(), Error> {
    let mut migrations = standing.migrations.iter();
    let unfinished = migrations.find(|migration| migration.state == State::Unfinished);
    let Some((migration, run)) =
        unfinished.and_then(|migration| Some((&migration.name, migration.unfinished.as_ref()?)))
    else {
        return Ok(());
    };
    let name = service.name().to_owned();
    if let Some(holder) = &standing.holder {
        return Err(Error::Locked {
            service: name,
            schema: service.schema().to_owned(),
            waited: Duration::ZERO,
            holder: Some(Box::new(holder.clone())),
        });
    }
    let invalid = invalid_indexes(connection, service).await;
    Err(Error::Unfinished {
        service: name,
        migration: migration.clone(),
        run: Box::new(run.clone()),
        invalid: invalid.map_err(|source| failed("invalid indexes", source))?,
    })
}

async fn invalid_indexes(db: &Connection, service: &Service) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) \
         FROM pg_catalog.pg_index i \
         JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = {} AND NOT i.indisvalid ORDER BY 1",
        quote_literal(service.schema())
    );
    let rows = db.rows(&sql).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
