//! The migration binary of `observability_service`.

use std::process::ExitCode;

fn main() -> ExitCode {
    toolkit_runtime::main(&observability_migration::service())
}
