//! A microservice: its name, its schema and its migrations. No I/O here.

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// A microservice that owns one PostgreSQL schema and one list of migrations.
#[derive(Clone)]
pub struct Service {
    name: &'static str,
    schema: &'static str,
    migrations: fn() -> Vec<Box<dyn MigrationTrait>>,
}

impl Service {
    /// Describes the service `name`, whose migrations `M` live in `schema`.
    pub fn new<M: MigratorTrait>(name: &'static str, schema: &'static str) -> Self {
        Self { name, schema, migrations: M::migrations }
    }

    /// The service's name, as `--service` takes it: `user_service`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The PostgreSQL schema that the service owns.
    pub fn schema(&self) -> &'static str {
        self.schema
    }

    /// The service's migrations, oldest first.
    pub fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        (self.migrations)()
    }
}
