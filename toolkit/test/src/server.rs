//! The server on which a process makes its databases.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::ConnectionTrait;
use toolkit_runtime::{Connection, DatabaseError, DatabaseUrl};
use toolkit_text::identifier::quote_literal;

use crate::{
    TestError,
    admin::{Admin, locked},
    name::{Name, Token},
    program::Program,
    site::Site,
    sweep,
};

/// How often the session that says that this process lives is looked after: a router between may cut off one
/// that says nothing.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How often it is asked whether a test's sessions have ended, and how long between.
const GOODBYES: usize = 10;
const GOODBYE: Duration = Duration::from_millis(3);
/// How often a database is renamed that somebody comes back to.
const TRIES: usize = 5;

/// The server on which a process makes its databases.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) admin: Admin,
    pub(crate) program: Program,
    /// What starts the server when no test does, where that is needed.
    start: Option<String>,
    /// A lock that this process holds for as long as it lives.
    owner: Token,
    number: AtomicU64,
    /// What tests that failed have left.
    failed: Mutex<BTreeSet<Name>>,
    /// It runs until the process ends.
    _site: Site,
}

impl Server {
    /// The cluster is nobody else's, so its roles may be made.
    pub(crate) fn is_own(&self) -> bool {
        self.start.is_some()
    }

    pub(crate) async fn open(site: Site) -> Result<Self, TestError> {
        let (url, variable, start) = match &site {
            Site::Server { url, variable } => (url.clone(), variable.clone(), None),
            #[cfg(unix)]
            Site::Own { cluster, url } => {
                let start = Some(cluster.start_command());
                (url.clone(), "the private cluster".to_owned(), start)
            }
            Site::Embedded(_) => return Err(TestError::NoServer),
        };
        let admin = Admin::open(&url, &variable).await?;
        let owner = Token::random();
        tokio::spawn(live(admin.session().await?, owner).await?);
        let program = Program::this()?;
        let failed = sweep::sweep(&admin, &program, start.is_some()).await?;
        Ok(Self {
            admin,
            program,
            start,
            owner,
            number: AtomicU64::new(0),
            failed: Mutex::new(failed),
            _site: site,
        })
    }

    /// A name for a database of this process.
    pub(crate) fn name(&self) -> Name {
        Name::Test {
            process: std::process::id(),
            owner: self.owner,
            number: self.number.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// Drops a test's database, whoever is connected to it; and what the same test left when it failed before.
    pub(crate) async fn drop_database(&self, name: &Name, before: Option<&Name>) {
        let before = before.filter(|before| locked(&self.failed).remove(*before));
        self.await_goodbyes(name).await;
        // What stays is swept by a later run.
        let _ = self.admin.execute(&drop_by_force(name)).await;
        if let Some(before) = before {
            let without_force = format!("DROP DATABASE IF EXISTS {before}");
            let _ = self.admin.execute(&without_force).await;
        }
    }

    /// Waits a moment for sessions that are ending: PostgreSQL waits for them in steps of a tenth of a second.
    async fn await_goodbyes(&self, name: &Name) {
        let name = quote_literal(&name.to_string());
        let sessions = format!(
            "SELECT FROM pg_catalog.pg_stat_activity WHERE datname OPERATOR(pg_catalog.=) {name}"
        );
        for _ in 0..GOODBYES {
            match self.admin.rows(&sessions).await {
                Ok(rows) if !rows.is_empty() => tokio::time::sleep(GOODBYE).await,
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Gives the database of a test that failed the name under which it stays, in the place of what the test
    /// left before.
    pub(crate) async fn keep(&self, name: &Name, kept: &Name) -> Result<Name, TestError> {
        let failed = TestError::database("keep the database of a test that failed");
        let end = format!(
            "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity \
             WHERE datname OPERATOR(pg_catalog.=) {}",
            quote_literal(&name.to_string())
        );
        let drop = format!("DROP DATABASE IF EXISTS {kept}");
        // Somebody may be looking at it; then this one has another name.
        let kept = match self.admin.execute(&drop).await {
            Ok(()) => kept.clone(),
            Err(_) => Name::failed(&name.to_string(), ""),
        };
        let rename = format!("ALTER DATABASE {name} RENAME TO {kept}");
        let mut tries = 1..=TRIES;
        loop {
            self.admin.rows(&end).await.map_err(&failed)?;
            match (self.admin.execute(&rename).await, tries.next()) {
                (Ok(()), _) => break,
                (Err(_), Some(_)) => {}
                (Err(error), None) => return Err(failed(error)),
            }
        }
        locked(&self.failed).insert(kept.clone());
        Ok(kept)
    }

    /// The URL of one of the server's databases.
    pub(crate) fn url(&self, name: &Name) -> DatabaseUrl {
        self.admin.url(&name.to_string())
    }

    /// Its clock, in seconds.
    pub(crate) async fn now(&self) -> Result<i64, DatabaseError> {
        let sql =
            "SELECT pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())::pg_catalog.int8";
        let rows = self.admin.rows(sql).await?;
        let read = rows.first().map(|row| row.try_get_by_index(0));
        Ok(read.unwrap_or(Ok(0))?)
    }

    /// What starts the server when no test does, where that is needed.
    pub(crate) fn start_command(&self) -> Option<&str> {
        self.start.as_deref()
    }
}

/// Takes the lock that says that this process lives, and returns what keeps it.
async fn live(
    session: Connection,
    owner: Token,
) -> Result<impl Future<Output = ()> + Send + use<>, TestError> {
    let lock = owner.lock();
    // On a session that took the place of a lost one it is taken again.
    let hold = format!(
        "DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype OPERATOR(pg_catalog.=) 'advisory' \
         AND pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()) THEN \
         PERFORM pg_catalog.pg_advisory_lock({lock}); END IF; END$$"
    );
    let taken = session.db().execute_unprepared(&hold).await;
    taken.map_err(TestError::database("say that this process lives"))?;
    Ok(async move {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            let _ = session.db().execute_unprepared(&hold).await;
        }
    })
}

pub(crate) fn drop_by_force(name: &Name) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}
