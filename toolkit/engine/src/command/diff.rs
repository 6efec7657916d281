//! `diff`: what would make one schema another.

mod file;

use std::{path::PathBuf, str::FromStr};

use serde_json::json;
use toolkit_runtime::{
    Context, DatabaseUrl, Error, Extent, Format, LEDGER_TABLE, Outcome, Service,
};

use super::{hazard, live, said, summary};
use crate::{
    catalog::Catalog,
    compare::{Comparison, Wishes, compare},
    desired::{self, ALEMBIC_TABLE, scope},
    diff::{Rename, diff as exact, identical_renames},
    history::replay,
    inspect::{Scope, inspect_pooled},
    plan::{Plan, plan},
    render::{rust, sql},
    scratch::{Location, Scratch, Site, somewhere},
    verify,
};

/// Where a schema is read from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Entities,
    History,
    Database,
    Url(DatabaseUrl),
    File(PathBuf),
}

impl Source {
    /// Whether it is one of a service's, and not known without one.
    pub(crate) fn is_of_service(&self) -> bool {
        match self {
            Self::Entities | Self::History | Self::Database => true,
            Self::Url(_) | Self::File(_) => false,
        }
    }

    /// Whether it is a database that others use, too.
    fn is_live(&self) -> bool {
        match self {
            Self::Database | Self::Url(_) => true,
            Self::Entities | Self::History | Self::File(_) => false,
        }
    }
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "entities" => Ok(Self::Entities),
            "history" => Ok(Self::History),
            "database" => Ok(Self::Database),
            _ => match text.strip_prefix("file:") {
                Some(path) => Ok(Self::File(PathBuf::from(path))),
                // The text may hold a password, so the error does not repeat it.
                None => text.parse().map(Self::Url).map_err(|error| {
                    format!("{error}; it can be entities, history, database, a postgres:// URL or file:PATH")
                }),
            },
        }
    }
}

/// The words of `diff`.
pub(crate) struct Request {
    pub(crate) from: Source,
    pub(crate) to: Source,
    pub(crate) service: Option<Service>,
    pub(crate) schemas: Vec<String>,
    pub(crate) owners: bool,
    pub(crate) down: bool,
}

impl Request {
    fn of(service: &Service, from: Source, to: Source) -> Self {
        Self {
            from,
            to,
            service: Some(service.clone()),
            schemas: Vec::new(),
            owners: false,
            down: false,
        }
    }
}

/// Compares two sources. Prints nothing when they are equal.
pub(crate) async fn diff(context: &Context, request: Request) -> Result<Outcome, Error> {
    for (source, option) in [(&request.from, "--from"), (&request.to, "--to")] {
        if let Source::Url(url) = source {
            context.tell_parameters(url, option);
        }
    }
    let both = somewhere(context, async |site| {
        tokio::try_join!(
            read(context, &request, &request.from, site),
            read(context, &request, &request.to, site)
        )
    });
    let (from, to) = Box::pin(both).await?;
    let place = from.scratch.or(to.scratch);
    let (from, to) = (from.catalog, to.catalog);
    if from.major_version() != to.major_version() {
        context.printer.warn(&format!(
            "PostgreSQL {} is compared with PostgreSQL {}: expressions may read differently",
            from.major_version(),
            to.major_version()
        ));
    }
    let mut ways = ways(context, &request, from, to)?;
    if request.down {
        ways = ways.turned();
    }
    if ways.up.is_empty() {
        return Ok(Outcome::Done);
    }
    show(context, &request, &ways, place.as_ref());
    Ok(Outcome::No)
}

/// Reads `source` of `service`.
pub(crate) async fn read_one(
    context: &Context,
    service: &Service,
    source: &Source,
) -> Result<Catalog, Error> {
    let request = Request::of(service, source.clone(), source.clone());
    let one = somewhere(context, async |site| {
        read(context, &request, &request.from, site).await
    });
    Ok(Box::pin(one).await?.catalog)
}

/// Reads `source` of `service`, and what its entities say.
pub(crate) async fn read_beside_entities(
    context: &Context,
    service: &Service,
    source: &Source,
) -> Result<(Catalog, Catalog), Error> {
    let request = Request::of(service, source.clone(), Source::Entities);
    let both = somewhere(context, async |site| {
        tokio::try_join!(
            read(context, &request, &request.from, site),
            read(context, &request, &request.to, site)
        )
    });
    let (from, to) = Box::pin(both).await?;
    let (mut from, mut to) = (from.catalog, to.catalog);
    // What objects that are still to be made will give is no part of the schema.
    from.forget_default_privileges();
    to.forget_default_privileges();
    Ok((from, to))
}

/// What the migrations of the service do not say of roles, and what nobody declares, a live database has
/// from whoever runs the server. Beside entities it is kept as it is.
fn forget_strangers(request: &Request, from: &mut Catalog, to: &mut Catalog) {
    let Some(service) = &request.service else {
        return;
    };
    let declared = service.declarations().roles;
    match (request.from.is_live(), request.to.is_live()) {
        (true, true) => {
            from.forget_strangers(&declared, &Catalog::default());
            to.forget_strangers(&declared, &Catalog::default());
        }
        (true, false) => from.forget_strangers(&declared, to),
        (false, true) => to.forget_strangers(&declared, from),
        (false, false) => {}
    }
}

/// The way there and back.
#[derive(Default)]
struct Ways {
    up: Plan,
    down: Plan,
    /// The renames that were found, not asked for, on the way there.
    identical: Vec<Rename>,
}

impl Ways {
    fn turned(self) -> Self {
        Self {
            up: self.down,
            down: self.up,
            identical: Rename::reversed(&self.identical),
        }
    }
}

impl From<Comparison> for Ways {
    fn from(comparison: Comparison) -> Self {
        Self {
            up: comparison.up,
            down: comparison.down,
            identical: comparison.identical,
        }
    }
}

/// By entity where one side is entities, exact otherwise.
fn ways(
    context: &Context,
    request: &Request,
    mut from: Catalog,
    mut to: Catalog,
) -> Result<Ways, Error> {
    let wishes = match &request.service {
        Some(service) => said::wishes(context, service)?,
        None => Wishes::default(),
    };
    if request.service.is_some() {
        // What objects that are still to be made will give is no part of the schema.
        from.forget_default_privileges();
        to.forget_default_privileges();
    }
    match (&request.service, &request.from, &request.to) {
        (
            Some(service),
            Source::History | Source::Database | Source::Url(_) | Source::File(_),
            Source::Entities,
        ) => Ok(compare(service, from, to, &wishes)?.into()),
        (
            Some(service),
            Source::Entities,
            Source::History | Source::Database | Source::Url(_) | Source::File(_),
        ) => Ok(Ways::from(compare(service, to, from, &wishes)?).turned()),
        (None | Some(_), _, _) => {
            forget_strangers(request, &mut from, &mut to);
            Ok(exact_ways(&from, &to)?)
        }
    }
}

fn exact_ways(from: &Catalog, to: &Catalog) -> toolkit_postgres::Result<Ways> {
    if exact(from, to, &[])?.is_empty() {
        return Ok(Ways::default());
    }
    let identical = identical_renames(from, to, &[])?;
    let up = plan(&exact(from, to, &identical)?)?;
    let down = plan(&exact(to, from, &Rename::reversed(&identical))?)?;
    Ok(Ways {
        up,
        down,
        identical,
    })
}

fn show(context: &Context, request: &Request, ways: &Ways, place: Option<&Location>) {
    let Ways {
        up,
        down,
        identical,
    } = ways;
    let printer = &context.printer;
    let schema = request.service.as_ref().map(Service::schema);
    let names = schema.map_or_else(sql::Names::qualified, sql::Names::within);
    match printer.format() {
        Format::Text | Format::Report(_) => {
            summary::steps(up, schema.unwrap_or_default())
                .iter()
                .for_each(|line| printer.coloured(line));
            summary::identical(identical)
                .iter()
                .for_each(|line| printer.note(line));
        }
        Format::Sql => printer.sql(&sql::script(up, &names)),
        Format::Rust => {
            let options = rust::Options {
                schema: schema.unwrap_or_default().to_owned(),
                message: None,
                prepare: Vec::new(),
            };
            printer.raw(&rust::migration(up, down, &options));
        }
        Format::Json => printer.json(&json!({
            "command": "diff",
            "ok": false,
            "scratch": place,
            "statements": sql::statements(up, &names),
            "steps": hazard::steps(up, &names),
            "down": sql::statements(down, &names),
        })),
    }
}

/// What was read of a source, and where it was made for that.
struct Read {
    catalog: Catalog,
    scratch: Option<Location>,
}

impl Read {
    /// What `scratch` gave, which is closed.
    async fn of(catalog: Catalog, scratch: Scratch) -> Self {
        let location = scratch.location();
        scratch.close().await;
        Self {
            catalog,
            scratch: Some(location),
        }
    }
}

impl From<Catalog> for Read {
    fn from(catalog: Catalog) -> Self {
        Self {
            catalog,
            scratch: None,
        }
    }
}

async fn read(
    context: &Context,
    request: &Request,
    source: &Source,
    site: Site,
) -> Result<Read, Error> {
    match source {
        Source::Entities => replayed(context, of_service(request)?, Wanted::Desired, site).await,
        Source::History => replayed(context, of_service(request)?, Wanted::History, site).await,
        Source::Database => {
            let service = of_service(request)?;
            let live = live::read(context, service, "toolkit diff").await?;
            live.map(|live| live.catalog.into()).ok_or_else(|| {
                let problem = "there is no database to compare with".to_owned();
                crate::Error::Live {
                    service: service.name().to_owned(),
                    problem,
                }
                .into()
            })
        }
        Source::Url(url) => {
            // As a task of its own: the two sides are read at once, and put together at once.
            let reading = tokio::spawn(read_url(context.clone(), url.clone(), scope_of(request)));
            let read = reading.await.map_err(|error| Error::System {
                action: "read a database",
                source: std::io::Error::other(error),
            })?;
            Ok(read?.into())
        }
        Source::File(path) => file::read(context, request, path, site).await,
    }
}

async fn read_url(context: Context, url: DatabaseUrl, scope: Scope) -> Result<Catalog, Error> {
    let connection = context.connect(&url, "toolkit diff").await?;
    let catalog = inspect_pooled(&connection, &scope).await;
    connection.close().await;
    Ok(catalog?)
}

/// What is read of a scratch database in which the migrations were replayed.
#[derive(Clone, Copy)]
enum Wanted {
    /// What the entities say; extensions that they need come with the migrations.
    Desired,
    /// What the migrations give.
    History,
}

async fn replayed(
    context: &Context,
    service: &Service,
    wanted: Wanted,
    site: Site,
) -> Result<Read, Error> {
    let read = async |scratch: &Scratch| read_replayed(scratch, service, wanted).await;
    let (scratch, catalog) =
        Scratch::at(context, site, std::slice::from_ref(service), read).await?;
    Ok(Read::of(catalog, scratch).await)
}

async fn read_replayed(
    scratch: &Scratch,
    service: &Service,
    wanted: Wanted,
) -> Result<Catalog, Error> {
    let connection = scratch.connection();
    replay(scratch, service, &Extent::All).await?;
    let catalog = match wanted {
        Wanted::Desired => desired::read(connection.db(), service).await,
        Wanted::History => verify::read(connection.db(), service).await,
    };
    Ok(catalog?)
}

fn of_service(request: &Request) -> Result<&Service, Error> {
    let unnamed = || crate::Error::SourceOfService.into();
    request.service.as_ref().ok_or_else(unnamed)
}

fn scope_of(request: &Request) -> Scope {
    match &request.service {
        Some(service) => scope(service),
        None => Scope {
            schemas: request.schemas.clone(),
            owners: request.owners,
            search_path: Vec::new(),
            ignored_tables: ["seaql_migrations", LEDGER_TABLE, ALEMBIC_TABLE]
                .map(str::to_owned)
                .to_vec(),
            ..Scope::default()
        },
    }
}
