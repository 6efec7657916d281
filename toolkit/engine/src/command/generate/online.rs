//! `generate --online`: the change as several migrations, each proved, with what old and new code see
//! between them.

use sea_orm::prelude::ChronoUtc;
use serde_json::{Value, json};
use toolkit_runtime::{Context, Error, Format, Service};
use toolkit_text::harmless_line;

use super::{Request, make, options};
use crate::{
    catalog::Catalog,
    command::{hazard, observation, summary},
    compare::Comparison,
    diff::diff,
    observe::{Observation, Watch},
    online::{Phase, PhaseKind, Proven, phases, prove},
    project::{NewMigration, crate_folder, migration_name, new_migrations},
    render::{
        rust,
        sql::{self, Names},
    },
    scratch::Scratch,
    verify,
};

/// What stands behind a message in the name and in the documentation of a phase's migration.
fn message(message: &str, phase: &Phase) -> String {
    let when = when(phase.kind).map(|it| format!(", {it}"));
    let suffix = phase.kind.suffix().replace('_', " ");
    format!("{message}: {suffix}{}", when.unwrap_or_default())
}

/// When a phase is run that needs somebody's word.
fn when(kind: PhaseKind) -> Option<&'static str> {
    if kind == PhaseKind::Switch {
        return Some("old code stops before it and new code starts behind it");
    }
    kind.is_after_rollout().then_some("after the rollout")
}

/// Writes or shows the phases of the change from `history` to what `comparison` has as its target. None
/// where one migration does it that old and new code live with alike.
pub(super) async fn generate(
    context: &Context,
    service: &Service,
    request: &Request,
    scratch: &Scratch,
    (history, comparison, asked): (&Catalog, &Comparison, &str),
) -> Result<Option<Value>, Error> {
    let target = &comparison.target;
    let changes =
        diff(history, target, &comparison.up.renames()).map_err(toolkit_postgres::Error::from)?;
    let phases = phases(&changes).map_err(toolkit_postgres::Error::from)?;
    if phases.len() < 2 && !phases.iter().any(|it| it.kind.is_after_rollout()) {
        return Ok(None);
    }
    let (proven, observation) = proved(service, scratch, &phases, history, target).await?;
    scratch.refuse_beyond(|| format!("what {} declares", service.name()))?;
    let mut files = Vec::new();
    let mut last = service
        .migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .max();
    for proven in proven {
        let Proven { phase, down } = &proven;
        let told = message(asked, phase);
        let source = rust::migration(&phase.plan, down, &options(service, &told));
        let slug = format!("{asked} {}", phase.kind.suffix());
        let name = migration_name(ChronoUtc::now(), last.as_deref(), &slug);
        last = Some(name.clone());
        files.push(File {
            name,
            source,
            proven,
        });
    }
    show(context, service, &files, &observation, scratch);
    summary::show_left_open(context, comparison);
    let mut written = Vec::new();
    if !request.dry_run {
        let folder = crate_folder(service, &context.configuration)?;
        let migrations: Vec<NewMigration<'_>> = files
            .iter()
            .map(|file| NewMigration {
                name: &file.name,
                source: &file.source,
                is_after_rollout: file.proven.phase.kind.is_after_rollout(),
                is_resumable: file.proven.phase.kind.is_resumable(),
            })
            .collect();
        let changes = new_migrations(service, &folder, &migrations)?;
        written = make(context, service, &folder, changes, Some(&comparison.said))?;
    }
    Ok(Some(document(
        service,
        comparison,
        (&files, &observation),
        &written,
    )))
}

/// A migration to be written.
struct File {
    name: String,
    source: String,
    proven: Proven,
}

async fn proved(
    service: &Service,
    scratch: &Scratch,
    phases: &[Phase],
    history: &Catalog,
    target: &Catalog,
) -> Result<(Vec<Proven>, Observation), Error> {
    let db = scratch.connection().db();
    let schema = service.schema();
    verify::set_search_path(db, service).await?;
    let mut watch = Watch::new(history, target, schema);
    let read = async || verify::read(db, service).await;
    let names = Names::within(schema);
    let proven = prove(db, read, &names, phases, [history, target], &mut watch).await?;
    let observation = watch.finish(db).await?;
    Ok((proven, observation))
}

fn show(
    context: &Context,
    service: &Service,
    files: &[File],
    observation: &Observation,
    scratch: &Scratch,
) {
    let printer = &context.printer;
    let schema = service.schema();
    for file in files {
        let Phase {
            kind,
            plan,
            back: _,
        } = &file.proven.phase;
        match printer.format() {
            Format::Json | Format::Report(_) => {}
            Format::Rust => printer.raw(&file.source),
            Format::Sql => printer.sql(&sql::script(plan, &Names::within(schema))),
            Format::Text => {
                let when = when(*kind).map(|it| format!(" ({it})"));
                printer.data(&format!("{}{}", file.name, when.unwrap_or_default()));
                summary::steps(plan, schema)
                    .iter()
                    .for_each(|line| printer.coloured(line));
            }
        }
    }
    if printer.format() == Format::Text {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        observation::lines(observation, &names)
            .iter()
            .for_each(|line| printer.data(line));
    }
    let late = files
        .iter()
        .filter(|it| it.proven.phase.kind.is_after_rollout());
    let late: Vec<_> = late.map(|file| harmless_line(&file.name)).collect();
    if !late.is_empty() {
        printer.note(&format!(
            "apply these once no old code runs any more: {}",
            late.join(", ")
        ));
    }
    let switches = files
        .iter()
        .filter(|it| it.proven.phase.kind == PhaseKind::Switch);
    for file in switches {
        printer.note(&format!(
            "{}: old code stops before it and new code starts behind it; restart the processes, or recycle their \
             pools. No statement fails at any step where the column gets another name in the database: \
             #[sea_orm(column_name = \"…\")] and --rename TABLE.OLD=NEW",
            harmless_line(&file.name)
        ));
    }
    printer.note(&format!(
        "each proved up, down and up again in {scratch}, old and new code executed in between"
    ));
}

fn document(
    service: &Service,
    comparison: &Comparison,
    (files, observation): (&[File], &Observation),
    written: &[std::path::PathBuf],
) -> Value {
    let names = Names::within(service.schema());
    let phase = |file: &File| {
        let Proven { phase, down } = &file.proven;
        json!({
            "migration": file.name,
            "phase": phase.kind.suffix(),
            "after_rollout": phase.kind.is_after_rollout(),
            "in_transaction": !phase.kind.is_outside_transaction(),
            "statements": sql::statements(&phase.plan, &names),
            "steps": hazard::steps(&phase.plan, &names),
            "down": sql::statements(down, &names),
            "hazards": hazard::words(&phase.plan),
        })
    };
    let migrations: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    json!({
        "service": service.name(),
        "phases": files.iter().map(phase).collect::<Vec<_>>(),
        "running_code": observation::document(observation, &migrations),
        "left_open": summary::left_open(comparison),
        "files": written,
    })
}
