//! `entities`: writes the SeaORM entities that describe a schema, and says which are stale.

pub(crate) mod show;
mod stale;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use toolkit_runtime::{Context, Error, Outcome, Service};

use super::diff::{self, Source};
use crate::{
    catalog::Catalog,
    project::{EntityFiles, EntitySources, crate_folder, entity_folder},
    render::rust::{Entities, EntityOptions, entities as render},
};

/// The words of `entities`.
pub(crate) struct Request {
    pub(crate) service: Service,
    pub(crate) from: Source,
    pub(crate) out: Option<PathBuf>,
    pub(crate) check: bool,
    pub(crate) overwrite: bool,
    pub(crate) dry_run: bool,
}

/// Writes an entity for each table that has none, and declarations of what attributes cannot say.
pub(crate) async fn entities(context: &Context, request: &Request) -> Result<Outcome, Error> {
    let Request {
        service,
        from,
        out,
        check,
        overwrite,
        dry_run,
    } = request;
    if *check {
        return stale::check(context, service, from).await;
    }
    let catalog = diff::read_one(context, service, from).await?;
    if catalog.tables.is_empty() && catalog.definitions.is_empty() {
        return Err(crate::Error::NothingThere {
            service: service.name().to_owned(),
            schema: service.schema().to_owned(),
        }
        .into());
    }
    let (written, mut files) = plan(context, service, &catalog, out.as_deref(), *overwrite)?;
    if *dry_run {
        show::sources(context, &written, &files);
    } else {
        files.changes.make().map_err(crate::project::Error::from)?;
    }
    show::done(context, request, &written, &files);
    Ok(Outcome::Done)
}

/// Works out the entities that describe `catalog`, in the folder `out` or where those of the service are.
pub(crate) fn plan(
    context: &Context,
    service: &Service,
    catalog: &Catalog,
    out: Option<&Path>,
    overwrite: bool,
) -> Result<(Entities, EntityFiles), Error> {
    let folder = match out {
        Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()),
        None => entity_folder(service, &context.configuration)?,
    };
    let options = EntityOptions {
        schema: service.schema().to_owned(),
        modules: known_modules(service),
    };
    let written = render(catalog, &options).map_err(toolkit_postgres::Error::from)?;
    let declared = crate_folder(service, &context.configuration)
        .ok()
        .map(|folder| folder.join("src/declared.rs"));
    let modules = written.modules.iter();
    let sources = EntitySources {
        modules: modules
            .map(|module| (module.name.as_str(), module.source.as_str()))
            .collect(),
        declared: written.declared.as_deref(),
    };
    let files = EntityFiles::plan(&folder, declared.as_deref(), &sources, overwrite)?;
    Ok((written, files))
}

/// The Rust paths of those that the service does not list yet.
pub(crate) fn unlisted(service: &Service, written: &Entities, files: &EntityFiles) -> Vec<String> {
    let listed = service.entity_tables();
    let tables = written.modules.iter().filter_map(|module| {
        let table = module.table.as_ref()?;
        let is_listed = listed.iter().any(|entity| entity.name == *table);
        (!is_listed).then(|| format!("{}::{}::Entity", files.path, module.name))
    });
    tables.collect()
}

/// The modules of the entities that the service lists, by table.
fn known_modules(service: &Service) -> BTreeMap<String, String> {
    let entities = service.entity_tables().into_iter();
    entities
        .map(|entity| {
            let module = entity.module();
            let last = module.rsplit("::").next().unwrap_or(module).to_owned();
            (entity.name, last)
        })
        .collect()
}
