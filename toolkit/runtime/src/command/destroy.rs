//! `down`, `fresh`, `refresh` and `reset`: what loses data and is asked about first.

use super::{
    Context, Order, Outcome, Question, Work, YesArgs, confirm,
    confirm::can_ask,
    context::is_there,
    loss::{self, Loss},
    migrate,
};
use crate::{Error, Extent, Service, Target, migrate::position};

/// Does `work` for `services`, one after the other, after it was confirmed for each database.
///
/// # Errors
/// [`Error::NotConfirmed`], [`Error::OtherDatabase`], and as [`migrate`].
pub async fn destroy(
    context: &Context,
    services: &[Service],
    work: &Work,
    yes: &YesArgs,
) -> Result<Outcome, Error> {
    if let Work::Down(Extent::To(name)) = work {
        (services.iter()).try_for_each(|service| position(service, name).map(drop))?;
    }
    for services in by_database(context, services)? {
        confirmed(context, &services, work, yes).await?;
    }
    migrate(context, command(work), services, work, Order::UntilFailure).await
}

/// Those of one database together: who answers names the database.
fn by_database<'s>(
    context: &Context,
    services: &'s [Service],
) -> Result<Vec<Vec<&'s Service>>, Error> {
    let mut groups: Vec<(Target, Vec<&Service>)> = Vec::new();
    for service in services {
        let target = context.configuration.target(service)?;
        match groups.iter_mut().find(|(other, _)| *other == target) {
            Some((_, those)) => those.push(service),
            None => groups.push((target, vec![service])),
        }
    }
    Ok(groups.into_iter().map(|(_, those)| those).collect())
}

/// Asks for `services`, which are of one database.
async fn confirmed(
    context: &Context,
    services: &[&Service],
    work: &Work,
    yes: &YesArgs,
) -> Result<(), Error> {
    let mut told = Vec::new();
    for &service in services {
        let mut text = words(context, service, work)?;
        if yes.yes.is_none() && can_ask() {
            text.push_str(&lost(context, service, work).await?);
        }
        told.push(text);
    }
    let names: Vec<String> = services.iter().map(|service| service.label()).collect();
    let question = Question {
        action: &format!("{} of {}", command(work), names.join(", ")),
        loss: &told.join("\n"),
        service: services.first().copied(),
    };
    confirm(context, yes, question).await
}

fn command(work: &Work) -> &'static str {
    match work {
        Work::Bootstrap | Work::Up(_) => "up",
        Work::Down(_) => "down",
        Work::Fresh => "fresh",
        Work::Refresh => "refresh",
        Work::Reset => "reset",
    }
}

/// What `work` does to `service`, and where.
fn words(context: &Context, service: &Service, work: &Work) -> Result<String, Error> {
    let database = context.configuration.target(service)?.shown();
    let (name, schema) = (service.label(), service.schema());
    let what = match work {
        Work::Bootstrap | Work::Up(_) => "this applies migrations".to_owned(),
        Work::Down(Extent::All) => "this rolls back all migrations".to_owned(),
        Work::Down(Extent::Count(1)) => "this rolls back the last migration".to_owned(),
        Work::Down(Extent::Count(count)) => format!("this rolls back the last {count} migrations"),
        Work::Down(Extent::To(to)) => format!("this rolls back everything after {to}"),
        Work::Fresh => format!("this drops everything in schema {schema}"),
        Work::Refresh => "this rolls back all migrations and applies them again".to_owned(),
        Work::Reset => "this rolls back all migrations and drops their table".to_owned(),
    };
    Ok(format!(
        "{what}, of {name} in {database}; data will be lost"
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
