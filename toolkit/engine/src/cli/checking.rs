//! The words of the commands that check.

use clap::Args;

use super::names::SomeServices;

#[derive(Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) services: SomeServices,
    /// Check entities against migrations alone, and ask no database
    #[arg(long)]
    pub(super) no_database: bool,
    /// Let migrations be pending: a pull request's are, until it is deployed
    #[arg(long, conflicts_with = "no_database")]
    pub(super) allow_pending: bool,
}

#[derive(Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    pub(super) services: SomeServices,
    /// Replay them up alone: for a project whose migrations have no way back
    #[arg(long)]
    pub(super) up: bool,
}
