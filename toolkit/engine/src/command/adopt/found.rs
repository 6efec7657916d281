//! What a live database holds beside the schema itself: Alembic's record, and extensions.
//! Reads only.

use sea_orm::DbErr;
use serde::Serialize;
use toolkit_runtime::{Connection, Context, Error, Reader, Service};

use crate::{
    command::live::Database,
    desired::ALEMBIC_TABLE,
    extension::{self, Extension},
    identifier::{quote_identifier, quote_literal},
    inspect::failed,
};

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) alembic: Vec<Alembic>,
    /// Those whose types, functions or operators the schema uses.
    pub(super) extensions: Vec<Extension>,
}

/// One of Alembic's tables.
#[derive(Debug, Serialize)]
pub(super) struct Alembic {
    pub(super) schema: String,
    /// The revisions in it, several where branches are not merged; unknown where the role may not
    /// read them.
    pub(super) revisions: Option<Vec<String>>,
}

/// Looks into the service's schema and into `public`.
pub(super) async fn read(context: &Context, service: &Service) -> Result<Found, Error> {
    let Some(database) = Database::open_if_there(context, service, "toolkit adopt").await? else {
        return Ok(Found::default());
    };
    let connection = database.connection();
    let alembic = alembic(connection, service).await;
    let extensions = extension::used(connection, service.schema()).await;
    database.close().await?;
    Ok(Found {
        alembic: alembic.map_err(|source| failed("Alembic's table", source))?,
        extensions: extensions?,
    })
}

async fn alembic(db: &Connection, service: &Service) -> Result<Vec<Alembic>, DbErr> {
    let sql = format!(
        "SELECT n.nspname::text, pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relname = '{ALEMBIC_TABLE}' AND c.relkind = 'r' AND n.nspname IN ({}, 'public') ORDER BY 1",
        quote_literal(service.schema())
    );
    let mut found = Vec::new();
    for row in db.rows(&sql).await? {
        let (schema, readable): (String, bool) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let revisions = if readable {
            Some(revisions(db, &schema).await?)
        } else {
            None
        };
        found.push(Alembic { schema, revisions });
    }
    Ok(found)
}

async fn revisions(db: &Connection, schema: &str) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "SELECT version_num::text FROM {}.{ALEMBIC_TABLE} ORDER BY 1",
        quote_identifier(schema)
    );
    let rows = db.rows(&sql).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
