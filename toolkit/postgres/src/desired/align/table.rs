//! What an entity leaves open about a table's keys and indexes. No I/O here.

use std::collections::BTreeSet;

use super::{
    super::{
        names::{Names, of_unique},
        said::set,
    },
    Kept, column, is_named,
};
use crate::catalog::{
    Constraint, ConstraintKind, Deferral, ForeignKey, Index, Key, MatchType, ObjectRef,
    Persistence, ReplicaIdentity, Table,
};

/// How `--drop` calls row-level security of a table: `plans.row_level_security`.
const ROW_SECURITY: &str = "row_level_security";

/// The names in `wanted` that SeaORM made up and nobody wrote.
pub(super) fn soft_names(wanted: &Table, entity: Option<&Names>) -> BTreeSet<String> {
    // PostgreSQL makes up those of a partition.
    let keys = wanted.constraints.values().filter(|it| it.parent.is_some());
    let members = wanted.indexes.values().filter(|it| it.parent.is_some());
    let made: BTreeSet<String> = keys
        .map(|it| it.name.clone())
        .chain(members.map(|it| it.name.clone()))
        .collect();
    let Some(entity) = entity else {
        return made;
    };
    let mut names: BTreeSet<String> = entity.indexes.iter().cloned().collect();
    names.extend(made);
    for constraint in wanted.constraints.values() {
        match &constraint.kind {
            ConstraintKind::PrimaryKey(_) | ConstraintKind::ForeignKey(_) => {
                names.insert(constraint.name.clone());
            }
            ConstraintKind::Unique(key) => {
                let made = of_unique(&wanted.name.name, &key.columns.join("_"));
                let number = constraint.name.strip_prefix(&made);
                if number.is_some_and(|it| it.chars().all(|digit| digit.is_ascii_digit())) {
                    names.insert(constraint.name.clone());
                }
            }
            ConstraintKind::Check { .. } | ConstraintKind::Exclusion { .. } => {}
        }
    }
    names
}

pub(super) fn align(
    wanted: &mut Table,
    current: &Table,
    soft: &BTreeSet<String>,
    drop: &[String],
) -> Vec<Kept> {
    for wanted in &mut wanted.columns {
        if let Some(current) = current.column(&wanted.name) {
            column::align(wanted, current);
        }
    }
    if wanted.persistence == Persistence::Permanent {
        wanted.persistence = current.persistence;
    }
    wanted.access_method.clone_from(&current.access_method);
    align_whole(wanted, current, drop);
    for (name, value) in &current.options {
        wanted
            .options
            .entry(name.clone())
            .or_insert_with(|| value.clone());
    }
    align_constraints(wanted, current, soft);
    align_indexes(wanted, current, soft);
    keep(wanted, current, drop)
}

/// What nobody declared of the table as a whole: it stays as it is.
fn align_whole(wanted: &mut Table, current: &Table, drop: &[String]) {
    if wanted.partitioning.is_none() {
        wanted.partitioning.clone_from(&current.partitioning);
    }
    if wanted.partition_of.is_none() && wanted.inherits.is_empty() {
        wanted.partition_of.clone_from(&current.partition_of);
        wanted.inherits.clone_from(&current.inherits);
    }
    if wanted.clustered_on.is_none() {
        wanted.clustered_on.clone_from(&current.clustered_on);
    }
    if wanted.replica_identity == ReplicaIdentity::Default {
        wanted
            .replica_identity
            .clone_from(&current.replica_identity);
    }
    if !is_named(drop, &current.name, Some(ROW_SECURITY)) {
        wanted.row_security.enabled |= current.row_security.enabled;
        wanted.row_security.forced |= current.row_security.forced;
    }
}

fn align_constraints(wanted: &mut Table, current: &Table, soft: &BTreeSet<String>) {
    for (name, mut constraint) in std::mem::take(&mut wanted.constraints) {
        let same = current.constraints.get(&name).or_else(|| {
            let is_free = |other: &&Constraint| !wanted.constraints.contains_key(&other.name);
            let is_same = |other: &&Constraint| says_the_same(&constraint, other);
            current
                .constraints
                .values()
                .filter(is_free)
                .find(is_same)
                .filter(|_| soft.contains(&name))
        });
        if let Some(same) = same {
            adopt(&mut constraint, same, soft.contains(&name));
        } else if let Some(index) = unique_index(&constraint, current, soft) {
            wanted.indexes.insert(index.name.clone(), index.clone());
            continue;
        }
        wanted
            .constraints
            .insert(constraint.name.clone(), constraint);
    }
}

/// Whether two constraints demand the same, their names and what entities cannot say aside.
fn says_the_same(wanted: &Constraint, current: &Constraint) -> bool {
    match (&wanted.kind, &current.kind) {
        (ConstraintKind::PrimaryKey(wanted), ConstraintKind::PrimaryKey(current))
        | (ConstraintKind::Unique(wanted), ConstraintKind::Unique(current)) => {
            are_same(&wanted.columns, &current.columns)
        }
        (ConstraintKind::ForeignKey(wanted), ConstraintKind::ForeignKey(current)) => {
            wanted.references == current.references && pairs(wanted) == pairs(current)
        }
        (
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check { .. }
            | ConstraintKind::Exclusion { .. },
            _,
        ) => false,
    }
}

/// Whether these are the same columns. An entity cannot say in which order: that of its fields is chance.
fn are_same(wanted: &[impl AsRef<str>], current: &[impl AsRef<str>]) -> bool {
    wanted.len() == current.len() && set(wanted) == set(current)
}

/// What refers to what.
fn pairs(key: &ForeignKey) -> BTreeSet<(&String, &String)> {
    key.columns.iter().zip(&key.referenced_columns).collect()
}

/// Takes over what is left open; of one whose name nobody chose, the order of its columns, too.
fn adopt(wanted: &mut Constraint, current: &Constraint, is_soft: bool) {
    wanted.name.clone_from(&current.name);
    wanted.comment.clone_from(&current.comment);
    wanted.index_comment.clone_from(&current.index_comment);
    if wanted.parent.is_some() && current.parent.is_some() {
        wanted.parent.clone_from(&current.parent);
    }
    if wanted.deferral == Deferral::NotDeferrable {
        wanted.deferral = current.deferral;
    }
    wanted.validated = current.validated;
    match (&mut wanted.kind, &current.kind) {
        (ConstraintKind::ForeignKey(wanted), ConstraintKind::ForeignKey(current)) => {
            if is_soft && pairs(wanted) == pairs(current) {
                wanted.columns.clone_from(&current.columns);
                wanted
                    .referenced_columns
                    .clone_from(&current.referenced_columns);
            }
            adopt_foreign_key(wanted, current);
        }
        (ConstraintKind::PrimaryKey(wanted), ConstraintKind::PrimaryKey(current))
        | (ConstraintKind::Unique(wanted), ConstraintKind::Unique(current))
            if wanted.columns == current.columns
                || (is_soft && are_same(&wanted.columns, &current.columns)) =>
        {
            wanted.clone_from(current);
        }
        (
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check { .. }
            | ConstraintKind::Exclusion { .. },
            _,
        ) => {}
    }
}

fn adopt_foreign_key(wanted: &mut ForeignKey, current: &ForeignKey) {
    if wanted.match_type == MatchType::Simple {
        wanted.match_type = current.match_type;
    }
    if wanted.on_delete == current.on_delete {
        wanted
            .on_delete_columns
            .clone_from(&current.on_delete_columns);
    }
}

/// The unique index of the current table that stands for a unique constraint.
fn unique_index<'t>(
    wanted: &Constraint,
    current: &'t Table,
    soft: &BTreeSet<String>,
) -> Option<&'t Index> {
    let ConstraintKind::Unique(Key { columns, .. }) = &wanted.kind else {
        return None;
    };
    if !soft.contains(&wanted.name) {
        return None;
    }
    current.indexes.values().find(|index| {
        let plain = index.plain_columns();
        index.unique && plain.is_some_and(|plain| are_same(columns, &plain))
    })
}

fn align_indexes(wanted: &mut Table, current: &Table, soft: &BTreeSet<String>) {
    for (name, mut index) in std::mem::take(&mut wanted.indexes) {
        if !soft.contains(&name) || current.indexes.contains_key(&name) {
            if let Some(same) = current.indexes.get(&name) {
                if soft.contains(&name) && describes(&index, same) {
                    index.keys.clone_from(&same.keys);
                }
                index.comment.clone_from(&same.comment);
                index.statistics.clone_from(&same.statistics);
                index.valid = same.valid;
                if index.options.is_empty() {
                    index.options.clone_from(&same.options);
                }
            }
            wanted.indexes.insert(name, index);
            continue;
        }
        let columns = index.plain_columns();
        let constraint = current
            .constraints
            .values()
            .find(|other| match &other.kind {
                ConstraintKind::Unique(key) => {
                    let same = |columns: &Vec<&str>| are_same(columns, &key.columns);
                    index.unique && columns.as_ref().is_some_and(same)
                }
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::ForeignKey(_)
                | ConstraintKind::Check { .. }
                | ConstraintKind::Exclusion { .. } => false,
            });
        if let Some(constraint) = constraint {
            wanted
                .constraints
                .insert(constraint.name.clone(), constraint.clone());
            continue;
        }
        let same = current
            .indexes
            .values()
            .find(|other| describes(&index, other));
        let index = same.cloned().unwrap_or(index);
        wanted.indexes.insert(index.name.clone(), index);
    }
}

/// Whether an index that an entity describes stands for `current`, whatever the order of its columns.
fn describes(wanted: &Index, current: &Index) -> bool {
    let columns = wanted.plain_columns().zip(current.plain_columns());
    wanted.unique == current.unique
        && columns.is_some_and(|(wanted, current)| are_same(&wanted, &current))
}

/// Adds what entities cannot say and nobody declared.
fn keep(wanted: &mut Table, current: &Table, drop: &[String]) -> Vec<Kept> {
    let mut kept = Vec::new();
    let table = &current.name;
    for (name, constraint) in &current.constraints {
        let cannot_be_said = match constraint.kind {
            ConstraintKind::Check { .. } | ConstraintKind::Exclusion { .. } => true,
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_) => false,
        };
        let stays = cannot_be_said
            && !wanted.constraints.contains_key(name)
            && !is_named(drop, table, Some(name))
            && wanted.has_columns(&constraint.columns(table));
        if stays {
            kept.push(Kept::Object(ObjectRef::constraint(table, name)));
            wanted.constraints.insert(name.clone(), constraint.clone());
        }
    }
    for (name, index) in &current.indexes {
        let can_be_said = index
            .plain_columns()
            .is_some_and(|columns| index.unique || columns.len() == 1);
        let stays = !can_be_said
            && !wanted.indexes.contains_key(name)
            && !is_named(drop, table, Some(name))
            && wanted.has_columns(&index.columns(table).collect::<Vec<_>>());
        if stays {
            kept.push(Kept::Object(ObjectRef::index(table, name)));
            wanted.indexes.insert(name.clone(), index.clone());
        }
    }
    kept
}
