//! What a step may do to a running system, as data: what may happen, to which object, by which other one, under
//! which lock. [`words`] says it.

mod words;

pub use words::HazardWords;

use crate::catalog::{ObjectRef, QualifiedName, ReferentialAction};

/// What a person should know before a step is run. Displayed it is a sentence without its full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// What may happen.
    pub effect: Effect,
    /// The object that it happens to.
    pub object: ObjectRef,
    /// The object that brings it about, where that is another one.
    pub by: Option<Cause>,
    /// The strongest lock that is held while the table is read or written as a whole.
    pub lock: Option<LockMode>,
    /// What is to be added.
    pub note: Option<HazardNote>,
}

impl Hazard {
    /// `effect` on `object`.
    pub fn new(effect: Effect, object: ObjectRef) -> Self {
        Self {
            effect,
            object,
            by: None,
            lock: None,
            note: None,
        }
    }

    /// The same, brought about by `object`.
    #[must_use]
    pub fn by(self, object: ObjectRef) -> Self {
        Self {
            by: Some(Cause::Object(object)),
            ..self
        }
    }

    /// The same, brought about by an object of a schema that was not read.
    #[must_use]
    pub fn by_outsider(self, name: &str) -> Self {
        Self {
            by: Some(Cause::Outsider(name.to_owned())),
            ..self
        }
    }

    /// The same, under `lock`.
    #[must_use]
    pub fn locking(self, lock: LockMode) -> Self {
        Self {
            lock: Some(lock),
            ..self
        }
    }

    /// The same, with something to be added.
    #[must_use]
    pub fn noting(self, note: HazardNote) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    /// The kind of what may happen.
    pub fn kind(&self) -> HazardKind {
        self.effect.kind()
    }
}

/// The kinds of hazards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HazardKind {
    /// Data is gone afterwards, and the way back does not bring it back.
    DataLoss,
    /// Fails where the rows that are there do not fit.
    FailsOnRows,
    /// The table is rewritten.
    TableRewrite,
    /// The table is read as a whole.
    TableScan,
    /// An index is built.
    IndexBuild,
    /// Code that runs now stops working.
    BreaksRunningCode,
    /// Rows that were hidden from somebody are shown.
    ExposesRows,
    /// What is stored was made by code that is replaced, and is not made again.
    LeavesStale,
    /// Fails as long as something depends on it that the plan does not touch.
    Blocked,
}

impl HazardKind {
    /// What programs know it by; it stays as it is.
    pub const fn id(self) -> &'static str {
        match self {
            Self::DataLoss => "loses-data",
            Self::FailsOnRows => "fails-on-rows",
            Self::TableRewrite => "rewrites-table",
            Self::TableScan => "scans-table",
            Self::IndexBuild => "builds-index",
            Self::BreaksRunningCode => "breaks-running-code",
            Self::ExposesRows => "exposes-rows",
            Self::LeavesStale => "leaves-stale",
            Self::Blocked => "blocked",
        }
    }
}

/// The locks that stop others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockMode {
    /// Stops writes.
    Share,
    /// Stops writes and other schema changes.
    ShareRowExclusive,
    /// Stops everything.
    AccessExclusive,
}

impl LockMode {
    /// What programs know it by.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::ShareRowExclusive => "share_row_exclusive",
            Self::AccessExclusive => "access_exclusive",
        }
    }
}

/// What brings a hazard about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// An object of the catalog.
    Object(ObjectRef),
    /// An object of a schema that was not read, as PostgreSQL calls it.
    Outsider(String),
}

/// What is to be added to a hazard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HazardNote {
    /// There are no steps beside which others can read and write.
    NoSafeForm,
    /// What is built beside others is left behind when that fails.
    /// <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>
    LeavesInvalidIndex,
}

/// What may happen, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Data is lost.
    DataLoss(Loss),
    /// The statement fails on some rows.
    FailsOnRows(Failure),
    /// A table is rewritten.
    TableRewrite(Rewrite),
    /// A materialized view is computed again.
    TableScan,
    /// An index is built.
    IndexBuild,
    /// Running code breaks.
    BreaksRunningCode(Break),
    /// Hidden rows are shown.
    ExposesRows(Exposure),
    /// Something that is stored is stale.
    LeavesStale(Stale),
    /// The statement fails as long as the cause is there.
    Blocked(Obstacle),
}

impl Effect {
    /// Its kind.
    pub const fn kind(&self) -> HazardKind {
        match self {
            Self::DataLoss(_) => HazardKind::DataLoss,
            Self::FailsOnRows(_) => HazardKind::FailsOnRows,
            Self::TableRewrite(_) => HazardKind::TableRewrite,
            Self::TableScan => HazardKind::TableScan,
            Self::IndexBuild => HazardKind::IndexBuild,
            Self::BreaksRunningCode(_) => HazardKind::BreaksRunningCode,
            Self::ExposesRows(_) => HazardKind::ExposesRows,
            Self::LeavesStale(_) => HazardKind::LeavesStale,
            Self::Blocked(_) => HazardKind::Blocked,
        }
    }
}

/// Which data is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// The rows of the table; of the cause, where that is a partition in a schema that was not read.
    Rows,
    /// The values of the column.
    Values,
    /// What the values of the column hold of an attribute.
    Attribute(String),
    /// A part of each value of the column, in the plural.
    Part(String),
    /// The values become those of another attribute.
    Swap(String),
    /// The position of the sequence, or of the column's.
    Position,
    /// The column, also in the cause, which is in a schema that was not read.
    Elsewhere,
}

/// On which rows a statement fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Rows of the table that are equal in the keys of the index.
    EqualKeys,
    /// Rows of the table that conflict under the constraint.
    Conflict,
    /// Rows for which the constraint does not hold, which may refer to another table.
    DoesNotHold {
        /// The table that a foreign key refers to.
        references: Option<QualifiedName>,
    },
    /// Rows in which the column, or a column of the domain, is null.
    IsNull,
    /// All rows: the column is new, and nothing gives them a value.
    Unfilled,
    /// Rows with a value of the domain that its check does not allow.
    NotAllowed {
        /// The check.
        check: String,
    },
    /// Rows with a removed value of the enum.
    RemovedValues(Vec<String>),
    /// Rows of the table that do not belong into a partition of the cause.
    OutsidePartition,
    /// Rows of the default partition that belong into the cause.
    InsidePartition,
    /// Values of the column that do not fit the type.
    DoesNotFit(String),
    /// Values of the column that cannot be read as the type.
    CannotBeRead(String),
}

/// Why a table is rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewrite {
    /// To be stored otherwise.
    Storage,
    /// To fill the new column.
    Fill,
    /// To convert the column, with the tables that have it from this one.
    Convert {
        /// The tables that have the column from this one, too.
        below: Vec<QualifiedName>,
    },
}

/// How running code breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// It uses the old name.
    OldName,
    /// It uses what goes.
    Gone,
    /// It uses an attribute, of the type, that goes.
    AttributeGone(String),
    /// It does not give the column a value, and must.
    MustBeGiven,
    /// It gives the column a value, and must not.
    MustNotBeGiven,
    /// It meets keys that are taken, because the column's sequence starts at its beginning.
    SequenceStarts,
    /// It finds no unique index on these columns and expressions for its `ON CONFLICT`.
    NoConflictTarget(Vec<String>),
    /// Rows that refer to those of the table no longer follow them.
    NoLongerFollows {
        /// What they followed.
        event: RowEvent,
        /// How.
        before: ReferentialAction,
        /// What happens instead, where a foreign key is left.
        after: Option<ReferentialAction>,
    },
    /// It reads a materialized view without data.
    NotFilled,
    /// It uses a user mapping without its options.
    NoPassword,
    /// It sees only the rows that a policy allows.
    RowSecurity(SecuredRole),
    /// A policy hides rows from it.
    PolicyHides(PolicyChange),
    /// Values depend on the time zone of who converts them.
    SessionTimeZone,
    /// The column changes in the cause, too, which is in a schema that was not read.
    ChangesElsewhere,
    /// The cause, in a schema that was not read, goes, too.
    GoesAlong,
    /// The publication loses the table.
    LeavesPublication,
}

/// What is done to rows that others refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowEvent {
    /// `DELETE`.
    Delete,
    /// `UPDATE` of the key.
    Update,
}

/// Whom row-level security is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecuredRole {
    /// All but the owner.
    Others,
    /// Its owners, too.
    Owners,
}

/// What happens to a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyChange {
    /// It goes.
    End,
    /// It comes.
    New,
    /// It becomes another one.
    Change,
}

/// How hidden rows are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exposure {
    /// The view reads with its owner's rights.
    OwnersRights,
    /// The view lets functions see rows before it leaves them out.
    NoBarrier,
    /// Policies do not count any more.
    NoRowSecurity(SecuredRole),
    /// The policy that is the cause shows them.
    Policy {
        /// What happens to it.
        change: PolicyChange,
        /// Whether it is known that there are such rows.
        certain: bool,
    },
}

/// What the routine that is the cause made, and is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// The values of a generated column.
    Values,
    /// That rows passed a check.
    Check,
    /// That values of a domain passed this check.
    DomainCheck(String),
    /// The entries of an index.
    Index,
    /// In which partitions the rows are.
    Partitions,
    /// The rows of a materialized view.
    View,
}

/// What a statement fails at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The cause depends on the object.
    Dependant,
    /// The cause is in the schema.
    InSchema,
    /// The cause, which inherits the column, has children of its own.
    Grandchildren,
}
