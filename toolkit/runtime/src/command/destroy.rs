//! `down`, `fresh`, `refresh` and `reset`: what loses data and is asked about first.

use super::{Context, Order, Outcome, Work, YesArgs, confirm, migrate};
use crate::{Error, Extent, Service, Target};

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
    let target = context.configuration.target(service)?;
    let database = match &target {
        Target::Server(url, _) => url.to_string(),
        Target::Embedded(_) => "the embedded database".to_owned(),
    };
    let (name, schema) = (service.name(), service.schema());
    let (command, loss) = match work {
        Work::Bootstrap | Work::Up(_) => ("up", "Apply migrations".to_owned()),
        Work::Down(Extent::All) => ("down", "Roll back all migrations".to_owned()),
        Work::Down(Extent::Count(1)) => ("down", "Roll back the last migration".to_owned()),
        Work::Down(Extent::Count(count)) => {
            ("down", format!("Roll back the last {count} migrations"))
        }
        Work::Down(Extent::To(to)) => ("down", format!("Roll back everything after {to}")),
        Work::Fresh => (
            "fresh",
            format!("Drop everything in schema {schema} with its data"),
        ),
        Work::Refresh => (
            "refresh",
            "Roll back all migrations and apply them again".to_owned(),
        ),
        Work::Reset => (
            "reset",
            "Roll back all migrations and drop their table".to_owned(),
        ),
    };
    let question = format!("{loss} of {name} in {database}? Data will be lost");
    confirm(yes.yes, &format!("{command} of {name}"), &question).await?;
    migrate(
        context,
        command,
        std::slice::from_ref(service),
        work,
        Order::UntilFailure,
    )
    .await
}
