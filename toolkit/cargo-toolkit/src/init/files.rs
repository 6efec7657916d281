//! The files that are written and edited.

use std::path::{Path, PathBuf};

use toolkit_scaffold::{
    Crate, FileChanges, NewService, Root,
    manifest::{self, with_dependency, with_member, with_workspace_dependency},
    refused, relative, with_definition,
};

use super::services::{Defined, New, Services};
use crate::{
    error::Error,
    origin::Origin,
    survey::{Manifest, Package, Survey},
    texts,
};

/// What is to be done.
pub(crate) struct Plan<'s> {
    pub(crate) changes: FileChanges,
    survey: &'s Survey,
    origin: &'s Origin,
    /// The manifest of the workspace.
    workspace: PathBuf,
}

/// The crate of entities that examples are added to.
struct EntityCrate {
    sources: PathBuf,
    library: String,
    package: String,
}

const ENTITY: &str = "entity";
const TOOLKIT: &str = "toolkit";

impl<'s> Plan<'s> {
    /// Works it out.
    pub(crate) fn of(
        survey: &'s Survey,
        services: &Services<'_>,
        origin: &'s Origin,
        no_ci: bool,
    ) -> Result<Self, Error> {
        let mut plan = Self {
            changes: FileChanges::default(),
            survey,
            origin,
            workspace: survey.root.join("Cargo.toml"),
        };
        plan.workspace(services)?;
        let toolkit = plan.toolkit()?;
        for defined in &services.defined {
            plan.define(defined)?;
            plan.list(&toolkit, defined.package)?;
        }
        let is_example = services.new.iter().any(|it| it.is_example);
        let entities = if is_example || !plan.has_entities() {
            Some(plan.entity_crate()?)
        } else {
            None
        };
        for new in &services.new {
            let made = plan.service(new, entities.as_ref())?;
            toolkit.list(&mut plan.changes, &made.package(), &made.library())?;
        }
        for there in &services.there {
            if !plan.is_listed(there) {
                plan.list(&toolkit, there)?;
            }
        }
        plan.beside(&toolkit, no_ci)?;
        Ok(plan)
    }

    /// The workspace's manifest.
    fn workspace(&mut self, services: &Services<'_>) -> Result<(), Error> {
        if self.survey.manifest.is_none() {
            self.changes
                .create(self.workspace.clone(), texts::ROOT.to_owned());
        }
        let is_new = !(self.survey.manifest.as_ref()).is_some_and(Manifest::is_workspace);
        if is_new {
            self.edit(manifest::with_workspace)?;
            let inner = self
                .survey
                .packages
                .iter()
                .filter(|it| !it.place.is_empty());
            for package in inner {
                self.edit(|text| with_member(text, &package.place))?;
            }
            if !services.new.is_empty() {
                let pattern = format!("{}/*/migration", self.folder_of_services());
                self.edit(|text| with_member(text, &pattern))?;
            }
        }
        let origin = self.origin;
        for package in ["engine", "runtime"] {
            let says = origin.says(package);
            self.edit(|text| {
                with_workspace_dependency(text, &format!("toolkit-{package}"), &says)
            })?;
        }
        if !services.new.is_empty() {
            self.edit(|text| {
                with_workspace_dependency(text, "sea-orm-migration", texts::SEA_ORM_MIGRATION)
            })?;
        }
        for package in texts::OPTIMISED {
            self.edit(|text| manifest::with_optimised(text, package))?;
        }
        Ok(())
    }

    fn edit(&mut self, change: impl FnOnce(&str) -> Result<String, String>) -> Result<(), Error> {
        self.changes.edit(&self.workspace, change)?;
        Ok(())
    }

    /// The composition root.
    fn toolkit(&mut self) -> Result<Root, Error> {
        if let Some(there) = Root::find(&self.survey.root) {
            return Ok(there);
        }
        let folder = self.survey.root.join(TOOLKIT);
        self.refuse_other(&folder)?;
        let toolkit = Root {
            source: folder.join("src/main.rs"),
            folder,
        };
        let package = manifest::Package {
            name: TOOLKIT,
            description: "Schemas and migrations of all services",
            features: texts::TOOLKIT_FEATURES,
            needs: &["toolkit-engine".to_owned()],
            binary: "",
        };
        self.package(&toolkit.folder, &package)?;
        self.changes
            .create(toolkit.source.clone(), texts::TOOLKIT.to_owned());
        Ok(toolkit)
    }

    /// Writes the manifest of a package of the workspace, and the folder of its sources.
    fn package(&mut self, folder: &Path, package: &manifest::Package<'_>) -> Result<(), Error> {
        let text = self.changes.text(&self.workspace)?;
        let text = manifest::package(&text, package).map_err(refused(&self.workspace))?;
        self.changes.folder(&folder.join("src"));
        self.changes.create(folder.join("Cargo.toml"), text);
        let place = relative(folder, &self.survey.root);
        self.edit(|text| with_member(text, &place))
    }

    fn refuse_other(&self, folder: &Path) -> Result<(), Error> {
        if !folder.join("Cargo.toml").exists() && !folder.join("src").exists() {
            return Ok(());
        }
        let place = relative(folder, &self.survey.root);
        Err(Error::Refused {
            problem: format!("{place} is another package already"),
            hint: format!("nothing was written; move {place}, or write the files of it by hand"),
        })
    }

    /// Gives a migration crate its definition.
    fn define(&mut self, defined: &Defined<'_>) -> Result<(), Error> {
        let Defined {
            name,
            schema,
            package,
            entities,
            needs,
        } = defined;
        self.changes
            .edit(&package.folder.join("src/lib.rs"), |text| {
                with_definition(text, name, schema, entities)
            })?;
        let cargo = package.folder.join("Cargo.toml");
        for need in needs {
            self.share(need)?;
            self.changes
                .edit(&cargo, |text| with_dependency(text, &need.name))?;
        }
        self.changes
            .edit(&cargo, |text| with_dependency(text, "toolkit-runtime"))?;
        Ok(())
    }

    /// Makes a package one that others of the workspace can name.
    fn share(&mut self, package: &Package) -> Result<(), Error> {
        let place = match package.place.as_str() {
            "" => ".",
            place => place,
        };
        let says = format!("{{ path = {place:?} }}");
        self.edit(|text| with_workspace_dependency(text, &package.name, &says))?;
        if package.place.is_empty() {
            return Ok(());
        }
        self.edit(|text| with_member(text, &package.place))
    }

    fn list(&mut self, toolkit: &Root, package: &Package) -> Result<(), Error> {
        self.share(package)?;
        let library = package.library.clone().unwrap_or_default();
        toolkit.list(&mut self.changes, &package.name, &library)?;
        Ok(())
    }

    /// Whether a toolkit of the workspace has the service.
    fn is_listed(&self, package: &Package) -> bool {
        let mut toolkits = self.survey.packages.iter().filter(|it| it.is_toolkit);
        toolkits.any(|it| it.manifest.needs(&package.name))
    }

    fn has_entities(&self) -> bool {
        let mut packages = self.survey.packages.iter();
        packages.any(|it| it.place == ENTITY || !it.sources.entities.is_empty())
    }

    /// The crate of entities, written where there is none.
    fn entity_crate(&mut self) -> Result<EntityCrate, Error> {
        let root = &self.survey.root;
        let libraries = self.survey.packages.iter().filter_map(|it| {
            let has_some = !it.sources.entities.is_empty() && it.sources.migrator.is_none();
            (it.place == ENTITY || has_some).then_some((it, it.library.clone()?))
        });
        let mut libraries: Vec<_> = libraries.collect();
        libraries.sort_by_key(|(it, _)| it.place != ENTITY);
        if let Some((package, library)) = libraries.into_iter().next() {
            let found = EntityCrate {
                sources: package.folder.join("src"),
                library,
                package: package.name.clone(),
            };
            self.share(package)?;
            return Ok(found);
        }
        let folder = root.join(ENTITY);
        self.refuse_other(&folder)?;
        let package = manifest::Package {
            name: ENTITY,
            description: "SeaORM entities of all services, one module per service",
            needs: &["sea-orm".to_owned()],
            ..manifest::Package::default()
        };
        self.edit(|text| with_workspace_dependency(text, "sea-orm", texts::SEA_ORM))?;
        self.package(&folder, &package)?;
        self.edit(|text| with_workspace_dependency(text, ENTITY, "{ path = \"entity\" }"))?;
        let sources = folder.join("src");
        self.changes
            .create(sources.join("lib.rs"), texts::ENTITIES.to_owned());
        Ok(EntityCrate {
            sources,
            library: ENTITY.to_owned(),
            package: ENTITY.to_owned(),
        })
    }

    /// The migration crate of a service that has none.
    fn service(
        &mut self,
        new: &New<'_>,
        entities: Option<&EntityCrate>,
    ) -> Result<NewService, Error> {
        let mut service = NewService {
            name: new.name.clone(),
            schema: new.schema.clone(),
            entities: new.entities.clone(),
            first: None,
        };
        service.refuse_unfit()?;
        let mut needs: Vec<String> = new.needs.iter().map(|it| it.name.clone()).collect();
        for package in &new.needs {
            self.share(package)?;
        }
        if let Some(place) = entities.filter(|_| new.is_example) {
            service.example(&mut self.changes, &place.sources, &place.library)?;
            needs.push(place.package.clone());
        }
        let root = &self.survey.root;
        let folder = root.join(self.folder_of_services());
        let place = Crate {
            folder: &folder.join(&new.name).join("migration"),
            root,
            entities: &needs,
        };
        service.migrations(&mut self.changes, place)?;
        Ok(service)
    }

    /// Where the migration crates of services are: `services` of `services/NAME/migration`.
    fn folder_of_services(&self) -> String {
        let crates = self.survey.packages.iter();
        let above = crates
            .filter(|it| it.sources.migrator.is_some())
            .find_map(|it| {
                let outer = it.place.strip_suffix("/migration")?;
                let (above, _) = outer.rsplit_once('/')?;
                Some(above.to_owned())
            });
        let is_there = |name: &&str| self.survey.root.join(name).is_dir();
        let known = ["microservices", "services"].into_iter().find(is_there);
        above.unwrap_or_else(|| known.unwrap_or("services").to_owned())
    }

    /// What stands beside the sources.
    fn beside(&mut self, toolkit: &Root, no_ci: bool) -> Result<(), Error> {
        let root = self.survey.root.clone();
        let ignored = root.join(".gitignore");
        if self.changes.has(&ignored) {
            self.changes.edit(&ignored, |text| Ok(with_lines(text)))?;
        } else {
            self.changes.create(ignored, with_lines(""));
        }
        let environment = root.join(".env.example");
        if !environment.exists() {
            self.changes
                .create(environment, texts::ENVIRONMENT.to_owned());
        }
        if !no_ci && !has_ci(&root) {
            let folder = root.join(".github/workflows");
            let name = self.name_of(toolkit);
            self.changes.folder(&folder);
            self.changes.create(
                folder.join("schema.yml"),
                texts::CI.replace("PACKAGE", &name),
            );
        }
        Ok(())
    }

    fn name_of(&self, toolkit: &Root) -> String {
        let mut there = self.survey.packages.iter();
        let there = there.find(|it| it.folder == toolkit.folder);
        there.map_or_else(|| TOOLKIT.to_owned(), |it| it.name.clone())
    }
}

/// What git leaves out, with what it left out before.
fn with_lines(text: &str) -> String {
    let has = |line: &str| {
        let bare = line.trim_start_matches('/');
        text.lines().any(|it| it.trim().trim_matches('/') == bare)
    };
    let missing = texts::IGNORED.iter().filter(|it| !has(it));
    let newline = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let mut lines = missing.map(|it| format!("{it}\n")).peekable();
    if lines.peek().is_none() {
        return text.to_owned();
    }
    format!("{text}{newline}{}", lines.collect::<String>())
}

/// Whether CI runs a toolkit, or is not GitHub's.
fn has_ci(root: &Path) -> bool {
    let others = [
        ".gitlab-ci.yml",
        ".circleci",
        "azure-pipelines.yml",
        ".woodpecker.yml",
    ];
    if others.iter().any(|it| root.join(it).exists()) {
        return true;
    }
    let files = std::fs::read_dir(root.join(".github/workflows"));
    let mut files = files.into_iter().flatten().flatten();
    files.any(|it| {
        let text = std::fs::read_to_string(it.path()).unwrap_or_default();
        text.contains("toolkit")
    })
}
