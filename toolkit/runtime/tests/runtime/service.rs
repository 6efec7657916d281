//! Services made of single statements, and a runner for them.

use sea_orm_migration::prelude::*;
use toolkit_runtime::{
    Connection, DatabaseUrl, Error, Extent, Report, Runner, Service, Settings, Silent,
};
use toolkit_testkit::Database;

/// A migration that sends fixed statements.
pub struct Statements {
    pub name: &'static str,
    pub up: &'static [&'static str],
    pub down: &'static [&'static str],
    pub transaction: Option<bool>,
}

impl MigrationName for Statements {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Statements {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        send(manager, self.up).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        send(manager, self.down).await
    }

    fn use_transaction(&self) -> Option<bool> {
        self.transaction
    }
}

async fn send(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager
            .get_connection()
            .execute_unprepared(statement)
            .await?;
    }
    Ok(())
}

/// `migrator!(Name, "m1": ["CREATE …"] / ["DROP …"], …)` is a migrator of single statements;
/// `outside "m2": …` runs without a transaction.
macro_rules! migrator {
    (@transaction) => { None };
    (@transaction outside) => { Some(false) };
    ($migrator:ident, $($($outside:ident)? $name:literal: $up:tt / $down:tt),* $(,)?) => {
        struct $migrator;

        impl sea_orm_migration::MigratorTrait for $migrator {
            fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
                vec![$(Box::new(crate::service::Statements {
                    name: $name,
                    up: &$up,
                    down: &$down,
                    transaction: migrator!(@transaction $($outside)?),
                })),*]
            }
        }
    };
}
pub(crate) use migrator;

/// The service `orders` with schema `orders`.
pub fn orders<M: MigratorTrait>() -> Service {
    Service::new::<M>("orders", "orders")
}

pub async fn connect(database: &Database) -> Connection {
    Connection::open(&database.url().parse().unwrap(), "test")
        .await
        .unwrap()
}

/// Lets a runner with default settings do `work`.
pub async fn run(
    connection: &Connection,
    service: &Service,
    work: impl AsyncFnOnce(&Runner<'_>, &mut Report) -> Result<(), Error>,
) -> (Report, Result<(), Error>) {
    let mut report = Report::default();
    let settings = Settings::default();
    let runner = Runner::new(service, connection, &settings, &Silent);
    let result = work(&runner, &mut report).await;
    (report, result)
}

/// Lets `count` runners, each with a connection of its own, apply everything at once; how many
/// migrations they applied together.
pub async fn up_at_once(count: usize, url: &DatabaseUrl, service: fn() -> Service) -> usize {
    let runners = (0..count).map(|_| {
        let url = url.clone();
        tokio::spawn(async move {
            let connection = Connection::open(&url, "test").await.unwrap();
            let (report, result) = run(&connection, &service(), async |runner, report| {
                runner.up(report, &Extent::All).await
            })
            .await;
            result.unwrap();
            connection.close().await;
            report.migrations.len()
        })
    });
    let mut applied = 0;
    for runner in runners.collect::<Vec<_>>() {
        applied += runner.await.unwrap();
    }
    applied
}

/// One text of one row.
pub async fn text(connection: &Connection, sql: &str) -> String {
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql);
    let row = connection
        .db()
        .query_one_raw(statement)
        .await
        .unwrap()
        .unwrap();
    row.try_get_by_index(0).unwrap()
}

/// The names of the tables in `schema`.
pub async fn tables(connection: &Connection, schema: &str) -> String {
    let sql = format!(
        "SELECT coalesce(string_agg(tablename, ',' ORDER BY tablename), '') FROM pg_tables \
         WHERE schemaname = '{schema}'"
    );
    text(connection, &sql).await
}
