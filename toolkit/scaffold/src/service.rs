//! A new service: its migration crate, its first entity, and where others must know of it.

use std::path::{Path, PathBuf};

use crate::{
    Error, FileChanges, Result, definition,
    manifest::{self, Package},
    refused, root, template, with_modules,
};

/// A service that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewService {
    /// Its name: `billing_agent`.
    pub name: String,
    /// Its schema.
    pub schema: String,
    /// The Rust paths of its entities: `entity::billing::invoice::Entity`.
    pub entities: Vec<String>,
    /// The migration that makes the example, where it shall have one.
    pub first: Option<FirstMigration>,
}

/// A migration that makes what [`NewService::example`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstMigration {
    /// Its name: `m20261122_160000_create_examples`.
    pub name: String,
    /// The lock file with its line.
    pub lock: String,
}

impl FirstMigration {
    /// Its source.
    pub const SOURCE: &'static str = template::MIGRATION;
}

/// The migration crate of a new service.
#[derive(Clone, Copy, Debug)]
pub struct Crate<'c> {
    /// Where it will be.
    pub folder: &'c Path,
    /// The root of the workspace.
    pub root: &'c Path,
    /// The packages that its entities are in, as the workspace's dependencies call them.
    pub entities: &'c [String],
}

/// The composition root: the package of the binary that lists the services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The package.
    pub folder: PathBuf,
    /// Its source that has the list.
    pub source: PathBuf,
}

impl NewService {
    /// The package of its migrations: `billing-agent-migration`.
    pub fn package(&self) -> String {
        format!("{}-migration", self.name.replace('_', "-"))
    }

    /// The same as a Rust path.
    pub fn library(&self) -> String {
        format!("{}_migration", self.name)
    }

    /// The error of a service that cannot be made.
    pub fn refused(&self, problem: impl Into<String>) -> Error {
        Error::NewService {
            service: self.name.clone(),
            problem: problem.into(),
        }
    }

    /// Refuses names that Rust or PostgreSQL would not take.
    ///
    /// # Errors
    /// [`Error::NewService`].
    pub fn refuse_unfit(&self) -> Result<()> {
        let starts_well = self.name.starts_with(|c: char| c.is_ascii_lowercase());
        let goes_on_well =
            (self.name.chars()).all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !starts_well || !goes_on_well {
            return Err(self.refused(
                "a name has lower-case letters, digits and underscores, and begins with a letter",
            ));
        }
        let schema = &self.schema;
        if schema.is_empty() || schema.starts_with("pg_") || schema == "information_schema" {
            let problem = format!("PostgreSQL keeps the schema {schema:?} for itself");
            return Err(self.refused(problem));
        }
        Ok(())
    }

    fn source(&self) -> String {
        let first = self.first.as_ref().map(|it| it.name.as_str());
        definition::library(&self.name, &self.schema, &self.entities, first)
    }

    /// Adds a module with an example to the crate of entities whose sources are in `sources`, and to the
    /// entities of the service. `package` is that crate as a Rust path.
    ///
    /// # Errors
    /// [`Error::NewService`] when the module is there, [`Error::Edit`] when the crate's list of modules cannot
    /// be understood.
    pub fn example(
        &mut self,
        changes: &mut FileChanges,
        sources: &Path,
        package: &str,
    ) -> Result<()> {
        let folder = sources.join(&self.name);
        if folder.exists() {
            return Err(self.refused(format!("{} is there", folder.display())));
        }
        changes.folder(&folder);
        changes.create(folder.join("mod.rs"), template::entity_module(&self.name));
        changes.create(folder.join("example.rs"), template::entity(&self.schema));
        changes.edit(&sources.join("lib.rs"), |text| {
            with_modules(text, &[&self.name])
        })?;
        let path = format!("{package}::{}::example::Entity", self.name);
        self.entities.push(path);
        Ok(())
    }

    /// Writes the migration crate, a member of the workspace.
    ///
    /// # Errors
    /// [`Error::NewService`] when it is there, [`Error::Edit`] when the workspace's manifest cannot be
    /// understood.
    pub fn migrations(&self, changes: &mut FileChanges, place: Crate<'_>) -> Result<()> {
        let Crate {
            folder,
            root,
            entities,
        } = place;
        if folder.exists() {
            return Err(self.refused(format!("{} is there", folder.display())));
        }
        let package = self.package();
        let workspace = root.join("Cargo.toml");
        let mut needs = entities.to_vec();
        needs.extend(["sea-orm-migration", "toolkit-runtime"].map(str::to_owned));
        let description = format!("Migrations of {}, schema {}", self.name, self.schema);
        let text = changes.text(&workspace)?;
        let cargo = Package {
            name: &package,
            description: &description,
            features: template::FEATURES,
            needs: &needs,
            binary: &template::binary_section(&package),
        };
        let cargo = manifest::package(&text, &cargo).map_err(refused(&workspace))?;
        let source = folder.join("src");
        changes.folder(&source);
        changes.create(folder.join("Cargo.toml"), cargo);
        let lock = self.first.as_ref().map_or("", |it| &it.lock);
        changes.create(folder.join("migrations.lock"), lock.to_owned());
        changes.create(source.join("lib.rs"), self.source());
        let main = template::binary(&self.name, &self.library());
        changes.create(source.join("main.rs"), main);
        if let Some(first) = &self.first {
            let name = format!("{}.rs", first.name);
            changes.create(source.join(name), FirstMigration::SOURCE.to_owned());
        }
        let place = relative(folder, root);
        changes.edit(&workspace, |text| {
            let says = format!("{{ path = {place:?}, default-features = false }}");
            let text = manifest::with_workspace_dependency(text, &package, &says)?;
            manifest::with_member(&text, &place)
        })?;
        Ok(())
    }
}

impl Root {
    /// The composition root of the workspace at `root`.
    pub fn find(root: &Path) -> Option<Self> {
        let source = root::find(root)?;
        let folder = source.ancestors().nth(2)?.to_owned();
        Some(Self { folder, source })
    }

    /// Lists the service of the migration crate `package`, whose library is `library`.
    ///
    /// # Errors
    /// [`Error::Edit`] when the manifest or the list cannot be understood.
    pub fn list(&self, changes: &mut FileChanges, package: &str, library: &str) -> Result<()> {
        changes.edit(&self.folder.join("Cargo.toml"), |text| {
            manifest::with_dependency(text, package)
        })?;
        changes.edit(&self.source, |text| root::with_service(text, library))?;
        Ok(())
    }
}

/// `folder` as a manifest at `root` writes it.
pub fn relative(folder: &Path, root: &Path) -> String {
    let place = folder.strip_prefix(root).unwrap_or(folder);
    place.to_string_lossy().replace('\\', "/")
}
