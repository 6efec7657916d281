//! Asking before data is lost.

use std::io::IsTerminal;

use dialoguer::Confirm;

use super::context::blocking;
use crate::Error;

/// Asks whether to go on with `action` ("fresh of planning"), explained by `question`.
///
/// # Errors
/// [`Error::NotConfirmed`] when the answer is no, or when there is no terminal to ask on and `yes`
/// was not given.
pub async fn confirm(yes: bool, action: &str, question: &str) -> Result<(), Error> {
    if yes {
        return Ok(());
    }
    let action = action.to_owned();
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Error::NotConfirmed {
            action,
            asked: false,
        });
    }
    let question = question.to_owned();
    let ask = || {
        Confirm::new()
            .with_prompt(question)
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
