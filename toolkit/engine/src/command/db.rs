//! `db`: the embedded PostgreSQL for a person's own client.

use std::{path::Path, time::Duration};

use serde_json::json;
use toolkit_embedded::{Door, Entrance};
use toolkit_runtime::{
    Context, Error, Format, Outcome,
    command::{Question, YesArgs, blocking, confirm, interrupted},
};

/// How long a client waits for its turn.
const TURN: Duration = Duration::from_secs(10);

/// Runs the embedded PostgreSQL until interrupted, on a socket or on `port`.
pub(crate) async fn serve(context: &Context, port: Option<u16>) -> Result<Outcome, Error> {
    let folder = context.configuration.embedded_folder();
    let server = context.start_embedded(&folder).await?;
    let (entrance, protection) = entrance(&folder, port)?;
    let door = Door::open(server, &entrance, TURN)?;
    let printer = &context.printer;
    match printer.format() {
        Format::Json => printer.json(&json!({ "command": "db", "url": door.url() })),
        Format::Text | Format::Sql | Format::Rust | Format::Report(_) => printer.data(door.url()),
    }
    printer.note(&format!(
        "The embedded PostgreSQL is running; {protection}. It serves one client at a time: others wait \
         for up to {} s and are then refused (53300).\nPress Ctrl-C to stop it. Until then, other \
         commands that need the embedded database wait.",
        TURN.as_secs()
    ));
    context.end_by_signal();
    interrupted().await;
    blocking("stop the embedded database", || door.close()).await??;
    Ok(Outcome::Done)
}

/// Where clients are let in, and who is not, in words.
fn entrance(folder: &Path, port: Option<u16>) -> Result<(Entrance, String), Error> {
    #[cfg(unix)]
    let Some(port) = port else {
        let protection = "only you can reach its socket".to_owned();
        return Ok((Entrance::Socket, protection));
    };
    #[cfg(not(unix))]
    let port = port.unwrap_or(0);
    let (password, path) = toolkit_embedded::password(folder)?;
    let protection = format!("its password is in {}", path.display());
    let port = Some(port).filter(|port| *port > 0);
    Ok((Entrance::Port { port, password }, protection))
}

/// Deletes the data of the embedded PostgreSQL after it was confirmed.
pub(crate) async fn reset(context: &Context, yes: &YesArgs) -> Result<Outcome, Error> {
    let folder = context.configuration.embedded_folder();
    let loss = format!(
        "this deletes the embedded database in {} with all its data",
        folder.display()
    );
    let question = Question {
        action: "db --reset",
        loss: &loss,
        service: None,
    };
    confirm(context, yes, question).await?;
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
        Format::Text | Format::Sql | Format::Rust | Format::Report(_) if deleted => {
            printer.data("the embedded database is deleted");
        }
        Format::Text | Format::Sql | Format::Rust | Format::Report(_) => {
            printer.data("there is no embedded database; nothing to do");
        }
    }
    Ok(Outcome::Done)
}
