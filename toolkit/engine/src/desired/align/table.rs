//! What an entity leaves open about a table's keys and indexes. No I/O here.

use std::collections::BTreeSet;

use toolkit_runtime::EntityTable;

use super::{Kept, column, is_named};
use crate::catalog::{
    Constraint, ConstraintKind, Deferral, ForeignKey, Index, IndexTerm, Key, MatchType, ObjectRef,
    Persistence, ReplicaIdentity, Table,
};

/// How `--drop` calls row-level security of a table: `plans.row_level_security`.
const ROW_SECURITY: &str = "row_level_security";

/// PostgreSQL cuts names here.
const NAME_BYTES: usize = 63;

/// The names in `wanted` that SeaORM made up and nobody wrote.
pub(super) fn soft_names(wanted: &Table, entities: &[EntityTable]) -> BTreeSet<String> {
    // PostgreSQL makes up those of a partition.
    let keys = wanted.constraints.values().filter(|it| it.parent.is_some());
    let members = wanted.indexes.values().filter(|it| it.parent.is_some());
    let made: BTreeSet<String> = keys
        .map(|it| it.name.clone())
        .chain(members.map(|it| it.name.clone()))
        .collect();
    let Some(entity) = entities
        .iter()
        .find(|entity| entity.name == wanted.name.name)
    else {
        return made;
    };
    let cut = |name: String| {
        let end = (0..=NAME_BYTES.min(name.len()))
            .rev()
            .find(|end| name.is_char_boundary(*end));
        name[..end.unwrap_or(0)].to_owned()
    };
    let indexes = entity
        .indexes
        .iter()
        .filter_map(|index| index.get_index_spec().get_name());
    let mut names: BTreeSet<String> = indexes.map(|name| cut(name.to_owned())).collect();
    names.extend(made);
    for constraint in wanted.constraints.values() {
        match &constraint.kind {
            ConstraintKind::PrimaryKey(_) | ConstraintKind::ForeignKey(_) => {
                names.insert(constraint.name.clone());
            }
            ConstraintKind::Unique(key) => {
                let made = format!("{}_{}_key", wanted.name.name, key.columns.join("_"));
                if cut(made) == constraint.name {
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
            adopt(&mut constraint, same);
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
            wanted.columns == current.columns
        }
        (ConstraintKind::ForeignKey(wanted), ConstraintKind::ForeignKey(current)) => {
            wanted.columns == current.columns
                && wanted.references == current.references
                && wanted.referenced_columns == current.referenced_columns
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

fn adopt(wanted: &mut Constraint, current: &Constraint) {
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
            adopt_foreign_key(wanted, current);
        }
        (ConstraintKind::PrimaryKey(wanted), ConstraintKind::PrimaryKey(current))
        | (ConstraintKind::Unique(wanted), ConstraintKind::Unique(current))
            if wanted.columns == current.columns =>
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
    current
        .indexes
        .values()
        .find(|index| index.unique && plain_columns(index).as_ref() == Some(columns))
}

fn align_indexes(wanted: &mut Table, current: &Table, soft: &BTreeSet<String>) {
    for (name, mut index) in std::mem::take(&mut wanted.indexes) {
        if !soft.contains(&name) || current.indexes.contains_key(&name) {
            if let Some(same) = current.indexes.get(&name) {
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
        let columns = plain_columns(&index);
        let constraint = current
            .constraints
            .values()
            .find(|other| match &other.kind {
                ConstraintKind::Unique(key) => {
                    index.unique && columns.as_ref() == Some(&key.columns)
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
        let same = current.indexes.values().find(|other| {
            other.unique == index.unique && columns.is_some() && plain_columns(other) == columns
        });
        let index = same.cloned().unwrap_or(index);
        wanted.indexes.insert(index.name.clone(), index);
    }
}

/// The columns of an index that an entity can describe: a B-tree over whole columns in their own
/// order.
fn plain_columns(index: &Index) -> Option<Vec<String>> {
    let is_plain = index.method == "btree"
        && index.predicate.is_none()
        && index.include.is_empty()
        && !index.nulls_not_distinct
        && index.keys.iter().all(|key| {
            key.operator_class.is_none()
                && key.collation.is_none()
                && !key.descending
                && !key.nulls_first
        });
    let column = |term: &IndexTerm| match term {
        IndexTerm::Column(name) => Some(name.clone()),
        IndexTerm::Expression(_) => None,
    };
    index
        .keys
        .iter()
        .map(|key| column(&key.term))
        .collect::<Option<Vec<_>>>()
        .filter(|_| is_plain)
}

/// Adds what entities cannot say and nobody declared.
fn keep(wanted: &mut Table, current: &Table, drop: &[String]) -> Vec<Kept> {
    let mut kept = Vec::new();
    let table = &current.name;
    let columns_stay = |columns: Vec<&str>, wanted: &Table| {
        columns.iter().all(|column| wanted.column(column).is_some())
    };
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
            && columns_stay(constraint.columns(table), wanted);
        if stays {
            kept.push(Kept::Object(ObjectRef::constraint(table, name)));
            wanted.constraints.insert(name.clone(), constraint.clone());
        }
    }
    for (name, index) in &current.indexes {
        let can_be_said =
            plain_columns(index).is_some_and(|columns| index.unique || columns.len() == 1);
        let stays = !can_be_said
            && !wanted.indexes.contains_key(name)
            && !is_named(drop, table, Some(name))
            && columns_stay(index.columns(table).collect(), wanted);
        if stays {
            kept.push(Kept::Object(ObjectRef::index(table, name)));
            wanted.indexes.insert(name.clone(), index.clone());
        }
    }
    kept
}
