//! A new service of the workspace: its crate, its entities, and where others must know of it.

use std::path::{Path, PathBuf};

use toolkit_runtime::{Configuration, Lockfile, Service, checksum};
use toolkit_scaffold::{Crate, FileChanges, FirstMigration, NewService, Root};

use super::{crate_folder, lock};
use crate::Result;

/// Where services are that have none to go by.
const SERVICES: &str = "services";

/// What there is of the workspace that a new service goes by.
struct Surroundings {
    root: PathBuf,
    /// The migration crate of a service that is there.
    sample: PathBuf,
    /// Where its entities are: `entity/src`.
    entities: PathBuf,
    toolkit: Root,
}

/// The changes of files that add the service `name` with an example, whose migration is `migration`, to the
/// workspace of `services`.
///
/// # Errors
/// [`toolkit_scaffold::Error::NewService`] when it is there already, or when the workspace cannot be understood.
pub fn new_service(
    name: &str,
    schema: &str,
    migration: &str,
    services: &[Service],
    configuration: &Configuration,
) -> Result<FileChanges> {
    let sum = checksum(FirstMigration::SOURCE.as_bytes());
    let mut new = NewService {
        name: name.to_owned(),
        schema: schema.to_owned(),
        entities: Vec::new(),
        first: Some(FirstMigration {
            name: migration.to_owned(),
            lock: lock::with(&Lockfile::default(), migration, &sum).to_string(),
        }),
    };
    refuse_taken(&new, services)?;
    let around = Surroundings::find(&new, services, configuration)?;
    let mut changes = FileChanges::default();
    new.example(&mut changes, &around.entities, ENTITY)?;
    let place = Crate {
        folder: &around.new_folder(&new),
        root: &around.root,
        entities: &[ENTITY.to_owned()],
    };
    new.migrations(&mut changes, place)?;
    around
        .toolkit
        .list(&mut changes, &new.package(), &new.library())?;
    Ok(changes)
}

/// The package of all services' entities.
const ENTITY: &str = "entity";

fn refuse_taken(new: &NewService, services: &[Service]) -> Result<()> {
    new.refuse_unfit()?;
    for service in services {
        if service.name() == new.name {
            return Err(new.refused("there is a service of that name").into());
        }
        if service.schema() == new.schema {
            let of = service.name();
            let problem = format!("the schema {} is that of {of}", new.schema);
            return Err(new.refused(problem).into());
        }
    }
    Ok(())
}

impl Surroundings {
    fn find(new: &NewService, services: &[Service], configuration: &Configuration) -> Result<Self> {
        let root = configuration.workspace();
        let root = root.ok_or_else(|| new.refused("this is no workspace"))?;
        let sample = services
            .iter()
            .find_map(|service| crate_folder(service, configuration).ok());
        let no_sample = || {
            let problem = "no service of this workspace says where its crate is, to go by";
            new.refused(problem)
        };
        let sample = sample.ok_or_else(no_sample)?;
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let toolkit = Root::find(&root).ok_or_else(|| {
            new.refused("no main.rs of this workspace calls toolkit_engine::main(&[…])")
        })?;
        let entities = root.join(ENTITY).join("src");
        if !entities.join("lib.rs").is_file() {
            let problem = format!("there is no {}", entities.join("lib.rs").display());
            return Err(new.refused(problem).into());
        }
        Ok(Self {
            sample: sample.canonicalize().unwrap_or(sample),
            root,
            entities,
            toolkit,
        })
    }

    /// Where the sample is, with the new name: `microservices/NAME/migration`.
    fn new_folder(&self, new: &NewService) -> PathBuf {
        let is_named_so = self.sample.file_name().is_some_and(|it| it == "migration");
        if self.sample.parent() == Some(&self.root) {
            return self.root.join(SERVICES).join(&new.name).join("migration");
        }
        let (above, inner) = if is_named_so {
            (self.sample.ancestors().nth(2), Path::new("migration"))
        } else {
            (self.sample.parent(), Path::new(""))
        };
        above.unwrap_or(&self.root).join(&new.name).join(inner)
    }
}
