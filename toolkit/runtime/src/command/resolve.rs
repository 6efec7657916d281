//! `resolve`: a person says what became of a migration that did not finish.

use serde::Serialize;

use super::{Context, Outcome, ResolveArgs};
use crate::{Error, Format, Resolution, Runner, Service, Silent};

#[derive(Serialize)]
struct Document<'a> {
    command: &'static str,
    ok: bool,
    service: &'a str,
    migration: &'a str,
    indexes_dropped: &'a [String],
}

/// Records what became of a migration of `service` that did not finish.
///
/// # Errors
/// [`Error::NotUnfinished`] when it is not unfinished; [`Error::Connect`] and [`Error::Database`]
/// when the database cannot be used.
pub async fn resolve(
    context: &Context,
    service: &Service,
    args: &ResolveArgs,
) -> Result<Outcome, Error> {
    let targets = context.targets(std::slice::from_ref(service))?;
    let connections = context
        .connections(targets.iter().map(|(_, target)| target))
        .await?;
    let mut dropped = Vec::new();
    let resolution = args.resolution.resolution();
    for (service, target) in &targets {
        let application = format!("toolkit {} resolve", service.name());
        dropped = connections
            .using(target, &application, async |connection| {
                let runner = Runner::new(service, connection, &context.settings, &Silent);
                runner.resolve(&args.migration, resolution).await
            })
            .await?;
    }
    connections.close().await?;
    match context.printer.format() {
        Format::Json => context.printer.json(&Document {
            command: "resolve",
            ok: true,
            service: service.name(),
            migration: &args.migration,
            indexes_dropped: &dropped,
        }),
        Format::Text | Format::Sql | Format::Rust | Format::Report(_) => {
            for index in &dropped {
                context
                    .printer
                    .data(&format!("dropped the invalid index {index}"));
            }
            let now = match resolution {
                Resolution::Applied => "is recorded as applied",
                Resolution::RolledBack => "is recorded as not applied",
                Resolution::Retry => "can be run again",
            };
            context.printer.data(&format!(
                "{}: {} {now}; go on with `up` or `down`",
                service.name(),
                args.migration
            ));
        }
    }
    Ok(Outcome::Done)
}
