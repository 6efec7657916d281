//! The toolkit of this workspace.

use std::process::ExitCode;

fn main() -> ExitCode {
    toolkit_engine::main(&[shop_migration::service(), billing_migration::service()])
}
