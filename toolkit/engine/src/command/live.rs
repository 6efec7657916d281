//! The live databases of services, where there are any.

use toolkit_runtime::{
    Connection, Context, Error, Service, Standing, Target,
    command::{Connections, is_there},
};

use crate::{catalog::Catalog, verify};

/// What a live database holds of a service.
pub(crate) struct Live {
    pub(crate) standing: Standing,
    pub(crate) catalog: Catalog,
}

/// Reads what there is of `service`; nothing if it uses an embedded database that was never started.
pub(crate) async fn read(context: &Context, service: &Service) -> Result<Option<Live>, Error> {
    let lives = read_all(context, std::slice::from_ref(service)).await?;
    Ok(lives.into_iter().next().flatten())
}

/// Reads what there is of each of `services`, one after the other.
pub(crate) async fn read_all(
    context: &Context,
    services: &[Service],
) -> Result<Vec<Option<Live>>, Error> {
    let targets = services
        .iter()
        .map(|service| context.configuration.target(service))
        .collect::<Result<Vec<_>, _>>()?;
    let needed = targets.iter().filter(|target| is_there(target));
    let connections = context.connections(needed).await?;
    let mut lives = Vec::new();
    for (service, target) in services.iter().zip(&targets) {
        lives.push(read_one(&connections, service, target).await);
    }
    connections.close().await?;
    lives.into_iter().collect()
}

async fn read_one(
    connections: &Connections,
    service: &Service,
    target: &Target,
) -> Result<Option<Live>, Error> {
    if !is_there(target) {
        return Ok(None);
    }
    connections
        .using(target, "toolkit check", async |connection| {
            read_from(connection, service).await.map(Some)
        })
        .await
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
