//! Indexes that belong to no constraint.

use std::collections::BTreeMap;

use super::{Expression, Options, QualifiedName, Settled, Uses};

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its name; it lives in its table's schema.
    pub name: String,
    /// `UNIQUE`.
    pub unique: bool,
    /// The access method: `btree`, `gin`, …
    pub method: String,
    /// The key columns and expressions in order.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE`.
    pub include: Vec<String>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `WHERE`.
    pub predicate: Option<Expression>,
    /// Storage parameters.
    pub options: Options,
    /// The index of the partitioned table that it belongs to.
    pub parent: Option<String>,
    /// False for what a failed `CREATE INDEX CONCURRENTLY` left.
    pub valid: bool,
    /// Whether its expressions and its predicate are as their texts make them.
    pub settled: Settled,
    /// What its expressions and its predicate refer to.
    pub uses: Uses,
    /// Statistics targets by key, from 1 on.
    pub statistics: BTreeMap<i16, i32>,
    /// `COMMENT ON INDEX`.
    pub comment: Option<String>,
}

/// One key of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKey {
    /// What is indexed.
    pub term: IndexTerm,
    /// The collation, where it is not the column's.
    pub collation: Option<QualifiedName>,
    /// The operator class, where it is not the type's default.
    pub operator_class: Option<QualifiedName>,
    /// The operator class's parameters.
    pub operator_class_options: Options,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST`; the default for `DESC`.
    pub nulls_first: bool,
}

/// What one key of an index holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndexTerm {
    /// A column.
    Column(String),
    /// An expression, with the parentheses it needs.
    Expression(String),
}

impl Index {
    /// The columns of its table that it names or uses.
    pub fn columns<'a>(&'a self, table: &'a QualifiedName) -> impl Iterator<Item = &'a str> {
        let keys = self.keys.iter().filter_map(|key| match &key.term {
            IndexTerm::Column(name) => Some(name.as_str()),
            IndexTerm::Expression(_) => None,
        });
        let used = self
            .uses
            .columns()
            .filter(move |column| &column.table == table)
            .map(|column| column.column.as_str());
        keys.chain(self.include.iter().map(String::as_str))
            .chain(used)
    }

    /// Its columns, if it is a B-tree over whole columns in their own order, and no more than that but for
    /// options and statistics.
    pub fn plain_columns(&self) -> Option<Vec<&str>> {
        let is_plain = self.method == "btree"
            && self.predicate.is_none()
            && self.include.is_empty()
            && !self.nulls_not_distinct
            && self.keys.iter().all(|key| {
                key.operator_class.is_none()
                    && key.collation.is_none()
                    && !key.descending
                    && !key.nulls_first
            });
        let columns = self.keys.iter().map(|key| match &key.term {
            IndexTerm::Column(name) => Some(name.as_str()),
            IndexTerm::Expression(_) => None,
        });
        columns.collect::<Option<Vec<_>>>().filter(|_| is_plain)
    }

    /// Whether it holds SQL text, in a key or in the predicate.
    pub fn has_expressions(&self) -> bool {
        self.predicate.is_some()
            || self.keys.iter().any(|key| match key.term {
                IndexTerm::Expression(_) => true,
                IndexTerm::Column(_) => false,
            })
    }
}
