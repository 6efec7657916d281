//! The live databases of services, where there are any.

use std::time::Duration;

use toolkit_runtime::{
    ConfigError, Connection, Context, Error, Service, Standing, Target,
    command::{Connections, is_there},
};

use super::unfinished;
use crate::{catalog::Catalog, desired::scope, inspect::inspect_pooled};

/// What a live database holds of a service.
#[derive(Clone)]
pub(crate) struct Live {
    pub(crate) standing: Standing,
    pub(crate) catalog: Catalog,
}

impl Live {
    /// Forgets what roles may do that neither `service` declares nor its migrations, which came to `given`,
    /// name beside the same object.
    pub(crate) fn forget_strangers(&mut self, service: &Service, given: &Catalog) {
        let declared = service.declarations().roles;
        self.catalog.forget_strangers(&declared, given);
    }
}

/// Reads what there is of `service`; nothing if it uses an embedded database that was never started.
/// The server is told `application` as the name of who asks.
pub(crate) async fn read(
    context: &Context,
    service: &Service,
    application: &str,
) -> Result<Option<Live>, Error> {
    let lives = read_all(context, std::slice::from_ref(service), application).await?;
    Ok(lives.into_iter().next().flatten())
}

/// Reads what there is of each of `services`, one after the other.
pub(crate) async fn read_all(
    context: &Context,
    services: &[Service],
    application: &str,
) -> Result<Vec<Option<Live>>, Error> {
    let targets = services
        .iter()
        .map(|service| context.configuration.target(service))
        .collect::<Result<Vec<_>, _>>()?;
    let needed = targets.iter().filter(|target| is_there(target));
    let connections = context.connections(needed).await?;
    let mut lives = Vec::new();
    for (service, target) in services.iter().zip(&targets) {
        lives.push(read_one(&connections, service, target, application).await);
    }
    connections.close().await?;
    lives.into_iter().collect()
}

async fn read_one(
    connections: &Connections,
    service: &Service,
    target: &Target,
    application: &str,
) -> Result<Option<Live>, Error> {
    if service.fleet().is_some() || !is_there(target) {
        return Ok(None);
    }
    connections
        .using(target, application, async |connection| {
            read_from(connection, service).await.map(Some)
        })
        .await
}

/// The names that the live database has recorded as applied; none where there is no database.
///
/// # Errors
/// [`crate::Error::Unasked`] when it cannot be asked.
pub(crate) async fn applied(
    context: &Context,
    service: &Service,
    application: &str,
) -> Result<Vec<String>, Error> {
    let applied = applied_if_there(context, service, application).await?;
    Ok(applied.unwrap_or_default())
}

/// Likewise; nothing where there is no database.
pub(crate) async fn applied_if_there(
    context: &Context,
    service: &Service,
    application: &str,
) -> Result<Option<Vec<String>>, Error> {
    let standing = standing(context, service, application).await;
    let standing = standing.map_err(|source| crate::Error::Unasked {
        service: service.name().to_owned(),
        source: Box::new(source),
    })?;
    Ok(standing.map(|standing| {
        let migrations = standing.migrations.into_iter();
        migrations
            .filter(|migration| migration.applied_at.is_some())
            .map(|migration| migration.name)
            .collect()
    }))
}

/// Where `service` stands in its live database; nothing where there is none. Who asks goes on without
/// an answer, so a server that is not ready is not waited for.
pub(crate) async fn standing(
    context: &Context,
    service: &Service,
    application: &str,
) -> Result<Option<Standing>, Error> {
    let mut context = context.clone();
    if let Ok(Target::Server(..)) = context.configuration.target(service) {
        context.settings.wait = Duration::ZERO;
    }
    let Some(database) = Database::open_if_there(&context, service, application).await? else {
        return Ok(None);
    };
    let standing = Standing::read(database.connection(), service).await;
    database.close().await?;
    standing.map(Some)
}

/// Refuses while the live database of `service` has an unfinished migration.
pub(crate) async fn refuse_unfinished(
    context: &Context,
    service: &Service,
    application: &str,
) -> Result<(), Error> {
    let Some(database) = Database::open_if_there(context, service, application).await? else {
        return Ok(());
    };
    let refused = async {
        let standing = Standing::read(database.connection(), service).await?;
        unfinished::refuse(database.connection(), service, &standing).await
    };
    let refused = refused.await;
    database.close().await?;
    refused
}

async fn read_from(connection: &Connection, service: &Service) -> Result<Live, Error> {
    let standing = Standing::read(connection, service).await?;
    read_standing(connection, service, standing).await
}

/// What there is of `service`, which is at `standing`.
pub(crate) async fn read_standing(
    connection: &Connection,
    service: &Service,
    standing: Standing,
) -> Result<Live, Error> {
    let standing = standing.rolled_out_if(connection.is_alone());
    let mut catalog = inspect_pooled(connection, &scope(service)).await?;
    // What objects that are still to be made will give is no part of the schema.
    catalog.forget_default_privileges();
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
    /// its files, and nothing for a service with tenants, whose template is in no live database.
    pub(crate) async fn open_if_there(
        context: &Context,
        service: &Service,
        application: &str,
    ) -> Result<Option<Self>, Error> {
        if service.fleet().is_some() {
            return Ok(None);
        }
        let target = match context.configuration.target(service) {
            Err(ConfigError::NoDatabase { .. }) => return Ok(None),
            target => target?,
        };
        match target {
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
                connection: context.connect(url, application).await?,
                #[cfg(feature = "embedded")]
                server: None,
            }),
            #[cfg(feature = "embedded")]
            Target::Embedded(folder) => {
                let server = context.start_embedded(folder).await?;
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
