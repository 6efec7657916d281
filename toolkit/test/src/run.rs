//! Runs a test of the attribute: its event loop, its database, and what becomes of that.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use tokio::runtime::{Builder, Runtime};
use toolkit_runtime::Service;

use crate::{TestDatabase, TestError};

/// What the attribute says.
#[derive(Debug)]
pub struct Settings {
    /// The test's name.
    pub test: &'static str,
    /// The services whose migrations the database has.
    pub services: Vec<Service>,
    /// Whether the test is to panic.
    pub panics: bool,
    /// How many threads the event loop has beside the test's own.
    pub threads: Option<usize>,
}

/// What a test returns.
pub trait Outcome {
    /// Whether the test failed.
    fn is_failure(&self) -> bool;
}

impl Outcome for () {
    fn is_failure(&self) -> bool {
        false
    }
}

impl<T, E> Outcome for Result<T, E> {
    fn is_failure(&self) -> bool {
        self.is_err()
    }
}

/// Runs a test.
///
/// # Panics
/// When the test does, or has no database.
#[allow(
    clippy::print_stderr,
    reason = "the harness shows it with the test that failed"
)]
pub fn run<R: Outcome>(
    settings: &Settings,
    test: impl AsyncFnOnce(&TestDatabase) -> Result<R, TestError>,
) -> R {
    let runtime = event_loop(settings.threads)
        .unwrap_or_else(|error| fail(&TestError::system("start an event loop")(error)));
    let name = Some(settings.test.to_owned());
    let database = runtime.block_on(TestDatabase::open(&settings.services, name));
    let database = database.unwrap_or_else(|error| fail(&error));
    let ended = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let ended = test(&database).await;
            database.disconnect().await;
            ended
        })
    }));
    // What the test has spawned ends with it, and lets go of the database.
    drop(runtime);
    let has_failed = match &ended {
        Ok(Ok(outcome)) => outcome.is_failure() || settings.panics,
        Ok(Err(_)) => true,
        Err(_) => !settings.panics,
    };
    if has_failed {
        eprintln!("{}", database.keep());
    } else {
        drop(database);
    }
    match ended {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => fail(&error),
        Err(panic) => resume_unwind(panic),
    }
}

fn event_loop(threads: Option<usize>) -> io::Result<Runtime> {
    let mut builder = match threads {
        Some(threads) => {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(threads);
            builder
        }
        None => Builder::new_current_thread(),
    };
    builder.enable_all().build()
}

/// A test fails by a panic.
#[allow(clippy::panic, reason = "a test fails by a panic")]
fn fail(error: &TestError) -> ! {
    panic!("{}", error.report())
}
