//! `db`: the embedded PostgreSQL for a person's own client.

use std::time::Duration;

use serde_json::json;
use toolkit_runtime::{
    Context, Error, Format, Outcome,
    command::{YesArgs, confirm},
};

/// How often the server is looked after.
const WATCH: Duration = Duration::from_secs(1);

/// Runs the embedded PostgreSQL until interrupted.
pub(crate) async fn serve(context: &Context, port: Option<u16>) -> Result<Outcome, Error> {
    let folder = context.configuration.embedded_folder();
    let mut server = context.start_embedded(&folder, port).await?;
    let printer = &context.printer;
    match printer.format() {
        Format::Json => printer.json(&json!({ "command": "db", "url": server.url() })),
        Format::Text => printer.data(&server.url()),
    }
    printer.note(
        "The embedded PostgreSQL is running, for one connection at a time; it has no password and \
         listens on this machine only.\nPress Ctrl-C to stop it. Until then, other commands that \
         need the embedded database wait.",
    );
    loop {
        tokio::time::sleep(WATCH).await;
        let (looked_after, revived) = tokio::task::spawn_blocking(move || {
            let revived = server.revive();
            (server, revived)
        })
        .await
        .map_err(|error| Error::System {
            action: "watch the embedded database",
            source: std::io::Error::other(error),
        })?;
        server = looked_after;
        if revived? {
            printer.note("a client broke its connection off; the server was started again");
        }
    }
}

/// Deletes the data of the embedded PostgreSQL after it was confirmed.
pub(crate) async fn reset(context: &Context, yes: YesArgs) -> Result<Outcome, Error> {
    let folder = context.configuration.embedded_folder();
    let loss = format!(
        "this deletes the embedded database in {} with all its data",
        folder.display()
    );
    confirm(context.printer, yes, "db --reset", &loss).await?;
    let wait = context.settings.wait;
    let deleted = tokio::task::spawn_blocking(move || toolkit_embedded::delete(&folder, wait))
        .await
        .map_err(|error| Error::System {
            action: "delete the embedded database",
            source: std::io::Error::other(error),
        })??;
    let printer = &context.printer;
    match printer.format() {
        Format::Json => printer.json(&json!({ "command": "db --reset", "deleted": deleted })),
        Format::Text if deleted => printer.data("the embedded database is deleted"),
        Format::Text => printer.data("there is no embedded database; nothing to do"),
    }
    Ok(Outcome::Done)
}
