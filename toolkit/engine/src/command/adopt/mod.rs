//! `adopt`: takes over a schema that Alembic, or anything else, made. A baseline migration that
//! makes the same schema is written, and recorded as applied.

mod found;
mod show;

use std::{path::PathBuf, time::Duration};

use sea_orm::prelude::ChronoUtc;
use toolkit_runtime::{
    Context, Error, Extent, Outcome, Service, Unsaid,
    command::{Question, YesArgs, confirm},
};

use super::{
    entities,
    generate::refuse_forgotten,
    live::{self, Live},
    said,
    stamp::record,
};
use crate::{
    catalog::Catalog,
    compare::{Comparison, Wishes, compare},
    desired,
    extension::{self, Extension},
    history::replay,
    plan::{Plan, both_ways},
    project::{FileChanges, Listing, crate_folder, migration_name, new_migration, refuse_unusual},
    render::rust::{self, Entities},
    scratch::{Location, Scratch},
    verify,
};
use found::Found;

/// The words of `adopt`.
pub(crate) struct Request {
    pub(crate) service: Service,
    pub(crate) message: Option<String>,
    /// Whether entities are written, too.
    pub(crate) entities: bool,
    /// Where they are written, if not where those of the service are.
    pub(crate) out: Option<PathBuf>,
    pub(crate) dry_run: bool,
    pub(crate) yes: YesArgs,
}

/// The migration that makes the schema that is there.
struct Baseline {
    name: String,
    source: String,
    up: Plan,
    /// What `generate` will then find; nothing where the service lists no entities.
    next: Option<Comparison>,
    /// How many steps of that are left where what entities leave unsaid is kept; nothing where that makes no
    /// difference.
    if_kept: Option<usize>,
    place: Location,
}

/// Writes the baseline migration and records it.
pub(crate) async fn adopt(context: &Context, request: &Request) -> Result<Outcome, Error> {
    let service = &request.service;
    refuse_existing(service)?;
    if !service.entity_tables().is_empty() {
        refuse_forgotten(context, service)?;
    }
    let folder = crate_folder(service, &context.configuration)?;
    refuse_unusual(&folder)?;
    let mut live = refuse_unfit(
        service,
        live::read(context, service, "toolkit adopt").await?,
    )?;
    live.forget_strangers(service, &Catalog::default());
    let found = found::read(context, service).await?;
    let baseline = Scratch::with(context, std::slice::from_ref(service), async |scratch| {
        prove(scratch, request, &live.catalog, &found).await
    });
    let baseline = baseline.await?;
    let mut changes = new_migration(service, &folder, &baseline.name, &baseline.source)?;
    let described = if request.entities {
        Some(describe(
            context,
            request,
            &folder,
            &live.catalog,
            &mut changes,
        )?)
    } else {
        None
    };
    show::baseline(context, request, &live.catalog, &found, &baseline);
    show::entities(context, described.as_ref());
    if let Some(Comparison { said, .. }) = &baseline.next {
        said::change(&mut changes, service, &folder, said)?;
    }
    if request.dry_run {
        show::document(context, request, &live.catalog, &found, &baseline, &[]);
        return Ok(Outcome::Done);
    }
    ask(context, request, &folder).await?;
    // From here on an interruption would leave one half without the other.
    context.end_by_signal();
    changes.make().map_err(crate::project::Error::from)?;
    match record_surely(context, service, &baseline.name).await {
        Ok(()) => {}
        Err(Failure::Unrecorded(error)) => {
            return Err(changes.undo_after(error, |it| crate::project::Error::from(it).into()));
        }
        Err(Failure::Unknown(error)) => return Err(error.into()),
    }
    let files = changes.into_written();
    show::document(context, request, &live.catalog, &found, &baseline, &files);
    show::files(context, service, &baseline, &files);
    Ok(Outcome::Done)
}

/// Entities that describe what is adopted, and declarations of the rest, listed in the service's definition.
fn describe(
    context: &Context,
    request: &Request,
    folder: &std::path::Path,
    live: &Catalog,
    changes: &mut FileChanges,
) -> Result<Entities, Error> {
    let service = &request.service;
    let out = request.out.as_deref();
    let (written, files) = entities::plan(context, service, live, out, false)?;
    let paths = entities::unlisted(service, &written, &files);
    let listing = Listing {
        root: context.configuration.root(),
        migrations: folder,
        entities: &files.folder,
        paths: &paths,
        is_declared: written.declared.is_some(),
    };
    if let Some(kept) = files.kept.first() {
        return Err(crate::Error::Adopt {
            service: service.name().to_owned(),
            problem: format!("{} is there, and says something else", kept.display()),
            hint: "nothing was written; move it, name another folder with --out, or adopt without --entities"
                .to_owned(),
        }
        .into());
    }
    changes.append(files.changes);
    listing.add(changes)?;
    Ok(written)
}

/// Why the baseline could not be recorded.
enum Failure {
    /// It is not recorded.
    Unrecorded(Error),
    /// It may be recorded: a file that a record belongs to must not go.
    Unknown(crate::Error),
}

/// How often the server is asked again after the connection was lost, and how long before that.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(1);

/// Records the baseline. A connection that is lost during `COMMIT` does not say what became of it;
/// then it is recorded again, which under the mutex adds nothing to a record that is there.
async fn record_surely(context: &Context, service: &Service, name: &str) -> Result<(), Failure> {
    let names = [name.to_owned()];
    let mut error = match record(context, service, &names).await {
        Ok(_) => return Ok(()),
        Err(error) if is_lost(&error) => error,
        Err(error) => return Err(Failure::Unrecorded(error)),
    };
    for _ in 0..TRIES {
        tokio::time::sleep(PAUSE).await;
        match record(context, service, &names).await {
            Ok(_) => return Ok(()),
            Err(again) => error = again,
        }
    }
    let service = service.name().to_owned();
    Err(Failure::Unknown(crate::Error::Unrecorded {
        hint: format!(
            "when the server is back, build again and run `toolkit stamp --service {service} {name}`: \
             it records the baseline unless it is recorded already"
        ),
        service,
        migration: name.to_owned(),
        source: Box::new(error),
    }))
}

fn is_lost(error: &Error) -> bool {
    matches!(error, Error::Database { source, .. } if source.is_disconnect())
}

/// Only a service without migrations can be adopted.
fn refuse_existing(service: &Service) -> Result<(), Error> {
    if service.migrations().is_empty() {
        return Ok(());
    }
    Err(crate::Error::Adopt {
        service: service.name().to_owned(),
        problem: "it has migrations already".to_owned(),
        hint:
            "a schema that they make is recorded with `toolkit stamp`; one that they do not make \
               needs a service without migrations"
                .to_owned(),
    }
    .into())
}

fn refuse_unfit(service: &Service, live: Option<Live>) -> Result<Live, Error> {
    let (problem, hint) = match live {
        None => (
            "there is no database to adopt".to_owned(),
            "set the URL of the database that holds the schema".to_owned(),
        ),
        Some(live)
            if live
                .standing
                .migrations
                .iter()
                .any(|it| it.applied_at.is_some()) =>
        {
            (
                format!(
                    "{} records migrations that the code does not have",
                    service.migration_table()
                ),
                "deploy the code that they belong to, or restore its files".to_owned(),
            )
        }
        Some(live) if is_empty(&live.catalog) => (
            format!("its schema {} holds nothing to adopt", service.schema()),
            "`toolkit generate` writes the first migration from the entities".to_owned(),
        ),
        Some(live) => return Ok(live),
    };
    Err(crate::Error::Adopt {
        service: service.name().to_owned(),
        problem,
        hint,
    }
    .into())
}

fn is_empty(catalog: &Catalog) -> bool {
    catalog.tables.is_empty() && catalog.enums.is_empty() && catalog.sequences.is_empty()
}

/// Makes the schema on the scratch database, takes it back and makes it again.
async fn prove(
    scratch: &Scratch,
    request: &Request,
    live: &Catalog,
    found: &Found,
) -> Result<Baseline, Error> {
    let service = &request.service;
    let connection = scratch.connection();
    replay(scratch, service, &Extent::All).await?;
    extension::create(connection.db(), &found.extensions).await?;
    let empty = verify::read(connection.db(), service).await?;
    let (up, down) = both_ways(&empty, live).map_err(toolkit_postgres::Error::from)?;
    verify::prove(connection.db(), service, &up, &down, &empty, live)
        .await
        .map_err(|error| unproved(service, live, error))?;
    let message = request.message.as_deref().unwrap_or("baseline");
    let options = rust::Options {
        schema: service.schema().to_owned(),
        message: Some(message.to_owned()),
        prepare: found.extensions.iter().map(Extension::statement).collect(),
    };
    let compared = async |service: &Service| {
        let desired = desired::read(connection.db(), service).await?;
        compare(service, live.clone(), desired, &Wishes::default())
    };
    let (mut next, mut if_kept) = (None, None);
    if !service.entity_tables().is_empty() {
        let found = compared(service).await?;
        let keeping = service.clone().unsaid(Unsaid::Keep);
        let steps = compared(&keeping).await?.up.steps.len();
        if_kept = (steps < found.up.steps.len()).then_some(steps);
        next = Some(found);
    }
    Ok(Baseline {
        name: migration_name(ChronoUtc::now(), None, message),
        source: rust::migration(&up, &down, &options),
        up,
        next,
        if_kept,
        place: scratch.location(),
    })
}

/// The schema may lean on what a baseline cannot hold, as a column of a domain does.
fn unproved(service: &Service, live: &Catalog, error: toolkit_postgres::Error) -> Error {
    let names = live.unmanaged.iter();
    let names: Vec<String> = names.map(|it| format!("{} {}", it.kind, it.name)).collect();
    if names.is_empty() {
        return error.into();
    }
    let cause = std::error::Error::source(&error).map_or_else(String::new, |it| format!(": {it}"));
    crate::Error::Adopt {
        service: service.name().to_owned(),
        problem: format!("{error}{cause}"),
        hint: format!(
            "does it lean on what a baseline cannot hold ({})? Then write the baseline by hand, with \
             `toolkit generate --empty` and what `pg_dump --schema-only` says, and record it with \
             `toolkit stamp`",
            names.join(", ")
        ),
    }
    .into()
}

async fn ask(context: &Context, request: &Request, folder: &std::path::Path) -> Result<(), Error> {
    let name = request.service.name();
    let database = context.configuration.target(&request.service)?.shown();
    let change = format!(
        "this writes the baseline into {} and records it as applied in {database}; the schema stays as it is",
        folder.display()
    );
    let question = Question {
        action: &format!("adopt of {name}"),
        loss: &change,
        service: Some(&request.service),
    };
    confirm(context, &request.yes, question).await
}
