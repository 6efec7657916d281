//! What entities and declarations say, written out and read back: nothing is invented, nothing is
//! lost, whatever types, defaults and options they use.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod attributes;
mod declared;
mod keys;
mod open;
mod partitions;
mod privileges;
mod refused;
mod renames;
mod types;

use sea_orm::ConnectionTrait;
use sea_orm_migration::prelude::*;
use toolkit_engine::{
    catalog::Catalog,
    compare::{Comparison, Wishes, compare},
    desired,
    render::sql::{Names, statements},
    verify,
};
use toolkit_runtime::{Connection, EntityTable, Extent, Report, Runner, Service, Settings, Silent};
use toolkit_testkit::Database;

/// A service without migrations.
struct NoMigrations;

impl MigratorTrait for NoMigrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }
}

fn service(entities: fn() -> Vec<EntityTable>) -> Service {
    Service::new::<NoMigrations>("shop", "shop").entities(entities)
}

/// A database of its own in which the schema `shop` is made by hand.
struct Bench {
    connection: Connection,
    _database: Database,
}

impl Bench {
    async fn create(service: &Service) -> Self {
        let database = Database::create();
        let connection = Connection::open(&database.url().parse().unwrap(), "test")
            .await
            .unwrap();
        let settings = Settings::default();
        let runner = Runner::new(service, &connection, &settings, &Silent);
        runner.bootstrap(&mut Report::default()).await.unwrap();
        runner
            .up(&mut Report::default(), &Extent::All)
            .await
            .unwrap();
        Self {
            connection,
            _database: database,
        }
    }

    async fn send(&self, sql: &str) {
        let sql = format!("SET search_path = shop, public; {sql}");
        self.connection
            .db()
            .execute_unprepared(&sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    async fn current(&self, service: &Service) -> Catalog {
        verify::read(self.connection.db(), service).await.unwrap()
    }

    async fn compare(&self, service: &Service, wishes: &Wishes) -> Comparison {
        let current = self.current(service).await;
        let db = self.connection.db();
        let desired = desired::read_without(db, service, &wishes.drop);
        let desired = desired.await.unwrap();
        let mut comparison = compare(service, current, desired.catalog, wishes).unwrap();
        comparison.list_followed(&desired.followed);
        comparison
    }

    /// What would be done, one statement each.
    async fn difference(&self, service: &Service) -> Vec<String> {
        up(&self.compare(service, &Wishes::default()).await)
    }

    /// Applies what differs; afterwards nothing does.
    async fn settle(&self, service: &Service) -> Vec<String> {
        let comparison = self.compare(service, &Wishes::default()).await;
        let Comparison {
            current,
            target,
            up: there,
            down: back,
            ..
        } = &comparison;
        verify::prove(self.connection.db(), service, there, back, current, target)
            .await
            .unwrap();
        assert_eq!(self.difference(service).await, [] as [&str; 0]);
        up(&comparison)
    }
}

fn up(comparison: &Comparison) -> Vec<String> {
    statements(&comparison.up, &Names::within("shop"))
}
