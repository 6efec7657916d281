//! A microservice: its name, its schema, its migrations, and what its schema should hold.
//! No I/O here.

mod declare;
mod entity;

pub use declare::Declarations;
pub use entity::{EntityColumn, EntityTable};

use std::{collections::BTreeSet, fmt, sync::Arc};

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
    migrations: Arc<dyn Fn() -> Migrations + Send + Sync>,
    table: fn() -> String,
    entities: fn() -> Vec<EntityTable>,
    declarations: fn(&mut Declarations),
    folder: Option<&'static str>,
    squashes: Vec<Squash>,
}

/// A migration that replaces others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Squash {
    /// Its name.
    pub name: &'static str,
    /// The migrations that it replaces, which the list does not have any more.
    pub replaces: &'static [&'static str],
}

type Migrations = Vec<Box<dyn MigrationTrait>>;

/// Lists a service's entities: `entities![plan::Entity, task::Entity]`.
#[macro_export]
macro_rules! entities {
    ($($entity:expr),* $(,)?) => { vec![$($crate::EntityTable::of($entity)),*] };
}

impl Service {
    /// Describes the service `name`, whose migrations `M` live in `schema`.
    ///
    /// The schema's name is taken as it is written, as if quoted: `Planning` is not `planning`.
    pub fn new<M: MigratorTrait>(name: &'static str, schema: &'static str) -> Self {
        let migrations: fn() -> Migrations = M::migrations;
        Self {
            name,
            schema,
            migrations: Arc::new(migrations),
            table: || M::migration_table_name().to_string(),
            entities: Vec::new,
            declarations: |_| {},
            folder: None,
            squashes: Vec::new(),
        }
    }

    /// Says that the migration `name` makes what those that it `replaces` made. A database in which
    /// all of them are applied has it applied; the next run records it so. A squashed migration may
    /// replace another one.
    #[must_use]
    pub fn squashed(mut self, name: &'static str, replaces: &'static [&'static str]) -> Self {
        self.squashes.push(Squash { name, replaces });
        self
    }

    /// The migrations that replace others.
    pub fn squashes(&self) -> &[Squash] {
        &self.squashes
    }

    /// Says which entities describe the service's tables:
    /// `.entities(|| entities![plan::Entity, task::Entity])`.
    #[must_use]
    pub fn entities(mut self, entities: fn() -> Vec<EntityTable>) -> Self {
        self.entities = entities;
        self
    }

    /// Declares what entities cannot say: `.declare(|declared| { declared.check(…); })`.
    #[must_use]
    pub fn declare(mut self, declarations: fn(&mut Declarations)) -> Self {
        self.declarations = declarations;
        self
    }

    /// Says where the migration crate is: `.folder(env!("CARGO_MANIFEST_DIR"))`. New migrations are
    /// written there.
    #[must_use]
    pub fn folder(mut self, folder: &'static str) -> Self {
        self.folder = Some(folder);
        self
    }

    /// The same service with what `map` makes of its migrations: some of them, in another order, or
    /// wrapped in something that watches them.
    #[must_use]
    pub fn map_migrations(
        &self,
        map: impl Fn(Vec<Box<dyn MigrationTrait>>) -> Vec<Box<dyn MigrationTrait>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let migrations = self.migrations.clone();
        Self {
            migrations: Arc::new(move || map(migrations())),
            ..self.clone()
        }
    }

    /// The folder of the migration crate, if the service says it.
    pub fn crate_folder(&self) -> Option<&'static std::path::Path> {
        self.folder.map(std::path::Path::new)
    }

    /// The tables that the service's entities describe.
    pub fn entity_tables(&self) -> Vec<EntityTable> {
        (self.entities)()
    }

    /// What is declared beside the entities.
    pub fn declarations(&self) -> Declarations {
        let mut declared = Declarations::default();
        (self.declarations)(&mut declared);
        declared
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
