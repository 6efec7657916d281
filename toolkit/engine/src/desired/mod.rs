//! Entities and declarations → Catalog: written out by our own renderer into an empty schema of a
//! scratch database, and read back. SeaORM's own renderer has gaps that we must not inherit.

mod align;
mod column;
mod ddl;
mod forgotten;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};
use toolkit_runtime::{DatabaseError, Service};

pub use align::{Kept, align, with_chosen_names};
pub use ddl::{Statement, statements};
pub use forgotten::forgotten;

use crate::{
    Error, Result,
    catalog::Catalog,
    identifier::quote_identifier,
    inspect::{Scope, inspect},
};

/// Where Alembic records the revision of a database that was adopted from it.
pub(crate) const ALEMBIC_TABLE: &str = "alembic_version";

/// What to read of a service: its schema, without the migrations' own tables and Alembic's.
pub fn scope(service: &Service) -> Scope {
    let mut ignored_tables = service.bookkeeping_tables();
    let entities = service.entity_tables();
    if !entities.iter().any(|entity| entity.name == ALEMBIC_TABLE) {
        ignored_tables.push(ALEMBIC_TABLE.to_owned());
    }
    Scope {
        schemas: vec![service.schema().to_owned()],
        search_path: vec![service.schema().to_owned(), "public".to_owned()],
        ignored_tables,
        extensions: Vec::new(),
        roles: Some(Vec::new()),
    }
}

/// Reads what the schema of `service` should hold. Whatever `db` holds of it stays as it is: the
/// work is done in a transaction that is rolled back.
///
/// # Errors
/// [`Error::Desired`] when PostgreSQL refuses what the entities or the declarations say,
/// [`Error::Entity`] when an entity cannot be written out.
pub async fn read(db: &DatabaseConnection, service: &Service) -> Result<Catalog> {
    let statements = statements(service)?;
    let failed = |source: DbErr| Error::Scratch {
        action: "read the desired schema",
        source: Box::new(DatabaseError::from(source)),
    };
    let transaction = db.begin().await.map_err(failed)?;
    let schema = quote_identifier(service.schema());
    let prepare = format!(
        "DO $$ BEGIN IF to_regnamespace({literal}) IS NOT NULL THEN \
         ALTER SCHEMA {schema} RENAME TO toolkit_aside; END IF; END $$; \
         CREATE SCHEMA {schema}; SET LOCAL search_path = {schema}, public",
        literal = crate::identifier::quote_literal(&schema),
    );
    transaction
        .execute_unprepared(&prepare)
        .await
        .map_err(failed)?;
    for Statement { what, sql } in statements {
        transaction
            .execute_unprepared(&sql)
            .await
            .map_err(|source| Error::Desired {
                service: service.name().to_owned(),
                what,
                sql,
                source: Box::new(DatabaseError::from(source)),
            })?;
    }
    let catalog = inspect(&transaction, &scope(service)).await?;
    transaction.rollback().await.map_err(failed)?;
    Ok(catalog)
}
