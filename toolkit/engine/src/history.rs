//! A service's migrations, replayed on a scratch database.

use toolkit_runtime::{Connection, Error, Extent, Report, Runner, Service, Settings, Silent};

/// `service` with those of its migrations that `names` has, in that order.
pub(crate) fn only(service: &Service, names: &[String]) -> Service {
    let names = names.to_vec();
    service.map_migrations(move |migrations| {
        let mut chosen: Vec<_> = migrations
            .into_iter()
            .filter_map(|migration| {
                let place = names.iter().position(|name| name == migration.name())?;
                Some((place, migration))
            })
            .collect();
        chosen.sort_by_key(|(place, _)| *place);
        chosen.into_iter().map(|(_, migration)| migration).collect()
    })
}

/// Applies the migrations of `service` as far as `extent` says.
///
/// # Errors
/// As [`Runner::up`].
pub(crate) async fn replay(
    connection: &Connection,
    service: &Service,
    extent: &Extent,
) -> Result<(), Error> {
    let settings = Settings::default();
    let runner = Runner::new(service, connection, &settings, &Silent);
    let mut report = Report::default();
    runner.bootstrap(&mut report).await?;
    runner.up(&mut report, extent).await
}

/// Rolls the last migration back.
///
/// # Errors
/// As [`Runner::down`].
pub(crate) async fn step_back(connection: &Connection, service: &Service) -> Result<(), Error> {
    let settings = Settings::default();
    let runner = Runner::new(service, connection, &settings, &Silent);
    runner.down(&mut Report::default(), &Extent::Count(1)).await
}
