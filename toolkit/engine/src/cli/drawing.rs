//! The words of the commands that draw.

use std::path::PathBuf;

use clap::Args;
use toolkit_runtime::command::HistoryArgs;

use super::names::SomeServices;
use crate::command::{diff::Source, history::Named};

#[derive(Args)]
pub(super) struct DocsArgs {
    #[command(flatten)]
    pub(super) services: SomeServices,
    /// The folder of the pages [default: docs/schema in the workspace]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Write nothing, and exit with 1 when a page is not what it would be: for CI
    #[arg(long)]
    pub(super) check: bool,
    /// history, database, entities, a URL, or file: and a path; only the history tells which migrations made a table
    #[arg(long, value_name = "SOURCE", default_value = "history")]
    pub(super) from: Source,
}

#[derive(Args)]
pub(super) struct PastArgs {
    #[command(flatten)]
    pub(super) services: SomeServices,
    #[command(flatten)]
    pub(super) history: HistoryArgs,
    /// With --format html: a database beside others, as a lane; may be given several times [default: the
    /// configured one]
    #[arg(long = "environment", value_name = "NAME=URL")]
    pub(super) environments: Vec<Named>,
}

#[derive(Args)]
pub(super) struct InspectArgs {
    #[command(flatten)]
    pub(super) services: SomeServices,
    /// history, database, entities, a URL, or file: and a path
    #[arg(long, value_name = "SOURCE", default_value = "history")]
    pub(super) from: Source,
}
