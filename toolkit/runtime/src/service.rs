//! A microservice: its name, its schema and its migrations. No I/O here.

use std::{collections::BTreeSet, fmt};

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// A microservice that owns one PostgreSQL schema and one list of migrations.
///
/// ```
/// use sea_orm_migration::prelude::*;
/// use toolkit_runtime::Service;
///
/// pub struct Migrator;
///
/// impl MigratorTrait for Migrator {
///     fn migrations() -> Vec<Box<dyn MigrationTrait>> {
///         vec![]
///     }
/// }
///
/// let service = Service::new::<Migrator>("user_service", "user_service");
/// assert_eq!(service.schema(), "user_service");
/// ```
#[derive(Clone)]
pub struct Service {
    name: &'static str,
    schema: &'static str,
    migrations: fn() -> Vec<Box<dyn MigrationTrait>>,
    table: fn() -> String,
}

impl Service {
    /// Describes the service `name`, whose migrations `M` live in `schema`.
    ///
    /// The schema's name is taken as it is written, as if quoted: `Planning` is not `planning`.
    pub fn new<M: MigratorTrait>(name: &'static str, schema: &'static str) -> Self {
        Self {
            name,
            schema,
            migrations: M::migrations,
            table: || M::migration_table_name().to_string(),
        }
    }

    /// The service's name, as `--service` takes it: `user_service`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The PostgreSQL schema that the service owns.
    pub fn schema(&self) -> &'static str {
        self.schema
    }

    /// The service's migrations, in the order in which they are applied.
    pub fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        (self.migrations)()
    }

    /// The name of the migrations table: `seaql_migrations` unless the migrator says otherwise.
    pub fn migration_table(&self) -> String {
        (self.table)()
    }

    /// A migration's name that the list has twice, if any.
    pub(crate) fn duplicate_migration(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        self.migrations()
            .iter()
            .map(|migration| migration.name().to_owned())
            .find(|name| !seen.insert(name.clone()))
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("name", &self.name)
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}
