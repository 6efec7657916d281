//! What was found, as every format has it. No I/O here.

use serde::Serialize;

use super::{base::Base, rule::Level, rule::Rule};
use crate::{catalog::QualifiedName, effects::Work, rehearse::Lock, scratch::Location};

/// The whole answer.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) command: &'static str,
    /// Whether nothing is found that is not accepted.
    pub(super) ok: bool,
    pub(super) scratch: Option<Location>,
    pub(super) services: Vec<OfService>,
}

/// What was found in one service.
#[derive(Debug, Serialize)]
pub(super) struct OfService {
    pub(super) service: String,
    pub(super) schema: String,
    /// What its migrations were held against.
    pub(super) base: Base,
    pub(super) migrations: Vec<OfMigration>,
    /// What is accepted and not found.
    pub(super) unused_accepts: Vec<String>,
}

/// What was seen and found in one migration.
#[derive(Debug, Serialize)]
pub(super) struct OfMigration {
    pub(super) name: String,
    pub(super) file: Option<String>,
    pub(super) in_transaction: bool,
    pub(super) after_rollout: bool,
    pub(super) statements: Vec<OfStatement>,
    /// How the code of the release before, and the new one, fare after it; none where no code runs.
    pub(super) old_code: Option<String>,
    pub(super) new_code: Option<String>,
    pub(super) findings: Vec<Finding>,
    /// What could not be tried.
    pub(super) not_tried: Vec<String>,
}

/// What one statement did.
#[derive(Debug, Serialize)]
pub(super) struct OfStatement {
    pub(super) statement: String,
    pub(super) line: Option<usize>,
    pub(super) in_transaction: bool,
    pub(super) tables: Vec<OfTable>,
}

/// What one statement did to one table.
#[derive(Debug, Serialize)]
pub(super) struct OfTable {
    #[serde(flatten)]
    pub(super) table: Name,
    /// The strongest lock that it took.
    pub(super) lock: Option<Lock>,
    /// The strongest lock that was held while it ran.
    pub(super) held: Option<Lock>,
    pub(super) work: Option<Work>,
    pub(super) size: Option<Size>,
}

/// A table's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Name {
    pub(super) schema: String,
    pub(super) table: String,
}

/// How large a table of the live database is, and how long the work on it takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Size {
    pub(super) rows: Option<i64>,
    pub(super) bytes: i64,
    #[serde(skip)]
    pub(super) told: String,
    /// By the rate.
    pub(super) seconds: Option<f64>,
    pub(super) rows_a_second: Option<u32>,
}

/// What a rule found, and where.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) rule: Rule,
    pub(super) level: Level,
    pub(super) message: String,
    pub(super) instead: &'static str,
    pub(super) file: Option<String>,
    pub(super) line: Option<usize>,
    pub(super) statement: Option<String>,
    pub(super) tables: Vec<Name>,
    /// Why it may be so.
    pub(super) accepted: Option<String>,
}

impl From<&QualifiedName> for Name {
    fn from(name: &QualifiedName) -> Self {
        Self {
            schema: name.schema.clone(),
            table: name.name.clone(),
        }
    }
}

impl Report {
    /// What is found and not accepted, with the migration and the service.
    pub(super) fn open(&self) -> impl Iterator<Item = (&OfService, &OfMigration, &Finding)> {
        self.services.iter().flat_map(|service| {
            service.migrations.iter().flat_map(move |migration| {
                let open = migration.findings.iter().filter(|it| it.accepted.is_none());
                open.map(move |finding| (service, migration, finding))
            })
        })
    }

    /// How many are accepted.
    pub(super) fn accepted(&self) -> usize {
        let migrations = self.services.iter().flat_map(|it| &it.migrations);
        let findings = migrations.flat_map(|it| &it.findings);
        findings.filter(|it| it.accepted.is_some()).count()
    }
}
