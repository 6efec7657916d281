//! Migrating with the pool that a program has: a service that migrates itself when it starts, and SeaORM's
//! `MigratorTrait` by our runner.

use std::marker::PhantomData;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseExecutor, DbBackend, DbErr, Statement};
use sea_orm_migration::{
    IntoSchemaManagerConnection, MigrationTrait, MigratorTrait, async_trait, prelude::DynIden,
};

use super::{Extent, Report, Runner, Silent};
use crate::{Connection, Error, Failure, Service, Settings};

impl Service {
    /// Applies what is pending, on the server of the pool `db` and as its role: the line with which a service
    /// migrates itself when it starts. However many replicas start at once, each migration is applied once;
    /// the others wait for the one that does it, for a minute at most.
    ///
    /// It opens two sessions of its own, and closes them. An embedded PostgreSQL has only one: migrate
    /// before the pool is opened, with [`Runner`].
    ///
    /// ```no_run
    /// # async fn start(service: toolkit_runtime::Service) -> Result<(), Box<dyn std::error::Error>> {
    /// let db = sea_orm::Database::connect("postgres://app@localhost/app").await?;
    /// service.migrate(&db).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Runner::up`]; [`Error::hint`] says what to do.
    pub async fn migrate(&self, db: &DatabaseConnection) -> Result<Report, Error> {
        self.migrate_with(db, &Settings::default()).await
    }

    /// [`Service::migrate`] with other limits.
    ///
    /// # Errors
    /// As [`Service::migrate`].
    pub async fn migrate_with(
        &self,
        db: &DatabaseConnection,
        settings: &Settings,
    ) -> Result<Report, Error> {
        run(self, db, settings, &Work::Up(Extent::All)).await
    }
}

async fn run(
    service: &Service,
    db: &DatabaseConnection,
    settings: &Settings,
    work: &Work,
) -> Result<Report, Error> {
    let connection = Connection::beside(db, service.name()).await?;
    let mut report = Report::default();
    let runner = Runner::new(service, &connection, settings, &Silent);
    let done = match work {
        Work::Up(extent) => runner.up(&mut report, extent).await,
        Work::Down(extent) => runner.down(&mut report, extent).await,
        Work::Fresh => runner.fresh(&mut report).await,
        Work::Refresh => runner.refresh(&mut report).await,
        Work::Reset => runner.reset(&mut report).await,
    };
    connection.close().await;
    done.map(|()| report)
}

/// The migrator `M` by our runner, for what calls SeaORM's `MigratorTrait` itself, as Loco does when it
/// starts with `auto_migrate`: of many replicas one applies each migration, and the others wait.
///
/// The migrations' schema is the first one of the pool's `search_path`, `public` as a rule.
///
/// ```
/// use sea_orm_migration::prelude::*;
/// use toolkit_runtime::Guarded;
///
/// pub struct Migrator;
///
/// impl MigratorTrait for Migrator {
///     fn migrations() -> Vec<Box<dyn MigrationTrait>> {
///         vec![]
///     }
/// }
///
/// // In a Loco application: create_app::<Self, Guarded<Migrator>>(mode, environment, config)
/// fn start<M: MigratorTrait>() {}
/// start::<Guarded<Migrator>>();
/// ```
#[derive(Debug)]
pub struct Guarded<M>(PhantomData<fn() -> M>);

#[async_trait::async_trait]
impl<M: MigratorTrait> MigratorTrait for Guarded<M> {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        M::migrations()
    }

    fn migration_table_name() -> DynIden {
        M::migration_table_name()
    }

    async fn up<'c, C>(db: C, steps: Option<u32>) -> Result<(), DbErr>
    where
        C: IntoSchemaManagerConnection<'c>,
    {
        guarded::<M>(db.into_database_executor(), Work::Up(extent(steps))).await
    }

    async fn down<'c, C>(db: C, steps: Option<u32>) -> Result<(), DbErr>
    where
        C: IntoSchemaManagerConnection<'c>,
    {
        guarded::<M>(db.into_database_executor(), Work::Down(extent(steps))).await
    }

    async fn fresh<'c, C>(db: C) -> Result<(), DbErr>
    where
        C: IntoSchemaManagerConnection<'c>,
    {
        guarded::<M>(db.into_database_executor(), Work::Fresh).await
    }

    async fn refresh<'c, C>(db: C) -> Result<(), DbErr>
    where
        C: IntoSchemaManagerConnection<'c>,
    {
        guarded::<M>(db.into_database_executor(), Work::Refresh).await
    }

    async fn reset<'c, C>(db: C) -> Result<(), DbErr>
    where
        C: IntoSchemaManagerConnection<'c>,
    {
        guarded::<M>(db.into_database_executor(), Work::Reset).await
    }
}

/// What SeaORM's migrator is asked for.
enum Work {
    Up(Extent),
    Down(Extent),
    Fresh,
    Refresh,
    Reset,
}

fn extent(steps: Option<u32>) -> Extent {
    steps.map_or(Extent::All, Extent::Count)
}

async fn guarded<M: MigratorTrait>(
    executor: DatabaseExecutor<'_>,
    work: Work,
) -> Result<(), DbErr> {
    let db = match &executor {
        DatabaseExecutor::Connection(db) => db,
        DatabaseExecutor::Transaction(_) | DatabaseExecutor::OwnedTransaction(_) => {
            return Err(DbErr::Migration(
                "migrations run in transactions of their own: hand over the DatabaseConnection"
                    .to_owned(),
            ));
        }
    };
    let service = Service::new::<M>("application", schema(db).await?);
    let done = run(&service, db, &Settings::default(), &work).await;
    done.map(drop).map_err(|error| {
        let Failure { message, hint } = Failure::from(&error);
        let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
        DbErr::Migration(format!("{message}{hint}"))
    })
}

/// Where unqualified names of the pool's sessions are made.
async fn schema(db: &DatabaseConnection) -> Result<String, DbErr> {
    let sql = "SELECT pg_catalog.current_schema()::text";
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = db.query_one_raw(statement).await?;
    let name: Option<String> = row
        .map(|row| row.try_get_by_index(0))
        .transpose()?
        .flatten();
    Ok(name.unwrap_or_else(|| "public".to_owned()))
}
