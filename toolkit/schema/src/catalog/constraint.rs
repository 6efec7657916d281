//! Constraints of tables.

use super::{Expression, Options, QualifiedName, Settled, Uses};

/// A constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// Its name, unique within the table.
    pub name: String,
    /// What it demands.
    pub kind: ConstraintKind,
    /// When it is checked.
    pub deferral: Deferral,
    /// False for `NOT VALID`: the rows that were there have not been checked.
    pub validated: bool,
    /// False for `NOT ENFORCED` (PostgreSQL 18).
    pub enforced: bool,
    /// The constraint or the index of the partitioned table that its index belongs to.
    pub parent: Option<String>,
    /// Whether it is as its text makes it.
    pub settled: Settled,
    /// `COMMENT ON CONSTRAINT`.
    pub comment: Option<String>,
    /// `COMMENT ON INDEX`, of the index behind it.
    pub index_comment: Option<String>,
}

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deferral {
    /// `NOT DEFERRABLE`.
    NotDeferrable,
    /// `DEFERRABLE INITIALLY IMMEDIATE`.
    InitiallyImmediate,
    /// `DEFERRABLE INITIALLY DEFERRED`.
    InitiallyDeferred,
}

/// What a constraint demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintKind {
    /// `PRIMARY KEY`.
    PrimaryKey(Key),
    /// `UNIQUE`.
    Unique(Key),
    /// `FOREIGN KEY`.
    ForeignKey(ForeignKey),
    /// `CHECK`.
    Check {
        /// What must not be false.
        expression: Expression,
        /// `NO INHERIT`.
        no_inherit: bool,
    },
    /// `EXCLUDE`.
    Exclusion {
        /// As `pg_get_constraintdef` prints it, `EXCLUDE USING …`, without its deferral.
        definition: String,
        /// What it refers to.
        uses: Uses,
    },
}

/// A primary key or a unique constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its columns in key order.
    pub columns: Vec<String>,
    /// `INCLUDE`.
    pub include: Vec<String>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `WITHOUT OVERLAPS` on the last column (PostgreSQL 18).
    pub without_overlaps: bool,
    /// False while partitions lack theirs.
    pub valid: bool,
    /// Storage parameters of the index behind it.
    pub options: Options,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The referencing columns.
    pub columns: Vec<String>,
    /// The referenced table.
    pub references: QualifiedName,
    /// The referenced columns, in the order of `columns`.
    pub referenced_columns: Vec<String>,
    /// `ON UPDATE`.
    pub on_update: ReferentialAction,
    /// `ON DELETE`.
    pub on_delete: ReferentialAction,
    /// The columns that `ON DELETE SET NULL (…)` or `SET DEFAULT (…)` touches; empty for all.
    pub on_delete_columns: Vec<String>,
    /// `MATCH`.
    pub match_type: MatchType,
    /// `PERIOD` on the last column (PostgreSQL 18).
    pub period: bool,
    /// The key or the unique index of the referenced table that it leans on.
    pub uses: Uses,
}

/// What a foreign key does when the referenced row goes or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferentialAction {
    /// `NO ACTION`.
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
}

impl ReferentialAction {
    /// What PostgreSQL calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }

    /// Whether rows that refer to others follow them.
    pub const fn follows(self) -> bool {
        match self {
            Self::Cascade | Self::SetNull | Self::SetDefault => true,
            Self::NoAction | Self::Restrict => false,
        }
    }
}

/// How a foreign key treats nulls in some of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchType {
    /// `MATCH SIMPLE`.
    Simple,
    /// `MATCH FULL`.
    Full,
}

impl Constraint {
    /// The columns of its own table that it names or uses.
    pub fn columns(&self, table: &QualifiedName) -> Vec<&str> {
        match &self.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => key
                .columns
                .iter()
                .chain(&key.include)
                .map(String::as_str)
                .collect(),
            ConstraintKind::ForeignKey(key) => key.columns.iter().map(String::as_str).collect(),
            ConstraintKind::Check {
                expression: Expression { uses, .. },
                ..
            }
            | ConstraintKind::Exclusion { uses, .. } => uses
                .columns()
                .filter(|column| &column.table == table)
                .map(|column| column.column.as_str())
                .collect(),
        }
    }

    /// Whether an index of the same name stands behind it.
    pub fn has_index(&self) -> bool {
        match self.kind {
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclusion { .. } => true,
            ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } => false,
        }
    }

    /// The foreign key, if it is one.
    pub fn foreign_key(&self) -> Option<&ForeignKey> {
        match &self.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Check { .. }
            | ConstraintKind::Exclusion { .. } => None,
        }
    }
}
