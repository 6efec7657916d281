//! Standard output, and whether it took what was written to it. Never writes to standard error.

use std::{
    io::{self, ErrorKind, Write},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What standard output refused first. Who writes goes on, and the end of the command tells it.
static REFUSED: Mutex<Option<io::Error>> = Mutex::new(None);

/// Lets `write` write to standard output and remembers its failure.
pub(crate) fn write(write: impl FnOnce() -> io::Result<()>) {
    if let Err(error) = write() {
        refused().get_or_insert(error);
    }
}

/// Whether all that was written has arrived. A reader that went away, as `head` does, wanted no
/// more: that is no error.
///
/// # Errors
/// What standard output refused first: a full disk, mostly.
pub(crate) fn arrived() -> io::Result<()> {
    write(|| io::stdout().flush());
    match refused().take() {
        Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        Some(_) | None => Ok(()),
    }
}

fn refused() -> MutexGuard<'static, Option<io::Error>> {
    REFUSED.lock().unwrap_or_else(PoisonError::into_inner)
}
