//! Tables.

use std::collections::BTreeMap;

use super::{ByName, Column, Constraint, ConstraintKind, Index, Key, QualifiedName, Uses};

/// Storage parameters by name; those of the TOAST table are prefixed with `toast.`.
pub type Options = BTreeMap<String, String>;

/// Whether a table's changes are written to the write-ahead log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// An ordinary table.
    Permanent,
    /// `UNLOGGED`.
    Unlogged,
}

/// `PARTITION BY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partitioning {
    /// `RANGE (occurred_at)`, as `pg_get_partkeydef` prints it.
    pub key: String,
    /// The columns and whatever else the key refers to.
    pub uses: Uses,
}

/// What a partition is a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionOf {
    /// The partitioned table.
    pub parent: QualifiedName,
    /// `FOR VALUES …` or `DEFAULT`.
    pub bound: String,
}

/// Row-level security.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowSecurity {
    /// `ENABLE ROW LEVEL SECURITY`.
    pub enabled: bool,
    /// `FORCE ROW LEVEL SECURITY`: for the owner too.
    pub forced: bool,
}

/// What of an old row is written to the write-ahead log for logical replication.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ReplicaIdentity {
    /// The primary key.
    #[default]
    Default,
    /// Nothing.
    Nothing,
    /// All columns.
    Full,
    /// The columns of an index.
    Index(String),
}

/// A table with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: QualifiedName,
    /// Logged or not.
    pub persistence: Persistence,
    /// The table access method, `heap` nearly always; none of a partitioned table that leaves it open.
    pub access_method: String,
    /// Storage parameters.
    pub options: Options,
    /// `PARTITION BY`.
    pub partitioning: Option<Partitioning>,
    /// `PARTITION OF`.
    pub partition_of: Option<PartitionOf>,
    /// `INHERITS`.
    pub inherits: Vec<QualifiedName>,
    /// `OF`, a composite type.
    pub of_type: Option<QualifiedName>,
    /// Row-level security.
    pub row_security: RowSecurity,
    /// `REPLICA IDENTITY`.
    pub replica_identity: ReplicaIdentity,
    /// `CLUSTER ON`, an index or a key.
    pub clustered_on: Option<String>,
    /// Columns in the table's own order.
    pub columns: Vec<Column>,
    /// Constraints by name.
    pub constraints: ByName<Constraint>,
    /// Indexes by name, without those that belong to a constraint.
    pub indexes: ByName<Index>,
    /// `COMMENT ON TABLE`.
    pub comment: Option<String>,
}

impl Table {
    /// The column `name`.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether it has all these columns.
    pub fn has_columns(&self, names: &[impl AsRef<str>]) -> bool {
        names
            .iter()
            .all(|name| self.column(name.as_ref()).is_some())
    }

    /// The tables that it takes columns from: its partitioned table, or those it inherits from.
    pub fn parents(&self) -> impl Iterator<Item = &QualifiedName> {
        let parent = self.partition_of.as_ref().map(|it| &it.parent);
        parent.into_iter().chain(&self.inherits)
    }

    /// Whether what `parent` does reaches the table all the way until it is `after`: a partition whose
    /// bounds change is detached meanwhile.
    pub fn keeps_parent(&self, after: &Self, parent: &QualifiedName) -> bool {
        let has = |table: &Self| table.parents().any(|name| name == parent);
        self.partition_of == after.partition_of && has(self) && has(after)
    }

    /// The primary key.
    pub fn primary_key(&self) -> Option<&Key> {
        self.constraints
            .values()
            .find_map(|constraint| match &constraint.kind {
                ConstraintKind::PrimaryKey(key) => Some(key),
                ConstraintKind::Unique(_)
                | ConstraintKind::ForeignKey(_)
                | ConstraintKind::Check { .. }
                | ConstraintKind::Exclusion { .. } => None,
            })
    }
}
