//! A test's database.

use std::{error::Error as StdError, fmt::Write, sync::Arc, thread, time::Duration};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use toolkit_runtime::{DatabaseUrl, Service};
use toolkit_text::identifier::quote_always;

#[cfg(feature = "embedded")]
use crate::embedded::Embedded;
use crate::{
    TestError,
    admin::locked,
    name::Name,
    process::{Place, process},
    server::Server,
};

/// How many sessions a pool has at most: a server has a hundred for all tests that run.
const SESSIONS: u32 = 5;
/// How long the goodbye of a pool may take that the test may still use.
const GOODBYE: Duration = Duration::from_millis(500);

/// A database in which all migrations of some services have run, and that nobody else uses.
///
/// It is dropped with the last copy of this value; if a test panics, it stays, and the test says how to open
/// it. The attribute [`test`](macro@crate::test) makes one for each test; this is for other kinds of tests:
///
/// ```no_run
/// # mod users { pub fn service() -> toolkit_runtime::Service { unimplemented!() } }
/// use toolkit_test::TestDatabase;
///
/// # async fn test() -> Result<(), toolkit_test::TestError> {
/// let database = TestDatabase::create(&[users::service()]).await?;
/// let db = database.connection();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestDatabase(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    test: Option<String>,
    services: Vec<Scope>,
    connection: DatabaseConnection,
    /// Pools that were opened beside that one.
    more: std::sync::Mutex<Vec<DatabaseConnection>>,
    home: Home,
}

/// A service as far as its connections go.
#[derive(Debug)]
struct Scope {
    name: &'static str,
    schema: String,
}

/// Where the database is.
#[derive(Debug)]
enum Home {
    Server(&'static Server, Name),
    #[cfg(feature = "embedded")]
    Embedded(Box<Embedded>),
}

impl TestDatabase {
    /// Makes one with the migrations of `services`.
    ///
    /// # Errors
    /// [`TestError`], whose [`hint`](TestError::hint) says what to do.
    pub async fn create(services: &[Service]) -> Result<Self, TestError> {
        let thread = thread::current();
        // Rust's harness gives a test's thread its name, but not the main one.
        let test = thread
            .name()
            .filter(|name| name.contains("::") || *name != "main");
        Self::open(services, test.map(str::to_owned)).await
    }

    /// Likewise for the test of this name.
    pub(crate) async fn open(
        services: &[Service],
        test: Option<String>,
    ) -> Result<Self, TestError> {
        if services.is_empty() {
            return Err(TestError::NoService);
        }
        let process = process()?;
        let wanted = services.to_vec();
        let home = process.run(async move {
            match process.place().await? {
                Place::Server(server, templates) => {
                    let name = templates.database(server, &wanted).await?;
                    Ok(Home::Server(server, name))
                }
                #[cfg(feature = "embedded")]
                Place::Embedded(why) => {
                    let embedded = Embedded::start(&wanted, why).await?;
                    Ok(Home::Embedded(Box::new(embedded)))
                }
                #[cfg(not(feature = "embedded"))]
                Place::Embedded(_) => Err(TestError::NoServer),
            }
        });
        let home = home.await?;
        process.begin();
        let scope = |service: &Service| Scope {
            name: service.name(),
            schema: service.schema().to_owned(),
        };
        let services: Vec<Scope> = services.iter().map(scope).collect();
        let connection = pool(&home, &search_path(&services)).await?;
        Ok(Self(Arc::new(Inner {
            test,
            services,
            connection,
            more: std::sync::Mutex::default(),
            home,
        })))
    }

    /// A pool whose sessions have the schemas of all services on their `search_path`, and `public`.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.0.connection
    }

    /// A pool as the service `name` has it: its schema, and `public`.
    ///
    /// # Errors
    /// [`TestError::UnknownService`]; [`TestError::OneConnection`] on an embedded PostgreSQL, if the
    /// database has several services.
    pub async fn connection_of(&self, name: &str) -> Result<DatabaseConnection, TestError> {
        let services = &self.0.services;
        let place = services.iter().position(|service| service.name == name);
        match place {
            Some(place) => self.connection_at(place).await,
            None => Err(TestError::UnknownService {
                name: name.to_owned(),
                known: services.iter().map(|it| it.name.to_owned()).collect(),
            }),
        }
    }

    /// Likewise of the service at a place of the list.
    pub(crate) async fn connection_at(
        &self,
        place: usize,
    ) -> Result<DatabaseConnection, TestError> {
        let services = &self.0.services;
        if services.len() == 1 {
            return Ok(self.0.connection.clone());
        }
        #[cfg(feature = "embedded")]
        if let Home::Embedded(_) = self.0.home {
            return Err(TestError::OneConnection);
        }
        let own = &services[place..=place];
        let opened = pool(&self.0.home, &search_path(own)).await?;
        locked(&self.0.more).push(opened.clone());
        Ok(opened)
    }

    pub(crate) fn services(&self) -> usize {
        self.0.services.len()
    }

    /// Its name on its server.
    pub fn name(&self) -> String {
        match &self.0.home {
            Home::Server(_, name) => name.to_string(),
            #[cfg(feature = "embedded")]
            Home::Embedded(_) => "template1".to_owned(),
        }
    }

    /// Its URL, for what opens connections of its own. Their `search_path` is what they set.
    pub fn url(&self) -> DatabaseUrl {
        self.0.home.url()
    }

    /// Executes the statements of an SQL text; `name` is told if that fails.
    ///
    /// # Errors
    /// [`TestError::Fixture`].
    pub async fn load_sql(&self, name: &str, sql: &str) -> Result<(), TestError> {
        let done = self.connection().execute_unprepared(sql).await;
        let fixture = |error| TestError::Fixture {
            name: name.to_owned(),
            source: Box::new(toolkit_runtime::DatabaseError::from(error)),
        };
        done.map(drop).map_err(fixture)
    }

    /// Has `load` put something into it; `name` is told if that fails.
    ///
    /// # Errors
    /// [`TestError::Fixture`].
    pub async fn load<E>(
        &self,
        name: &str,
        load: impl AsyncFnOnce(&DatabaseConnection) -> Result<(), E>,
    ) -> Result<(), TestError>
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let done = load(self.connection()).await;
        done.map_err(|error| TestError::Fixture {
            name: name.to_owned(),
            source: error.into(),
        })
    }

    /// Closes its pools, so that it is dropped at once; else what is connected to it is cut off.
    pub async fn disconnect(&self) {
        let more = std::mem::take(&mut *locked(&self.0.more));
        let closing = async {
            for pool in more.iter().chain([&self.0.connection]) {
                pool.get_postgres_connection_pool().close().await;
            }
        };
        // What the test has not given back is cut off.
        let _ = tokio::time::timeout(GOODBYE, closing).await;
    }

    /// Keeps the database of a test that failed, and returns how to open it.
    pub(crate) fn keep(self) -> String {
        match Arc::try_unwrap(self.0) {
            Ok(mut inner) => inner.keep(),
            Err(_) => "the test's database is still in use, and goes with its process".to_owned(),
        }
    }
}

impl Home {
    fn url(&self) -> DatabaseUrl {
        match self {
            Self::Server(server, name) => server.url(name),
            #[cfg(feature = "embedded")]
            Self::Embedded(embedded) => embedded.url.clone(),
        }
    }

    fn sessions(&self) -> u32 {
        match self {
            Self::Server(..) => SESSIONS,
            #[cfg(feature = "embedded")]
            Self::Embedded(_) => 1,
        }
    }
}

impl Inner {
    /// Renames the database to what nobody sweeps, and says how to open it.
    fn keep(&mut self) -> String {
        let (server, name) = match &self.home {
            Home::Server(server, name) => (*server, name.clone()),
            #[cfg(feature = "embedded")]
            Home::Embedded(_) => {
                return "the test's database was embedded, and is gone; with TEST_DATABASE_URL it would \
                        be kept"
                    .to_owned();
            }
        };
        let wanted = self
            .name_when_failed(server)
            .unwrap_or_else(|| Name::failed(&name.to_string(), ""));
        let Ok(process) = process() else {
            return String::new();
        };
        match process.wait(async move { server.keep(&name, &wanted).await }) {
            Some(Ok(kept)) => {
                let told = self.how_to_open(server, &kept);
                // Dropping this value drops nothing any more.
                self.home = Home::Server(server, kept);
                told
            }
            Some(Err(error)) => {
                format!("the test's database could not be kept: {}", error.report())
            }
            None => String::new(),
        }
    }

    fn how_to_open(&self, server: &Server, kept: &Name) -> String {
        let path = search_path(&self.services);
        let url = server.url(kept).without_password();
        let url = url.with_setting("search_path", &path);
        let mut told = format!("the test's database is kept; open it with\n  psql '{url}'");
        if let Some(start) = server.start_command() {
            let _ = write!(
                told,
                "\nits server ends with the tests; to start it again:\n  {start}"
            );
        }
        told.push_str("\nit goes when the test passes, or fails again");
        told
    }

    fn name_when_failed(&self, server: &Server) -> Option<Name> {
        let test = self.test.as_deref()?;
        Some(Name::failed(test, server.program.path()))
    }
}

impl Drop for Inner {
    #[allow(
        clippy::print_stderr,
        reason = "the harness shows it with the test that failed"
    )]
    fn drop(&mut self) {
        let Ok(process) = process() else { return };
        let is_kept = |home: &Home| match home {
            Home::Server(_, name) => matches!(name, Name::Failed(_)),
            #[cfg(feature = "embedded")]
            Home::Embedded(_) => false,
        };
        if thread::panicking() && !is_kept(&self.home) {
            eprintln!("{}", self.keep());
        }
        match &self.home {
            Home::Server(..) if is_kept(&self.home) => process.end(async {}),
            Home::Server(server, name) => {
                let (server, name) = (*server, name.clone());
                let before = self.name_when_failed(server);
                process.end(async move { server.drop_database(&name, before.as_ref()).await });
            }
            #[cfg(feature = "embedded")]
            Home::Embedded(_) => process.end(async {}),
        }
    }
}

/// A pool of sessions with this path, which opens them when they are needed.
async fn pool(home: &Home, path: &str) -> Result<DatabaseConnection, TestError> {
    let mut options = ConnectOptions::new(home.url().expose());
    options
        .max_connections(home.sessions())
        .set_schema_search_path(path)
        .connect_lazy(true);
    let opened = Database::connect(options).await;
    opened.map_err(TestError::database("open a pool for the test"))
}

/// The services' schemas, whose names count as they are written, and what is in all paths by default.
fn search_path(services: &[Scope]) -> String {
    let schemas = services.iter().map(|service| quote_always(&service.schema));
    let all: Vec<String> = schemas.chain(["public".to_owned()]).collect();
    all.join(", ")
}
