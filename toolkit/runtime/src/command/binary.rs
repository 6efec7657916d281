//! The command line of a service's own migration binary, with the meaning that `sea-orm-cli
//! migrate` gives the same words.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use super::{
    Context, DownArgs, GlobalArgs, HistoryArgs, Order, Outcome, ResolveArgs, Tenancy, UpArgs, Work,
    YesArgs, destroy, history, narrowed, parse, resolve, run, status, up,
};
use crate::{Error, Service};

/// Runs the migrations of one service
#[derive(Parser)]
#[command(version, after_help = EXIT_CODES)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,

    #[command(subcommand)]
    command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 the answer is no (pending, refused); 2 it failed; 130, 143 \
                          or 129 when Ctrl-C, SIGTERM or SIGHUP ended it.";

#[derive(Subcommand)]
enum Command {
    /// Create the schema if it is not there, and apply pending migrations (the default)
    ///
    /// There is no dry run here: the SQL is learnt by running the migrations on a scratch database,
    /// which this binary does not have. `toolkit plan` shows it.
    Up(UpArgs),
    /// Roll back the last applied migration, or as many as told
    Down(DownArgs),
    /// Show which migrations are applied; writes nothing
    Status {
        /// Exit with 1 when something is pending
        #[arg(long)]
        exit_code: bool,
    },
    /// Show what was done to the schema, when and by whom, the newest first; writes nothing
    History(HistoryArgs),
    /// Say what became of a migration that began outside a transaction and did not finish
    Resolve(ResolveArgs),
    /// Drop everything in the schema, then apply all migrations
    Fresh(YesArgs),
    /// Roll back all migrations, then apply them again
    Refresh(YesArgs),
    /// Roll back all migrations and drop the tables that record them
    Reset(YesArgs),
}

/// The whole `main` of a service's migration binary.
///
/// ```no_run
/// # use sea_orm_migration::prelude::*;
/// # struct Migrator;
/// # impl MigratorTrait for Migrator {
/// #     fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![] }
/// # }
/// use std::process::ExitCode;
/// use toolkit_runtime::Service;
///
/// fn main() -> ExitCode {
///     toolkit_runtime::main(&Service::new::<Migrator>("user_service", "user_service"))
/// }
/// ```
pub fn main(service: &Service) -> ExitCode {
    let about = format!(
        "Migrations of {}, in schema {}",
        service.name(),
        service.schema()
    );
    match parse::<Cli>(Cli::command().name(service.name()).about(about), &[]) {
        Ok(cli) => run(
            &cli.global,
            std::slice::from_ref(service),
            async |context| dispatch(context, service, cli.command).await,
        ),
        Err(code) => code,
    }
}

async fn dispatch(
    context: &Context,
    service: &Service,
    command: Option<Command>,
) -> Result<Outcome, Error> {
    context.refuse_code(&[])?;
    let command = command.unwrap_or(Command::Up(UpArgs::default()));
    let (name, tenancy) = tenancy(&command);
    let services = std::slice::from_ref(service);
    let services = &narrowed(context, services, &|_| Some(true), name, tenancy).await?;
    let Some(service) = services.first() else {
        return Ok(Outcome::Done);
    };
    match command {
        Command::Up(args) => up(context, "up", services, &args, Order::UntilFailure).await,
        Command::Status { exit_code } => status(context, services, exit_code).await,
        Command::History(args) => history(context, services, args).await,
        Command::Resolve(args) => resolve(context, service, &args.migration, args.resolution).await,
        Command::Down(args) => {
            let work = Work::Down(args.extent(services)?);
            destroy(context, services, &work, &args.yes).await
        }
        Command::Fresh(yes) => destroy(context, services, &Work::Fresh, &yes).await,
        Command::Refresh(yes) => destroy(context, services, &Work::Refresh, &yes).await,
        Command::Reset(yes) => destroy(context, services, &Work::Reset, &yes).await,
    }
}

/// What each command is called, and what it does with tenants.
fn tenancy(command: &Command) -> (&'static str, Tenancy) {
    match command {
        Command::Up(_) => ("up", Tenancy::All),
        Command::Status { .. } => ("status", Tenancy::Looks),
        Command::History(_) => ("history", Tenancy::One),
        Command::Resolve(_) => ("resolve", Tenancy::One),
        Command::Down(_) => ("down", Tenancy::One),
        Command::Fresh(_) => ("fresh", Tenancy::One),
        Command::Refresh(_) => ("refresh", Tenancy::One),
        Command::Reset(_) => ("reset", Tenancy::One),
    }
}
