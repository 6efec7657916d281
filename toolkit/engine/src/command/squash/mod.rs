//! `squash`: one migration instead of many, proved to make the same schema.

mod kept;
mod show;

use sea_orm::ConnectionTrait;
use toolkit_runtime::{
    Context, DatabaseError, Direction, Error, Extent, Outcome, Report, Runner, Service, Settings,
    Silent,
    command::{Place, migration_named},
};

use crate::{
    extension::{self, Extension},
    history::replay,
    identifier::quote_identifier,
    plan::both_ways,
    project::{Squash, crate_folder},
    rehearse::rehearse,
    render::rust,
    scratch::{Location, Scratch},
    verify,
};
use kept::Kept;

/// The words of `squash`.
pub(crate) struct Request {
    pub(crate) service: Service,
    /// The last migration that is squashed; all are if there is none.
    pub(crate) through: Option<Place>,
    pub(crate) message: Option<String>,
    /// Whether rows that the migrations leave may be missing afterwards.
    pub(crate) drop_data: bool,
    pub(crate) dry_run: bool,
}

/// What was found on the scratch database.
struct Squashed {
    name: String,
    source: String,
    kept: Kept,
    place: Location,
}

/// Writes the migration that replaces the others, and removes these.
pub(crate) async fn squash(context: &Context, request: &Request) -> Result<Outcome, Error> {
    let service = &request.service;
    let (old, rest) = split(request)?;
    if old.len() < 2 {
        show::nothing(context, service);
        return Ok(Outcome::Done);
    }
    let folder = crate_folder(service, &context.configuration)?;
    let message = request.message.as_deref().unwrap_or("squashed");
    let name = name(service, &old, message);
    let squash = Squash::of(service, &folder, &old, &name)?;
    let squashed = Scratch::with(context, std::slice::from_ref(service), async |scratch| {
        on_scratch(scratch, request, (&old, &rest), name.clone()).await
    });
    let squashed = squashed.await?;
    if squashed.kept.leaves_data() && !request.drop_data {
        show::refusal(context, service, &squashed);
        return Ok(Outcome::No);
    }
    let staying = squash.staying.clone();
    let mut changes = squash.with(&squashed.source)?;
    show::squashed(context, request, &squashed, &old);
    show::staying(context, &staying);
    if request.dry_run {
        show::document(context, request, &squashed, &old, &[]);
        return Ok(Outcome::Done);
    }
    // An interruption in between would leave some files changed and others not.
    context.end_by_signal();
    changes.make().map_err(crate::project::Error::from)?;
    let files = changes.into_written();
    show::document(context, request, &squashed, &old, &files);
    show::files(context, service, &files, old.len() - staying.len());
    Ok(Outcome::Done)
}

/// The migrations that are squashed, and those behind them.
fn split(request: &Request) -> Result<(Vec<String>, Vec<String>), Error> {
    let service = &request.service;
    let mut names: Vec<String> = service
        .migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect();
    let Some(through) = &request.through else {
        return Ok((names, Vec::new()));
    };
    let wide = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    let end = match through {
        Place::Head => names.len(),
        Place::Base => 0,
        Place::Forwards(count) => wide(*count).min(names.len()),
        Place::Backwards(count) => names.len().saturating_sub(wide(*count)),
        Place::Named(word) => {
            let last = migration_named(service, word)?;
            let end = names.iter().position(|name| *name == last);
            end.map_or(0, |end| end + 1)
        }
    };
    let rest = names.split_off(end);
    Ok((names, rest))
}

/// Replays the old migrations, then proves the new one against what they give.
async fn on_scratch(
    scratch: &Scratch,
    request: &Request,
    (old, rest): (&[String], &[String]),
    name: String,
) -> Result<Squashed, Error> {
    let service = &request.service;
    let connection = scratch.connection();
    let db = connection.db();
    let rehearsals = rehearse(
        scratch,
        &service.clone().reordered(old.to_vec()),
        Direction::Up,
        &Extent::All,
    )
    .await?;
    let given = verify::read(db, service).await?;
    let kept = kept::read(db, service, &given, &rehearsals).await?;
    kept.refuse_lost(service)?;
    let extensions = extension::all(connection).await?;
    empty(scratch, service, &extensions).await?;
    let nothing = verify::read(db, service).await?;
    extension::create(db, &extensions).await?;
    let (up, down) = both_ways(&nothing, &given).map_err(toolkit_postgres::Error::from)?;
    verify::prove(db, service, &up, &down, &nothing, &given).await?;
    // Those behind it go on from there.
    replay(
        scratch,
        &service.clone().reordered(rest.to_vec()),
        &Extent::All,
    )
    .await?;
    let message = request.message.as_deref().unwrap_or("squashed");
    let options = rust::Options {
        schema: service.schema().to_owned(),
        message: Some(message.to_owned()),
        prepare: extensions.iter().map(Extension::statement).collect(),
    };
    Ok(Squashed {
        name,
        source: rust::migration(&up, &down, &options),
        kept,
        place: scratch.location(),
    })
}

/// The time of the last squashed migration, so that the name sorts where it stands.
fn name(service: &Service, old: &[String], message: &str) -> String {
    let last = old.last().map(String::as_str).unwrap_or_default();
    let taken = |name: &str| service.migrations().iter().any(|it| it.name() == name);
    let name = crate::project::name_like(last, message);
    let mut number = 2;
    let mut free = name.clone();
    while taken(&free) {
        free = format!("{name}_{number}");
        number += 1;
    }
    free
}

/// Makes the scratch database what it was before the migrations, with the schema in it.
async fn empty(
    scratch: &Scratch,
    service: &Service,
    extensions: &[Extension],
) -> Result<(), Error> {
    let connection = scratch.connection();
    let mut statements = vec![format!(
        "DROP SCHEMA {} CASCADE",
        quote_identifier(service.schema())
    )];
    statements.extend(extensions.iter().map(|extension| {
        let name = quote_identifier(&extension.name);
        format!("DROP EXTENSION IF EXISTS {name} CASCADE")
    }));
    for statement in statements {
        let done = connection.db().execute_unprepared(&statement).await;
        done.map_err(|source| toolkit_postgres::Error::Scratch {
            action: "empty the schema",
            source: Box::new(DatabaseError::from(source)),
        })?;
    }
    let settings = Settings::default();
    let service = service.clone().without_lock();
    let runner = Runner::new(&service, connection, &settings, &Silent);
    runner.bootstrap(&mut Report::default()).await
}
