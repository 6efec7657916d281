//! What can go wrong.

mod cut;
mod hint;
mod nature;
mod signal;
mod tenants;

pub use cut::Cut;
pub use signal::Signal;
pub use tenants::TenantsError;

use std::time::Duration;

use crate::{
    ConfigError, ConnectError, DatabaseError, Direction, LockHolder, LockfileError,
    MigrationFailure, Unfinished, output::masked_if_secret,
};

/// Why a command failed or was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// No connection could be opened.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The embedded PostgreSQL could not be used.
    #[cfg(feature = "embedded")]
    #[error(transparent)]
    Embedded(#[from] toolkit_embedded::EmbeddedError),
    /// The database refused something that is not a migration, or was lost.
    #[error("cannot {action} of {service}")]
    Database {
        /// What was being done, as a verb phrase: "create the schema".
        action: &'static str,
        /// The service.
        service: String,
        /// What the database said.
        #[source]
        source: DatabaseError,
    },
    /// The server is in recovery, as a replica is, and takes no changes.
    #[error("{service}: the server is a replica, which takes no changes")]
    Replica {
        /// The service.
        service: String,
        /// What the database said.
        #[source]
        source: DatabaseError,
    },
    /// The schema is not there, and the role may not create it.
    #[error("role \"{role}\" may not create the schema of {service}")]
    MayNotCreateSchema {
        /// The service.
        service: String,
        /// The role.
        role: String,
        /// What an administrator has to run.
        statement: String,
        /// What the database said.
        #[source]
        source: DatabaseError,
    },
    /// A migration failed.
    #[error(transparent)]
    Migration(#[from] Box<MigrationFailure>),
    /// Migrations are recorded as applied that the list does not have.
    #[error("{service}: applied in the database, but missing from the code: {}", .names.join(", "))]
    Missing {
        /// The service.
        service: String,
        /// The migrations' names.
        names: Vec<String>,
    },
    /// Some of the migrations that a squashed one replaces are applied, but not all.
    #[error("{service}: {squashed} replaces migrations that are only partly applied; pending of them: {}", .pending.join(", "))]
    PartlySquashed {
        /// The service.
        service: String,
        /// The migration that replaces them.
        squashed: String,
        /// Those that are not applied.
        pending: Vec<String>,
    },
    /// Migrations are pending below one that is applied.
    #[error("{service}: not applied, although {applied} behind it is: {}", .names.join(", "))]
    OutOfOrder {
        /// The service.
        service: String,
        /// The migrations' names.
        names: Vec<String>,
        /// The last applied migration.
        applied: String,
    },
    /// Applied migrations have another text than the one that was applied.
    #[error("{service}: edited after being applied: {}", names(.edited))]
    Edited {
        /// The service.
        service: String,
        /// The migrations, each with the checksum of the text that was applied.
        edited: Vec<(String, String)>,
    },
    /// A migration began outside a transaction and did not finish.
    #[error("{service}: {migration} {}", unfinished(.run))]
    Unfinished {
        /// The service.
        service: String,
        /// The migration.
        migration: String,
        /// What is known of the run.
        run: Box<Unfinished>,
        /// The invalid indexes in the schema.
        invalid: Vec<String>,
    },
    /// A migration was to be resolved as applied, but left invalid indexes.
    #[error("{service}: {migration} is not applied while indexes are invalid: {}", .invalid.join(", "))]
    InvalidIndexes {
        /// The service.
        service: String,
        /// The migration.
        migration: String,
        /// The invalid indexes of the schema.
        invalid: Vec<String>,
    },
    /// Another runner was here since this one looked, and something else comes next.
    #[error(
        "{service}: {migration} is not next any more, because another runner was here: {next} is"
    )]
    Overtaken {
        /// The service.
        service: String,
        /// The migration that was to be run.
        migration: String,
        /// The one that comes before it now.
        next: String,
    },
    /// A migration was to be resolved that is not unfinished.
    #[error("{service}: {migration} is not unfinished, so there is nothing to resolve")]
    NotUnfinished {
        /// The service.
        service: String,
        /// The migration.
        migration: String,
        /// Those that are.
        unfinished: Vec<String>,
    },
    /// The database cannot keep a schema's, a table's or a migration's name as it is.
    #[error("{service}: {name:?} cannot be a name: {problem}")]
    Name {
        /// The service.
        service: String,
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A role's name would be too long.
    #[error("{service}: a role named {name} would have a name of {} bytes, and PostgreSQL's have {} at most", .name.len(), toolkit_text::identifier::MAX_BYTES)]
    RoleName {
        /// The service.
        service: String,
        /// The name.
        name: String,
    },
    /// A migration needs a session of its own, and a pooler stands in between.
    #[error(
        "{service}: {migration} runs outside a transaction and needs a session of its own, but a \
         pooler in transaction mode stands before the server"
    )]
    Pooled {
        /// The service.
        service: String,
        /// The migration.
        migration: String,
    },
    /// The list has a name twice.
    #[error("{service}: the migrator lists {name} twice")]
    DuplicateMigration {
        /// The service.
        service: String,
        /// The name.
        name: String,
    },
    /// The service's lock file cannot be understood.
    #[error("the lock file of {service} cannot be used")]
    Lockfile {
        /// The service.
        service: String,
        /// What is wrong with it.
        source: LockfileError,
    },
    /// No migration has this name.
    #[error("{service} has no migration {}", masked_if_secret(.migration))]
    UnknownMigration {
        /// The service.
        service: String,
        /// The name that was asked for.
        migration: String,
        /// Those that are most like it, if any are.
        nearest: Vec<String>,
        /// The names that there are.
        known: Vec<String>,
    },
    /// The beginning of a name begins several.
    #[error("{service}: {} begins the names of {} migrations", masked_if_secret(.migration), .candidates.len())]
    AmbiguousMigration {
        /// The service.
        service: String,
        /// What was asked for.
        migration: String,
        /// The migrations whose names begin so.
        candidates: Vec<String>,
    },
    /// A place in the list of migrations that the command does not go to.
    #[error("`{command}` does not go to {}", masked_if_secret(.word))]
    WrongWay {
        /// The command.
        command: &'static str,
        /// The place.
        word: String,
        /// Which command does, and how.
        hint: &'static str,
    },
    /// A migration was to be rolled back to, but is not applied.
    #[error("{service}: cannot roll back to {migration}: it is not applied")]
    NotApplied {
        /// The service.
        service: String,
        /// The migration.
        migration: String,
    },
    /// A migration that has no way back was to be rolled back.
    #[error("{service}: {migration} cannot be rolled back: it is irreversible")]
    Irreversible {
        /// The service.
        service: String,
        /// The migration.
        migration: String,
    },
    /// Another runner held the mutex for too long.
    #[error("{}", locked(.service, .schema, *.waited, .holder.as_deref()))]
    Locked {
        /// The service.
        service: String,
        /// Its schema.
        schema: String,
        /// How long this runner waited.
        waited: Duration,
        /// Who holds it, if the server tells.
        holder: Option<Box<LockHolder>>,
    },
    /// Objects outside the schema need objects inside it.
    #[error("{service}: schema {schema} cannot be emptied, because this depends on it: {}", .dependants.join(", "))]
    Dependants {
        /// The service.
        service: String,
        /// Its schema.
        schema: String,
        /// What needs it, by kind and name.
        dependants: Vec<String>,
    },
    /// The user did not confirm.
    #[error("{action} was not confirmed; nothing was changed")]
    NotConfirmed {
        /// What was to be done.
        action: String,
        /// Whether somebody could be asked.
        asked: bool,
    },
    /// What the user confirmed is meant for another database.
    #[error("{action} is confirmed for database {given}, and this is {is}; nothing was changed")]
    OtherDatabase {
        /// What was to be done.
        action: String,
        /// The name that the user gave.
        given: String,
        /// The name that the database has.
        is: String,
    },
    /// No service has this name.
    #[error("there is no service {}", masked_if_secret(.name))]
    UnknownService {
        /// The name that was asked for.
        name: String,
        /// Those that are most like it, if any are.
        nearest: Vec<String>,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Something is wrong with a service's tenants.
    #[error(transparent)]
    Tenants(#[from] TenantsError),
    /// The beginning of a name begins several.
    #[error("{} begins the names of {} services", masked_if_secret(.name), .candidates.len())]
    AmbiguousService {
        /// What was asked for.
        name: String,
        /// The services whose names begin so.
        candidates: Vec<String>,
    },
    /// It was not said for which service, where it has to be.
    #[error("{}", no_service(.command, *.all))]
    NoService {
        /// The command.
        command: &'static str,
        /// Whether it can be told to do so for all services.
        all: bool,
        /// The services that there are.
        known: Vec<String>,
    },
    /// Something failed in a library that builds on this one.
    #[error("{source}")]
    Engine {
        /// What failed.
        source: Box<dyn std::error::Error + Send + Sync>,
        /// What the user can do about it.
        hint: Option<String>,
        /// Whether the answer is "no" rather than a failure.
        refusal: bool,
    },
    /// A word of another tool.
    #[error("`{program} {word}` is `{program} {ours}` here")]
    Foreign {
        /// What the program is called.
        program: String,
        /// The word.
        word: String,
        /// The command that is like it.
        ours: String,
        /// What else may be meant, or nothing.
        hint: &'static str,
    },
    /// Standard output did not take what was written to it.
    #[error("cannot write to standard output")]
    Output {
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// A signal asked the process to end.
    #[error("interrupted by {signal}{}", left.during())]
    Interrupted {
        /// Which.
        signal: Signal,
        /// What it cut off.
        left: Cut,
    },
    /// The operating system refused something that a run needs.
    #[error("cannot {action}")]
    System {
        /// What was being done, as a verb phrase.
        action: &'static str,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
}

fn no_service(command: &str, all: bool) -> String {
    if all {
        format!("`{command}` changes something, and no service is named; nothing was changed")
    } else {
        format!("`{command}` is for one service, and none is named")
    }
}

fn names(edited: &[(String, String)]) -> String {
    let names: Vec<&str> = edited.iter().map(|(name, _)| name.as_str()).collect();
    names.join(", ")
}

fn unfinished(run: &Unfinished) -> String {
    let Unfinished {
        direction,
        since,
        by,
        error,
    } = run;
    let what = match direction {
        Direction::Up => "was begun",
        Direction::Down => "was begun to be rolled back",
    };
    let ended = match error {
        Some(error) => format!("and stopped: {error}"),
        None => "and cut off".to_owned(),
    };
    format!("{what} outside a transaction at {since} by {by}, {ended}")
}

fn locked(service: &str, schema: &str, waited: Duration, holder: Option<&LockHolder>) -> String {
    let holder = match holder {
        Some(holder) => holder.to_string(),
        None => "another session".to_owned(),
    };
    format!(
        "{service}: schema {schema} is being migrated by {holder}; waited {}s",
        waited.as_secs()
    )
}
