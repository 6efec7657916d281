//! The service that is migrated: migrations in transactions and outside, slow enough to be met.

use sea_orm_migration::prelude::*;
use toolkit_runtime::Service;

/// The names of the migrations, in order.
pub const NAMES: [&str; 6] = ["m1", "m2", "m3_index", "m4", "m5_halves", "m6"];

/// The service `faults` with schema `faults`.
pub fn service() -> Service {
    Service::new::<Migrator>("faults", "faults")
}

struct Migrator;

struct Statements {
    name: &'static str,
    transaction: Option<bool>,
    up: &'static [&'static str],
}

impl MigrationName for Statements {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Statements {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in self.up {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        self.transaction
    }
}

/// Each migration leaves a row for everything that it does, so doing it twice is seen.
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let inside = |name, up| Statements {
            name,
            transaction: None,
            up,
        };
        let outside = |name, up| Statements {
            name,
            transaction: Some(false),
            up,
        };
        let [m1, m2, m3, m4, m5, m6] = NAMES;
        let migrations = [
            inside(
                m1,
                &[
                    "CREATE TABLE done (what text)",
                    "CREATE TABLE many (id int, text text)",
                    "INSERT INTO many SELECT i, 'row ' || i FROM generate_series(1, 50000) AS i",
                    "INSERT INTO done VALUES ('m1')",
                ],
            ),
            inside(
                m2,
                &[
                    "ALTER TABLE many ADD COLUMN more int NOT NULL DEFAULT 0",
                    "SELECT pg_sleep(0.03)",
                    "INSERT INTO done VALUES ('m2')",
                ],
            ),
            outside(
                m3,
                &["CREATE INDEX CONCURRENTLY many_text ON many (text, id)"],
            ),
            inside(
                m4,
                &[
                    "INSERT INTO done VALUES ('m4')",
                    "SELECT pg_sleep(0.03)",
                    "CREATE TABLE last (id int PRIMARY KEY)",
                ],
            ),
            outside(
                m5,
                &[
                    "INSERT INTO done VALUES ('m5 first')",
                    "SELECT pg_sleep(0.15)",
                    "INSERT INTO done VALUES ('m5 second')",
                ],
            ),
            inside(
                m6,
                &[
                    "ALTER TABLE last ADD COLUMN text text",
                    "INSERT INTO done VALUES ('m6')",
                ],
            ),
        ];
        migrations
            .into_iter()
            .map(|migration| Box::new(migration) as Box<dyn MigrationTrait>)
            .collect()
    }
}
