//! Asking before data is lost.

use std::io::IsTerminal;

use dialoguer::{Confirm, console::Term};

use super::{YesArgs, context::blocking};
use crate::{Error, Printer};

/// Tells what would be lost and asks whether to go on with `action` ("fresh of planning").
///
/// # Errors
/// [`Error::NotConfirmed`] when the answer is no, or when there is no terminal to ask on and `yes`
/// was not given.
pub async fn confirm(yes: YesArgs, action: &str, loss: &str) -> Result<(), Error> {
    if yes.yes {
        return Ok(());
    }
    let action = action.to_owned();
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Error::NotConfirmed {
            action,
            asked: false,
        });
    }
    Printer::question(loss);
    let ask = || {
        Confirm::new()
            .with_prompt("Go on?")
            .default(false)
            .interact_opt()
    };
    let answer = blocking("ask", ask).await?;
    match answer {
        Ok(Some(true)) => Ok(()),
        Ok(Some(false) | None) => Err(Error::NotConfirmed {
            action,
            asked: true,
        }),
        Err(dialoguer::Error::IO(source)) => Err(Error::System {
            action: "ask",
            source,
        }),
    }
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
