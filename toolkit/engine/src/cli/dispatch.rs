//! From a parsed command line to a command.

use std::process::ExitCode;

use clap::{CommandFactory, error::ErrorKind};
use toolkit_runtime::{
    Context, Error, Format, GlobalArgs, Outcome, Printer, Service,
    command::{Work, end, narrowed, parse, run, status},
};

use super::{
    args::{BootstrapArgs, Cli, Command, NewCommand, UpAllArgs, UpCommand},
    checking::VerifyArgs,
    choose,
    complete::{completed, registration},
    examples::FOREIGN,
    help::{codes, dressed},
    relations::{asked, refuse_endless},
    requests::{
        adopted, all_up, bootstrapped, checked, compared, described, destroyed, documented, downed,
        generated, inspected, linted, locked, past, planned, rebased, resolved, squashed, stamped,
        upped,
    },
    settle::settle,
    tenancy::{named, tenancy},
};
use crate::command::{help, new, sources, verify};

/// The whole `main` of a workspace's toolkit binary; it knows the services and nothing else.
pub fn main(services: &[Service]) -> ExitCode {
    if let Some(code) = asked(services) {
        return code;
    }
    if let Some(code) = completed(services) {
        return code;
    }
    let cli = match parse::<Cli>(dressed(Cli::command(), services), &FOREIGN) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    if let Command::Completions { shell } = cli.command {
        return end(
            Printer::default(),
            registration(shell).map(|()| Outcome::Done),
        );
    }
    if let Command::Help { topic, chapter } = cli.command {
        let outcome = helped(services, topic.as_deref(), chapter);
        return end(Printer::default(), Ok(outcome));
    }
    let global = GlobalArgs {
        scratch: cli.scratch,
        ..cli.global
    };
    run(&global, services, async |context| {
        Box::pin(dispatch(context, services, cli.command)).await
    })
}

async fn dispatch(
    context: &Context,
    services: &[Service],
    mut command: Command,
) -> Result<Outcome, Error> {
    context.refuse_code(code(&command))?;
    if changes_nothing(&command) {
        context.only_reads();
    }
    settle(services, &mut command).await?;
    refuse_endless(&command, services).await?;
    let (name, tenancy, names) = tenancy(&command);
    let names = named(services, &names)?;
    let is_named = |service: &Service| (!names.is_empty()).then(|| names.contains(&service.name()));
    let services = narrowed(context, services, &is_named, name, tenancy).await?;
    let services = services.as_slice();
    match command {
        Command::Bootstrap(args) => bootstrapped(context, services, &args).await,
        Command::Up(args) => upped(context, services, &args).await,
        Command::UpAll(args) => all_up(context, services, &args).await,
        Command::Plan(args) => Box::pin(planned(context, services, &args)).await,
        Command::Down(args) => downed(context, services, &args).await,
        Command::Status {
            services: names,
            exit_code,
        } => {
            let services = choose::some(services, &names.names())?;
            sources::tell_stale(context, &services)?;
            status(context, &services, exit_code).await
        }
        Command::History(args) => past(context, services, args).await,
        Command::Resolve(args) => resolved(context, services, &args).await,
        Command::Stamp(args) => stamped(context, services, args).await,
        Command::Squash(args) => squashed(context, services, args).await,
        Command::Adopt(args) => Box::pin(adopted(context, services, args)).await,
        Command::Fresh(args) => destroyed(context, services, &args, &Work::Fresh).await,
        Command::Refresh(args) => destroyed(context, services, &args, &Work::Refresh).await,
        Command::Reset(args) => destroyed(context, services, &args, &Work::Reset).await,
        Command::Generate(args) => generated(context, services, args).await,
        Command::Diff(args) => Box::pin(compared(context, services, args)).await,
        Command::New(NewCommand::Service {
            name,
            schema,
            dry_run,
        }) => new::service(
            context,
            services,
            &new::Request {
                name,
                schema,
                dry_run,
            },
        ),
        Command::Entities(args) => Box::pin(described(context, services, args)).await,
        Command::Docs(args) => documented(context, services, args).await,
        Command::Inspect(args) => Box::pin(inspected(context, services, args)).await,
        Command::Check(args) => checked(context, services, &args).await,
        Command::Lint(args) => Box::pin(linted(context, services, args)).await,
        Command::Lock(args) => locked(context, services, args).await,
        Command::Rebase(args) => Box::pin(rebased(context, services, args)).await,
        Command::Verify(VerifyArgs {
            services: names,
            up,
        }) => verify::verify(context, &choose::some(services, &names.names())?, up).await,
        #[cfg(feature = "embedded")]
        Command::Db {
            reset: true, yes, ..
        } => crate::command::db::reset(context, &yes).await,
        #[cfg(feature = "embedded")]
        Command::Db {
            reset: false, port, ..
        } => crate::command::db::serve(context, port).await,
        Command::Completions { shell } => registration(shell).map(|()| Outcome::Done),
        Command::Help { topic, chapter } => Ok(helped(services, topic.as_deref(), chapter)),
    }
}

/// Shows a command's help or a chapter.
fn helped(services: &[Service], topic: Option<&str>, is_chapter: bool) -> Outcome {
    let mut command = dressed(Cli::command(), services);
    match help(&mut command, topic, is_chapter) {
        Ok(text) => {
            Printer::default().raw(&text);
            Outcome::Done
        }
        Err(told) => {
            // There is nobody left to tell when this fails.
            let _ = command.error(ErrorKind::InvalidValue, told).print();
            Outcome::Failed
        }
    }
}

/// Whether a command changes neither files nor a database that is in use.
fn changes_nothing(command: &Command) -> bool {
    match command {
        Command::Status { .. }
        | Command::History(_)
        | Command::Plan(_)
        | Command::Diff(_)
        | Command::Inspect(_)
        | Command::Check(_)
        | Command::Lint(_)
        | Command::Verify(_) => true,
        Command::Up(args) => args.dry_run,
        Command::UpAll(args) => args.dry_run,
        Command::Entities(args) => args.check || args.dry_run,
        Command::Docs(args) => args.check,
        Command::New(NewCommand::Service { dry_run, .. }) => *dry_run,
        Command::Bootstrap(_)
        | Command::Down(_)
        | Command::Resolve(_)
        | Command::Stamp(_)
        | Command::Squash(_)
        | Command::Adopt(_)
        | Command::Fresh(_)
        | Command::Refresh(_)
        | Command::Reset(_)
        | Command::Generate(_)
        | Command::Lock(_)
        | Command::Rebase(_)
        | Command::Completions { .. }
        | Command::Help { .. } => false,
        #[cfg(feature = "embedded")]
        Command::Db { .. } => false,
    }
}

/// Which code a command that does nothing else writes to stdout.
fn code(command: &Command) -> &'static [Format] {
    match command {
        Command::Up(UpCommand { dry_run: false, .. })
        | Command::UpAll(UpAllArgs { dry_run: false, .. })
        | Command::Bootstrap(BootstrapArgs { dry_run: false, .. }) => &[],
        command => codes(command.name()),
    }
}
