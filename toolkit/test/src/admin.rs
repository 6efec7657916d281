//! Sessions that make and drop databases. They are never in a database that a test uses.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::{ConnectionTrait, QueryResult, TryGetable};
use tokio::sync::Semaphore;
use toolkit_runtime::{ConnectError, Connection, DatabaseError, DatabaseUrl, Reader};

use crate::TestError;

pub(crate) const APPLICATION: &str = "toolkit test";
/// The database that every server has and that nothing is made from.
const NEUTRAL: &str = "postgres";
/// How many databases are made and dropped at the same time, by one process.
const SESSIONS: usize = 4;
/// Newer versions can have the file system share what files hold.
const CLONES: i32 = 180_000;

/// Sessions on one server.
#[derive(Debug)]
pub(crate) struct Admin {
    url: DatabaseUrl,
    idle: Mutex<Vec<Connection>>,
    places: Semaphore,
    /// Whether files are copied by having the file system share what they hold.
    clones: AtomicBool,
    pub(crate) facts: Facts,
}

/// What a server is.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// `server_version_num`.
    pub(crate) version: i32,
    pub(crate) role: String,
    /// How a database is copied: what stands behind `TEMPLATE name`.
    pub(crate) copying: &'static str,
    may_create: bool,
}

impl Admin {
    /// Sessions on the server of `url`, and not in its database if it has another one for that.
    pub(crate) async fn open(url: &DatabaseUrl, variable: &str) -> Result<Self, TestError> {
        let neutral = url.with_database(NEUTRAL);
        let (url, first) = match connect(&neutral).await {
            Ok(connection) => (neutral, connection),
            // Not every provider lets one into that database.
            Err(_) => (url.clone(), connect(url).await?),
        };
        let facts = Facts::read(&first).await?;
        if !facts.may_create {
            let (role, variable) = (facts.role, variable.to_owned());
            return Err(TestError::MayNotCreate { role, variable });
        }
        Ok(Self {
            url,
            idle: Mutex::new(vec![first]),
            places: Semaphore::new(SESSIONS),
            clones: AtomicBool::new(facts.version >= CLONES),
            facts,
        })
    }

    /// A session of the caller's own.
    pub(crate) async fn session(&self) -> Result<Connection, TestError> {
        Ok(connect(&self.url).await?)
    }

    /// The URL of one of the server's databases.
    pub(crate) fn url(&self, database: &str) -> DatabaseUrl {
        self.url.with_database(database)
    }

    /// Executes one statement.
    pub(crate) async fn execute(&self, sql: &str) -> Result<(), DatabaseError> {
        self.using(async |session| session.db().execute_unprepared(sql).await.map(drop))
            .await
    }

    /// Executes a `CREATE DATABASE` that copies one.
    ///
    /// Whether files can be cloned depends on how the server was built and on its file system; whoever cannot
    /// says so.
    ///
    /// <https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-FILE-COPY-METHOD>
    pub(crate) async fn copy(&self, sql: &str) -> Result<(), DatabaseError> {
        self.using(async |session| {
            let db = session.db();
            if self.clones.load(Ordering::Relaxed) {
                let chosen = db.execute_unprepared("SET file_copy_method = clone").await;
                if chosen.is_ok() && db.execute_unprepared(sql).await.is_ok() {
                    return Ok(());
                }
                self.clones.store(false, Ordering::Relaxed);
                db.execute_unprepared("SET file_copy_method = copy").await?;
            }
            db.execute_unprepared(sql).await.map(drop)
        })
        .await
    }

    /// Reads the rows of a query.
    pub(crate) async fn rows(&self, sql: &str) -> Result<Vec<QueryResult>, DatabaseError> {
        self.using(async |session| session.rows(sql).await).await
    }

    async fn using<T>(
        &self,
        work: impl AsyncFnOnce(&Connection) -> Result<T, sea_orm::DbErr>,
    ) -> Result<T, DatabaseError> {
        // The semaphore is never closed.
        let _place = self.places.acquire().await;
        let idle = self.idle().pop();
        let session = match idle {
            Some(session) => session,
            None => connect(&self.url)
                .await
                .map_err(|error| DatabaseError::from(sea_orm::DbErr::Custom(error.to_string())))?,
        };
        let done = work(&session).await;
        self.idle().push(session);
        done.map_err(DatabaseError::from)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        locked(&self.idle)
    }
}

/// A session on which no default of the role or of the server cuts a statement off.
async fn connect(url: &DatabaseUrl) -> Result<Connection, ConnectError> {
    let session = Connection::open(url, APPLICATION).await?;
    let own = "SET search_path = pg_catalog; SET statement_timeout = 0; SET lock_timeout = 0; \
               SET default_transaction_read_only = off";
    // One that refuses this refuses the first statement, too, and that one is told.
    let _ = session.db().execute_unprepared(own).await;
    Ok(session)
}

impl Facts {
    async fn read(session: &Connection) -> Result<Self, TestError> {
        let sql = "SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4, \
             CURRENT_USER::pg_catalog.text, pg_catalog.current_setting('fsync'), \
             (SELECT r.rolcreatedb OR r.rolsuper FROM pg_catalog.pg_roles AS r \
             WHERE r.rolname OPERATOR(pg_catalog.=) CURRENT_USER)";
        let failed = TestError::database::<sea_orm::DbErr>("ask the server what it is");
        let rows = session.rows(sql).await.map_err(&failed)?;
        let row = rows.first();
        let row = row.ok_or_else(|| failed(sea_orm::DbErr::RecordNotFound("no row".to_owned())))?;
        let read = || -> Result<Self, sea_orm::DbErr> {
            let version = i32::try_get_by(row, 0)?;
            let fsync = String::try_get_by(row, 2)?;
            Ok(Self {
                version,
                role: String::try_get_by(row, 1)?,
                copying: copying(version, fsync == "on"),
                may_create: bool::try_get_by(row, 3)?,
            })
        };
        read().map_err(failed)
    }
}

/// The quickest way to copy a database, with the test waiting. Copying files ends with two checkpoints, which
/// cost nothing but where each waits for the disk; writing every page to the log costs the same everywhere.
///
/// <https://www.postgresql.org/docs/current/sql-createdatabase.html>
fn copying(version: i32, fsync: bool) -> &'static str {
    match (version, fsync) {
        // These know one way.
        (..150_000, _) => "",
        (_, true) => " STRATEGY wal_log",
        (_, false) => " STRATEGY file_copy",
    }
}

/// What `mutex` holds, also where a test panicked that had it: what it holds is whole at any time.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
