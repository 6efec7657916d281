//! Sequences and the options they share with identity columns.

use super::{ColumnRef, Persistence, QualifiedName};

/// The options of a sequence, all spelled out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceOptions {
    /// `smallint`, `integer` or `bigint`.
    pub data_type: String,
    /// `START WITH`.
    pub start: i64,
    /// `INCREMENT BY`.
    pub increment: i64,
    /// `MINVALUE`.
    pub min: i64,
    /// `MAXVALUE`.
    pub max: i64,
    /// `CACHE`.
    pub cache: i64,
    /// `CYCLE`.
    pub cycle: bool,
}

impl SequenceOptions {
    /// What `CREATE SEQUENCE … AS data_type INCREMENT BY increment` gives.
    pub fn defaults(data_type: &str, increment: i64) -> Self {
        let (lowest, highest) = Self::bounds(data_type);
        let (min, max) = if increment < 0 {
            (lowest, -1)
        } else {
            (1, highest)
        };
        let start = if increment < 0 { max } else { min };
        Self {
            data_type: data_type.to_owned(),
            start,
            increment,
            min,
            max,
            cache: 1,
            cycle: false,
        }
    }

    /// The lowest and the highest number of `smallint`, `integer` or `bigint`.
    pub fn bounds(data_type: &str) -> (i64, i64) {
        match data_type {
            "smallint" => (i16::MIN.into(), i16::MAX.into()),
            "integer" => (i32::MIN.into(), i32::MAX.into()),
            _ => (i64::MIN, i64::MAX),
        }
    }

    /// Whether a sequence that has not moved yet is outside the bounds of `to`, so that PostgreSQL
    /// refuses the change without `RESTART`.
    pub fn must_restart(&self, to: &Self) -> bool {
        self.start < to.min || self.start > to.max
    }
}

/// A sequence that is not an identity column's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// Its name.
    pub name: QualifiedName,
    /// Logged or not.
    pub persistence: Persistence,
    /// Its options.
    pub options: SequenceOptions,
    /// `OWNED BY`.
    pub owned_by: Option<ColumnRef>,
    /// `COMMENT ON SEQUENCE`.
    pub comment: Option<String>,
}

impl Sequence {
    /// Whether `table.column` owns the sequence.
    pub fn is_owned_by(&self, table: &QualifiedName, column: &str) -> bool {
        self.owned_by
            .as_ref()
            .is_some_and(|owner| &owner.table == table && owner.column == column)
    }
}
