//! `db`: the embedded PostgreSQL for a person's own client.

use std::time::Duration;

use serde_json::json;
use toolkit_runtime::{
    Context, Error, Format, Outcome,
    command::{YesArgs, blocking, confirm, interrupted},
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
        Format::Text | Format::Sql | Format::Rust => printer.data(&server.url()),
    }
    printer.note(
        "The embedded PostgreSQL is running, for one connection at a time; it has no password and \
         listens on this machine only.\nPress Ctrl-C to stop it. Until then, other commands that \
         need the embedded database wait.",
    );
    context.end_by_signal();
    let mut signal = std::pin::pin!(interrupted());
    loop {
        tokio::select! {
            _ = &mut signal => break,
            () = tokio::time::sleep(WATCH) => {}
        }
        let watch = move || {
            let revived = server.revive();
            (server, revived)
        };
        let (looked_after, revived) = blocking("watch the embedded database", watch).await?;
        server = looked_after;
        if revived? {
            printer.note("a client broke its connection off; the server was started again");
        }
    }
    blocking("stop the embedded database", || server.stop()).await??;
    Ok(Outcome::Done)
}

/// Deletes the data of the embedded PostgreSQL after it was confirmed.
pub(crate) async fn reset(context: &Context, yes: YesArgs) -> Result<Outcome, Error> {
    let folder = context.configuration.embedded_folder();
    let loss = format!(
        "this deletes the embedded database in {} with all its data",
        folder.display()
    );
    confirm(yes, "db --reset", &loss).await?;
    let wait = context.settings.wait;
    let printer = context.printer;
    let delete = move || {
        toolkit_embedded::delete(&folder, wait, |holder| {
            printer.note(&format!(
                "waiting for {holder}, which uses the embedded database"
            ));
        })
    };
    let deleted = blocking("delete the embedded database", delete).await??;
    match printer.format() {
        Format::Json => printer.json(&json!({ "command": "db --reset", "deleted": deleted })),
        Format::Text | Format::Sql | Format::Rust if deleted => {
            printer.data("the embedded database is deleted");
        }
        Format::Text | Format::Sql | Format::Rust => {
            printer.data("there is no embedded database; nothing to do");
        }
    }
    Ok(Outcome::Done)
}
