//! The migration binary of `memory_agent`.

use std::process::ExitCode;

fn main() -> ExitCode {
    toolkit_runtime::main(&memory_migration::service())
}
