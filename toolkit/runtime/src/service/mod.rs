//! A microservice: its name, its schema, its migrations, and what its schema should hold.
//! No I/O here.

mod declare;
mod entity;
mod limits;
mod lockfile;
mod said;
mod tenants;
mod unsaid;

pub use declare::{Declarations, Declared, Stage};
pub use entity::{EntityColumn, EntityTable};
pub use limits::Limits;
pub use lockfile::{Break, Entry, Lockfile, LockfileError, checksum, is_checksum};
pub use said::Accept;
#[cfg(feature = "cli")]
pub(crate) use tenants::Source;
pub use tenants::{Tenant, Tenants, TenantsFailure};
pub use unsaid::Unsaid;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, OnceLock},
};

use sea_orm_migration::{MigrationTrait, MigratorTrait};

use crate::{DatabaseUrl, Error};

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
    schema: Arc<str>,
    tenants: Option<Tenants>,
    /// The tenant's name, where this is one tenant's service.
    tenant: Option<Arc<str>>,
    /// The tenant's own database.
    database: Option<DatabaseUrl>,
    migrations: Arc<dyn Fn() -> Migrations + Send + Sync>,
    table: fn() -> String,
    entities: fn() -> Vec<EntityTable>,
    declarations: fn(&mut Declarations),
    unsaid: Unsaid,
    folder: Option<&'static str>,
    limits: BTreeMap<&'static str, Limits>,
    ends_transaction: BTreeSet<&'static str>,
    after_rollout: BTreeSet<&'static str>,
    irreversible: BTreeSet<&'static str>,
    resumable: BTreeSet<&'static str>,
    online: bool,
    lock: Option<Lock>,
    squashes: Vec<Squash>,
    accepts: Vec<Accept>,
}

/// The text of a lock file, and what it says once somebody has asked.
#[derive(Clone)]
struct Lock {
    text: &'static str,
    parsed: Arc<OnceLock<Result<Lockfile, LockfileError>>>,
}

impl Lock {
    fn parsed(&self) -> &Result<Lockfile, LockfileError> {
        self.parsed.get_or_init(|| Lockfile::parse(self.text))
    }
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
    pub fn new<M: MigratorTrait>(name: &'static str, schema: impl Into<Arc<str>>) -> Self {
        let migrations: fn() -> Migrations = M::migrations;
        Self {
            name,
            schema: schema.into(),
            tenants: None,
            tenant: None,
            database: None,
            migrations: Arc::new(migrations),
            table: || M::migration_table_name().to_string(),
            entities: Vec::new,
            declarations: |_| {},
            unsaid: Unsaid::Drop,
            folder: None,
            limits: BTreeMap::new(),
            ends_transaction: BTreeSet::new(),
            after_rollout: BTreeSet::new(),
            irreversible: BTreeSet::new(),
            resumable: BTreeSet::new(),
            online: false,
            lock: None,
            squashes: Vec::new(),
            accepts: Vec::new(),
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

    /// Says what becomes of what is there and the entities could say, but do not: `.unsaid(Unsaid::Keep)` for
    /// entities that were written beside a schema, which leave out defaults, lengths or indexes.
    #[must_use]
    pub fn unsaid(mut self, unsaid: Unsaid) -> Self {
        self.unsaid = unsaid;
        self
    }

    /// Whether what entities leave unsaid is kept unless they said it before.
    pub fn keeps_unsaid(&self) -> bool {
        self.unsaid == Unsaid::Keep
    }

    /// Says where the migration crate is: `.folder(env!("CARGO_MANIFEST_DIR"))`. New migrations are
    /// written there.
    #[must_use]
    pub fn folder(mut self, folder: &'static str) -> Self {
        self.folder = Some(folder);
        self
    }

    /// Says that `generate` writes this service's changes in phases beside which old and new code run, unless
    /// it is told `--no-online`.
    #[must_use]
    pub fn online(mut self) -> Self {
        self.online = true;
        self
    }

    /// Whether changes are written in phases where nothing else is said.
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// The tables that a run keeps its books in; they belong to no entity.
    pub fn bookkeeping_tables(&self) -> Vec<String> {
        vec![self.migration_table(), crate::LEDGER_TABLE.to_owned()]
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

    /// Says what the sources of the migrations were when they were written:
    /// `.lock(include_str!("../migrations.lock"))`. `toolkit lock` writes the file.
    ///
    /// ```
    /// # use sea_orm_migration::prelude::*;
    /// # use toolkit_runtime::Service;
    /// # struct Migrator;
    /// # impl MigratorTrait for Migrator {
    /// #     fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![] }
    /// # }
    /// let service = Service::new::<Migrator>("user_service", "user_service");
    /// assert!(service.lockfile()?.is_none());
    ///
    /// let service = service.lock("# include_str!(\"../migrations.lock\")\n");
    /// assert!(service.lockfile()?.is_some());
    /// # Ok::<(), toolkit_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn lock(mut self, text: &'static str) -> Self {
        self.lock = Some(Lock {
            text,
            parsed: Arc::default(),
        });
        self
    }

    /// The service's lock file, if it has one.
    ///
    /// # Errors
    /// [`Error::Lockfile`] when its text cannot be understood.
    pub fn lockfile(&self) -> Result<Option<Lockfile>, Error> {
        let parsed = self.lock.as_ref().map(|lock| lock.parsed().clone());
        parsed.transpose().map_err(|source| Error::Lockfile {
            service: self.name.to_owned(),
            source,
        })
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
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// The service's migrations, in the order in which they are applied.
    pub fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        (self.migrations)()
    }

    /// The service with the migrations of these names alone, in this order, and without its lock
    /// file: for trying another order on a scratch database.
    #[must_use]
    pub fn reordered(self, names: Vec<String>) -> Self {
        let mut service = self;
        let listed = |name: &str| names.iter().any(|other| other == name);
        service.limits.retain(|name, _| listed(name));
        service.ends_transaction.retain(|name| listed(name));
        service.after_rollout.retain(|name| listed(name));
        service.irreversible.retain(|name| listed(name));
        service.resumable.retain(|name| listed(name));
        let reordered = service.map_migrations(move |mut migrations| {
            let place = |name: &str| names.iter().position(|other| other == name);
            migrations.retain(|migration| place(migration.name()).is_some());
            migrations.sort_by_key(|migration| place(migration.name()));
            migrations
        });
        reordered.without_lock()
    }

    /// The service without its lock file: for a scratch database, which has applied nothing yet.
    #[must_use]
    pub fn without_lock(mut self) -> Self {
        self.lock = None;
        self
    }

    /// The name of the migrations table: `seaql_migrations` unless the migrator says otherwise.
    pub fn migration_table(&self) -> String {
        (self.table)()
    }

    /// The checksum of a migration's text, if the service's lock file says it.
    pub(crate) fn checksum(&self, migration: &str) -> Option<String> {
        let lockfile = self.lock.as_ref()?.parsed().as_ref().ok()?;
        Some(lockfile.entry(migration)?.checksum.clone())
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
