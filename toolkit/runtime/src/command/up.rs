//! `up` and `up-all`: apply pending migrations.

use super::{Context, Order, Outcome, UpArgs, Work, fleet, migrate};
use crate::{Error, Service};

/// Applies pending migrations of `services`; `command` is the command's name in JSON.
///
/// # Errors
/// As [`migrate`], and [`Error::Lockfile`] before anything is done.
pub async fn up(
    context: &Context,
    command: &str,
    services: &[Service],
    args: &UpArgs,
    order: Order,
) -> Result<Outcome, Error> {
    for service in services {
        service.lockfile()?;
    }
    let extent = args.extent(services)?;
    let mut context = context.clone();
    context.settings.allow_out_of_order = args.allow_out_of_order;
    context.settings.after_rollout = args.after_rollout;
    let (fleets, plain): (Vec<Service>, Vec<Service>) = services
        .iter()
        .cloned()
        .partition(|service| service.fleet().is_some());
    let mut outcome = Outcome::Done;
    if fleets.is_empty() || !plain.is_empty() {
        outcome = migrate(&context, command, &plain, &Work::Up(extent.clone()), order).await?;
    }
    for service in &fleets {
        let stopped = order == Order::UntilFailure && outcome != Outcome::Done;
        if stopped || matches!(outcome, Outcome::Interrupted(_)) {
            context
                .printer
                .note(&format!("{}: not started", service.name()));
            continue;
        }
        outcome = fleet::up(&context, command, service, &extent, &args.pace)
            .await?
            .max(outcome);
    }
    Ok(outcome)
}
