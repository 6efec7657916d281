//! Which services there are, and which there will be. Reads only.

use toolkit_scaffold::relative;

use crate::{
    args::InitArgs,
    error::Error,
    sources::Entity,
    survey::{Package, Survey},
};

/// The services of a workspace.
#[derive(Debug, Default)]
pub(crate) struct Services<'s> {
    /// Those that have a definition.
    pub(crate) there: Vec<&'s Package>,
    /// Those whose migration crate gets one.
    pub(crate) defined: Vec<Defined<'s>>,
    /// Those that get a migration crate.
    pub(crate) new: Vec<New<'s>>,
    /// What a person has to know.
    pub(crate) notes: Vec<String>,
}

/// A migration crate that gets a definition.
#[derive(Debug)]
pub(crate) struct Defined<'s> {
    pub(crate) name: String,
    pub(crate) schema: String,
    pub(crate) package: &'s Package,
    pub(crate) entities: Vec<String>,
    /// The packages that they are in.
    pub(crate) needs: Vec<&'s Package>,
}

/// A service that gets a migration crate.
#[derive(Debug)]
pub(crate) struct New<'s> {
    pub(crate) name: String,
    pub(crate) schema: String,
    pub(crate) entities: Vec<String>,
    pub(crate) needs: Vec<&'s Package>,
    /// Whether it gets an entity to begin with.
    pub(crate) is_example: bool,
}

/// The entities of a schema, which are those of a service.
#[derive(Debug)]
struct Group<'s> {
    name: String,
    schema: String,
    paths: Vec<String>,
    packages: Vec<&'s Package>,
}

/// The schema of entities that say none.
const PUBLIC: &str = "public";
/// What folders, modules and packages of entities are called whatever the service is.
const GENERIC: [&str; 10] = [
    "entities",
    "entity",
    "_entities",
    "model",
    "models",
    "orm",
    "schema",
    "database",
    "db",
    "domain",
];

impl<'s> Services<'s> {
    /// Finds them by entities and migrators, and adds those that are asked for.
    pub(crate) fn of(survey: &'s Survey, args: &InitArgs) -> Result<Self, Error> {
        let mut services = Self::default();
        let mut groups = services.groups(survey);
        let mut crates = Vec::new();
        for package in &survey.packages {
            match (&package.sources.service, &package.sources.migrator) {
                (Some((_, schema)), _) => {
                    groups.retain(|group| group.schema != *schema);
                    services.there.push(package);
                }
                (None, Some(file)) if package.library.is_some() => {
                    if file.ends_with("src/lib.rs") {
                        crates.push(package);
                    } else {
                        let file = relative(file, &survey.root);
                        services.notes.push(format!(
                            "the migrator of {} stands in {file}: move it to src/lib.rs for the toolkit to register \
                             migrations there",
                            package.name
                        ));
                    }
                }
                (None, Some(_) | None) => {}
            }
        }
        services.define(&crates, &mut groups, survey);
        services.new.extend(groups.into_iter().map(|group| New {
            name: group.name,
            schema: group.schema,
            entities: group.paths,
            needs: group.packages,
            is_example: false,
        }));
        services.add(survey, args)?;
        services.refuse_twins()?;
        Ok(services)
    }

    /// The entities by schema.
    fn groups(&mut self, survey: &'s Survey) -> Vec<Group<'s>> {
        let mut groups: Vec<(String, Vec<(&Package, &Entity)>)> = Vec::new();
        for package in &survey.packages {
            let sources = &package.sources;
            if sources.migrator.is_some() || package.is_toolkit {
                continue;
            }
            if package.has_entities_in_program {
                self.notes.push(format!(
                    "the entities of {} are in a program, which no other package can use: a library can hold them",
                    package.name
                ));
            }
            for entity in &sources.entities {
                if package.library.is_none() {
                    continue;
                }
                if !entity.is_public {
                    self.notes.push(format!(
                        "the entity {} of {} is private: other packages cannot list it",
                        entity.module.join("::"),
                        package.name
                    ));
                    continue;
                }
                let schema = entity.schema.as_deref().unwrap_or(PUBLIC);
                match groups.iter_mut().find(|(known, _)| known == schema) {
                    Some((_, entities)) => entities.push((package, entity)),
                    None => groups.push((schema.to_owned(), vec![(package, entity)])),
                }
            }
        }
        let group = |(schema, entities): (String, Vec<(&'s Package, &Entity)>)| {
            group_of(schema, &entities, survey)
        };
        groups.into_iter().map(group).collect()
    }

    /// Gives each migration crate its entities.
    fn define(&mut self, crates: &[&'s Package], groups: &mut Vec<Group<'s>>, survey: &'s Survey) {
        let is_only_one = crates.len() == 1 && groups.len() == 1;
        for &package in crates {
            let name = name_of_migrations(package, survey);
            let is_beside = |group: &Group| {
                let beside = package.folder.parent();
                beside != Some(&survey.root)
                    && group.packages.iter().any(|it| it.folder.parent() == beside)
            };
            let found = groups.iter().position(|group| {
                is_only_one || group.name == name || group.schema == name || is_beside(group)
            });
            let group = found.map(|place| groups.remove(place));
            if group.is_none() {
                self.notes.push(format!(
                    "no entities of {name} were found: it begins with the schema {PUBLIC} and lists none"
                ));
            }
            let group = group.unwrap_or_else(|| Group {
                name: name.clone(),
                schema: PUBLIC.to_owned(),
                paths: Vec::new(),
                packages: Vec::new(),
            });
            self.defined.push(Defined {
                name,
                schema: group.schema,
                package,
                entities: group.paths,
                needs: group.packages,
            });
        }
    }

    /// Adds those that the command line names, or one where there is nothing.
    fn add(&mut self, survey: &Survey, args: &InitArgs) -> Result<(), Error> {
        let is_nothing = self.names().is_empty();
        let mut names: Vec<String> = args
            .services
            .iter()
            .map(|it| it.replace('-', "_"))
            .collect();
        if names.is_empty() && is_nothing {
            names.push(name_of_root(survey));
        }
        if args.schema.is_some() && names.len() != 1 {
            return Err(Error::Refused {
                problem: "--schema is that of one service".to_owned(),
                hint: "name it: --service NAME --schema NAME; others have a run of their own"
                    .to_owned(),
            });
        }
        for name in names {
            if self.names().contains(&name) {
                continue;
            }
            self.new.push(New {
                schema: args.schema.clone().unwrap_or_else(|| name.clone()),
                name,
                entities: Vec::new(),
                needs: Vec::new(),
                is_example: true,
            });
        }
        Ok(())
    }

    /// The names of all.
    fn names(&self) -> Vec<String> {
        let there = self
            .there
            .iter()
            .filter_map(|it| it.sources.service.as_ref());
        there
            .map(|(name, _)| name.clone())
            .chain(self.defined.iter().map(|it| it.name.clone()))
            .chain(self.new.iter().map(|it| it.name.clone()))
            .collect()
    }

    fn refuse_twins(&self) -> Result<(), Error> {
        let added = self.defined.iter().map(|it| &it.name);
        let added = added.chain(self.new.iter().map(|it| &it.name));
        let names = self.names();
        for name in added {
            if names.iter().filter(|it| *it == name).count() > 1 {
                return Err(Error::Refused {
                    problem: format!("two services would be called {name}"),
                    hint: "nothing was written; call the package of one of them otherwise"
                        .to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// The entities of a schema, by the module that all of them are in.
fn group_of<'s>(schema: String, entities: &[(&'s Package, &Entity)], survey: &Survey) -> Group<'s> {
    let mut packages: Vec<&Package> = Vec::new();
    let mut paths = Vec::new();
    for (package, entity) in entities {
        if !packages.iter().any(|it| it.name == package.name) {
            packages.push(package);
        }
        let library = package.library.iter().cloned();
        let parts: Vec<String> = library.chain(entity.module.iter().cloned()).collect();
        paths.push(format!("{}::Entity", parts.join("::")));
    }
    paths.sort();
    let specific = |name: &str| {
        let name = service_name(name);
        (!GENERIC.contains(&name.as_str())).then_some(name)
    };
    let by_module = || {
        let outer = |entity: &Entity| entity.module.iter().rev().nth(1).cloned();
        let first = outer(entities.first()?.1)?;
        let is_same = entities
            .iter()
            .all(|(_, entity)| outer(entity).as_ref() == Some(&first));
        specific(&first).filter(|_| is_same)
    };
    let by_schema = || (schema != PUBLIC).then(|| service_name(&schema));
    let by_package = || {
        let package = packages.first()?;
        let own = specific(&package.name);
        own.or_else(|| name_above(package, survey))
    };
    let name = by_module().or_else(by_schema).or_else(by_package);
    Group {
        name: name.unwrap_or_else(|| name_of_root(survey)),
        schema,
        paths,
        packages,
    }
}

/// The service of a migration crate: that of its package's name, else of the folder that it is in.
fn name_of_migrations(package: &Package, survey: &Survey) -> String {
    let words = package.name.split(['-', '_']);
    let words: Vec<&str> = words
        .filter(|it| !["migration", "migrations"].contains(it))
        .collect();
    if !words.is_empty() {
        return service_name(&words.join("_"));
    }
    name_above(package, survey).unwrap_or_else(|| name_of_root(survey))
}

/// The folder that a package is in, unless that is the workspace's.
fn name_above(package: &Package, survey: &Survey) -> Option<String> {
    let above = package.folder.parent()?;
    if above == survey.root || !above.starts_with(&survey.root) {
        return None;
    }
    above
        .file_name()
        .map(|it| service_name(&it.to_string_lossy()))
}

/// The name of the root's package, else of its folder.
fn name_of_root(survey: &Survey) -> String {
    let package = survey.manifest.as_ref().and_then(|it| it.name.clone());
    let folder = || {
        let name = survey.root.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    service_name(&package.unwrap_or_else(folder))
}

/// The text as a service's name.
fn service_name(text: &str) -> String {
    let letter = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    let name: String = text.chars().map(letter).collect();
    let name = name.trim_matches('_');
    if name.starts_with(|it: char| it.is_ascii_lowercase()) {
        name.to_owned()
    } else if name.is_empty() {
        "app".to_owned()
    } else {
        format!("app_{name}")
    }
}
