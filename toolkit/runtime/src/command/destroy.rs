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
    for (target, services) in by_database(context, services)? {
        confirmed(context, &target, &services, work, yes).await?;
    }
    migrate(context, command(work), services, work, Order::UntilFailure).await
}

/// Those of one database together: who answers names the database.
fn by_database<'s>(
    context: &Context,
    services: &'s [Service],
) -> Result<Vec<(Target, Vec<&'s Service>)>, Error> {
    let mut groups: Vec<(Target, Vec<&Service>)> = Vec::new();
    for service in services {
        let target = context.configuration.target(service)?;
        match groups.iter_mut().find(|(other, _)| *other == target) {
            Some((_, those)) => those.push(service),
            None => groups.push((target, vec![service])),
        }
    }
    Ok(groups)
}

/// Asks for `services`, whose database is `target`.
async fn confirmed(
    context: &Context,
    target: &Target,
    services: &[&Service],
    work: &Work,
    yes: &YesArgs,
) -> Result<(), Error> {
    let words = services.iter().map(|it| words(target, it, work));
    let mut told: Vec<String> = words.collect();
    if yes.yes.is_none() && can_ask() {
        let lost = lost(context, target, services, work).await?;
        let both = told.iter_mut().zip(&lost);
        both.for_each(|(text, lost)| text.push_str(lost));
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
fn words(target: &Target, service: &Service, work: &Work) -> String {
    let database = target.shown();
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
    format!("{what}, of {name} in {database}; data will be lost")
}

/// The migrations that are rolled back and the tables that hold rows, a line each: a text for each of `services`,
/// none where the database is not there.
async fn lost(
    context: &Context,
    target: &Target,
    services: &[&Service],
    work: &Work,
) -> Result<Vec<String>, Error> {
    let Some(first) = services.first().filter(|_| is_there(target)) else {
        return Ok(Vec::new());
    };
    let connections = context.connections([target]).await?;
    let application = format!("toolkit {}", first.name());
    let read = connections.using(target, &application, async |connection| {
        let mut all = Vec::new();
        for service in services {
            let Loss { migrations, tables } = loss::read(connection, service, work).await?;
            let migrations = migrations.iter().map(|name| format!("\n  {name}"));
            let tables = tables.iter();
            let tables = tables.map(|(table, rows)| format!("\n  {table}: {rows}"));
            all.push(migrations.chain(tables).collect());
        }
        Ok(all)
    });
    let lost = read.await;
    connections.close().await?;
    lost
}
