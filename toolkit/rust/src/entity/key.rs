//! Which keys and indexes of a table attributes can say. No I/O here.

use std::collections::{BTreeMap, BTreeSet};

use super::ident::Idents;
use crate::catalog::{Constraint, ConstraintKind, Deferral, Index, Key, ReplicaIdentity, Table};

/// What attributes say of a table's keys and indexes.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// The columns that are `unique`.
    pub(super) unique: BTreeSet<String>,
    /// The columns that are `indexed`.
    pub(super) indexed: BTreeSet<String>,
    /// The columns with a `unique_key`, and its name.
    pub(super) unique_key: BTreeMap<String, String>,
    /// The names of the constraints and indexes that are said so.
    pub(super) said: BTreeSet<String>,
    /// The columns of each of those that are unique, and of the primary key.
    pub(super) referable: Vec<Vec<String>>,
}

/// A key or an index over whole columns.
struct Plain<'t> {
    name: &'t str,
    columns: Vec<&'t str>,
    is_unique: bool,
}

/// Chooses for `table`, whose columns have these `fields`.
pub(super) fn keys(table: &Table, fields: &BTreeMap<String, String>) -> Keys {
    let plain = plain(table);
    // Of two that describe the same, none is the one that an attribute means.
    let twins = |it: &Plain| {
        let same = |other: &&Plain| {
            sorted(&other.columns) == sorted(&it.columns) && other.is_unique == it.is_unique
        };
        plain.iter().filter(same).count() > 1
    };
    let mut keys = Keys::default();
    let mut names = Idents::default();
    fields.values().for_each(|field| names.take(field));
    keys.referable
        .extend(table.primary_key().map(|key| key.columns.clone()));
    for it in plain.iter().filter(|it| it.is_unique && !twins(it)) {
        let columns: Vec<String> = it.columns.iter().map(|&name| name.to_owned()).collect();
        match columns.as_slice() {
            [column] => drop(keys.unique.insert(column.clone())),
            _ if is_in_order(table, &columns) && is_free(&keys, &columns) => {
                let name = key_name(table, it.name, &mut names);
                let named = columns.iter().map(|column| (column.clone(), name.clone()));
                keys.unique_key.extend(named);
            }
            _ => continue,
        }
        keys.said.insert(it.name.to_owned());
        keys.referable.push(columns);
    }
    for it in plain.iter().filter(|it| !it.is_unique && !twins(it)) {
        if let [column] = it.columns.as_slice()
            && !keys.unique.contains(*column)
        {
            keys.indexed.insert((*column).to_owned());
            keys.said.insert(it.name.to_owned());
        }
    }
    keys
}

fn sorted<'t>(columns: &[&'t str]) -> Vec<&'t str> {
    let mut columns = columns.to_vec();
    columns.sort_unstable();
    columns
}

/// Fields stand in the order of the columns, and so do those of a key.
fn is_in_order(table: &Table, columns: &[String]) -> bool {
    let place = |name: &String| table.columns.iter().position(|it| it.name == *name);
    columns.iter().map(place).is_sorted()
}

/// A field has one `unique_key` at most.
fn is_free(keys: &Keys, columns: &[String]) -> bool {
    columns.iter().all(|it| !keys.unique_key.contains_key(it))
}

/// SeaORM makes names of functions of it.
fn key_name(table: &Table, name: &str, names: &mut Idents) -> String {
    let own = name
        .strip_prefix("idx-")
        .unwrap_or(name)
        .trim_start_matches(table.name.name.as_str())
        .trim_start_matches(['_', '-']);
    let own = own.strip_suffix("_key").unwrap_or(own);
    names.field(if own.is_empty() { "key" } else { own })
}

fn plain(table: &Table) -> Vec<Plain<'_>> {
    let is_named = |name: &str| {
        table.clustered_on.as_deref() == Some(name)
            || matches!(&table.replica_identity, ReplicaIdentity::Index(index) if index == name)
    };
    let constraints = table.constraints.values().filter_map(|it| {
        Some(Plain {
            name: &it.name,
            columns: plain_key(it)?,
            is_unique: true,
        })
    });
    let indexes = table.indexes.values().filter_map(|it| {
        Some(Plain {
            name: &it.name,
            columns: plain_index(it)?,
            is_unique: it.unique,
        })
    });
    constraints
        .chain(indexes)
        .filter(|it| !is_named(it.name))
        .collect()
}

fn plain_key(constraint: &Constraint) -> Option<Vec<&str>> {
    let ConstraintKind::Unique(key) = &constraint.kind else {
        return None;
    };
    let Key {
        columns,
        include,
        nulls_not_distinct,
        without_overlaps,
        valid: _,
        options,
    } = key;
    let is_plain = include.is_empty()
        && options.is_empty()
        && !nulls_not_distinct
        && !without_overlaps
        && constraint.deferral == Deferral::NotDeferrable;
    is_plain.then(|| columns.iter().map(String::as_str).collect())
}

fn plain_index(index: &Index) -> Option<Vec<&str>> {
    let is_bare = index.options.is_empty() && index.statistics.is_empty();
    index.plain_columns().filter(|_| is_bare)
}
