//! What can go wrong in a command.

use toolkit_runtime::DatabaseError;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The relations of entities call each other without an end.
    #[error("{entity}: its relation {relation} calls itself, by way of what it leads to")]
    Endless {
        /// The entity.
        entity: String,
        /// The relation, as the entity's `Relation` has it.
        relation: String,
    },
    /// An option that is about one service was given for several.
    #[error("{option} is for one service, and there are several")]
    SeveralServices {
        /// The option.
        option: &'static str,
    },
    /// The program is older than the sources that it would compare.
    #[error("{service}: {problem}")]
    Stale {
        /// The service.
        service: String,
        /// What it does not know.
        problem: String,
        /// What to do about it.
        hint: String,
    },
    /// Somebody wants to give a new column a default first.
    #[error("{service}: nothing was written; {column} waits for its default")]
    DefaultWanted {
        /// The service.
        service: String,
        /// The column.
        column: String,
    },
    /// Attributes of entities hold words that SeaORM reads past.
    #[error("the entities of {service} say what SeaORM does not hear:\n  {}", words.join("\n  "))]
    Misspelt {
        /// The service.
        service: String,
        /// The words, each with its place.
        words: Vec<String>,
    },
    /// A service was named twice.
    #[error("a service is named by -s, and another one by a word")]
    TwoServices,
    /// A source that only a service has, without a service.
    #[error("`entities`, `history` and `database` are a service's, and none is named")]
    SourceOfService,
    /// A command that is about one migration was told none.
    #[error("`{command}` is not told which migration")]
    NoMigration {
        /// The command.
        command: &'static str,
    },
    /// The live database cannot be the start of a migration.
    #[error("{service}: {problem}")]
    Live {
        /// The service.
        service: String,
        /// Why not.
        problem: String,
    },
    /// Whether a live database has applied something cannot be found out.
    #[error("{service}: what its database has applied is not known, so nothing was changed")]
    Unasked {
        /// The service.
        service: String,
        /// Why not.
        #[source]
        source: Box<toolkit_runtime::Error>,
    },
    /// The connection was lost while a baseline was recorded.
    #[error("{service}: whether {migration} was recorded is not known; its files are kept")]
    Unrecorded {
        /// The service.
        service: String,
        /// The baseline.
        migration: String,
        /// What to do about it.
        hint: String,
        /// Why it is not known.
        #[source]
        source: Box<toolkit_runtime::Error>,
    },
    /// A schema cannot be adopted.
    #[error("{service} cannot be adopted: {problem}")]
    Adopt {
        /// The service.
        service: String,
        /// Why not.
        problem: String,
        /// What to do instead.
        hint: String,
    },
    /// Migrations make what the one that would replace them would not.
    #[error("{service}: its migrations cannot be squashed, for this would be lost: {}", lost.join(", "))]
    Squash {
        /// The service.
        service: String,
        /// What would be lost, by kind and name.
        lost: Vec<String>,
    },
    /// A source holds nothing that entities could describe.
    #[error("nothing is in the schema {schema} that entities of {service} could describe")]
    NothingThere {
        /// The service.
        service: String,
        /// Its schema.
        schema: String,
    },
    /// A script fails.
    #[error("cannot run {}", path.display())]
    Script {
        /// The file.
        path: std::path::PathBuf,
        /// Why not.
        #[source]
        source: Box<DatabaseError>,
    },
    /// A script holds a command of psql's own.
    #[error("{} line {line}: {command} is a command of psql's own, which is not run", path.display())]
    MetaCommand {
        /// The file.
        path: std::path::PathBuf,
        /// The line.
        line: usize,
        /// The command's name.
        command: String,
    },
    /// A commit that git does not know.
    #[error("git knows no commit {name} here")]
    UnknownCommit {
        /// Its name.
        name: String,
    },
    /// Which commit a branch goes out from is not known.
    #[error("no branch is checked out, and which commit to compare with is not known")]
    NoBase,
}

/// The engine's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Endless { .. } => Some(
                "`has_many` and `has_one` ask the other entity how it is related, so they cannot stand on both \
                 sides: let the one that has the foreign key say `belongs_to` with its columns; a service that uses these \
                 relations ends in a stack overflow, too",
            ),
            Self::SeveralServices { .. } => Some("name the service: --service NAME"),
            Self::TwoServices => Some("name it once: with -s, the only word is the migration"),
            Self::SourceOfService => Some(
                "name it: `toolkit diff SERVICE …`; --schema is for URLs and files, which need no service",
            ),
            Self::NoMigration { .. } => Some(
                "name it behind the service: its name, the beginning of it, `head` for the last one, or `+1` for the \
                 one behind the last applied one",
            ),
            Self::Live { .. } => Some("`toolkit check` shows where the service stands"),
            Self::Unasked { .. } => Some(
                "name a database that can be reached with --database-url, or unset the URL if there is none; \
                 `toolkit status -v` shows where it comes from",
            ),
            Self::Adopt { hint, .. } | Self::Unrecorded { hint, .. } | Self::Stale { hint, .. } => {
                Some(hint)
            }
            Self::DefaultWanted { .. } => Some(
                "write `default_value = …` (a Rust value) or `default_expr = \"…\"` into its `#[sea_orm(…)]`, and run \
                 `generate` again",
            ),
            Self::Misspelt { .. } => Some(
                "nothing was written; correct the words, and build the toolkit again: a word that is not heard would \
                 be taken for one that was taken out",
            ),
            Self::Squash { .. } => Some(
                "stop before the migration that makes it: --through NAME; kinds that are not compared, \
                 and other schemas, cannot be carried over",
            ),
            Self::NothingThere { .. } => Some(
                "what a file makes must be in the service's schema: begin it with CREATE SCHEMA and SET search_path",
            ),
            Self::Script { .. } => {
                Some("the file must run on an empty database, as `psql -f` would run it")
            }
            Self::UnknownCommit { .. } => Some(
                "fetch it first: a shallow clone has the newest commit alone (`fetch-depth: 0` of actions/checkout, \
                 GIT_DEPTH: 0 of GitLab)",
            ),
            Self::NoBase => Some("name it: --since origin/main"),
            Self::MetaCommand { .. } => Some(
                "take the line out: put what it includes into the file, and write a dump without --create",
            ),
        }
    }
}

impl From<Error> for toolkit_runtime::Error {
    fn from(error: Error) -> Self {
        let hint = error.hint().map(str::to_owned);
        Self::Engine {
            refusal: matches!(
                error,
                Error::Adopt { .. }
                    | Error::Squash { .. }
                    | Error::Stale { .. }
                    | Error::Misspelt { .. }
                    | Error::DefaultWanted { .. }
            ),
            source: Box::new(error),
            hint,
        }
    }
}
