//! `bootstrap --roles`: the roles of services, one service after the other, for roles belong to the
//! whole server.

use serde::Serialize;

use super::{Context, Outcome};
use crate::{Error, Format, Roles, Runner, Service, Silent};

#[derive(Serialize)]
struct Document<'a> {
    command: &'static str,
    ok: bool,
    services: Vec<ServiceRoles<'a>>,
}

#[derive(Serialize)]
struct ServiceRoles<'a> {
    service: &'a str,
    schema: &'a str,
    owner: &'a str,
    application: &'a str,
    created: bool,
}

/// Creates the roles of `services`; with `dry_run`, writes the statements instead and changes
/// nothing.
///
/// # Errors
/// [`Error::Database`] when the role that is logged in may not create roles, schemas or grants, and
/// [`Error::RoleName`]. What was done for the services before stays.
pub async fn roles(
    context: &Context,
    services: &[Service],
    dry_run: bool,
) -> Result<Outcome, Error> {
    let targets = context.targets(services)?;
    let connections = context
        .connections(targets.iter().map(|(_, target)| target))
        .await?;
    let mut done: Vec<(&Service, Roles, bool)> = Vec::new();
    let mut statements: Vec<String> = Vec::new();
    for (service, target) in &targets {
        let application = format!("toolkit {} roles", service.name());
        let work = connections.using(target, &application, async |connection| {
            let runner = Runner::new(service, connection, &context.settings, &Silent);
            if dry_run {
                statements.extend(runner.role_statements().await?);
                return Ok(None);
            }
            runner.create_roles().await.map(Some)
        });
        if let Some((roles, there)) = work.await? {
            done.push((service, roles, there));
        }
    }
    connections.close().await?;
    match (dry_run, context.printer.format()) {
        (false, _) => show(context, &done),
        (true, Format::Json) => context.printer.json(&serde_json::json!({
            "command": "bootstrap --roles --dry-run", "ok": true, "statements": statements,
        })),
        (true, Format::Text | Format::Sql | Format::Rust | Format::Report(_)) => {
            for statement in statements {
                context.printer.sql(&format!("{statement};\n"));
            }
        }
    }
    Ok(Outcome::Done)
}

fn show(context: &Context, done: &[(&Service, Roles, bool)]) {
    let printer = &context.printer;
    if printer.format() == Format::Json {
        let services = done.iter().map(|(service, roles, there)| ServiceRoles {
            service: service.name(),
            schema: service.schema(),
            owner: &roles.owner,
            application: &roles.application,
            created: !there,
        });
        printer.json(&Document {
            command: "bootstrap --roles",
            ok: true,
            services: services.collect(),
        });
        return;
    }
    let rows: Vec<Vec<String>> = done
        .iter()
        .map(|(service, roles, there)| {
            vec![
                service.name().to_owned(),
                service.schema().to_owned(),
                roles.owner.clone(),
                roles.application.clone(),
                if *there { "already there" } else { "created" }.to_owned(),
            ]
        })
        .collect();
    printer.table(
        &["SERVICE", "SCHEMA", "OWNER", "APPLICATION", "RESULT"],
        &rows,
    );
    if done.iter().any(|(_, _, there)| !there) {
        printer.data("");
        printer.data(
            "next: give the roles passwords (in psql: \\password NAME); migrations log in as the \
             owner, the service as the application",
        );
    }
}
