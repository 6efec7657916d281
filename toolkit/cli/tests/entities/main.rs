//! Every entity on a database that the toolkit migrated: its rows go in, come back, are loaded
//! through their relations, change and go away.

mod memory;
mod observability;
mod planning;
mod user_service;

use std::error::Error;

use ::entity::planning::plan;
use sea_orm::{
    ActiveModelTrait, ConnectOptions, ConnectionTrait, DbBackend, Set, SqlErr, Statement,
    entity::prelude::*, sea_query::FromValueTuple,
};
use toolkit_testkit::{Workspace, server};

/// What a test of entities comes to.
type Outcome = Result<(), Box<dyn Error>>;

#[tokio::test]
async fn planning_entities_fit_the_migrated_schema() -> Outcome {
    let database = toolkit_testkit::Database::create();
    migrate(&database, "planning_agent");
    let db = connect(&database, Some("planning")).await?;
    planning::entities_fit(&db).await
}

#[tokio::test]
async fn memory_entities_fit_the_migrated_schema() -> Outcome {
    let database = toolkit_testkit::Database::create();
    migrate(&database, "memory_agent");
    let db = connect(&database, Some("memory")).await?;
    memory::entities_fit(&db).await
}

/// Needs a server: the embedded PostgreSQL numbers address families as WASI does, and sqlx can
/// neither send it an `inet` nor read one.
#[tokio::test]
async fn user_service_entities_fit_the_migrated_schema() -> Outcome {
    let Some(cluster) = server("user_service_entities_fit_the_migrated_schema") else {
        return Ok(());
    };
    let database = cluster.database();
    migrate(&database, "user_service");
    let db = connect(&database, Some("user_service")).await?;
    user_service::entities_fit(&db).await
}

#[tokio::test]
async fn observability_entities_fit_the_migrated_schema() -> Outcome {
    let database = toolkit_testkit::Database::create();
    migrate(&database, "observability_service");
    let db = connect(&database, Some("observability")).await?;
    observability::entities_fit(&db).await
}

/// SeaORM writes the schema before the names of tables, and leaves it out before the names of enum
/// types.
#[tokio::test]
async fn without_search_path_enum_values_are_not_found() -> Outcome {
    let database = toolkit_testkit::Database::create();
    migrate(&database, "planning_agent");
    let db = connect(&database, None).await?;
    let draft = plan::ActiveModel {
        agent_id: Set(id(1)),
        title: Set("Move house".to_owned()),
        goal: Set("Everything is in the new flat".to_owned()),
        ..Default::default()
    };
    let active = plan::ActiveModel {
        status: Set(plan::PlanStatus::Active),
        ..draft.clone()
    };

    let refusal = active.insert(&db).await.map_err(|error| error.to_string());
    assert!(
        matches!(&refusal, Err(message) if message.contains("type \"plan_status\" does not exist")),
        "{refusal:?}"
    );
    let inserted = draft.insert(&db).await?;
    assert_eq!(inserted.status, plan::PlanStatus::Draft);
    Ok(())
}

/// Lets the toolkit apply the migrations of `service` to `database`.
fn migrate(database: &toolkit_testkit::Database, service: &str) {
    let workspace = Workspace::create();
    let _ = workspace
        .program(env!("CARGO_BIN_EXE_toolkit"))
        .args([
            "up",
            "--service",
            service,
            "--database-url",
            &database.url(),
        ])
        .run()
        .success();
}

/// Connects to `database` as a service with the given schema does, or without any search path.
async fn connect(
    database: &toolkit_testkit::Database,
    schema: Option<&str>,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(database.url());
    // An embedded PostgreSQL serves one connection at a time.
    options.max_connections(1);
    if let Some(schema) = schema {
        options.set_schema_search_path(format!("{schema},public"));
    }
    sea_orm::Database::connect(options).await
}

/// The values of one column, as text, of whatever `sql` selects.
async fn texts(db: &DatabaseConnection, sql: &str) -> Result<Vec<String>, DbErr> {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let rows = db.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Whether `sql` is refused because of what `reason` names.
async fn is_refused(db: &DatabaseConnection, sql: &str, reason: &str) -> bool {
    let sent = db.execute_unprepared(sql).await;
    sent.is_err_and(|error| error.to_string().contains(reason))
}

/// An identifier to tell rows apart by.
fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// The row with the key of `model`, as the database has it now.
async fn stored<M>(db: &DatabaseConnection, model: &M) -> Result<Option<M>, DbErr>
where
    M: ModelTrait,
    M::Entity: EntityTrait<Model = M>,
{
    type Key<E> = <<E as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

    let key = Key::<M::Entity>::from_value_tuple(model.get_primary_key_value());
    M::Entity::find_by_id(key).one(db).await
}

/// Whether an insert was refused because of a unique index.
fn is_duplicate<M>(insert: Result<M, DbErr>) -> bool {
    let reason = insert.err().and_then(|error| error.sql_err());
    matches!(reason, Some(SqlErr::UniqueConstraintViolation(_)))
}
