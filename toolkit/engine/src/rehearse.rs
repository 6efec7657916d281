//! What a service's migrations do, learnt by running them on a scratch database: the statements
//! that they send, the locks that they take and what becomes of the tables that are there.

mod tables;

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr,
};
use toolkit_runtime::{
    Connection, Direction, Error, Extent, Report, Runner, Service, Settings, Silent,
    sent_statements,
};

pub(crate) use tables::{Lock, Touched};

use crate::desired::scope;

/// What one migration did.
#[derive(Clone, Debug)]
pub(crate) struct Rehearsal {
    pub(crate) migration: String,
    /// Whether it runs in a transaction.
    pub(crate) in_transaction: bool,
    /// Its statements in order, values written out.
    pub(crate) statements: Vec<String>,
    /// The tables that were there before it and that it locked, changed or dropped.
    pub(crate) touched: Vec<Touched>,
}

/// Runs the migrations of `service` in `direction` as far as `extent` says, on the scratch database
/// of `connection`.
///
/// # Errors
/// As [`Runner::up`] and [`Runner::down`].
pub(crate) async fn rehearse(
    connection: &Connection,
    service: &Service,
    direction: Direction,
    extent: &Extent,
) -> Result<Vec<Rehearsal>, Error> {
    let rehearsals = Arc::new(Mutex::new(Vec::new()));
    let (log, ignored) = (rehearsals.clone(), scope(service).ignored_tables);
    let watched = service.map_migrations(move |migrations| {
        let watch = |migration| -> Box<dyn MigrationTrait> {
            Box::new(Watched {
                migration,
                log: log.clone(),
                ignored: ignored.clone(),
            })
        };
        migrations.into_iter().map(watch).collect()
    });
    let settings = Settings::default();
    let runner = Runner::new(&watched, connection, &settings, &Silent);
    let mut report = Report::default();
    match direction {
        Direction::Up => runner.up(&mut report, extent).await?,
        Direction::Down => runner.down(&mut report, extent).await?,
    }
    let mut rehearsals = rehearsals.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(std::mem::take(&mut *rehearsals))
}

/// A migration that notes what it does.
struct Watched {
    migration: Box<dyn MigrationTrait>,
    log: Arc<Mutex<Vec<Rehearsal>>>,
    /// The migrations' own tables.
    ignored: Vec<String>,
}

impl MigrationName for Watched {
    fn name(&self) -> &str {
        self.migration.name()
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Watched {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.watch(manager, Direction::Up).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.watch(manager, Direction::Down).await
    }

    fn use_transaction(&self) -> Option<bool> {
        self.migration.use_transaction()
    }
}

impl Watched {
    async fn watch(&self, manager: &SchemaManager<'_>, direction: Direction) -> Result<(), DbErr> {
        let before = tables::read(manager.get_connection(), &self.ignored).await?;
        let (outcome, statements) = match direction {
            Direction::Up => sent_statements(self.migration.up(manager)).await,
            Direction::Down => sent_statements(self.migration.down(manager)).await,
        };
        outcome?;
        let touched = tables::touched(manager.get_connection(), &before, &self.ignored).await?;
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Rehearsal {
                migration: self.name().to_owned(),
                in_transaction: self.use_transaction() != Some(false),
                statements,
                touched,
            });
        Ok(())
    }
}
