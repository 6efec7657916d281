//! Tables.

use std::collections::BTreeMap;

use super::{Column, Constraint, ConstraintKind, Index, Key, QualifiedName};

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

/// An ordinary table with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: QualifiedName,
    /// Logged or not.
    pub persistence: Persistence,
    /// The table access method, `heap` nearly always.
    pub access_method: String,
    /// Storage parameters.
    pub options: Options,
    /// Columns in the table's own order.
    pub columns: Vec<Column>,
    /// Constraints by name.
    pub constraints: BTreeMap<String, Constraint>,
    /// Indexes by name, without those that belong to a constraint.
    pub indexes: BTreeMap<String, Index>,
    /// `COMMENT ON TABLE`.
    pub comment: Option<String>,
}

impl Table {
    /// The column `name`.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
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
