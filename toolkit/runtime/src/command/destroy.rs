//! `down`, `fresh`, `refresh` and `reset`: what loses data and is asked about first.

use super::{Context, Order, Outcome, Work, YesArgs, confirm, migrate};
use crate::{Error, Extent, Service, Target, migrate::position};

/// Does `work` for `service` after it was confirmed.
///
/// # Errors
/// [`Error::NotConfirmed`], and as [`migrate`].
pub async fn destroy(
    context: &Context,
    service: &Service,
    work: &Work,
    yes: YesArgs,
) -> Result<Outcome, Error> {
    if let Work::Down(Extent::To(name)) = work {
        position(service, name)?;
    }
    let target = context.configuration.target(service)?;
    let database = match &target {
        Target::Server(url, _) => url.to_string(),
        Target::Embedded(_) => "the embedded database".to_owned(),
    };
    let (name, schema) = (service.name(), service.schema());
    let (command, loss) = match work {
        Work::Bootstrap | Work::Up(_) => ("up", "this applies migrations".to_owned()),
        Work::Down(Extent::All) => ("down", "this rolls back all migrations".to_owned()),
        Work::Down(Extent::Count(1)) => ("down", "this rolls back the last migration".to_owned()),
        Work::Down(Extent::Count(count)) => (
            "down",
            format!("this rolls back the last {count} migrations"),
        ),
        Work::Down(Extent::To(to)) => ("down", format!("this rolls back everything after {to}")),
        Work::Fresh => ("fresh", format!("this drops everything in schema {schema}")),
        Work::Refresh => (
            "refresh",
            "this rolls back all migrations and applies them again".to_owned(),
        ),
        Work::Reset => (
            "reset",
            "this rolls back all migrations and drops their table".to_owned(),
        ),
    };
    let loss = format!("{loss}, of {name} in {database}; data will be lost");
    confirm(yes, &format!("{command} of {name}"), &loss).await?;
    migrate(
        context,
        command,
        std::slice::from_ref(service),
        work,
        Order::UntilFailure,
    )
    .await
}
