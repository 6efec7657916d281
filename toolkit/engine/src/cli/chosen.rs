//! The options that say which services are meant.

use clap::Args;

#[derive(Args)]
pub(super) struct OneService {
    /// The service's name; hyphens and case do not matter
    #[arg(short, long, value_name = "NAME")]
    pub(super) service: String,
}

#[derive(Args)]
pub(super) struct SomeServices {
    /// A service's name; may be given several times [default: all services]
    #[arg(short, long = "service", value_name = "NAME")]
    pub(super) services: Vec<String>,
}
