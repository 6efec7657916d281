//! The options that several commands share.

use std::{convert::Infallible, str::FromStr, time::Duration};

use clap::{ArgAction, Args};

use super::{Place, migration_named};
use crate::{Error, Extent, Format, Resolution, Service, SettingsOptions, Verbosity};

/// Options of every command.
#[derive(Args, Clone, Debug)]
pub struct GlobalArgs {
    /// Database URL [default: the environment, .env, then the embedded PostgreSQL]
    #[arg(short = 'u', long, global = true, value_name = "URL")]
    pub database_url: Option<String>,

    /// The URL of a server for scratch databases; only the toolkit's own binary takes it.
    #[arg(skip)]
    pub scratch: Option<String>,

    /// How long a statement may wait for another session's lock, and others behind it [default: 100ms]
    #[arg(long, global = true, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub lock_timeout: Option<Duration>,

    /// How long a migration waits in all until nobody is in its way, in nobody's way itself [default: 5m]
    #[arg(long, global = true, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub lock_wait: Option<Duration>,

    /// How long its last try may then hold others up, for a table that is never free [default: no such try]
    #[arg(long, global = true, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub lock_hold: Option<Duration>,

    /// How many sessions may wait behind that last try before it is given up [default: 10]
    #[arg(long, global = true, value_name = "N")]
    pub lock_queue: Option<u32>,

    /// How long a statement may take [default: as long as it needs]
    #[arg(long, global = true, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub statement_timeout: Option<Duration>,

    /// How long to wait for another runner, or for a server that is not ready [default: 1m]
    #[arg(long, global = true, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub wait: Option<Duration>,

    /// Of a service with tenants, this one alone
    #[arg(long, global = true, value_name = "NAME")]
    pub tenant: Option<String>,

    /// How to write the result
    #[arg(long, global = true, value_enum, default_value_t)]
    pub format: Format,

    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say more: which database is used and where its URL came from, and what is left out of lists otherwise
    #[arg(short, long, global = true, action = ArgAction::SetTrue)]
    pub verbose: bool,
}

impl GlobalArgs {
    /// The options that make up the run's settings.
    pub(crate) fn settings(&self) -> SettingsOptions {
        SettingsOptions {
            lock_timeout: self.lock_timeout,
            lock_wait: self.lock_wait,
            lock_hold: self.lock_hold,
            lock_queue: self.lock_queue,
            statement_timeout: self.statement_timeout,
            wait: self.wait,
        }
    }

    /// How much the command says.
    pub fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        }
    }
}

/// How far a run goes.
#[derive(Args, Clone, Debug, Default)]
pub struct ExtentArgs {
    /// How many migrations at most
    #[arg(short = 'n', long = "num", value_name = "N", conflicts_with = "to")]
    pub num: Option<u32>,

    /// The migration that is the last one applied afterwards
    ///
    /// Its name, the beginning of it with or without the time stamp, `head` or `base`, or so many behind
    /// or before the last applied one: `+2`, `-1`.
    #[arg(long, value_name = "MIGRATION", allow_negative_numbers = true)]
    pub to: Option<String>,
}

impl ExtentArgs {
    /// How far to go forwards.
    fn upwards(&self, services: &[Service]) -> Result<Extent, Error> {
        let Some(word) = &self.to else {
            return Ok(self.num.map_or(Extent::All, Extent::Count));
        };
        match Place::from(word.as_str()) {
            Place::Head => Ok(Extent::All),
            Place::Forwards(count) => Ok(Extent::Count(count)),
            Place::Named(name) => to(services, &name),
            Place::Base | Place::Backwards(_) => Err(Error::WrongWay {
                command: "up",
                word: word.clone(),
                hint: "`down` goes back: `down --to base`, `down --to -1`",
            }),
        }
    }

    /// How far to go back.
    fn downwards(&self, services: &[Service]) -> Result<Extent, Error> {
        let Some(word) = &self.to else {
            return Ok(Extent::Count(self.num.unwrap_or(1)));
        };
        match Place::from(word.as_str()) {
            Place::Base => Ok(Extent::All),
            Place::Backwards(count) => Ok(Extent::Count(count)),
            Place::Named(name) => to(services, &name),
            Place::Head | Place::Forwards(_) => Err(Error::WrongWay {
                command: "down",
                word: word.clone(),
                hint: "`up` goes forwards: `up --to head`, `up --to +2`",
            }),
        }
    }
}

/// As far as the migration that is called `word`, which belongs to one service.
fn to(services: &[Service], word: &str) -> Result<Extent, Error> {
    match services {
        [service] => migration_named(service, word).map(Extent::To),
        _ => Err(Error::WrongWay {
            command: "--to",
            word: word.to_owned(),
            hint: "a migration is one service's: name the service; for several, `head`, `base`, `+2` and `-1` mean \
                   the same in each",
        }),
    }
}

/// Options of `up`.
#[derive(Args, Clone, Debug, Default)]
pub struct UpArgs {
    /// How far.
    #[command(flatten)]
    pub extent: ExtentArgs,

    /// Apply a pending migration although a later one is applied already
    #[arg(long)]
    pub allow_out_of_order: bool,

    /// No old code runs any more: apply also what waits for the end of the rollout
    #[arg(long)]
    pub after_rollout: bool,

    /// How to go over tenants.
    #[command(flatten)]
    pub pace: PaceArgs,
}

/// How a run goes over the tenants of a service.
#[derive(Args, Clone, Debug, Default)]
pub struct PaceArgs {
    /// How many tenants at once, on each server; each takes two connections [default: 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,

    /// So many tenants first, or those of these names, with commas between; the others when they are done
    #[arg(long, value_name = "N|NAMES")]
    pub canary: Option<Canary>,

    /// Begin no more tenants once so many have failed [default: go on with the others]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_failures: Option<u32>,
}

/// The tenants that come first.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Canary {
    /// So many.
    Count(usize),
    /// Those of these names.
    Names(Vec<String>),
}

impl FromStr for Canary {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.parse().map_or_else(
            |_| Self::Names(text.split(',').map(|name| name.trim().to_owned()).collect()),
            Self::Count,
        ))
    }
}

impl UpArgs {
    /// How far to go with `services`: all the way unless told otherwise.
    ///
    /// # Errors
    /// [`Error::UnknownMigration`], [`Error::AmbiguousMigration`], [`Error::WrongWay`].
    pub fn extent(&self, services: &[Service]) -> Result<Extent, Error> {
        self.extent.upwards(services)
    }
}

/// Options of `down`.
#[derive(Args, Clone, Debug)]
pub struct DownArgs {
    /// How far.
    #[command(flatten)]
    pub extent: ExtentArgs,

    /// The confirmation.
    #[command(flatten)]
    pub yes: YesArgs,
}

impl DownArgs {
    /// How far to go with `services`: one migration unless told otherwise.
    ///
    /// # Errors
    /// As [`UpArgs::extent`].
    pub fn extent(&self, services: &[Service]) -> Result<Extent, Error> {
        self.extent.downwards(services)
    }
}

/// Options of `resolve`.
#[derive(Args, Clone, Debug)]
pub struct ResolveArgs {
    /// The migration that did not finish; the beginning of its name is enough
    #[arg(value_name = "MIGRATION", allow_negative_numbers = true)]
    pub migration: String,

    /// What became of it.
    #[command(flatten)]
    pub resolution: ResolutionArgs,
}

/// What became of a migration that did not finish: one of three.
#[derive(Args, Clone, Copy, Debug)]
#[group(required = true, multiple = false)]
pub struct ResolutionArgs {
    /// All of it is there: you finished it by hand
    #[arg(long)]
    pub applied: bool,

    /// Nothing of it is there: you undid it by hand
    #[arg(long)]
    pub rolled_back: bool,

    /// It can run again as it is; invalid indexes in the schema are dropped
    #[arg(long)]
    pub retry: bool,
}

impl ResolutionArgs {
    pub(crate) fn resolution(self) -> Resolution {
        if self.applied {
            Resolution::Applied
        } else if self.rolled_back {
            Resolution::RolledBack
        } else {
            Resolution::Retry
        }
    }
}

/// Options of `history`.
#[derive(Args, Clone, Copy, Debug)]
pub struct HistoryArgs {
    /// How many rows at most, of each service [default: all]
    #[arg(short = 'n', long = "num", value_name = "N")]
    pub num: Option<u32>,
}

/// The option of commands that lose data.
#[derive(Args, Clone, Debug, Default)]
pub struct YesArgs {
    /// Do not ask; with a name, only if the database is called so (the embedded one: `embedded`)
    #[arg(short, long, value_name = "DATABASE", num_args = 0..=1, require_equals = true)]
    #[allow(
        clippy::option_option,
        reason = "it may be given without a name, with one, or not at all"
    )]
    pub yes: Option<Option<String>>,
}
