//! `up` and `up-all`: apply pending migrations.

use super::{Context, Order, Outcome, UpArgs, Work, migrate};
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
    let mut context = context.clone();
    context.settings.allow_out_of_order = args.allow_out_of_order;
    context.settings.after_rollout = args.after_rollout;
    migrate(&context, command, services, &Work::Up(args.extent()), order).await
}
