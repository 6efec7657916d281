//! What can go wrong in the engine.

use toolkit_runtime::{DatabaseError, Direction};

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two schemas cannot be compared, or no plan leads from one to the other.
    #[error(transparent)]
    Schema(#[from] toolkit_schema::Error),
    /// A catalog query failed.
    #[error("cannot read {what} from the database's catalog")]
    Inspect {
        /// What was being read.
        what: &'static str,
        /// Why not.
        #[source]
        source: Box<sea_orm::DbErr>,
    },
    /// The catalog holds a code that this version of the toolkit does not know.
    #[error("unknown {what} {code:?} in the database's catalog")]
    UnknownCode {
        /// What the code stands for.
        what: &'static str,
        /// The code.
        code: String,
    },
    /// An entity cannot be written out.
    #[error("{what}: {problem}")]
    Entity {
        /// The entity, or the part of it.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
    /// PostgreSQL refuses what an entity or a declaration says.
    #[error("PostgreSQL refuses the {what} of {service}\n  {shown}")]
    Desired {
        /// The service.
        service: String,
        /// What the statement makes.
        what: String,
        /// The statement.
        sql: String,
        /// The place that PostgreSQL names with a caret below it, or the statement.
        shown: String,
        /// Why not.
        #[source]
        source: Box<DatabaseError>,
    },
    /// PostgreSQL refuses foreign keys that entities say.
    #[error("PostgreSQL refuses of {service}\n  {}", refused.join("\n  "))]
    ForeignKeys {
        /// The service.
        service: String,
        /// The foreign keys and why it refuses each.
        refused: Vec<String>,
    },
    /// The scratch database failed.
    #[error("cannot {action} in the scratch database")]
    Scratch {
        /// What was being done.
        action: &'static str,
        /// Why not.
        #[source]
        source: Box<DatabaseError>,
    },
    /// No scratch database can be made on a server.
    #[error("no scratch database can be made on {url}: {why}")]
    NoScratch {
        /// The server.
        url: String,
        /// Why not.
        why: String,
    },
    /// Something would change what is not in the scratch database.
    #[error("{who} reaches beyond its database, to {what}\n  statement: {}", statement.replace('\n', "\n    "))]
    Beyond {
        /// Who sent it.
        who: String,
        /// What it would change.
        what: String,
        /// The statement, which was not sent or was taken back.
        statement: String,
        /// Whether the server is one that others use, too.
        shared: bool,
    },
    /// A generated migration is not what it should be, so it was not written.
    #[error("the migration could not be proved: after `{what}` the schema still differs by\n  {}", differences.join("\n  "))]
    Proof {
        /// Which run: `up`, `down` or `up again`.
        what: &'static str,
        /// What would still have to be done.
        differences: Vec<String>,
    },
    /// A statement of a generated migration fails, so it was not written.
    #[error("the migration could not be proved: `{what}` fails\n  statement: {statement}")]
    ProofStatement {
        /// Which run: `up`, `down` or `up again`.
        what: &'static str,
        /// The statement.
        statement: String,
        /// Why it fails.
        #[source]
        source: Box<DatabaseError>,
    },
    /// A column cannot change its type under what is kept though nobody says so.
    #[error("the migration could not be proved: no entity or declaration says {}, which is kept, and PostgreSQL refuses\n  {statement}", kept.join(", "))]
    KeptInTheWay {
        /// What is kept and uses the column.
        kept: Vec<String>,
        /// The statement.
        statement: String,
        /// Why it fails.
        #[source]
        source: Box<DatabaseError>,
    },
    /// A file of the project cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was being done, as a verb: "read".
        action: &'static str,
        /// The file.
        path: std::path::PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what it was when its change was worked out.
    #[error("{} changed meanwhile", path.display())]
    Changed {
        /// The file.
        path: std::path::PathBuf,
    },
    /// Files that were changed before something failed cannot be put back.
    #[error("what was changed is not put back: {}", failures.join("; "))]
    NotUndone {
        /// What cannot be put back, and why.
        failures: Vec<String>,
        /// What failed first.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A migration crate does not look as SeaORM's do.
    #[error("cannot register a migration in {}: {problem}", path.display())]
    Register {
        /// The file.
        path: std::path::PathBuf,
        /// What is unusual about it.
        problem: String,
    },
    /// A source of a migration crate cannot be changed.
    #[error("cannot change {}: {problem}", path.display())]
    Edit {
        /// The file.
        path: std::path::PathBuf,
        /// Why not.
        problem: String,
    },
    /// Git is not there, or does not have what is asked for.
    #[error("git cannot be asked: {problem}")]
    Git {
        /// What is missing.
        problem: String,
    },
    /// A rename on the command line cannot be understood.
    #[error("--rename {text}: {problem}")]
    RenameOption {
        /// The option's value.
        text: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An option that is about one service was given for several.
    #[error("{option} is for one service, and there are several")]
    SeveralServices {
        /// The option.
        option: &'static str,
    },
    /// A name on the command line is of nothing that could be dropped.
    #[error("--drop {name}: nothing of that name could be dropped{}", listed(kept))]
    DropOption {
        /// The option's value.
        name: String,
        /// What could be dropped.
        kept: Vec<String>,
    },
    /// The service lists no entities, or not all.
    #[error("{service}: {problem}")]
    Entities {
        /// The service.
        service: String,
        /// What is wrong with the list.
        problem: String,
    },
    /// The service does not say where its migration crate is.
    #[error("where the migration crate of {service} is, is not known")]
    NoFolder {
        /// The service.
        service: String,
    },
    /// The workspace that the toolkit runs in does not have the service's migration crate.
    #[error("{} {} the migration crate of {service}", here.display(), if *is_workspace { "does not have" } else { "is in no workspace that has" })]
    Elsewhere {
        /// The service.
        service: String,
        /// Where the crate was when the toolkit was built.
        built: std::path::PathBuf,
        /// The workspace, else the current folder.
        here: std::path::PathBuf,
        /// Whether it is a workspace.
        is_workspace: bool,
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
    /// A migration fails on the scratch database.
    #[error("migration {migration} of {service} {} on a fresh database{}", fails(*direction), sent(statement.as_deref()))]
    Rehearsal {
        /// The service.
        service: String,
        /// The migration.
        migration: String,
        /// Which way it ran.
        direction: Direction,
        /// The statement that was sent last, if one was.
        statement: Option<String>,
        /// Why it fails.
        #[source]
        source: Box<DatabaseError>,
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
}

/// The engine's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Schema(error) => error.hint(),
            Self::Inspect { .. } => Some("check the connection and the server's log"),
            Self::UnknownCode { .. } => {
                Some("this server is newer than the toolkit: PostgreSQL 14 to 18 are known")
            }
            Self::Entity { .. } => Some("correct the entity"),
            Self::Desired { .. } => {
                Some("correct the entity or the declaration that the statement comes from")
            }
            Self::ForeignKeys { .. } => Some(
                "correct the relation; where the database shall have no such key, for another service has the \
                 table or a column of the target is not unique, `skip_fk` in its attribute leaves it out: \
                 #[sea_orm(belongs_to, from = …, to = …, skip_fk)]",
            ),
            Self::Scratch { .. } => {
                Some("run the command again; leftovers are removed by themselves")
            }
            Self::NoScratch { .. } => Some(
                "give the role CREATEDB, or name another server for scratch databases: --scratch URL",
            ),
            Self::Beyond { shared: true, .. } => Some(
                "nothing of the server was changed; a toolkit that was built with the embedded PostgreSQL replays \
                 this there, or take what belongs to the server out of the migrations: `toolkit bootstrap --roles`",
            ),
            Self::Beyond { shared: false, .. } => Some(
                "it was not sent, for it reaches beyond any server: take it out of the migration or file, and do it \
                 by hand",
            ),
            Self::Proof { .. } | Self::ProofStatement { .. } => Some(
                "this is a gap of the toolkit: write the migration by hand with --empty, and report the entity",
            ),
            Self::KeptInTheWay { .. } => {
                Some("pass --drop with its name, or declare it as it shall be with the new type")
            }
            Self::File { .. } => Some("check the file's owner and the free disk space"),
            Self::Changed { .. } => Some("nothing of it was overwritten; run the command again"),
            Self::NotUndone { .. } => {
                Some("`git status` shows what is left of the change; put it back by hand")
            }
            Self::Register { .. } => Some(
                "the crate's src/lib.rs needs `impl MigratorTrait` with a `vec![…]` of its migrations",
            ),
            Self::Edit { .. } => {
                Some("no file was changed; correct this one, then run the command again")
            }
            Self::Git { .. } => Some(
                "name the branch that yours goes into: --onto origin/main; `git fetch` brings it",
            ),
            Self::RenameOption { .. } => Some(
                "write old=new for a table or an enum type, table.old=new for a column, a constraint or an index, \
                 type.old=new for an enum's value",
            ),
            Self::SeveralServices { .. } => Some("name the service: --service NAME"),
            Self::DropOption { .. } => Some(
                "write a table, a type or another object by its name, what belongs to a table as table.name, \
                 what a role may do as role:name; \
                 what an entity or a declaration says goes when it is taken out there",
            ),
            Self::Entities { .. } => {
                Some("list them in the service's definition: .entities(|| entities![…])")
            }
            Self::NoFolder { .. } => {
                Some("say it in the service's definition: .folder(env!(\"CARGO_MANIFEST_DIR\"))")
            }
            Self::Elsewhere { .. } => Some(
                "files are written to the workspace that the toolkit runs in: change into the one that has \
                 the crate, or run the toolkit that is built there with `cargo run -p toolkit`",
            ),
            Self::Live { .. } => Some("`toolkit check` shows where the service stands"),
            Self::Unasked { .. } => Some(
                "name a database that can be reached with --database-url, or unset the URL if there is none; \
                 `toolkit status -v` shows where it comes from",
            ),
            Self::Rehearsal { .. } => Some(
                "correct the migration, so that it runs where there are no rows and nothing but what \
                 the migrations before it made; this was a scratch database, so nothing is left to resolve",
            ),
            Self::Adopt { hint, .. } | Self::Unrecorded { hint, .. } => Some(hint),
            Self::Squash { .. } => Some(
                "stop before the migration that makes it: --through NAME; kinds that are not compared, \
                 and other schemas, cannot be carried over",
            ),
            Self::Script { .. } => {
                Some("the file must run on an empty database, as `psql -f` would run it")
            }
            Self::MetaCommand { .. } => Some(
                "take the line out: put what it includes into the file, and write a dump without --create",
            ),
        }
    }
}

fn fails(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "fails",
        Direction::Down => "cannot be rolled back",
    }
}

fn sent(statement: Option<&str>) -> String {
    statement.map_or_else(String::new, |statement| {
        let shown = toolkit_runtime::shown_statement(statement, None);
        format!("\n  statement: {}", shown.replace('\n', "\n    "))
    })
}

fn listed(kept: &[String]) -> String {
    match kept {
        [] => ": entities and declarations say all that is there".to_owned(),
        kept => format!(
            "; no entity and no declaration says\n  {}",
            kept.join("\n  ")
        ),
    }
}

impl From<Error> for toolkit_runtime::Error {
    fn from(error: Error) -> Self {
        let hint = error.hint().map(str::to_owned);
        let refusal = matches!(
            error,
            Error::Adopt { .. } | Error::Squash { .. } | Error::Beyond { .. }
        );
        Self::Engine {
            source: Box::new(error),
            hint,
            refusal,
        }
    }
}
