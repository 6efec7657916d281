//! Which migrations are looked at: those that the branch adds or changes, or those that a database lacks.

use std::path::Path;

use serde::Serialize;
use toolkit_runtime::{Context, Error, Service, checksum};

use crate::{
    command::live,
    project::{Repository, crate_folder, relative, source_text},
};

/// What the migrations are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Against {
    /// What this commit has, or the one that is found.
    Commit(Option<String>),
    /// What the live database has applied.
    Database,
}

/// The migrations of a service, told apart.
pub(super) struct Candidate {
    pub(super) service: Service,
    pub(super) base: Base,
    /// What is there before, in order.
    pub(super) known: Vec<String>,
    /// What is looked at, in order.
    pub(super) linted: Vec<String>,
}

/// What the migrations were held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub(super) enum Base {
    /// A commit.
    Commit(String),
    /// A database.
    Database,
    /// Nothing: the service is in no repository, or its sources are not known.
    Nothing,
}

impl Base {
    /// Behind `2 migrations`.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Commit(name) => format!("that {name} does not have like this"),
            Self::Database => "that the database has not applied".to_owned(),
            Self::Nothing => "in all, for they are in no git repository".to_owned(),
        }
    }
}

impl Candidate {
    /// Tells the migrations of `service` apart.
    pub(super) async fn of(
        context: &Context,
        service: &Service,
        against: &Against,
    ) -> Result<Self, Error> {
        let listed: Vec<String> = service
            .migrations()
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect();
        let (base, known) = match against {
            Against::Commit(reference) => {
                known_to_commit(context, service, reference.as_deref(), &listed)?
            }
            Against::Database => {
                let applied = live::applied(context, service, "toolkit lint").await?;
                (Base::Database, applied)
            }
        };
        let (known, linted) = listed.into_iter().partition(|name| known.contains(name));
        Ok(Self {
            service: service.clone(),
            base,
            known,
            linted,
        })
    }

    /// The service with the migrations in the order in which they are looked at.
    pub(super) fn ordered(&self) -> Service {
        let order = [self.known.as_slice(), &self.linted].concat();
        self.service.clone().reordered(order)
    }
}

fn known_to_commit(
    context: &Context,
    service: &Service,
    reference: Option<&str>,
    listed: &[String],
) -> Result<(Base, Vec<String>), Error> {
    let folder = match crate_folder(service, &context.configuration) {
        Ok(folder) => folder,
        Err(error) if reference.is_some() => return Err(error.into()),
        Err(_) => return Ok((Base::Nothing, Vec::new())),
    };
    let repository = match Repository::of(&folder) {
        Ok(repository) => repository,
        Err(error) if reference.is_some() => return Err(error.into()),
        Err(_) => return Ok((Base::Nothing, Vec::new())),
    };
    let name = match reference {
        Some(name) if repository.has(name)? => name.to_owned(),
        Some(name) => return Err(crate::Error::UnknownCommit { name: name.into() }.into()),
        None => match repository.trunk()? {
            Some(trunk) => trunk,
            None if repository.is_on_branch()? => "HEAD".to_owned(),
            None => return Err(crate::Error::NoBase.into()),
        },
    };
    // What others brought since is neither added nor changed here.
    let commit = repository.fork(&name)?.unwrap_or_else(|| name.clone());
    let mut known = Vec::new();
    for migration in listed {
        if is_as_in(&repository, &commit, &folder, migration)? {
            known.push(migration.clone());
        }
    }
    Ok((Base::Commit(name), known))
}

/// Whether `commit` has the migration with the same text.
fn is_as_in(
    repository: &Repository<'_>,
    commit: &str,
    folder: &Path,
    migration: &str,
) -> Result<bool, Error> {
    let Some((file, text)) = source_text(folder, migration)? else {
        return Ok(false);
    };
    let there = repository.show(commit, &relative(&file, folder))?;
    // Line ends are git's own business.
    let sum = |text: &str| checksum(text.as_bytes());
    Ok(there.is_some_and(|there| sum(&there) == sum(&text)))
}
