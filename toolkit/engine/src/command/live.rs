//! The live databases of services, where there are any.

use toolkit_runtime::{
    Connection, Context, Error, Service, Standing, Target,
    command::{Connections, embedded_exists},
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

fn is_there(target: &Target) -> bool {
    match target {
        Target::Server(..) => true,
        Target::Embedded(folder) => embedded_exists(folder),
    }
}

async fn read_one(
    connections: &Connections,
    service: &Service,
    target: &Target,
) -> Result<Option<Live>, Error> {
    if !is_there(target) {
        return Ok(None);
    }
    let connection = connections.open(target, "toolkit check").await?;
    let live = read_from(&connection, service).await;
    // The embedded database's one connection is shared.
    if matches!(target, Target::Server(..)) {
        connection.close().await;
    }
    live.map(Some)
}

async fn read_from(connection: &Connection, service: &Service) -> Result<Live, Error> {
    let standing = Standing::read(connection.db(), service).await?;
    let catalog = verify::read(connection.db(), service).await?;
    Ok(Live { standing, catalog })
}
