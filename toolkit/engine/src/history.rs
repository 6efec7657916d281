//! A service's migrations, replayed on a scratch database.

use toolkit_runtime::{Connection, Error, Extent, Report, Runner, Service, Settings, Silent};

/// Applies the migrations of `service` as far as `extent` says.
///
/// # Errors
/// As [`Runner::up`].
pub(crate) async fn replay(
    connection: &Connection,
    service: &Service,
    extent: &Extent,
) -> Result<(), Error> {
    // Nobody else uses the database, and what it has applied may be what another one has.
    let settings = Settings {
        allow_out_of_order: true,
        ..Settings::default()
    };
    let service = service.clone().without_lock();
    let runner = Runner::new(&service, connection, &settings, &Silent);
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
    let service = service.clone().without_lock();
    let runner = Runner::new(&service, connection, &settings, &Silent);
    runner.down(&mut Report::default(), &Extent::Count(1)).await
}
