//! The words of the command line.

use std::path::PathBuf;

use crate::{
    command::{
        diff::Source,
        generate::{Current, Empty},
    },
    project::Accepted,
};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use toolkit_runtime::{
    GlobalArgs, PaceArgs,
    command::{DownArgs, ResolutionArgs, UpArgs, YesArgs},
};

use super::{
    checking::{CheckArgs, VerifyArgs},
    drawing::{DocsArgs, InspectArgs, PastArgs},
    help::OPTIONS,
    names::{ChangedServices, MigrationOf, OneService, SomeServices},
};

const EXIT_CODES: &str = "Exit codes: 0 done, or nothing differs; 1 the answer is no (pending, \
    different, refused); 2 it failed; 130, 143 or 129 when Ctrl-C, SIGTERM or SIGHUP ended it.\nThe database is --database-url, else \
    <SERVICE>_MIGRATION_DATABASE_URL, <SERVICE>_DATABASE_URL, MIGRATION_DATABASE_URL or \
    DATABASE_URL, from the environment or .env, else an embedded PostgreSQL in .toolkit/.";

/// Schemas and migrations of all services
#[derive(Parser)]
#[command(name = "toolkit", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(super) struct Cli {
    #[command(flatten, next_help_heading = OPTIONS)]
    pub(super) global: GlobalArgs,

    /// Where scratch databases are made [default: beside the database]
    ///
    /// Its role must be allowed to create databases; so that of the database need not. Also
    /// `TOOLKIT_SCRATCH_URL`.
    #[arg(long, global = true, value_name = "URL", help_heading = OPTIONS)]
    pub(super) scratch: Option<String>,

    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Create the schemas of the services that do not have theirs yet
    Bootstrap(BootstrapArgs),
    /// Create a service's schema if needed, and apply its pending migrations
    Up(UpCommand),
    /// Roll back a service's last applied migration, or as many as told
    Down(DownCommand),
    /// Do what `up` does for every service, side by side where the database allows it
    UpAll(UpAllArgs),
    /// Show the SQL that pending migrations would send, learnt on a scratch database
    ///
    /// Exits with 1 when something is pending. With --format sql it is a script for `psql -f`.
    Plan(PlanArgs),
    /// Record migrations as applied without running them
    ///
    /// The schema must be what they would have made: that is compared first, and a difference is
    /// shown and answered with 1.
    Stamp(StampArgs),
    /// Take over a schema that Alembic, or anything else, made
    ///
    /// Writes a baseline migration that makes the schema as it is, proved on a scratch database, and
    /// records it as applied. The service must not have migrations yet.
    Adopt(AdoptArgs),
    /// Replace a service's migrations by one that makes the same schema
    ///
    /// It is proved on a scratch database. Databases in which all the old ones are applied go on as
    /// they are; one that lacks some is told which release to deploy first.
    Squash(SquashArgs),
    /// Show which migrations are applied and which are pending; writes nothing
    Status {
        #[command(flatten)]
        services: SomeServices,
        /// Exit with 1 when something is pending
        #[arg(long)]
        exit_code: bool,
    },
    /// Show what was done to the schemas, when and by whom, the newest first; writes nothing
    History(PastArgs),
    /// Say what became of a migration that began outside a transaction and did not finish
    Resolve(ResolveCommand),
    /// Drop everything in a service's schema, then apply all its migrations
    Fresh(Destroyed),
    /// Roll back all migrations of a service, then apply them again
    Refresh(Destroyed),
    /// Roll back all migrations of a service and drop its migrations table
    Reset(Destroyed),
    /// Add something to the workspace
    #[command(subcommand)]
    New(NewCommand),
    /// Write the migration that makes the schema what the entities say
    ///
    /// Without --service, for every service that needs one.
    Generate(GenerateArgs),
    /// Write SeaORM entities of what a database, the migrations or an SQL file hold
    ///
    /// An entity for each table that has none, and declarations of what attributes cannot say, such that
    /// `generate` then finds nothing to do. Files that are there stay as they are.
    Entities(EntitiesArgs),
    /// Show what would make one schema another; nothing when they are equal
    Diff(DiffArgs),
    /// Show what is in the schemas of services, for people and for programs that draw it
    ///
    /// With --format mermaid, dbml, json or sql: a diagram that GitHub draws, tables for dbdiagram.io and others,
    /// all there is as JSON, the statements that would make it.
    Inspect(InspectArgs),
    /// Write pages that show the schemas of services: for GitHub, and for a browser
    ///
    /// Markdown with diagrams, and one page with search: of each service and each table with comments, keys, who
    /// refers to it, and the migrations that made it. Files of earlier runs that are not written any more are removed;
    /// others' files stay.
    Docs(DocsArgs),
    /// Check entities against migrations, and migrations against the database: for CI
    Check(CheckArgs),
    /// Say what migrations do to those who use the database meanwhile: for pull requests
    ///
    /// Runs each statement of the migrations that the branch adds or changes on tables with rows, in scratch
    /// databases, and watches locks, rewrites and scans, the code that still runs, and the way back. Where
    /// the database is a server, it is asked for the sizes of tables. Exits with 1 when something is found
    /// that the service's definition does not accept.
    Lint(LintArgs),
    /// Write down what the sources of the migrations are, in each service's migrations.lock
    Lock(LockArgs),
    /// Move the migrations that only this branch has behind those that a merge brought
    Rebase(RebaseArgs),
    /// Replay every migration up, down and up again on a scratch database
    Verify(VerifyArgs),
    /// Run the embedded PostgreSQL until interrupted, for psql or a GUI
    ///
    /// It listens on a Unix socket that only you can reach. With --port it listens on the loopback
    /// address, too open for no password: that stands in .toolkit/password.
    #[cfg(feature = "embedded")]
    Db {
        /// Delete its data instead
        #[arg(long)]
        reset: bool,
        /// Listen on this port of the loopback address, with a password; 0 is any free one
        #[arg(long, conflicts_with = "reset")]
        port: Option<u16>,
        #[command(flatten)]
        yes: YesArgs,
    },
    /// Write what completes commands, options, services and migrations in a shell
    ///
    /// A line or two for the shell's start file, which ask this program at each Tab.
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Show what a command does, or a chapter of the book
    Help {
        /// A command or a chapter [default: all commands, and the names of the chapters]
        topic: Option<String>,
        /// The chapter, where a command has the same name
        #[arg(long, requires = "topic")]
        chapter: bool,
    },
}

#[derive(Args)]
pub(super) struct UpCommand {
    #[command(flatten)]
    pub(super) services: ChangedServices,
    #[command(flatten)]
    pub(super) up: UpArgs,
    #[command(flatten)]
    pub(super) yes: YesArgs,
    /// Stop at the first service that fails, one after the other
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// Do what `plan` does: show the SQL and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Args)]
pub(super) struct DownCommand {
    #[command(flatten)]
    pub(super) services: ChangedServices,
    #[command(flatten)]
    pub(super) down: DownArgs,
}

#[derive(Args)]
pub(super) struct ResolveCommand {
    #[command(flatten)]
    pub(super) of: MigrationOf,
    #[command(flatten)]
    pub(super) resolution: ResolutionArgs,
}

#[derive(Args)]
pub(super) struct BootstrapArgs {
    #[command(flatten)]
    pub(super) services: SomeServices,
    /// Also create a role that owns each schema and one that the service works with
    #[arg(long)]
    pub(super) roles: bool,
    /// With --roles: write the statements and change nothing
    #[arg(long, requires = "roles")]
    pub(super) dry_run: bool,
}

#[derive(Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(super) struct UpAllArgs {
    /// Stop at the first service that fails, one after the other
    #[arg(long)]
    pub(super) fail_fast: bool,
    #[command(flatten)]
    pub(super) yes: YesArgs,
    /// Apply a pending migration although a later one is applied already
    #[arg(long)]
    pub(super) allow_out_of_order: bool,
    /// No old code runs any more: apply also what waits for the end of the rollout
    #[arg(long)]
    pub(super) after_rollout: bool,
    /// Do what `plan` does: show the SQL and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) pace: PaceArgs,
}

#[derive(Args)]
pub(super) struct Destroyed {
    #[command(flatten)]
    pub(super) services: ChangedServices,
    #[command(flatten)]
    pub(super) yes: YesArgs,
}

#[derive(Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(super) struct GenerateArgs {
    #[command(flatten)]
    pub(super) services: SomeServices,
    /// What the migration is for; becomes part of its name
    #[arg(short, long)]
    pub(super) message: Option<String>,
    /// What to start from
    #[arg(long, value_enum, default_value_t)]
    pub(super) from: Current,
    /// Something has a new name: old=new, or table.old=new; may be given several times
    #[arg(long = "rename", value_name = "OLD=NEW")]
    pub(super) renames: Vec<String>,
    /// Drop something that no entity or declaration says; role:NAME is what a role may do; may be given
    /// several times
    #[arg(long, value_name = "NAME")]
    pub(super) drop: Vec<String>,
    /// What the rows that are there get in a new column that must not be null: table.column=SQL; may be given
    /// several times
    #[arg(long = "fill", value_name = "COLUMN=SQL", conflicts_with_all = ["empty", "online"])]
    pub(super) fills: Vec<String>,
    /// Write a migration to be filled by hand, with examples of what it is for
    #[arg(long, value_enum, value_name = "KIND", num_args = 0..=1, require_equals = true,
        default_missing_value = "plain")]
    pub(super) empty: Option<Empty>,
    /// Write the change in phases beside which old and new code run: what is added, what is checked and
    /// built beside others, and what is taken away after the rollout
    #[arg(long, conflicts_with_all = ["empty", "no_online"])]
    pub(super) online: bool,
    /// Write one migration, although the service's definition says `.online()`
    #[arg(long)]
    pub(super) no_online: bool,
    /// Show it and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Args)]
pub(super) struct LintArgs {
    #[command(flatten)]
    pub(super) services: SomeServices,
    /// Look at what this commit does not have [default: the branch that this one goes into]
    #[arg(long, value_name = "REF", conflicts_with = "pending")]
    pub(super) since: Option<String>,
    /// Look at what the database has not applied
    #[arg(long)]
    pub(super) pending: bool,
}

#[derive(Args)]
pub(super) struct LockArgs {
    #[command(flatten)]
    pub(super) services: SomeServices,
    /// A migration was edited on purpose; databases that applied its earlier text need no more
    ///
    /// The earlier text is the line's. Where the line has it no more, the database says it, or
    /// NAME=CHECKSUM, as `up` of the database that refuses the migration writes it.
    #[arg(long, value_name = "NAME[=CHECKSUM]")]
    pub(super) accept: Vec<Accepted>,
    /// A migration was edited before any database applied it
    #[arg(long, value_name = "NAME")]
    pub(super) replace: Vec<String>,
    /// A migration was deleted before any database applied it
    #[arg(long, value_name = "NAME")]
    pub(super) forget: Vec<String>,
}

#[derive(Args)]
pub(super) struct RebaseArgs {
    #[command(flatten)]
    pub(super) service: OneService,
    /// The branch that this one goes into [default: its upstream, origin's branch, or main]
    #[arg(long, value_name = "REF")]
    pub(super) onto: Option<String>,
    /// Show it and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Subcommand)]
pub(super) enum NewCommand {
    /// A service: its entities, its migrations, and where the workspace lists them
    ///
    /// It goes by the services that are there. Nothing that is there is overwritten.
    Service {
        /// Its name: `billing_agent`
        name: String,
        /// Its schema [default: its name]
        #[arg(long, value_name = "NAME")]
        schema: Option<String>,
        /// Show what would be written
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Args)]
pub(super) struct EntitiesArgs {
    #[command(flatten)]
    pub(super) service: OneService,
    /// database, history, a URL, or file: and a path
    #[arg(long, value_name = "SOURCE", default_value = "database")]
    pub(super) from: Source,
    /// The folder of the entities [default: that of those which the service lists, else the module of its
    /// schema in entity/src]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Write nothing, and exit with 1 when entities and declarations do not say all of it
    #[arg(long)]
    pub(super) check: bool,
    /// Replace files whose text would be another one
    #[arg(long, conflicts_with = "check")]
    pub(super) overwrite: bool,
    /// Show them and write nothing
    #[arg(long, conflicts_with = "check")]
    pub(super) dry_run: bool,
}

#[derive(Args)]
pub(super) struct DiffArgs {
    /// entities, history, database, a URL, or file: and a path
    #[arg(long, value_name = "SOURCE")]
    pub(super) from: Source,
    /// Likewise
    #[arg(long, value_name = "SOURCE")]
    pub(super) to: Source,
    #[command(flatten)]
    pub(super) service: OneService,
    /// The schemas to compare; may be given several times [default: all]
    #[arg(long = "schema", value_name = "NAME", conflicts_with_all = ["word", "service"])]
    pub(super) schemas: Vec<String>,
    /// Compare who owns what, too; of whole schemas, not of a service
    #[arg(long, conflicts_with_all = ["word", "service"])]
    pub(super) owners: bool,
    /// The way back instead
    #[arg(long)]
    pub(super) down: bool,
}

#[derive(Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) services: SomeServices,
    /// The way back: what rolling back this many migrations would send
    #[arg(long, value_name = "N")]
    pub(super) down: Option<u32>,
}

#[derive(Args)]
pub(super) struct StampArgs {
    #[command(flatten)]
    pub(super) of: MigrationOf,
    /// Record all migrations, as `head` does
    #[arg(long, conflicts_with = "second")]
    pub(super) all: bool,
    /// Record without comparing
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Args)]
pub(super) struct AdoptArgs {
    #[command(flatten)]
    pub(super) service: OneService,
    /// What the baseline is called; becomes part of its name [default: baseline]
    #[arg(short, long)]
    pub(super) message: Option<String>,
    /// Write SeaORM entities of it, too, and declarations of what they cannot say, and list them
    #[arg(long)]
    pub(super) entities: bool,
    /// The folder of the entities [default: that of those which the service lists, else the module of its
    /// schema in entity/src]
    #[arg(long, value_name = "DIR", requires = "entities")]
    pub(super) out: Option<PathBuf>,
    /// Show what would be done and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) yes: YesArgs,
}

#[derive(Args)]
pub(super) struct SquashArgs {
    #[command(flatten)]
    pub(super) service: OneService,
    /// The last migration to replace, `+3` the third, `-1` the last but one [default: the last one]
    #[arg(long, value_name = "MIGRATION", allow_negative_numbers = true)]
    pub(super) through: Option<String>,
    /// What the migration is called; becomes part of its name [default: squashed]
    #[arg(short, long)]
    pub(super) message: Option<String>,
    /// Go on although the old migrations leave rows, which new databases lack then
    #[arg(long)]
    pub(super) drop_data: bool,
    /// Show what would be done and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}
