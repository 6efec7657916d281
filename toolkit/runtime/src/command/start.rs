//! From `main` to a command and back: the event loop, signals, the exit code.

use std::process::ExitCode;

use super::{
    Context, Outcome,
    confirm::leave_question,
    signal::{heard, listen},
};
use crate::{
    Error, GlobalArgs, Printer, Service,
    output::{Failure, stdout},
};

/// Runs `command` with what `args` resolve to, until it ends or is interrupted, and shows its error.
/// What is set and read by nobody is told before, `services` being those that the binary knows.
pub fn run(
    args: &GlobalArgs,
    services: &[Service],
    command: impl AsyncFnOnce(&Context) -> Result<Outcome, Error>,
) -> ExitCode {
    let printer = Printer::new(args.format, args.verbosity());
    if let Err(error) = listen(printer) {
        return end(printer, Err(error));
    }
    match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => {
            let result = runtime.block_on(interruptible(args, services, command));
            // A thread that waits for the embedded database would hold up the exit.
            runtime.shutdown_background();
            end(printer, result)
        }
        Err(source) => end(
            printer,
            Err(Error::System {
                action: "start",
                source,
            }),
        ),
    }
}

/// Shows the error of a command that has ended, and whether its output has arrived.
pub fn end(printer: Printer, result: Result<Outcome, Error>) -> ExitCode {
    let outcome = shown(printer, result);
    let outcome = match stdout::arrived() {
        Ok(()) => outcome,
        Err(source) => {
            printer.error(&Error::Output { source });
            Outcome::Failed
        }
    };
    outcome.into()
}

async fn interruptible(
    args: &GlobalArgs,
    services: &[Service],
    command: impl AsyncFnOnce(&Context) -> Result<Outcome, Error>,
) -> Result<Outcome, Error> {
    let context = Context::new(args)?;
    for unknown in context.configuration.unknown(services) {
        context.printer.warn(&unknown);
    }
    let mut command = std::pin::pin!(command(&context));
    tokio::select! {
        result = &mut command => result,
        signal = heard() => if context.ends_by_signal() {
            command.await
        } else {
            let left = context.cut();
            Err(Error::Interrupted { signal, left })
        },
    }
}

/// Shows the error of a command.
pub(super) fn shown(printer: Printer, result: Result<Outcome, Error>) -> Outcome {
    match result {
        Ok(outcome) => outcome,
        Err(error) => {
            if matches!(error, Error::Interrupted { .. }) {
                leave_question();
            }
            printer.error(&error);
            if printer.format() == crate::Format::Json {
                printer.json(&serde_json::json!({ "ok": false, "error": Failure::from(&error) }));
            }
            Outcome::of(&error)
        }
    }
}
