//! Renames of tables and of what is inside them.

use super::{MISSING, TAKEN, definition, refused, rename_uses};
use crate::{
    Result,
    catalog::{
        Catalog, ColumnRef, ConstraintKind, IndexTerm, ObjectRef, QualifiedName, ReplicaIdentity,
        Table, Uses,
    },
    diff::rewrite,
};

/// Shows each SQL text of `table` with what it refers to.
pub(in crate::diff) fn for_each_text(
    table: &mut Table,
    mut visit: impl FnMut(&mut String, &mut Uses),
) {
    for column in &mut table.columns {
        if let Some(default) = &mut column.default {
            visit(&mut default.sql, &mut default.uses);
        }
        if let Some(generated) = &mut column.generated {
            visit(
                &mut generated.expression.sql,
                &mut generated.expression.uses,
            );
        }
    }
    for constraint in table.constraints.iter_mut().map(|(_, it)| it) {
        match &mut constraint.kind {
            ConstraintKind::Check {
                expression,
                no_inherit: _,
            } => visit(&mut expression.sql, &mut expression.uses),
            ConstraintKind::Exclusion { definition, uses } => visit(definition, uses),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_) => {}
        }
    }
    for index in table.indexes.iter_mut().map(|(_, it)| it) {
        for key in &mut index.keys {
            match &mut key.term {
                IndexTerm::Expression(sql) => visit(sql, &mut index.uses),
                IndexTerm::Column(_) => {}
            }
        }
        if let Some(predicate) = &mut index.predicate {
            visit(&mut predicate.sql, &mut predicate.uses);
        }
        visit(&mut String::new(), &mut index.uses);
    }
}

pub(super) fn rename_table(catalog: &mut Catalog, from: &QualifiedName, to: &str) -> Result<()> {
    let new = from.sibling(to);
    if catalog.tables.contains_key(&new) {
        return Err(refused(from, to, TAKEN));
    }
    let mut table = catalog
        .tables
        .remove(from)
        .ok_or_else(|| refused(from, to, MISSING))?;
    table.name = new.clone();
    catalog.tables.insert(new.clone(), table);
    let move_table = |table: QualifiedName| if &table == from { new.clone() } else { table };
    for table in catalog.tables.values_mut() {
        for constraint in table.constraints.iter_mut().map(|(_, it)| it) {
            if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                key.references = move_table(key.references.clone());
            }
        }
    }
    for owner in catalog
        .sequences
        .values_mut()
        .filter_map(|sequence| sequence.owned_by.as_mut())
    {
        owner.table = move_table(owner.table.clone());
    }
    for table in catalog.tables.values_mut() {
        if let Some(partition) = &mut table.partition_of {
            partition.parent = move_table(partition.parent.clone());
        }
        for parent in &mut table.inherits {
            *parent = move_table(parent.clone());
        }
    }
    definition::move_to(catalog, from, &new);
    rename_uses(catalog, |object| match object {
        ObjectRef::Table(table) => ObjectRef::Table(move_table(table)),
        ObjectRef::Column(ColumnRef { table, column }) => ObjectRef::Column(ColumnRef {
            table: move_table(table),
            column,
        }),
        ObjectRef::Constraint { table, name } => ObjectRef::Constraint {
            table: move_table(table),
            name,
        },
        ObjectRef::Index { table, name } => ObjectRef::Index {
            table: move_table(table),
            name,
        },
        ObjectRef::Schema(_)
        | ObjectRef::Type(_)
        | ObjectRef::Sequence(_)
        | ObjectRef::Definition { .. }
        | ObjectRef::Unmanaged { .. } => object,
    });
    Ok(())
}

/// The tables that have the column from this one follow:
/// <https://www.postgresql.org/docs/current/sql-altertable.html>.
pub(super) fn rename_column(
    catalog: &mut Catalog,
    table: &QualifiedName,
    from: &str,
    to: &str,
) -> Result<()> {
    rename_column_alone(catalog, table, from, to)?;
    let has_it = |child: &&Table| {
        child.parents().any(|parent| parent == table) && child.column(from).is_some()
    };
    let children = catalog.tables.values().filter(has_it);
    let children: Vec<_> = children.map(|child| child.name.clone()).collect();
    for child in children {
        rename_column(catalog, &child, from, to)?;
    }
    Ok(())
}

fn rename_column_alone(
    catalog: &mut Catalog,
    table: &QualifiedName,
    from: &str,
    to: &str,
) -> Result<()> {
    let old = ColumnRef::new(table, from);
    let Some(itself) = catalog.tables.get_mut(table) else {
        return Err(refused(old, to, MISSING));
    };
    if itself.column(to).is_some() {
        return Err(refused(old, to, TAKEN));
    }
    let Some(column) = itself.columns.iter_mut().find(|column| column.name == from) else {
        return Err(refused(old, to, MISSING));
    };
    to.clone_into(&mut column.name);
    rename_in_lists(itself, from, to);
    let reference = ObjectRef::Column(old.clone());
    for_each_text(itself, |sql, uses| {
        if uses.contains(&reference) {
            *sql = rewrite::rename_column(sql, from, to);
        }
    });
    if let Some(partitioning) = &mut itself.partitioning {
        partitioning.key = rewrite::rename_column(&partitioning.key, from, to);
    }
    definition::rename_in_texts(
        catalog,
        |object| object == &reference,
        |sql| rewrite::rename_column(sql, from, to),
    );
    for other in catalog.tables.values_mut() {
        for constraint in other.constraints.iter_mut().map(|(_, it)| it) {
            if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
                && &key.references == table
            {
                rename_in(&mut key.referenced_columns, from, to);
            }
        }
    }
    for owner in catalog
        .sequences
        .values_mut()
        .filter_map(|sequence| sequence.owned_by.as_mut())
    {
        if *owner == old {
            to.clone_into(&mut owner.column);
        }
    }
    rename_uses(catalog, |object| {
        if object == reference {
            ObjectRef::column(table, to)
        } else {
            object
        }
    });
    Ok(())
}

fn rename_in_lists(table: &mut Table, from: &str, to: &str) {
    for constraint in table.constraints.iter_mut().map(|(_, it)| it) {
        match &mut constraint.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                rename_in(&mut key.columns, from, to);
                rename_in(&mut key.include, from, to);
            }
            ConstraintKind::ForeignKey(key) => {
                rename_in(&mut key.columns, from, to);
                rename_in(&mut key.on_delete_columns, from, to);
            }
            ConstraintKind::Check { .. } | ConstraintKind::Exclusion { .. } => {}
        }
    }
    for index in table.indexes.iter_mut().map(|(_, it)| it) {
        rename_in(&mut index.include, from, to);
        for key in &mut index.keys {
            match &mut key.term {
                IndexTerm::Column(name) if name == from => to.clone_into(name),
                IndexTerm::Column(_) | IndexTerm::Expression(_) => {}
            }
        }
    }
}

fn rename_in(names: &mut [String], from: &str, to: &str) {
    for name in names.iter_mut().filter(|name| *name == from) {
        to.clone_into(name);
    }
}

pub(super) fn rename_constraint(
    catalog: &mut Catalog,
    table: &QualifiedName,
    from: &str,
    to: &str,
) -> Result<()> {
    let old = ObjectRef::constraint(table, from);
    let Some(itself) = catalog.tables.get_mut(table) else {
        return Err(refused(old, to, MISSING));
    };
    if itself.constraints.contains_key(to) {
        return Err(refused(old, to, TAKEN));
    }
    let mut constraint = itself
        .constraints
        .remove(from)
        .ok_or_else(|| refused(&old, to, MISSING))?;
    to.clone_into(&mut constraint.name);
    itself.constraints.insert(to.to_owned(), constraint);
    rename_chosen(itself, from, to);
    rename_parent(catalog, table, from, to);
    rename_uses(catalog, |object| {
        if object == old {
            ObjectRef::constraint(table, to)
        } else {
            object
        }
    });
    Ok(())
}

pub(super) fn rename_index(
    catalog: &mut Catalog,
    table: &QualifiedName,
    from: &str,
    to: &str,
) -> Result<()> {
    let old = ObjectRef::index(table, from);
    let Some(itself) = catalog.tables.get_mut(table) else {
        return Err(refused(old, to, MISSING));
    };
    if itself.indexes.contains_key(to) {
        return Err(refused(old, to, TAKEN));
    }
    let mut index = itself
        .indexes
        .remove(from)
        .ok_or_else(|| refused(&old, to, MISSING))?;
    to.clone_into(&mut index.name);
    itself.indexes.insert(to.to_owned(), index);
    rename_chosen(itself, from, to);
    rename_parent(catalog, table, from, to);
    rename_uses(catalog, |object| {
        if object == old {
            ObjectRef::index(table, to)
        } else {
            object
        }
    });
    Ok(())
}

/// The index that a table is clustered on, or identified by.
fn rename_chosen(table: &mut Table, from: &str, to: &str) {
    if table.replica_identity == ReplicaIdentity::Index(from.to_owned()) {
        table.replica_identity = ReplicaIdentity::Index(to.to_owned());
    }
    if table.clustered_on.as_deref() == Some(from) {
        table.clustered_on = Some(to.to_owned());
    }
}

/// The partitions' keys and indexes that belong to the renamed one.
fn rename_parent(catalog: &mut Catalog, table: &QualifiedName, from: &str, to: &str) {
    let is_partition = |other: &&mut Table| {
        let partition = other.partition_of.as_ref();
        partition.is_some_and(|it| &it.parent == table)
    };
    for partition in catalog.tables.values_mut().filter(is_partition) {
        let keys = partition
            .constraints
            .iter_mut()
            .map(|(_, it)| &mut it.parent);
        let indexes = partition.indexes.iter_mut().map(|(_, it)| &mut it.parent);
        for parent in keys.chain(indexes).flatten().filter(|name| *name == from) {
            to.clone_into(parent);
        }
    }
}
