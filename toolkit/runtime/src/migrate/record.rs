//! The table `seaql_migrations`, exactly as SeaORM defines and fills it, in the service's schema.

use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Schema, Statement, TryGetable};
use sea_orm_migration::seaql_migrations;

use crate::{
    Error, Service,
    database::{identifier, literal},
};

/// One row: a migration that is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) version: String,
    pub(crate) applied_at: i64,
}

/// Whether the service's schema and its migrations table are there.
pub(crate) struct Place {
    pub(crate) schema_exists: bool,
    pub(crate) table_exists: bool,
    pub(crate) role: String,
}

/// Looks for the schema and the table in the catalog, which needs no privilege on either.
pub(crate) async fn locate(db: &impl ConnectionTrait, service: &Service) -> Result<Place, Error> {
    let sql = format!(
        "SELECT n.oid IS NOT NULL, c.oid IS NOT NULL, current_user::text FROM (SELECT 1) AS one \
         LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = {} \
         LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = {}",
        literal(service.schema()),
        literal(&service.migration_table()),
    );
    let read = |rows: Vec<sea_orm::QueryResult>| {
        let row = rows
            .first()
            .ok_or_else(|| DbErr::RecordNotFound("no row".to_owned()))?;
        Ok(Place {
            schema_exists: row.try_get_by_index(0)?,
            table_exists: row.try_get_by_index(1)?,
            role: row.try_get_by_index(2)?,
        })
    };
    query(db, &sql)
        .await
        .and_then(read)
        .map_err(Error::database("read the state", service))
}

/// All rows, the first applied first.
pub(crate) async fn read(
    db: &impl ConnectionTrait,
    service: &Service,
) -> Result<Vec<Record>, Error> {
    let sql = format!(
        "SELECT version, applied_at FROM {} ORDER BY applied_at, version",
        table(service)
    );
    let records = |rows: Vec<sea_orm::QueryResult>| {
        rows.iter()
            .map(|row| {
                Ok(Record {
                    version: String::try_get_by(row, 0).map_err(DbErr::from)?,
                    applied_at: i64::try_get_by(row, 1).map_err(DbErr::from)?,
                })
            })
            .collect::<Result<Vec<_>, DbErr>>()
    };
    query(db, &sql)
        .await
        .and_then(records)
        .map_err(Error::database("read the migrations table", service))
}

/// Creates the table with SeaORM's own definition.
pub(crate) async fn create_table(
    db: &impl ConnectionTrait,
    service: &Service,
) -> Result<(), Error> {
    let mut create =
        Schema::new(DbBackend::Postgres).create_table_from_entity(seaql_migrations::Entity);
    create
        .table((service.schema(), service.migration_table()))
        .if_not_exists();
    match db.execute(&create).await {
        Ok(_) => Ok(()),
        Err(source) => Err(Error::database("create the migrations table", service)(
            source,
        )),
    }
}

/// Drops the table.
pub(crate) async fn drop_table(db: &impl ConnectionTrait, service: &Service) -> Result<(), Error> {
    match db
        .execute_unprepared(&format!("DROP TABLE IF EXISTS {}", table(service)))
        .await
    {
        Ok(_) => Ok(()),
        Err(source) => Err(Error::database("drop the migrations table", service)(
            source,
        )),
    }
}

/// Records `name` as applied now.
pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    service: &Service,
    name: &str,
) -> Result<(), DbErr> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs());
    let sql = format!(
        "INSERT INTO {} (version, applied_at) VALUES ({}, {now})",
        table(service),
        literal(name)
    );
    db.execute_unprepared(&sql).await.map(drop)
}

/// Removes the record of `name`.
pub(crate) async fn delete(
    db: &impl ConnectionTrait,
    service: &Service,
    name: &str,
) -> Result<(), DbErr> {
    let sql = format!(
        "DELETE FROM {} WHERE version = {}",
        table(service),
        literal(name)
    );
    db.execute_unprepared(&sql).await.map(drop)
}

pub(crate) async fn query(
    db: &impl ConnectionTrait,
    sql: &str,
) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
}

fn table(service: &Service) -> String {
    format!(
        "{}.{}",
        identifier(service.schema()),
        identifier(&service.migration_table())
    )
}
