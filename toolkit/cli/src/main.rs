//! The toolkit of this workspace: it knows the services and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    toolkit_engine::main(&[
        planning_migration::service(),
        memory_migration::service(),
        user_service_migration::service(),
        observability_migration::service(),
    ])
}
