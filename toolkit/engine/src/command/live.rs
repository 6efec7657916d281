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
    match context.configuration.target(service)? {
        Target::Server(url, _) => {
            let connection = Connection::open(&url, "toolkit check").await?;
            let live = read_from(&connection, service).await;
            connection.close().await;
            live.map(Some)
        }
        #[cfg(feature = "embedded")]
        Target::Embedded(folder) if toolkit_embedded::exists(&folder) => {
            let server = context.start_embedded(&folder, None).await?;
            let connection =
                toolkit_runtime::command::connect_embedded(&server, &folder, "toolkit check")
                    .await?;
            let live = read_from(&connection, service).await;
            connection.close().await;
            toolkit_runtime::command::blocking("stop the embedded database", || server.stop())
                .await??;
            live.map(Some)
        }
        Target::Embedded(_) => Ok(None),
    }
}

/// The names that the live database has recorded as applied; none where it cannot be asked, which
/// is said.
pub(crate) async fn applied(context: &Context, service: &Service) -> Vec<String> {
    let live = match read(context, service).await {
        Ok(live) => live,
        Err(error) => {
            let name = service.name();
            context.printer.warn(&format!(
                "{name}: whether its database has applied something was not found out: {error}"
            ));
            None
        }
    };
    let migrations = live.map_or_else(Vec::new, |live| live.standing.migrations);
    migrations
        .into_iter()
        .filter(|migration| migration.applied_at.is_some())
        .map(|migration| migration.name)
        .collect()
}

async fn read_from(connection: &Connection, service: &Service) -> Result<Live, Error> {
    let standing = Standing::read(connection, service).await?;
    let catalog = verify::read(connection.db(), service).await?;
    Ok(Live { standing, catalog })
}
