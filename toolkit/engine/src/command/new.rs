//! `new`: adds a service to the workspace.

use sea_orm::prelude::ChronoUtc;
use serde_json::json;
use toolkit_runtime::{Context, Error, Format, Outcome, Service};

use super::lock::wrote;
use crate::project::{self, migration_name, new_service};

/// The words of `new service`.
pub(crate) struct Request {
    pub(crate) name: String,
    pub(crate) schema: Option<String>,
    pub(crate) dry_run: bool,
}

/// Writes a crate of migrations and a module of entities, and names both where they must be known.
pub(crate) fn service(
    context: &Context,
    services: &[Service],
    request: &Request,
) -> Result<Outcome, Error> {
    let name = request.name.replace('-', "_");
    let schema = request.schema.as_deref().unwrap_or(&name);
    let migration = migration_name(ChronoUtc::now(), None, "create examples");
    let mut changes = new_service(&name, schema, &migration, services, &context.configuration)?;
    let printer = &context.printer;
    if !request.dry_run {
        changes.make().map_err(project::Error::from)?;
    }
    let files = changes.into_written();
    if printer.format() == Format::Json {
        printer.json(&json!({
            "command": "new service",
            "ok": true,
            "service": name,
            "schema": schema,
            "files": if request.dry_run { Vec::new() } else { files },
        }));
        return Ok(Outcome::Done);
    }
    if request.dry_run {
        for file in files {
            printer.data(&format!("would write {}", file.display()));
        }
        return Ok(Outcome::Done);
    }
    files.iter().for_each(|file| wrote(context, file));
    printer.note(&format!(
        "next: `cargo run -p toolkit -- up --service {name}`; or put entities of your own in \
         entity/src/{name} first"
    ));
    Ok(Outcome::Done)
}
