//! The migration binary of `user_service`.

use std::process::ExitCode;

fn main() -> ExitCode {
    toolkit_runtime::main(&user_service_migration::service())
}
