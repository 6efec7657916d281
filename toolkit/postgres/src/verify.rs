//! Proof on a scratch database: up gives the target, down gives the start, up again gives the
//! target; compared by the inspector.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};
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

/// Runs `up`, `down` and `up` again in `db`, which is in the state `current`, each in a transaction if
/// the migration made of them has one: some statements fail in one that do not by themselves.
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
    set_search_path(db, service).await?;
    let in_transaction = !up.leaves_transaction() && !down.leaves_transaction();
    let names = Names::within(service.schema());
    for (what, plan, expected) in [
        ("up", up, target),
        ("down", down, current),
        ("up again", up, target),
    ] {
        execute(db, what, statements(plan, &names), in_transaction).await?;
        refuse_difference(what, &read(db, service).await?, expected, &names)?;
    }
    Ok(())
}

/// Lets names in the schema of `service` be bare, as in its migrations and in what its code casts to.
///
/// # Errors
/// When the session is lost.
pub async fn set_search_path(db: &DatabaseConnection, service: &Service) -> Result<()> {
    let set = format!(
        "SET search_path = {}, public",
        quote_identifier(service.schema())
    );
    let failed = |source| Error::Scratch {
        action: "set the search path",
        source: Box::new(DatabaseError::from(source)),
    };
    db.execute_unprepared(&set).await.map_err(failed)?;
    Ok(())
}

/// Executes the `statements` of a migration, the step `what` of a proof, together where it has a transaction.
pub(crate) async fn execute(
    db: &DatabaseConnection,
    what: &'static str,
    statements: Vec<String>,
    in_transaction: bool,
) -> Result<()> {
    if !in_transaction {
        return run(db, what, statements).await;
    }
    let transaction = db.begin().await.map_err(failed(what, "BEGIN"))?;
    run(&transaction, what, statements).await?;
    transaction.commit().await.map_err(failed(what, "COMMIT"))
}

async fn run(db: &impl ConnectionTrait, what: &'static str, statements: Vec<String>) -> Result<()> {
    for statement in statements {
        let done = db.execute_unprepared(&statement).await;
        done.map_err(failed(what, &statement))?;
    }
    Ok(())
}

fn failed(what: &'static str, statement: &str) -> impl FnOnce(DbErr) -> Error {
    let statement = statement.to_owned();
    move |source| Error::ProofStatement {
        what,
        statement,
        source: Box::new(DatabaseError::from(source)),
    }
}

/// Refuses the state `actual` behind the step `what` of a proof, if it is not `expected`.
pub(crate) fn refuse_difference(
    what: &'static str,
    actual: &Catalog,
    expected: &Catalog,
    names: &Names,
) -> Result<()> {
    let differences = missing(actual, expected, names)?;
    if differences.is_empty() {
        return Ok(());
    }
    Err(Error::Proof { what, differences })
}

/// What would have to be done to make `actual` what was `expected`, one statement each.
///
/// # Errors
/// When no order of the steps works.
pub fn differences(actual: &Catalog, expected: &Catalog, service: &Service) -> Result<Vec<String>> {
    missing(actual, expected, &Names::within(service.schema()))
}

fn missing(actual: &Catalog, expected: &Catalog, names: &Names) -> Result<Vec<String>> {
    Ok(statements(&plan(&diff(actual, expected, &[])?)?, names))
}
