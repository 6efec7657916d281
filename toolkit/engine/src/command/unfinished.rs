//! Migrations that began outside a transaction and did not finish: whatever goes on from what is
//! applied has to wait for `resolve`. Reads only.

use std::time::Duration;

use toolkit_runtime::{Connection, Error, Service, Standing, State, invalid_indexes};

/// Refuses while a migration of `service` is unfinished, or is running.
pub(super) async fn refuse(
    connection: &Connection,
    service: &Service,
    standing: &Standing,
) -> Result<(), Error> {
    let mut migrations = standing.migrations.iter();
    let unfinished = migrations.find(|migration| migration.state == State::Unfinished);
    let Some((migration, run)) =
        unfinished.and_then(|migration| Some((&migration.name, migration.unfinished.as_ref()?)))
    else {
        return Ok(());
    };
    let name = service.name().to_owned();
    if let Some(holder) = &standing.holder {
        return Err(Error::Locked {
            service: name,
            schema: service.schema().to_owned(),
            waited: Duration::ZERO,
            holder: Some(Box::new(holder.clone())),
        });
    }
    Err(Error::Unfinished {
        service: name,
        migration: migration.clone(),
        run: Box::new(run.clone()),
        invalid: invalid_indexes(connection, service).await?,
    })
}
