//! A throwaway database: on the server of the service's URL when the role may create one, else
//! embedded. Dropped when it is closed and when it is not; what a killed run left is removed by
//! the next one.

#[cfg(feature = "embedded")]
use std::path::Path;
use std::{
    fmt, thread,
    time::{SystemTime, UNIX_EPOCH},
};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
#[cfg(feature = "embedded")]
use toolkit_runtime::command::blocking;
use toolkit_runtime::{Connection, Context, DatabaseError, DatabaseUrl, Error, Service, Target};

use crate::identifier::{quote_identifier, quote_literal};

const PREFIX: &str = "toolkit_scratch_";
/// A scratch database that is older was left by a killed run.
const LEFTOVER_SECONDS: u64 = 6 * 60 * 60;

/// A throwaway database with one connection.
#[derive(Debug)]
pub struct Scratch {
    connection: Connection,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Server(Created),
    #[cfg(feature = "embedded")]
    Embedded(Box<toolkit_embedded::EmbeddedServer>),
}

impl Place {
    fn is_embedded(&self) -> bool {
        match self {
            Self::Server(_) => false,
            #[cfg(feature = "embedded")]
            Self::Embedded(_) => true,
        }
    }
}

/// A database that is dropped with the value.
#[derive(Debug)]
struct Created {
    admin: DatabaseUrl,
    name: String,
    dropped: bool,
}

impl fmt::Display for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Server(created) => write!(f, "database {} on {}", created.name, created.admin),
            #[cfg(feature = "embedded")]
            Place::Embedded(_) => f.write_str("an embedded PostgreSQL"),
        }
    }
}

impl Scratch {
    /// Creates one for `service` and says which, if asked for details.
    ///
    /// # Errors
    /// [`Error::System`] or what the embedded database reports when neither place works.
    pub async fn open(context: &Context, service: &Service) -> Result<Self, Error> {
        Self::open_for(context, service, std::slice::from_ref(service)).await
    }

    /// Creates one where `first` would have it, for the history of each of `services`.
    ///
    /// # Errors
    /// As [`Scratch::open`].
    pub async fn open_for(
        context: &Context,
        first: &Service,
        services: &[Service],
    ) -> Result<Self, Error> {
        let scratch = Self::at(context, &context.configuration.target(first)?).await?;
        for service in services {
            scratch.make_roles(service).await?;
        }
        Ok(scratch)
    }

    /// Makes the roles that the declarations of `service` name, where nobody else can: in an embedded
    /// database. A server's roles are its own.
    async fn make_roles(&self, service: &Service) -> Result<(), Error> {
        if !self.place.is_embedded() {
            return Ok(());
        }
        for role in service.declarations().roles {
            let name = quote_identifier(&role);
            let sql = format!(
                "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = {}",
                quote_literal(&role)
            );
            let known = Statement::from_string(DbBackend::Postgres, sql);
            let db = self.connection.db();
            let made = match db.query_one_raw(known).await {
                Ok(Some(_)) => continue,
                Ok(None) => db.execute_unprepared(&format!("CREATE ROLE {name}")).await,
                Err(error) => Err(error),
            };
            made.map_err(|source| crate::Error::Scratch {
                action: "make the declared roles",
                source: Box::new(DatabaseError::from(source)),
            })?;
        }
        Ok(())
    }

    /// Creates one where `service` would have it; without a service, where `DATABASE_URL` says.
    pub(crate) async fn on_default(
        context: &Context,
        service: Option<&Service>,
    ) -> Result<Self, Error> {
        match service {
            Some(service) => Self::open(context, service).await,
            None => Self::at(context, &context.configuration.default_target()?).await,
        }
    }

    async fn at(context: &Context, target: &Target) -> Result<Self, Error> {
        let scratch = match target {
            Target::Server(url, _) => match Self::on_server(url).await {
                Ok(scratch) => scratch,
                Err(why) => {
                    context
                        .printer
                        .detail(&format!("no scratch database on {url}: {why}"));
                    Self::embedded(context, Some(why)).await?
                }
            },
            Target::Embedded(_) => Self::embedded(context, None).await?,
        };
        context
            .printer
            .detail(&format!("scratch database: {scratch}"));
        Ok(scratch)
    }

    /// The connection to it.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    async fn on_server(url: &DatabaseUrl) -> Result<Self, String> {
        let admin = Connection::open(url, "toolkit scratch")
            .await
            .map_err(|error| error.to_string())?;
        let name = format!("{PREFIX}{}_{}", now(), std::process::id());
        let created = create(&admin, &name).await;
        admin.close().await;
        created.map_err(|error| DatabaseError::from(error).to_string())?;
        let created = Created {
            admin: url.clone(),
            name: name.clone(),
            dropped: false,
        };
        let url = url.with_database(&name);
        let connection = Connection::open(&url, "toolkit scratch")
            .await
            .map_err(|error| error.to_string())?;
        // What is thrown away need not survive a crash of the server.
        let hasten = "SET synchronous_commit = off";
        let hastened = connection.db().execute_unprepared(hasten).await;
        hastened.map_err(|error| DatabaseError::from(error).to_string())?;
        Ok(Self {
            connection,
            place: Place::Server(created),
        })
    }

    #[cfg(feature = "embedded")]
    async fn embedded(_: &Context, _: Option<String>) -> Result<Self, Error> {
        let start = toolkit_embedded::EmbeddedServer::temporary;
        let server = blocking("start the embedded database", start).await??;
        let folder = Path::new("a temporary folder");
        let connection =
            toolkit_runtime::command::connect_embedded(&server, folder, "toolkit scratch").await?;
        Ok(Self {
            connection,
            place: Place::Embedded(Box::new(server)),
        })
    }

    #[cfg(not(feature = "embedded"))]
    #[allow(
        clippy::unused_async,
        reason = "its twin with the embedded database is async"
    )]
    async fn embedded(_: &Context, why: Option<String>) -> Result<Self, Error> {
        let why = why.unwrap_or_else(|| "this binary has no embedded PostgreSQL".to_owned());
        Err(Error::System {
            action: "create a scratch database",
            source: std::io::Error::other(why),
        })
    }

    /// Drops it.
    pub async fn close(self) {
        let Self { connection, place } = self;
        connection.close().await;
        match place {
            Place::Server(mut created) => created.drop_now().await,
            #[cfg(feature = "embedded")]
            // Its data goes whether or not it stops in time.
            Place::Embedded(server) => {
                drop(blocking("stop the embedded database", || server.stop()).await);
            }
        }
    }
}

async fn create(admin: &Connection, name: &str) -> Result<(), DbErr> {
    let db = admin.db();
    for leftover in leftovers(db).await? {
        // Somebody else may be removing it.
        let _ = db
            .execute_unprepared(&format!("DROP DATABASE IF EXISTS {leftover} WITH (FORCE)"))
            .await;
    }
    db.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0"))
        .await
        .map(drop)
}

/// The names of scratch databases that are too old to be in use.
async fn leftovers(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "SELECT datname::text FROM pg_catalog.pg_database WHERE datname::text OPERATOR(pg_catalog.~) '^{PREFIX}[0-9]+_[0-9]+$'"
    );
    let rows = db
        .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    let names: Vec<String> = rows
        .iter()
        .map(|row| row.try_get_by_index(0))
        .collect::<Result<_, DbErr>>()?;
    let is_old = |name: &String| {
        let created = name[PREFIX.len()..]
            .split('_')
            .next()
            .and_then(|time| time.parse::<u64>().ok());
        created.is_some_and(|created| created + LEFTOVER_SECONDS < now())
    };
    Ok(names.into_iter().filter(is_old).collect())
}

impl Created {
    async fn drop_now(&mut self) {
        self.dropped = true;
        // If the server is gone, the next run removes the database.
        if let Ok(admin) = Connection::open(&self.admin, "toolkit scratch").await {
            let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            let _ = admin.db().execute_unprepared(&sql).await;
            admin.close().await;
        }
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        if self.dropped {
            return;
        }
        let mut last = Self {
            admin: self.admin.clone(),
            name: self.name.clone(),
            dropped: true,
        };
        // After an error or Ctrl-C there is no event loop to wait in, so it gets one of its own.
        let dropping = thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
            {
                runtime.block_on(last.drop_now());
            }
        });
        let _ = dropping.join();
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs())
}
