//! Creating a service's schema.

use sea_orm::ConnectionTrait;
use toolkit_text::identifier::quote_always;

use super::record;
use crate::{DatabaseError, Error, Reader, Service, database::SqlState};

/// What became of an attempt to create the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It was created.
    Created,
    /// It was there.
    AlreadyThere,
    /// Somebody else created it at the same moment; the transaction is of no more use.
    Raced,
}

/// Creates the schema unless it is there. The caller holds the mutex, yet somebody who does not
/// know it may create the schema at the same time, and `IF NOT EXISTS` does not guard against that.
pub(crate) async fn create_schema(
    db: &(impl ConnectionTrait + Reader),
    service: &Service,
) -> Result<Attempt, Error> {
    let place = record::locate(db, service).await?;
    if place.schema_exists {
        return Ok(Attempt::AlreadyThere);
    }
    let schema = quote_always(service.schema());
    let Err(error) = db
        .execute_unprepared(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))
        .await
    else {
        return Ok(Attempt::Created);
    };
    let source = DatabaseError::from(error);
    match source.state() {
        Some(SqlState::DuplicateSchema | SqlState::UniqueViolation) => Ok(Attempt::Raced),
        Some(SqlState::InsufficientPrivilege) => Err(Error::MayNotCreateSchema {
            service: service.name().to_owned(),
            statement: format!(
                "CREATE SCHEMA {schema} AUTHORIZATION {};",
                quote_always(&place.role)
            ),
            role: place.role,
            source,
        }),
        _ => Err(Error::Database {
            action: "create the schema",
            service: service.name().to_owned(),
            source,
        }),
    }
}
