//! A throwaway database: on the server of the service's URL when the role may create one, else on a
//! server of its own, an embedded one. What would reach beyond it is not sent to a server that others
//! use. Dropped when it is closed and when it is not; what a killed run left is removed by the next
//! one.

mod gate;
mod server;

use std::fmt;
#[cfg(feature = "embedded")]
use std::path::Path;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde::{Serialize, Serializer};
#[cfg(feature = "embedded")]
use toolkit_runtime::command::blocking;
use toolkit_runtime::{Connection, Context, DatabaseError, DatabaseUrl, Error, Service, Target};

use crate::{
    identifier::{quote_identifier, quote_literal},
    reach::Policy,
};
use gate::Gate;
use server::Created;

const APPLICATION: &str = "toolkit scratch";

/// A throwaway database with one connection.
#[derive(Debug)]
pub struct Scratch {
    connection: Connection,
    gate: Gate,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Server(Created, DatabaseUrl),
    #[cfg(feature = "embedded")]
    Embedded(Box<toolkit_embedded::EmbeddedServer>),
}

/// Where a scratch database is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// Where the configuration has it.
    Configured,
    /// On a server that nobody else uses.
    Own,
}

/// Where a scratch database is, or was.
#[derive(Clone, Debug)]
pub enum Location {
    /// On the server of a URL, under this name.
    Server {
        /// Its name.
        name: String,
        /// The URL that it was made by.
        url: DatabaseUrl,
    },
    /// On a server of its own.
    Embedded,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server { name, url } => write!(f, "database {name} on {url}"),
            Self::Embedded => f.write_str("an embedded PostgreSQL"),
        }
    }
}

/// For programs: its URL without the password, or `embedded`.
impl Serialize for Location {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Server { name, url } => serializer.collect_str(&url.with_database(name)),
            Self::Embedded => serializer.serialize_str("embedded"),
        }
    }
}

impl fmt::Display for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.location().fmt(f)
    }
}

/// Has `attempt` use one site, and once more the other one where the first will not do: no scratch
/// database can be made there, or something reaches beyond it. Whatever is compared was then read from
/// one server.
///
/// # Errors
/// What the last attempt returns.
pub async fn somewhere<T>(
    context: &Context,
    attempt: impl AsyncFn(Site) -> Result<T, Error>,
) -> Result<T, Error> {
    let error = match attempt(Site::Configured).await {
        Err(error) if asks_for_own_server(&error) && cfg!(feature = "embedded") => error,
        done => return done,
    };
    context.printer.note(&format!(
        "{error}\nnothing of that server was changed; an embedded PostgreSQL is used instead"
    ));
    attempt(Site::Own).await
}

fn asks_for_own_server(error: &Error) -> bool {
    match error {
        Error::Engine { source, .. } => matches!(
            source.downcast_ref(),
            Some(crate::Error::NoScratch { .. } | crate::Error::Beyond { shared: true, .. })
        ),
        _ => false,
    }
}

impl Scratch {
    /// Opens one where the first of `services` would have it, and does `work` there: everything that
    /// runs migrations. Where they reach beyond it, the work is done again on a server of its own.
    ///
    /// # Errors
    /// What `work` returns; [`crate::Error::Beyond`] when it reaches beyond a server of its own, too.
    pub async fn after<T>(
        context: &Context,
        services: &[Service],
        work: impl AsyncFn(&Self) -> Result<T, Error>,
    ) -> Result<(Self, T), Error> {
        somewhere(context, async |site| {
            Self::at(context, site, services, &work).await
        })
        .await
    }

    /// Likewise, and drops it.
    ///
    /// # Errors
    /// As [`Scratch::after`].
    pub async fn with<T>(
        context: &Context,
        services: &[Service],
        work: impl AsyncFn(&Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (scratch, done) = Self::after(context, services, work).await?;
        scratch.close().await;
        Ok(done)
    }

    /// Opens one at `site` and does `work` there; without services, where `DATABASE_URL` says.
    ///
    /// # Errors
    /// As [`Scratch::after`], and [`crate::Error::NoScratch`].
    pub async fn at<T>(
        context: &Context,
        site: Site,
        services: &[Service],
        work: impl AsyncFnOnce(&Self) -> Result<T, Error>,
    ) -> Result<(Self, T), Error> {
        let scratch = Self::open(context, site, services.first()).await?;
        let place = scratch.to_string();
        context
            .printer
            .detail(&format!("scratch database: {place}"));
        let done = async {
            for service in services {
                scratch.make_roles(service).await?;
            }
            let done = work(&scratch).await;
            // An error that comes of a refusal says so itself, where it is known whose it is.
            match scratch.refuse_beyond(|| "something".to_owned()) {
                Err(beyond) if !done.as_ref().is_err_and(is_beyond) => Err(beyond),
                _ => done,
            }
        };
        match done.await {
            Ok(done) => Ok((scratch, done)),
            Err(error) => {
                scratch.close().await;
                Err(error)
            }
        }
    }

    /// Refuses if something that was sent reaches beyond the scratch database; `who` sent it.
    ///
    /// # Errors
    /// [`crate::Error::Beyond`].
    pub fn refuse_beyond(&self, who: impl FnOnce() -> String) -> Result<(), Error> {
        let Some(reach) = self.gate.refused() else {
            return Ok(());
        };
        Err(crate::Error::Beyond {
            who: who(),
            what: reach.beyond.to_string(),
            statement: toolkit_runtime::shown_statement(&reach.statement, None),
            shared: !self.is_own(),
        }
        .into())
    }

    /// Where it is.
    pub fn location(&self) -> Location {
        match &self.place {
            Place::Server(created, url) => Location::Server {
                name: created.name().to_owned(),
                url: url.clone(),
            },
            #[cfg(feature = "embedded")]
            Place::Embedded(_) => Location::Embedded,
        }
    }

    /// Whether nobody else uses its server.
    pub fn is_own(&self) -> bool {
        match self.place {
            Place::Server(..) => false,
            #[cfg(feature = "embedded")]
            Place::Embedded(_) => true,
        }
    }

    /// Makes the roles that the declarations of `service` name, where nobody else can: on a server of
    /// its own. Another server's roles are its own.
    async fn make_roles(&self, service: &Service) -> Result<(), Error> {
        if !self.is_own() {
            return Ok(());
        }
        for role in service.declarations().roles {
            let name = quote_identifier(&role);
            let sql = format!(
                "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) {}",
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

    async fn open(context: &Context, site: Site, service: Option<&Service>) -> Result<Self, Error> {
        let configuration = &context.configuration;
        let target = match (site, configuration.scratch_target()?, service) {
            (Site::Own, _, _) => return Self::embedded().await,
            (Site::Configured, Some(target), _) => target,
            (Site::Configured, None, Some(service)) => configuration.target(service)?,
            (Site::Configured, None, None) => configuration.default_target()?,
        };
        match target {
            Target::Server(url, _) => Self::on_server(context, &url).await.map_err(|why| {
                let url = url.to_string();
                crate::Error::NoScratch { url, why }.into()
            }),
            Target::Embedded(_) => Self::embedded().await,
        }
    }

    /// The connection to it.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    async fn on_server(context: &Context, url: &DatabaseUrl) -> Result<Self, String> {
        let created = Created::create(url, context.printer).await?;
        let inside = url.with_database(created.name());
        let gate = Gate::open(&inside, Policy::Shared).map_err(|error| error.to_string())?;
        let connection = Connection::open(gate.url(), APPLICATION)
            .await
            .map_err(|error| error.to_string())?;
        Ok(Self {
            connection,
            gate,
            place: Place::Server(created, url.clone()),
        })
    }

    #[cfg(feature = "embedded")]
    async fn embedded() -> Result<Self, Error> {
        let start = toolkit_embedded::EmbeddedServer::temporary;
        let server = blocking("start the embedded database", start).await??;
        let folder = Path::new("a temporary folder");
        let url = toolkit_runtime::command::embedded_url(&server, folder)?;
        let gate = Gate::open(&url, Policy::Own).map_err(|source| Error::System {
            action: "open a way to the embedded database",
            source,
        })?;
        let connection = Connection::open(gate.url(), APPLICATION).await?.alone();
        Ok(Self {
            connection,
            gate,
            place: Place::Embedded(Box::new(server)),
        })
    }

    #[cfg(not(feature = "embedded"))]
    #[allow(
        clippy::unused_async,
        reason = "its twin with the embedded database is async"
    )]
    async fn embedded() -> Result<Self, Error> {
        Err(Error::System {
            action: "create a scratch database",
            source: std::io::Error::other("this binary has no embedded PostgreSQL"),
        })
    }

    /// Drops it.
    pub async fn close(self) {
        let Self {
            connection,
            gate,
            place,
        } = self;
        connection.close().await;
        drop(gate);
        match place {
            Place::Server(created, _) => created.close().await,
            #[cfg(feature = "embedded")]
            // Its data goes whether or not it stops in time.
            Place::Embedded(server) => {
                drop(blocking("stop the embedded database", || server.stop()).await);
            }
        }
    }
}

fn is_beyond(error: &Error) -> bool {
    match error {
        Error::Engine { source, .. } => {
            matches!(source.downcast_ref(), Some(crate::Error::Beyond { .. }))
        }
        _ => false,
    }
}
