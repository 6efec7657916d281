//! Tests of a program with a `main` of its own: because it is something else, too, when a test runs it
//! again, or because its tests are files.
//!
//! They take the arguments that every test program takes: a part of a name, `--list`, `--test-threads`.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// A test that fails by panicking.
pub type Named = Trial;

/// The test `name`.
pub fn named(name: impl Into<String>, test: impl FnOnce() + Send + 'static) -> Named {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// Runs those of `tests` that the program's arguments ask for, `threads` at a time where these do not
/// say how many: nothing for as many as there are processors.
pub fn run(tests: Vec<Named>, threads: Option<usize>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(threads);
    libtest_mimic::run(&arguments, tests).exit_code()
}
