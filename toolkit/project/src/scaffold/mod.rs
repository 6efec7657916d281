//! A new service of the workspace: its crate, its entities, and where others must know of it.

mod manifest;
mod root;
mod template;

use std::{
    fs,
    path::{Path, PathBuf},
};

use toolkit_runtime::{Configuration, Lockfile, Service, checksum};

use super::{FileChanges, crate_folder, entities::with_modules, lock, read};
use crate::{Error, Result, error::refused};

/// A service that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewService {
    /// Its name: `billing_agent`.
    pub name: String,
    /// Its schema.
    pub schema: String,
    /// The name of its first migration.
    pub migration: String,
}

/// What there is of the workspace that a new service goes by.
struct Surroundings {
    root: PathBuf,
    /// The migration crate of a service that is there.
    sample: PathBuf,
    /// Where its entities are: `entity/src`.
    entities: PathBuf,
    /// The package of the composition root, and its source that lists the services.
    toolkit: PathBuf,
    source: PathBuf,
}

/// The changes of files that add `new` to the workspace, made like those of `services`.
///
/// # Errors
/// [`Error::NewService`] when it is there already, or when the workspace cannot be understood.
pub fn new_service(
    new: &NewService,
    services: &[Service],
    configuration: &Configuration,
) -> Result<FileChanges> {
    refuse_taken(new, services)?;
    let around = Surroundings::find(new, services, configuration)?;
    let folder = around.new_folder(new)?;
    let mut changes = FileChanges::default();
    entity(&mut changes, new, &around)?;
    migration_crate(&mut changes, new, &around, &folder)?;
    let package = new.package();
    let place = folder.strip_prefix(&around.root).unwrap_or(&folder);
    let place = place.to_string_lossy().replace('\\', "/");
    changes.edit(&around.root.join("Cargo.toml"), |text| {
        manifest::with_member(text, &package, &place)
    })?;
    changes.edit(&around.toolkit.join("Cargo.toml"), |text| {
        manifest::with_dependency(text, &package)
    })?;
    changes.edit(&around.source, |text| {
        root::with_service(text, &new.library())
    })?;
    Ok(changes)
}

impl NewService {
    /// The package of its migrations: `billing-agent-migration`.
    fn package(&self) -> String {
        format!("{}-migration", self.name.replace('_', "-"))
    }

    /// The same as a Rust path.
    fn library(&self) -> String {
        format!("{}_migration", self.name)
    }

    fn refused(&self, problem: String) -> Error {
        Error::NewService {
            service: self.name.clone(),
            problem,
        }
    }
}

fn refuse_taken(new: &NewService, services: &[Service]) -> Result<()> {
    let starts_well = new.name.starts_with(|c: char| c.is_ascii_lowercase());
    let goes_on_well =
        (new.name.chars()).all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !starts_well || !goes_on_well {
        let problem =
            "a name has lower-case letters, digits and underscores, and begins with a letter";
        return Err(new.refused(problem.to_owned()));
    }
    if new.schema.is_empty() || new.schema.starts_with("pg_") || new.schema == "information_schema"
    {
        return Err(new.refused(format!(
            "PostgreSQL keeps the schema {:?} for itself",
            new.schema
        )));
    }
    for service in services {
        if service.name() == new.name {
            return Err(new.refused("there is a service of that name".to_owned()));
        }
        if service.schema() == new.schema {
            let of = service.name();
            return Err(new.refused(format!("the schema {} is that of {of}", new.schema)));
        }
    }
    Ok(())
}

impl Surroundings {
    fn find(new: &NewService, services: &[Service], configuration: &Configuration) -> Result<Self> {
        let root = configuration.workspace();
        let root = root.ok_or_else(|| new.refused("this is no workspace".to_owned()))?;
        let sample = services
            .iter()
            .find_map(|service| crate_folder(service, configuration).ok());
        let no_sample = || {
            let problem = "no service of this workspace says where its crate is, to go by";
            new.refused(problem.to_owned())
        };
        let sample = sample.ok_or_else(no_sample)?;
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let source = root::find(&root);
        let source = source.ok_or_else(|| {
            new.refused("no main.rs of this workspace calls toolkit_engine::main(&[…])".to_owned())
        })?;
        let toolkit = source.ancestors().nth(2).unwrap_or(&root).to_owned();
        let entities = root.join("entity/src");
        if !entities.join("lib.rs").is_file() {
            let problem = format!("there is no {}", entities.join("lib.rs").display());
            return Err(new.refused(problem));
        }
        Ok(Self {
            sample: sample.canonicalize().unwrap_or(sample),
            root,
            entities,
            toolkit,
            source,
        })
    }

    /// Where the sample is, with the new name: `microservices/NAME/migration`.
    fn new_folder(&self, new: &NewService) -> Result<PathBuf> {
        let is_named_so = self.sample.file_name().is_some_and(|it| it == "migration");
        let (above, inner) = if is_named_so {
            (self.sample.ancestors().nth(2), Path::new("migration"))
        } else {
            (self.sample.parent(), Path::new(""))
        };
        let folder = above.unwrap_or(&self.root).join(&new.name).join(inner);
        if folder.exists() {
            return Err(new.refused(format!("{} is there", folder.display())));
        }
        Ok(folder)
    }
}

fn entity(changes: &mut FileChanges, new: &NewService, around: &Surroundings) -> Result<()> {
    let folder = around.entities.join(&new.name);
    if folder.exists() {
        return Err(new.refused(format!("{} is there", folder.display())));
    }
    changes.folder(&folder);
    changes.create(folder.join("mod.rs"), template::entity_module(new));
    changes.create(folder.join("example.rs"), template::entity(new));
    let root = around.entities.join("lib.rs");
    changes.edit(&root, |text| with_modules(text, &[&new.name]))?;
    Ok(())
}

fn migration_crate(
    changes: &mut FileChanges,
    new: &NewService,
    around: &Surroundings,
    folder: &Path,
) -> Result<()> {
    let sample = around.sample.join("Cargo.toml");
    let description = format!("Migrations of {}, schema {}", new.name, new.schema);
    let cargo = manifest::like(&read(&sample)?, &new.package(), &description);
    let cargo = cargo.map_err(refused(&sample))?;
    let migration = template::migration();
    let first = checksum(migration.as_bytes());
    let lockfile = lock::with(&Lockfile::default(), &new.migration, &first);
    let source = folder.join("src");
    changes.folder(&source);
    changes.create(folder.join("Cargo.toml"), cargo);
    changes.create(folder.join(lock::LOCKFILE), lockfile.to_string());
    changes.create(source.join("lib.rs"), template::library(new));
    changes.create(source.join("main.rs"), template::binary(new));
    changes.create(source.join(format!("{}.rs", new.migration)), migration);
    Ok(())
}

/// The folders in `folder`, in order, without those that hold no sources.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_source = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.is_dir() && !name.starts_with('.') && name != "target" && name != "src"
    };
    let mut folders: Vec<PathBuf> = entries.map(|it| it.path()).filter(is_source).collect();
    folders.sort();
    folders
}
