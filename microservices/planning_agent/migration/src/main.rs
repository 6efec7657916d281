//! The migration binary of `planning_agent`.

use std::process::ExitCode;

fn main() -> ExitCode {
    toolkit_runtime::main(&planning_migration::service())
}
