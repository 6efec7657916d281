//! A database in which all migrations ran once, and its copies.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sea_orm::ConnectionTrait;
use toolkit_runtime::{
    Connection, DatabaseError, Extent, Report, Runner, Service, Settings, Silent, SqlState,
};
use toolkit_text::identifier::{quote_always, quote_literal};

use crate::{
    TestError,
    admin::{APPLICATION, locked},
    name::{Key, Name, Token},
    program::{Mark, Program},
    server::{Server, drop_by_force},
};

/// How many copies wait, beside those that were being made when a process ended.
const READY: usize = 4;
/// How often it is asked whether another process has made the template.
const POLL: Duration = Duration::from_millis(20);
/// What the template says of its last use is renewed when it is older.
const FRESH_SECONDS: i64 = 60 * 60;

/// The templates that this process uses.
#[derive(Debug, Default)]
pub(crate) struct Templates(Mutex<BTreeMap<Key, Arc<Template>>>);

/// A database in which all migrations ran.
#[derive(Debug)]
struct Template {
    key: Key,
    is_there: tokio::sync::Mutex<bool>,
    /// Copies that wait for a test, of whatever process.
    ready: Mutex<Vec<Name>>,
    making: AtomicUsize,
    /// How many copies tests of this process had.
    taken: AtomicUsize,
}

impl Templates {
    /// A database with all migrations of `services`, for a test.
    pub(crate) async fn database(
        &self,
        server: &'static Server,
        services: &[Service],
    ) -> Result<Name, TestError> {
        let key = server.program.key(&server.admin.facts, services)?;
        let template = {
            let mut templates = locked(&self.0);
            let template = templates.entry(key);
            template
                .or_insert_with(|| Arc::new(Template::new(key)))
                .clone()
        };
        template.copy(server, services).await
    }
}

impl Template {
    fn new(key: Key) -> Self {
        Self {
            key,
            is_there: tokio::sync::Mutex::new(false),
            ready: Mutex::default(),
            making: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
        }
    }

    /// A copy for a test of this process.
    async fn copy(
        self: &Arc<Self>,
        server: &'static Server,
        services: &[Service],
    ) -> Result<Name, TestError> {
        let mut tries = 0..2;
        loop {
            self.make(server, services).await?;
            let copied = self.take(server).await;
            let is_gone =
                |error: &DatabaseError| error.state() == Some(SqlState::InvalidCatalogName);
            match (copied, tries.next()) {
                (Ok(name), _) => {
                    self.refill(server);
                    return Ok(name);
                }
                // A run of a newer build has swept it.
                (Err(error), Some(_)) if is_gone(&error) => *self.is_there.lock().await = false,
                (Err(error), _) => {
                    return Err(TestError::database("copy the migrated database")(error));
                }
            }
        }
    }

    /// One that waits, else one that is made now.
    async fn take(&self, server: &Server) -> Result<Name, DatabaseError> {
        self.taken.fetch_add(1, Ordering::Relaxed);
        let name = server.name();
        loop {
            let ready = locked(&self.ready).pop();
            let Some(ready) = ready else { break };
            let rename = format!("ALTER DATABASE {ready} RENAME TO {name}");
            // Another process may have been faster.
            if server.admin.execute(&rename).await.is_ok() {
                return Ok(name);
            }
        }
        server.admin.copy(&self.create(server, &name)).await?;
        Ok(name)
    }

    fn create(&self, server: &Server, name: &Name) -> String {
        let (template, copying) = (Name::Template(self.key), server.admin.facts.copying);
        format!("CREATE DATABASE {name} TEMPLATE {template}{copying}")
    }

    /// Has another copy made while the test runs. Only as many as tests have asked for: one test needs no four.
    fn refill(self: &Arc<Self>, server: &'static Server) {
        let goal = READY.min(self.taken.load(Ordering::Relaxed));
        let making = self.making.fetch_add(1, Ordering::Relaxed);
        if locked(&self.ready).len() + making >= goal {
            self.making.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let template = self.clone();
        tokio::spawn(async move {
            let name = Name::Ready(template.key, Token::random());
            let made = server.admin.copy(&template.create(server, &name)).await;
            if made.is_ok() {
                locked(&template.ready).push(name);
            }
            // A failure is told to the test that then makes its own.
            template.making.fetch_sub(1, Ordering::Relaxed);
        });
    }

    /// Makes the template, unless this or another process has made it.
    async fn make(&self, server: &Server, services: &[Service]) -> Result<(), TestError> {
        let mut is_there = self.is_there.lock().await;
        if *is_there {
            return Ok(());
        }
        let session = server.admin.session().await?;
        let failed = TestError::database("wait for another process that migrates");
        let lock = self.key.lock();
        // Asked for again and again: a session that waits for a lock holds a snapshot, and others wait for that.
        let take = format!("SELECT pg_catalog.pg_try_advisory_lock({lock})");
        while !self.find(server).await? {
            if !is_true(&session, &take).await.map_err(&failed)? {
                tokio::time::sleep(POLL).await;
                continue;
            }
            if self.find(server).await? {
                break;
            }
            if let Err(error) = self.migrate(server, services).await
                && !self.find(server).await?
            {
                return Err(error);
            }
        }
        // Ends the session, and with it the lock.
        session.close().await;
        *is_there = true;
        Ok(())
    }

    /// Whether it is there; then its copies that wait are known, too.
    async fn find(&self, server: &Server) -> Result<bool, TestError> {
        let template = Name::Template(self.key).to_string();
        let ready = Name::ready_prefix(self.key);
        let sql = format!(
            "SELECT datname::pg_catalog.text, pg_catalog.shobj_description(oid, 'pg_database'), \
             pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())::pg_catalog.int8 \
             FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) {} \
             OR pg_catalog.starts_with(datname::pg_catalog.text, {})",
            quote_literal(&template),
            quote_literal(&ready)
        );
        let failed = TestError::database("look for the migrated database");
        let rows = server.admin.rows(&sql).await.map_err(&failed)?;
        let mut is_there = false;
        let mut waiting = Vec::new();
        for row in rows {
            let read = |place| row.try_get_by_index::<Option<String>>(place);
            let name = read(0).map_err(|error| failed(error.into()))?;
            match name.as_deref().and_then(Name::parse) {
                Some(Name::Template(_)) => {
                    is_there = true;
                    let mark = read(1).map_err(|error| failed(error.into()))?;
                    let now = row
                        .try_get_by_index(2)
                        .map_err(|error| failed(error.into()))?;
                    self.note_use(server, mark, now).await;
                }
                Some(ready) => waiting.push(ready),
                None => {}
            }
        }
        if is_there {
            *locked(&self.ready) = waiting;
        }
        Ok(is_there)
    }

    /// Writes down that it is used, once in a while.
    async fn note_use(&self, server: &Server, mark: Option<String>, now: i64) {
        let mark = mark.as_deref().and_then(Mark::parse);
        if mark.is_some_and(|mark| mark.used.saturating_add(FRESH_SECONDS) < now) {
            let name = Name::Template(self.key);
            // Then it goes a little earlier.
            let _ = server
                .admin
                .execute(&comment(&name, &server.program, now))
                .await;
        }
    }

    /// Runs all migrations in a database of this process, which then becomes the template.
    async fn migrate(&self, server: &Server, services: &[Service]) -> Result<(), TestError> {
        let name = server.name();
        let failed = TestError::database("make the database for the migrations");
        let create = format!("CREATE DATABASE {name} TEMPLATE template0");
        server.admin.execute(&create).await.map_err(&failed)?;
        let migrated = async {
            let connection = Connection::open(&server.url(&name), APPLICATION).await?;
            let migrated = migrate(&connection, services, server.is_own()).await;
            connection.close().await;
            migrated?;
            let now = server.now().await.map_err(&failed)?;
            for sql in [
                comment(&name, &server.program, now),
                // One that somebody is in cannot be copied.
                format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"),
                format!(
                    "ALTER DATABASE {name} RENAME TO {}",
                    Name::Template(self.key)
                ),
            ] {
                server.admin.execute(&sql).await.map_err(&failed)?;
            }
            Ok(())
        };
        let migrated = migrated.await;
        if migrated.is_err() {
            let _ = server.admin.execute(&drop_by_force(&name)).await;
        }
        migrated
    }
}

/// Runs all migrations of `services`, those for after a rollout, too: a test runs the newest code.
pub(crate) async fn migrate(
    connection: &Connection,
    services: &[Service],
    makes_roles: bool,
) -> Result<(), TestError> {
    let settings = Settings {
        after_rollout: true,
        ..Settings::default()
    };
    for service in services {
        if makes_roles {
            make_roles(connection, service).await?;
        }
        let runner = Runner::new(service, connection, &settings, &Silent);
        // A service without migrations has a schema, too.
        runner.bootstrap(&mut Report::default()).await?;
        runner.up(&mut Report::default(), &Extent::All).await?;
    }
    Ok(())
}

/// Makes the roles that the declarations of `service` name, where nobody else can.
async fn make_roles(connection: &Connection, service: &Service) -> Result<(), TestError> {
    for role in service.declarations().roles {
        let (name, text) = (quote_always(&role), quote_literal(&role));
        let sql = format!(
            "DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) {text}) \
             THEN CREATE ROLE {name}; END IF; END$$"
        );
        let made = connection.db().execute_unprepared(&sql).await;
        made.map_err(TestError::database("make the declared roles"))?;
    }
    Ok(())
}

fn comment(name: &Name, program: &Program, used: i64) -> String {
    let mark = Mark {
        program: program.clone(),
        used,
    };
    // A struct of texts and numbers can be written.
    let mark = serde_json::to_string(&mark).unwrap_or_default();
    format!("COMMENT ON DATABASE {name} IS {}", quote_literal(&mark))
}

async fn is_true(session: &Connection, sql: &str) -> Result<bool, sea_orm::DbErr> {
    use toolkit_runtime::Reader;

    let rows = session.rows(sql).await?;
    rows.first()
        .map_or(Ok(false), |row| row.try_get_by_index(0))
}
