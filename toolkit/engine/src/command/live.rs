//! The live database of a service, if there is one.

use toolkit_runtime::{Connection, Context, Error, Service, Standing, Target};

use crate::{catalog::Catalog, verify};

/// What a live database holds of a service.
pub(crate) struct Live {
    pub(crate) standing: Standing,
    pub(crate) catalog: Catalog,
}

/// Reads it; nothing if the service uses an embedded database that was never started.
pub(crate) async fn read(context: &Context, service: &Service) -> Result<Option<Live>, Error> {
    let Some(database) = Database::open_if_there(context, service, "toolkit check").await? else {
        return Ok(None);
    };
    let live = read_from(database.connection(), service).await;
    database.close().await?;
    live.map(Some)
}

async fn read_from(connection: &Connection, service: &Service) -> Result<Live, Error> {
    let standing = Standing::read(connection.db(), service).await?;
    let catalog = verify::read(connection.db(), service).await?;
    Ok(Live { standing, catalog })
}

/// A connection to the live database of a service.
pub(crate) struct Database {
    connection: Connection,
    #[cfg(feature = "embedded")]
    server: Option<toolkit_embedded::EmbeddedServer>,
}

impl Database {
    /// Opens it for reading; nothing if it is embedded and was never started, for starting writes
    /// its files.
    pub(crate) async fn open_if_there(
        context: &Context,
        service: &Service,
        application: &str,
    ) -> Result<Option<Self>, Error> {
        match context.configuration.target(service)? {
            #[cfg(feature = "embedded")]
            Target::Embedded(folder) if !toolkit_embedded::exists(&folder) => Ok(None),
            #[cfg(not(feature = "embedded"))]
            Target::Embedded(_) => Ok(None),
            target => Self::open(context, &target, application).await.map(Some),
        }
    }

    /// Opens it, starting the embedded one for the first time if need be.
    #[cfg_attr(
        not(feature = "embedded"),
        allow(
            unused_variables,
            reason = "only the embedded database needs the context"
        )
    )]
    pub(crate) async fn open(
        context: &Context,
        target: &Target,
        application: &str,
    ) -> Result<Self, Error> {
        match target {
            Target::Server(url, _) => Ok(Self {
                connection: Connection::open(url, application).await?,
                #[cfg(feature = "embedded")]
                server: None,
            }),
            #[cfg(feature = "embedded")]
            Target::Embedded(folder) => {
                let server = context.start_embedded(folder, None).await?;
                let connection =
                    toolkit_runtime::command::connect_embedded(&server, folder, application)
                        .await?;
                Ok(Self {
                    connection,
                    server: Some(server),
                })
            }
            #[cfg(not(feature = "embedded"))]
            Target::Embedded(folder) => Err(Error::System {
                action: "use the embedded database",
                source: std::io::Error::other(format!("no server for {}", folder.display())),
            }),
        }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Closes the connection, and stops the embedded server.
    pub(crate) async fn close(self) -> Result<(), Error> {
        self.connection.close().await;
        #[cfg(feature = "embedded")]
        if let Some(server) = self.server {
            toolkit_runtime::command::blocking("stop the embedded database", || server.stop())
                .await??;
        }
        Ok(())
    }
}
