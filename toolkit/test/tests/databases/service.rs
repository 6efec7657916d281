//! Two services, and one whose migration fails.

use sea_orm_migration::prelude::*;
use toolkit_runtime::Service;

/// Its schema has a name that must be quoted.
pub fn kitchen() -> Service {
    Service::new::<Kitchen>("kitchen", "Kitchen")
}

pub fn pantry() -> Service {
    Service::new::<Pantry>("pantry", "pantry")
}

pub fn broken() -> Service {
    Service::new::<Broken>("broken", "broken")
}

struct Kitchen;

impl MigratorTrait for Kitchen {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Statement {
                name: "m20260901_000001_create_dishes",
                // What a migration draws at random tells whether it ran again.
                sql: "CREATE TYPE course AS ENUM ('starter', 'main'); \
                      CREATE TABLE dishes (name text PRIMARY KEY, course course NOT NULL DEFAULT 'main'); \
                      CREATE TABLE runs (drawn uuid NOT NULL); \
                      INSERT INTO runs VALUES (gen_random_uuid())",
            }),
            Box::new(Statement {
                name: "m20260902_000001_index_dishes",
                sql: "CREATE INDEX dishes_by_course ON dishes (course)",
            }),
        ]
    }
}

struct Pantry;

impl MigratorTrait for Pantry {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Statement {
            name: "m20260901_000001_create_shelves",
            sql: "CREATE TABLE shelves (name text PRIMARY KEY)",
        })]
    }
}

struct Broken;

impl MigratorTrait for Broken {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Statement {
            name: "m20260901_000001_break",
            sql: "CREATE TABLE broken (oven no_such_type)",
        })]
    }
}

struct Statement {
    name: &'static str,
    sql: &'static str,
}

impl MigrationName for Statement {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Statement {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(self.sql).await.map(drop)
    }
}
