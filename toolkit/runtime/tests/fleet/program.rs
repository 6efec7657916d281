//! The service's binary.

use std::{env, process::ExitCode};

use sea_orm_migration::prelude::*;
use toolkit_runtime::{Service, Tenants};

/// Set for this program when it is to be the service's binary: how many migrations it has.
pub const RELEASE: &str = "FLEET_RELEASE";
/// How many tables the first migration makes.
pub const TABLES: &str = "FLEET_TABLES";
/// Which tenants there are: `schemas:…`, `query:…`, `list:…` with bars between, `urls:…`.
pub const TENANTS: &str = "FLEET_TENANTS";
/// The service's name, `shop` unless it is set.
pub const SERVICE: &str = "FLEET_SERVICE";

/// The names of the migrations, in order.
pub const NAMES: [&str; 5] = [
    "m1_create",
    "m2_add_note",
    "m3_positive",
    "m4_slow",
    "m5_outside",
];

struct Step(usize);

impl MigrationName for Step {
    fn name(&self) -> &str {
        NAMES[self.0]
    }
}

fn number(name: &str) -> usize {
    let text = env::var(name).unwrap_or_default();
    text.parse().unwrap_or(1)
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if self.0 == 0 {
            let tables = (1..number(TABLES)).map(|number| {
                format!(
                    "CREATE TABLE t{number} (id bigint PRIMARY KEY, a text NOT NULL, b timestamptz DEFAULT now());\n"
                )
            });
            let sql = "CREATE TABLE orders (id bigint PRIMARY KEY, amount int NOT NULL); CREATE TABLE done (what text);";
            let sql = tables.collect::<String>() + sql;
            db.execute_unprepared(&sql).await?;
        }
        let sql = match self.0 {
            1 => "ALTER TABLE orders ADD COLUMN note text",
            2 => "ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0)",
            3 => "SELECT pg_sleep(0.2)",
            4 => "CREATE INDEX CONCURRENTLY orders_amount ON orders (amount)",
            _ => "SELECT 1",
        };
        db.execute_unprepared(sql).await?;
        if self.0 == 4 {
            return Ok(());
        }
        let sql = format!("INSERT INTO done VALUES ('{}')", self.name());
        db.execute_unprepared(&sql).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let sql = match self.0 {
            0 => "DROP TABLE orders, done",
            1 => "ALTER TABLE orders DROP COLUMN note",
            2 => "ALTER TABLE orders DROP CONSTRAINT positive",
            4 => "DROP INDEX CONCURRENTLY orders_amount",
            _ => "SELECT 1",
        };
        db.execute_unprepared(sql).await?;
        if [0, 4].contains(&self.0) {
            return Ok(());
        }
        let sql = format!("DELETE FROM done WHERE what = '{}'", self.name());
        db.execute_unprepared(&sql).await.map(drop)
    }

    fn use_transaction(&self) -> Option<bool> {
        (self.0 == 4).then_some(false)
    }
}

/// The migrations of a release.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        (0..number(RELEASE))
            .map(|place| Box::new(Step(place)) as Box<dyn MigrationTrait>)
            .collect()
    }
}

fn tenants(text: &str) -> Tenants {
    match text.split_once(':').unwrap() {
        ("schemas", pattern) => Tenants::schemas(pattern),
        ("query", sql) => Tenants::query(sql),
        ("list", names) => Tenants::list(names.split('|').filter(|name| !name.is_empty())),
        ("urls", path) => Tenants::urls_from(path),
        (other, _) => panic!("{other}"),
    }
}

pub fn main() -> ExitCode {
    let name = env::var(SERVICE).unwrap_or_else(|_| "shop".to_owned());
    let service = Service::new::<Migrator>(name.leak(), "tenant_template");
    let service = match env::var(TENANTS) {
        Ok(text) if !text.is_empty() => service.tenants(tenants(&text)),
        Ok(_) | Err(_) => service,
    };
    toolkit_runtime::main(&service)
}
