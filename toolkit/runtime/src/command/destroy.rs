//! `down`, `fresh`, `refresh` and `reset`: what loses data and is asked about first.

use super::{
    Context, Order, Outcome, Question, Work, YesArgs, confirm,
    confirm::can_ask,
    context::is_there,
    loss::{self, Loss},
    migrate,
};
use crate::{Error, Extent, Service, migrate::position};

/// Does `work` for `service` after it was confirmed.
///
/// # Errors
/// [`Error::NotConfirmed`], [`Error::OtherDatabase`], and as [`migrate`].
pub async fn destroy(
    context: &Context,
    service: &Service,
    work: &Work,
    yes: &YesArgs,
) -> Result<Outcome, Error> {
    if let Work::Down(Extent::To(name)) = work {
        position(service, name)?;
    }
    let (command, mut told) = words(context, service, work)?;
    if yes.yes.is_none() && can_ask() {
        told.push_str(&lost(context, service, work).await?);
    }
    let question = Question {
        action: &format!("{command} of {}", service.label()),
        loss: &told,
        service: Some(service),
    };
    confirm(context, yes, question).await?;
    migrate(
        context,
        command,
        std::slice::from_ref(service),
        work,
        Order::UntilFailure,
    )
    .await
}

/// The command's name, and what it does.
fn words(
    context: &Context,
    service: &Service,
    work: &Work,
) -> Result<(&'static str, String), Error> {
    let database = context.configuration.target(service)?.shown();
    let (name, schema) = (service.label(), service.schema());
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
    Ok((
        command,
        format!("{loss}, of {name} in {database}; data will be lost"),
    ))
}

/// The migrations that are rolled back and the tables that hold rows, a line each.
async fn lost(context: &Context, service: &Service, work: &Work) -> Result<String, Error> {
    let target = context.configuration.target(service)?;
    if !is_there(&target) {
        return Ok(String::new());
    }
    let connections = context.connections([&target]).await?;
    let application = format!("toolkit {}", service.name());
    let read = connections.using(&target, &application, async |connection| {
        loss::read(connection, service, work).await
    });
    let lost = read.await;
    connections.close().await?;
    let Loss { migrations, tables } = lost?;
    let migrations = migrations.iter().map(|name| format!("\n  {name}"));
    let tables = tables
        .iter()
        .map(|(table, rows)| format!("\n  {table}: {rows}"));
    Ok(migrations.chain(tables).collect())
}
