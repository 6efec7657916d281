//! A service's migrations, replayed on a scratch database.

use toolkit_runtime::{Error, Extent, Report, Runner, Service, Settings, Silent};

use crate::scratch::Scratch;

/// Applies the migrations of `service` as far as `extent` says.
///
/// # Errors
/// [`crate::Error::Rehearsal`] when a migration fails, [`crate::Error::Beyond`] when it reaches beyond
/// the scratch database; else as [`Runner::up`].
pub async fn replay(scratch: &Scratch, service: &Service, extent: &Extent) -> Result<(), Error> {
    // Nobody else uses the database, and what it has applied may be what another one has.
    let settings = Settings {
        allow_out_of_order: true,
        after_rollout: true,
        ..Settings::default()
    };
    let service = service.clone().without_lock();
    let runner = Runner::new(&service, scratch.connection(), &settings, &Silent);
    let mut report = Report::default();
    runner.bootstrap(&mut report).await?;
    let outcome = runner.up(&mut report, extent).await;
    refuse_beyond(scratch, &service, outcome.as_ref().err())?;
    outcome.map_err(on_scratch)
}

/// Rolls the last migration back.
///
/// # Errors
/// [`crate::Error::Rehearsal`] when it fails; else as [`Runner::down`].
pub async fn step_back(scratch: &Scratch, service: &Service) -> Result<(), Error> {
    let settings = Settings::default();
    let service = service.clone().without_lock();
    let runner = Runner::new(&service, scratch.connection(), &settings, &Silent);
    let outcome = runner.down(&mut Report::default(), &Extent::Count(1)).await;
    refuse_beyond(scratch, &service, outcome.as_ref().err())?;
    outcome.map_err(on_scratch)
}

/// Refuses where a migration reached beyond the scratch database. It fails by that, unless it does not
/// mind that its statement failed.
pub fn refuse_beyond(
    scratch: &Scratch,
    service: &Service,
    error: Option<&Error>,
) -> Result<(), Error> {
    scratch.refuse_beyond(|| match error {
        Some(Error::Migration(failure)) => {
            format!("migration {} of {}", failure.migration, failure.service)
        }
        _ => format!("a migration of {}", service.name()),
    })
}

/// What the runner advises is meant for a live database.
fn on_scratch(error: Error) -> Error {
    match error {
        Error::Migration(failure) => crate::Error::Rehearsal {
            service: failure.service,
            migration: failure.migration,
            direction: failure.direction,
            statement: failure.statement,
            source: Box::new(failure.source),
        }
        .into(),
        other => other,
    }
}

/// Whether a migration failed on the scratch database, rather than the database itself.
pub fn is_migrations_fault(error: &Error) -> bool {
    match error {
        Error::Engine { source, .. } => matches!(
            source.downcast_ref(),
            Some(crate::Error::Rehearsal { source, .. }) if !source.is_disconnect()
        ),
        _ => false,
    }
}
