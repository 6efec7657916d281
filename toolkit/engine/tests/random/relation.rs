//! What queries read: tables, views, and functions that give rows.

use crate::{
    bytes::Bytes,
    column::{Column, Kind},
    function::Functions,
};

/// A column of a relation.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
}

impl Field {
    pub fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
        }
    }

    /// A condition on it, under the name by which a query has it.
    pub fn condition(&self, variant: usize, name: &str, functions: &Functions) -> String {
        let called = functions.condition(variant, name, self.kind);
        match (called, self.kind) {
            (Some(called), _) if variant > 1 => called,
            (_, Kind::Integer) if variant == 1 => format!("{name} IN (1, 2)"),
            (_, Kind::Integer) => format!("{name} > 0"),
            (_, Kind::Text) if variant == 1 => format!("{name} LIKE 'a%;'"),
            (_, Kind::Text) => format!("{name} <> 'x'"),
            (_, Kind::State) if variant == 1 => format!("{name} IN ('a')"),
            (_, Kind::State) => format!("{name} <> 'a'"),
            (_, Kind::Other) => format!("{name} IS NOT NULL"),
        }
    }
}

/// Something to read from.
#[derive(Debug, Clone)]
pub struct Relation {
    /// How `FROM` names it.
    pub name: String,
    pub fields: Vec<Field>,
    /// Whether a view over it may be written to.
    pub is_updatable: bool,
    /// Whether `id` is unique in it.
    pub has_key: bool,
    /// Whether it can be read: a materialized view may have no data.
    pub is_filled: bool,
}

impl Relation {
    pub fn table(name: &str, columns: &[Column]) -> Self {
        let fields = columns
            .iter()
            .map(|column| Field::new(column.name, column.kind()));
        Self {
            name: name.to_owned(),
            fields: fields.collect(),
            is_updatable: true,
            has_key: true,
            is_filled: true,
        }
    }
}

/// Relations at their places, of which some are missing.
#[derive(Debug, Default)]
pub struct Relations(Vec<Option<Relation>>);

impl Relations {
    pub fn push(&mut self, relation: Option<Relation>) {
        self.0.push(relation);
    }

    /// The one at the place that the next byte says, or the one that comes after it.
    pub fn choose(&self, bytes: &mut Bytes<'_>) -> Option<&Relation> {
        let place = bytes.pick(self.0.len());
        self.0[place..].iter().chain(&self.0).flatten().next()
    }
}
