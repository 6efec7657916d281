//! Asking before data is lost.

use std::io::IsTerminal;

use dialoguer::{Input, console::Term};

use super::{Context, YesArgs, context::blocking};
use crate::{Error, Printer, Service, Target, migrate::database_name};

/// What the embedded database is called.
const EMBEDDED: &str = "embedded";

/// What somebody has to confirm.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// What is to be done: `fresh of planning`.
    pub action: &'q str,
    /// What that does to which database.
    pub loss: &'q str,
    /// Whose database it is; of none, it is the embedded one.
    pub service: Option<&'q Service>,
}

/// Tells what would be lost and asks whether to go on: who answers types the name of the database.
///
/// # Errors
/// [`Error::NotConfirmed`] when the answer is no, or when there is no terminal to ask on and `yes`
/// was not given; [`Error::OtherDatabase`] when that names another one.
pub async fn confirm(
    context: &Context,
    yes: &YesArgs,
    question: Question<'_>,
) -> Result<(), Error> {
    let Question {
        action,
        loss,
        service,
    } = question;
    match &yes.yes {
        Some(None) => return Ok(()),
        Some(Some(given)) => {
            let is = name(context, service).await?;
            return if *given == is {
                Ok(())
            } else {
                Err(Error::OtherDatabase {
                    action: action.to_owned(),
                    given: given.clone(),
                    is,
                })
            };
        }
        None => {}
    }
    let refused = |asked| Error::NotConfirmed {
        action: action.to_owned(),
        asked,
    };
    if !can_ask() {
        return Err(refused(false));
    }
    let wanted = name(context, service).await?;
    Printer::question(loss);
    let prompt = format!("To go on, type the name of the database, {wanted}, and Enter");
    let ask = move || {
        Input::<String>::new()
            .with_prompt(toolkit_text::harmless_line(&prompt))
            .allow_empty(true)
            .interact_text()
    };
    match blocking("ask", ask).await? {
        Ok(typed) if typed.trim() == wanted => Ok(()),
        Ok(_) => Err(refused(true)),
        Err(dialoguer::Error::IO(source)) => Err(Error::System {
            action: "ask",
            source,
        }),
    }
}

/// Whether somebody can be asked.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// The name of the database of `service`, as its server has it: a pooler may call it otherwise.
async fn name(context: &Context, service: Option<&Service>) -> Result<String, Error> {
    let target = service
        .map(|it| context.configuration.target(it))
        .transpose()?;
    let (Some(service), Some(target @ Target::Server(..))) = (service, &target) else {
        return Ok(EMBEDDED.to_owned());
    };
    let connections = context.connections([target]).await?;
    let asked = connections.using(target, "toolkit asks", async |connection| {
        let name = database_name(connection).await;
        name.map_err(Error::database("ask for the database's name", service))
    });
    let name = asked.await;
    connections.close().await?;
    name
}

/// Puts the terminal back to what a question may have made of it when it was interrupted.
pub(crate) fn leave_question() {
    let terminal = Term::stderr();
    if terminal.is_term() {
        // There is nothing to be done about a terminal that does not listen.
        let _ = terminal.show_cursor();
        let _ = terminal.write_line("");
    }
}
