//! What can go wrong between a schema and its database.

use toolkit_runtime::{DatabaseError, Direction};

/// An error of reading, writing out, comparing or proving.
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
    /// A rename on the command line cannot be understood.
    #[error("--rename {text}: {problem}")]
    RenameOption {
        /// The option's value.
        text: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A value on the command line for new columns cannot be used.
    #[error("--fill {text}: {problem}")]
    FillOption {
        /// The option's value.
        text: String,
        /// What is wrong with it.
        problem: String,
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
}

/// The result of what talks to a database.
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
            Self::Rehearsal { source, .. } => source.without_way_back().or(Some(
                "correct the migration, so that it runs where there are no rows and nothing but what \
                 the migrations before it made; this was a scratch database, so nothing is left to resolve",
            )),
            Self::RenameOption { .. } => Some(
                "write old=new for a table or an enum type, table.old=new for a column, a constraint or an index, \
                 type.old=new for an enum's value",
            ),
            Self::FillOption { .. } => Some(
                "write table.column=VALUE of a new column that must not be null and has no default; the value is SQL: \
                 users.state='new'",
            ),
            Self::DropOption { .. } => Some(
                "write a table, a type or another object by its name, what belongs to a table as table.name, \
                 what a role may do as role:name; \
                 what an entity or a declaration says goes when it is taken out there",
            ),
            Self::Entities { .. } => Some(
                "declare their modules, and list them in the service's definition: .entities(|| entities![…])",
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
        Self::Engine {
            refusal: matches!(error, Error::Beyond { .. }),
            source: Box::new(error),
            hint,
        }
    }
}
