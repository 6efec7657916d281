//! The keys and indexes of partitions that belong to those of their partitioned tables.

use crate::{
    catalog::{Constraint, ConstraintKind, Index, IndexTerm, ObjectRef, Table},
    identifier::MAX_BYTES,
};

/// A key or an index of a partition, with the one of the partitioned table that it belongs to.
pub(in crate::plan) struct Member<'t> {
    pub(in crate::plan) object: ObjectRef,
    pub(in crate::plan) name: &'t str,
    pub(in crate::plan) parent: &'t str,
    pub(in crate::plan) has_default_name: bool,
    /// Whether only PostgreSQL makes it, with that of the partitioned table or when the partition joins: it takes
    /// no exclusion constraint that is there.
    pub(in crate::plan) comes_by_itself: bool,
}

/// The keys and indexes of a partition that belong to one of its partitioned table, `above`.
pub(in crate::plan) fn members<'t>(
    table: &'t Table,
    above: Option<&'t Table>,
) -> impl Iterator<Item = Member<'t>> {
    // An index makes no constraint.
    let constraints = table.constraints.values().filter_map(move |constraint| {
        let parent = constraint.parent.as_deref()?;
        let alike = above.is_some_and(|above| above.constraints.contains_key(parent));
        let name = &constraint.name;
        let comes_by_itself = matches!(constraint.kind, ConstraintKind::Exclusion { .. });
        Some(Member {
            object: ObjectRef::constraint(&table.name, name),
            name,
            parent,
            comes_by_itself,
            has_default_name: comes_by_itself
                || alike && default_key_name(table, constraint).as_ref() == Some(name),
        })
    });
    let indexes = table.indexes.values().filter_map(move |index| {
        let parent = index.parent.as_deref()?;
        let alike = above.is_some_and(|above| above.indexes.contains_key(parent));
        let name = &index.name;
        Some(Member {
            object: ObjectRef::index(&table.name, name),
            name,
            parent,
            comes_by_itself: false,
            has_default_name: alike && default_index_name(table, index).as_ref() == Some(name),
        })
    });
    constraints.chain(indexes)
}

/// The name that PostgreSQL gives, where it need not be cut or numbered.
fn default_key_name(table: &Table, constraint: &Constraint) -> Option<String> {
    let name = match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => format!("{}_pkey", table.name.name),
        ConstraintKind::Unique(key) => format!("{}_{}_key", table.name.name, key.columns.join("_")),
        ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclusion { .. } => return None,
    };
    (name.len() <= MAX_BYTES).then_some(name)
}

fn default_index_name(table: &Table, index: &Index) -> Option<String> {
    let keys = index.keys.iter().map(|key| match &key.term {
        IndexTerm::Column(name) => Some(name.clone()),
        IndexTerm::Expression(_) => None,
    });
    let columns: Option<Vec<_>> = keys
        .chain(index.include.iter().cloned().map(Some))
        .collect();
    let name = format!("{}_{}_idx", table.name.name, columns?.join("_"));
    let taken = table.indexes.values().filter(|other| {
        other.name != index.name && other.keys == index.keys && other.include == index.include
    });
    (name.len() <= MAX_BYTES && taken.count() == 0).then_some(name)
}
