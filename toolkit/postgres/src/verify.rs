//! Proof on a scratch database: up gives the target, down gives the start, up again gives the
//! target; compared by the inspector.

use sea_orm::{ConnectionTrait, DatabaseConnection};
use toolkit_runtime::{DatabaseError, Service};

use crate::{
    Error, Result,
    catalog::Catalog,
    desired::read_scratch,
    diff::diff,
    identifier::quote_identifier,
    plan::{Plan, plan},
    sql::{Names, statements},
};

/// Reads the schema of `service` as it is in the scratch database `db`.
///
/// # Errors
/// When it cannot be read.
pub async fn read(db: &DatabaseConnection, service: &Service) -> Result<Catalog> {
    read_scratch(db, service).await
}

/// Runs `up`, `down` and `up` again in `db`, which is in the state `current`.
///
/// # Errors
/// [`Error::Proof`] when a statement fails or a state is not what it should be; it names what differs.
pub async fn prove(
    db: &DatabaseConnection,
    service: &Service,
    up: &Plan,
    down: &Plan,
    current: &Catalog,
    target: &Catalog,
) -> Result<()> {
    let set = format!(
        "SET search_path = {}, public",
        quote_identifier(service.schema())
    );
    let failed = |source| Error::Scratch {
        action: "set the search path",
        source: Box::new(DatabaseError::from(source)),
    };
    db.execute_unprepared(&set).await.map_err(failed)?;
    for (what, plan, expected) in [
        ("up", up, target),
        ("down", down, current),
        ("up again", up, target),
    ] {
        run(db, service, what, plan).await?;
        let actual = read(db, service).await?;
        let differences = differences(&actual, expected, service)?;
        if !differences.is_empty() {
            return Err(Error::Proof { what, differences });
        }
    }
    Ok(())
}

async fn run(
    db: &DatabaseConnection,
    service: &Service,
    what: &'static str,
    plan: &Plan,
) -> Result<()> {
    for statement in statements(plan, &Names::within(service.schema())) {
        db.execute_unprepared(&statement)
            .await
            .map_err(|source| Error::ProofStatement {
                what,
                statement,
                source: Box::new(DatabaseError::from(source)),
            })?;
    }
    Ok(())
}

/// What would have to be done to make `actual` what was `expected`, one statement each.
///
/// # Errors
/// When no order of the steps works.
pub fn differences(actual: &Catalog, expected: &Catalog, service: &Service) -> Result<Vec<String>> {
    let plan = plan(&diff(actual, expected, &[])?)?;
    Ok(statements(&plan, &Names::within(service.schema())))
}
