//! `lint`: what migrations do to those who use the database meanwhile, by running them on scratch databases
//! with rows. Changes nothing.

mod base;
mod github;
mod gitlab;
mod judge;
mod markdown;
mod page;
mod rate;
mod report;
mod rule;
mod sarif;
mod text;
mod trial;

use std::path::{Path, PathBuf};

use toolkit_runtime::{Context, Error, Format, Outcome, ReportFormat, Service, Target};

use super::{
    live::Database,
    sizes::{self, Sizes},
};
use crate::{
    catalog::{Catalog, QualifiedName},
    effects::{Effect, TableEffect},
    observe::{Look, Version},
    project::{MigrationSource, Repository, crate_folder, relative},
};
pub(crate) use base::Against;
use base::Candidate;
use judge::{Found, judge};
pub(crate) use page::planned;
use report::{Finding, Name, OfMigration, OfService, OfStatement, OfTable, Report, Size};
use rule::Rule;
use trial::{Trials, Watched};

/// The words of `lint`.
pub(crate) struct Request {
    pub(crate) services: Vec<Service>,
    pub(crate) against: Against,
}

/// Looks at the migrations. The answer is no when something is found that is not accepted.
pub(crate) async fn lint(context: &Context, request: &Request) -> Result<Outcome, Error> {
    let Seen { report, states: _ } = see(context, request).await?;
    show(context, &report);
    Ok(if report.ok {
        Outcome::Done
    } else {
        Outcome::No
    })
}

/// What was seen.
struct Seen {
    report: Report,
    /// The states before and after the migrations, by service; nothing where none is looked at.
    states: Vec<Option<[Catalog; 2]>>,
}

async fn see(context: &Context, request: &Request) -> Result<Seen, Error> {
    let mut candidates = Vec::new();
    let mut sizes = Vec::new();
    // The live databases first: the embedded one takes one process at a time.
    for service in &request.services {
        let candidate = Candidate::of(context, service, &request.against).await?;
        sizes.push(if candidate.linted.is_empty() {
            Sizes::default()
        } else {
            live_sizes(context, service).await
        });
        candidates.push(candidate);
    }
    let (watched, states, scratch) = if candidates.iter().all(|it| it.linted.is_empty()) {
        let nothing = candidates.iter().map(|_| (Vec::new(), None));
        let (watched, states) = nothing.unzip();
        (watched, states, None)
    } else {
        let Trials {
            watched,
            states,
            place,
        } = trial::watch(context, &candidates).await?;
        (watched, states, Some(place))
    };
    let each = candidates.iter().zip(&watched).zip(&sizes);
    let services =
        each.map(|((candidate, watched), sizes)| of_service(context, candidate, watched, sizes));
    let mut report = Report {
        command: "lint",
        ok: true,
        scratch,
        services: services.collect::<Result<_, Error>>()?,
    };
    report.ok = report.open().count() == 0;
    Ok(Seen { report, states })
}

/// How large the tables are where a server is configured; reads only. Who asks goes on without an answer.
async fn live_sizes(context: &Context, service: &Service) -> Sizes {
    let Ok(target @ Target::Server(..)) = context.configuration.target(service) else {
        return Sizes::default();
    };
    let read = async {
        let database = Database::open(context, &target, "toolkit lint").await?;
        let sizes = sizes::read(database.connection().db()).await;
        database.close().await?;
        Ok::<_, Error>(sizes)
    };
    let why = match read.await {
        Ok(Ok(sizes)) => return sizes,
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    let name = service.name();
    context
        .printer
        .warn(&format!("{name}: the sizes of tables are not known: {why}"));
    Sizes::default()
}

fn show(context: &Context, report: &Report) {
    let printer = &context.printer;
    match printer.format() {
        Format::Json => printer.json(report),
        Format::Report(ReportFormat::Sarif) => printer.json(&sarif::log(report)),
        Format::Report(ReportFormat::Gitlab) => printer.json(&gitlab::issues(report)),
        Format::Report(ReportFormat::Github) => printer.raw(&github::commands(report)),
        Format::Report(ReportFormat::Markdown) => printer.raw(&markdown::comment(report)),
        Format::Text
        | Format::Sql
        | Format::Rust
        | Format::Report(ReportFormat::Mermaid | ReportFormat::Dbml | ReportFormat::Html) => {
            text::lines(report)
                .iter()
                .for_each(|line| printer.data(line));
        }
    }
    text::notes(report)
        .iter()
        .for_each(|note| printer.note(note));
    for service in &report.services {
        let unused = service.unused_accepts.iter();
        unused.for_each(|it| printer.warn(&format!("{}: {it}", service.service)));
    }
}

fn of_service(
    context: &Context,
    candidate: &Candidate,
    watched: &[Watched],
    sizes: &Sizes,
) -> Result<OfService, Error> {
    let service = &candidate.service;
    let mut used = vec![false; service.accepts().len()];
    let mut migrations = Vec::new();
    let places = (!watched.is_empty()).then(|| places(context, service));
    let (folder, root) = places.transpose()?.unwrap_or_default();
    for watched in watched {
        let source = Source::of(folder.as_deref(), &root, watched)?;
        let found = judge(service, watched);
        let findings = found
            .into_iter()
            .map(|it| finding(service, watched, &source, it, &mut used));
        migrations.push(OfMigration {
            findings: findings.collect(),
            name: watched.name.clone(),
            file: source.shown.clone(),
            in_transaction: watched.in_transaction,
            after_rollout: watched.after_rollout,
            statements: statements(watched, &source, sizes),
            old_code: verdict(watched, Version::Old),
            new_code: verdict(watched, Version::New),
            not_tried: not_tried(watched),
        });
    }
    Ok(OfService {
        service: service.name().to_owned(),
        schema: service.schema().to_owned(),
        base: candidate.base.clone(),
        migrations,
        unused_accepts: unused_accepts(candidate, &used),
    })
}

/// The folder of the service's crate, for a service need not say where it is, and what paths are shown from.
fn places(context: &Context, service: &Service) -> Result<(Option<PathBuf>, PathBuf), Error> {
    let folder = crate_folder(service, &context.configuration).ok();
    let repository = folder.as_deref().and_then(|it| Repository::of(it).ok());
    let top = match repository {
        Some(repository) => repository.root()?,
        None => None,
    };
    let root = top.unwrap_or_else(|| context.configuration.root().to_owned());
    Ok((folder, root.canonicalize().unwrap_or(root)))
}

/// Where a migration's statements stand.
struct Source {
    file: Option<MigrationSource>,
    /// It, as paths are written in a repository.
    shown: Option<String>,
    texts: usize,
}

impl Source {
    fn of(folder: Option<&Path>, root: &Path, watched: &Watched) -> Result<Self, Error> {
        let file = match folder {
            Some(folder) => MigrationSource::read(folder, &watched.name)?,
            None => None,
        };
        let shown = file.as_ref().map(|it| {
            let file = it.file.canonicalize();
            relative(&file.unwrap_or_else(|_| it.file.clone()), root)
        });
        Ok(Self {
            file,
            shown,
            texts: watched.texts,
        })
    }

    fn first_line(&self) -> Option<usize> {
        self.file.as_ref().map(MigrationSource::first_line)
    }

    fn line(&self, statement: &str, text: usize) -> Option<usize> {
        let source = self.file.as_ref()?;
        Some(source.line(statement, text, self.texts))
    }
}

fn finding(
    service: &Service,
    watched: &Watched,
    source: &Source,
    found: Found,
    used: &mut [bool],
) -> Finding {
    let Found {
        rule,
        statement,
        tables,
        message,
    } = found;
    let words = rule.words();
    let mut accepted = None;
    for (accept, used) in service.accepts().iter().zip(used) {
        if accept.migration == watched.name && accept.rule == words.id {
            accepted = Some(accept.reason.to_owned());
            *used = true;
        }
    }
    let line = match &statement {
        Some((text, number)) => source.line(text, *number),
        None => source.first_line(),
    };
    Finding {
        rule,
        level: words.level,
        message,
        instead: words.instead,
        file: source.shown.clone(),
        line,
        statement: statement.map(|(statement, _)| statement),
        tables: tables.iter().map(Name::from).collect(),
        accepted,
    }
}

fn statements(watched: &Watched, source: &Source, sizes: &Sizes) -> Vec<OfStatement> {
    let statement = |effect: &Effect| OfStatement {
        statement: effect.statement.clone(),
        line: source.line(&effect.statement, effect.text),
        in_transaction: effect.in_transaction,
        tables: effect.tables.iter().map(|it| of_table(it, sizes)).collect(),
    };
    watched.trial.effects.iter().map(statement).collect()
}

fn of_table(effect: &TableEffect, sizes: &Sizes) -> OfTable {
    OfTable {
        table: Name::from(&effect.table),
        lock: effect.lock,
        held: effect.held,
        work: effect.work,
        size: size(&effect.table, effect.work, sizes),
    }
}

fn size(table: &QualifiedName, work: Option<crate::effects::Work>, sizes: &Sizes) -> Option<Size> {
    let size = sizes.get(table)?;
    let seconds = size.rows.zip(work);
    Some(Size {
        rows: size.rows,
        bytes: size.bytes,
        told: size.told.clone(),
        seconds: seconds.map(|(rows, work)| rate::seconds(work, rows)),
        rows_a_second: work.map(rate::rows_a_second),
    })
}

fn verdict(watched: &Watched, version: Version) -> Option<String> {
    let [_, after]: &[Look; 2] = watched.looks.as_ref()?;
    Some(after.verdict(version).to_string())
}

fn not_tried(watched: &Watched) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(refused) = &watched.trial.refused {
        let (statement, message) = (&refused.statement, &refused.message);
        told.push(format!(
            "on rows, for the row that was tried does not fit: {statement}: {message}"
        ));
    }
    if let Some(untried) = &watched.trial.untried {
        let (statement, message) = (&untried.statement, &untried.message);
        told.push(format!("from here on: {statement}: {message}"));
    }
    told
}

/// What is accepted and was not found, or cannot be.
fn unused_accepts(candidate: &Candidate, used: &[bool]) -> Vec<String> {
    let mut unused = Vec::new();
    let accepts = candidate.service.accepts().iter().zip(used);
    for (accept, _) in accepts.filter(|(_, used)| !**used) {
        let (migration, rule) = (accept.migration, accept.rule);
        let is = |names: &[String]| names.iter().any(|name| name == migration);
        let why = if Rule::called(rule).is_none() {
            "no rule is called so"
        } else if is(&candidate.linted) {
            "nothing of it is found"
        } else if is(&candidate.known) {
            continue;
        } else {
            "no migration is called so"
        };
        unused.push(format!(
            "`.accept(\"{migration}\", \"{rule}\", …)` matches nothing: {why}"
        ));
    }
    unused
}
