//! Partitions and heirs: what a change of a parent brings them, and what joins and parts them.

use super::constraints;
use crate::{
    catalog::{
        Column, ColumnRef, Constraint, ConstraintKind, ObjectRef, PartitionOf, QualifiedName, Table,
    },
    plan::{
        closure::Context,
        draft::{Draft, Name, Part},
        step::{Action, TableAction},
    },
};

impl<'c> Context<'c> {
    /// The kept tables that have columns from `parent` before and after.
    pub(super) fn heirs(&self, parent: &QualifiedName) -> Vec<(&'c Table, &'c Table)> {
        let has = |table: &Table| table.parents().any(|name| name == parent);
        self.kept_tables()
            .filter(|(from, to)| has(from) && has(to))
            .collect()
    }

    /// Whether a change of the column comes by itself from a kept parent that has it.
    pub(super) fn is_from_parent(&self, column: &ColumnRef) -> bool {
        !self.parents_of(column).is_empty()
    }

    /// The kept parents' columns, before and after, from which a kept column gets its changes.
    fn parents_of(&self, column: &ColumnRef) -> Vec<(&'c Column, &'c Column)> {
        let tables = (
            self.from.tables.get(&column.table),
            self.to.tables.get(&column.table),
        );
        let (Some(from), Some(to)) = tables else {
            return Vec::new();
        };
        let kept = from
            .parents()
            .filter(|name| to.parents().any(|it| it == *name));
        kept.filter_map(|name| {
            let before = self.from.tables.get(name)?.column(&column.column)?;
            let after = self.to.tables.get(name)?.column(&column.column)?;
            Some((before, after))
        })
        .collect()
    }

    /// A column and those of all heirs that change with it.
    pub(super) fn with_heirs(&self, column: &ColumnRef) -> Vec<ColumnRef> {
        let mut columns = vec![column.clone()];
        let mut place = 0;
        while let Some(next) = columns.get(place).cloned() {
            let heirs = self.heirs(&next.table).into_iter();
            let of_heirs = heirs.filter(|(from, to)| {
                from.column(&next.column).is_some() || to.column(&next.column).is_some()
            });
            columns.extend(of_heirs.map(|(_, to)| ColumnRef::new(&to.name, &next.column)));
            place += 1;
        }
        columns
    }

    /// `column` as the changes of its parents leave it.
    pub(super) fn after_parents(&self, reference: &ColumnRef, column: &Column) -> Column {
        let mut left = column.clone();
        for (before, after) in self.parents_of(reference) {
            if (&before.data_type, &before.collation) != (&after.data_type, &after.collation) {
                left.data_type = after.data_type.clone();
                left.collation.clone_from(&after.collation);
                left.storage.clone_from(&after.storage);
                left.default_storage.clone_from(&after.default_storage);
            }
            if before.nullable != after.nullable {
                left.nullable = after.nullable;
            }
            let itself = ObjectRef::Column(reference.clone());
            if before.default != after.default || self.is_default_replaced(reference) {
                left.default.clone_from(&after.default);
            }
            if before.generated != after.generated && !self.is_replaced(&itself) {
                left.generated.clone_from(&after.generated);
            }
            if before.storage != after.storage {
                left.storage.clone_from(&after.storage);
            }
            if before.statistics != after.statistics {
                left.statistics = after.statistics;
            }
            if before.identity != after.identity {
                left.identity.clone_from(&after.identity);
            }
        }
        left
    }
}

/// Whether a new column of a kept table comes by itself with that of a kept parent.
pub(super) fn comes_with_parent(context: &Context<'_>, table: &Table, column: &Column) -> bool {
    let Some(before) = context.from.tables.get(&table.name) else {
        return false;
    };
    column.inherited
        && table.parents().any(|name| {
            let was_parent = before.parents().any(|it| it == name);
            let parent = context.to.tables.get(name);
            was_parent && parent.is_some_and(|parent| parent.column(&column.name).is_some())
        })
}

/// Whether a column goes by itself with that of a kept parent.
pub(super) fn goes_with_parent(context: &Context<'_>, table: &Table, column: &Column) -> bool {
    let stays_heir = |name: &QualifiedName| {
        let after = context.to.tables.get(&table.name);
        after.is_some_and(|after| after.parents().any(|it| it == name))
    };
    column.inherited
        && table.parents().filter(|name| stays_heir(name)).any(|name| {
            let parent = context.from.tables.get(name);
            let had = parent.is_some_and(|parent| parent.column(&column.name).is_some());
            had && context.is_dropped(&ObjectRef::column(name, &column.name))
        })
}

/// Joins and parts a kept table and its parents.
pub(super) fn drafts(context: &Context<'_>, from: &Table, to: &Table) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if from.partition_of != to.partition_of {
        drafts.extend(from.partition_of.iter().map(|it| detach(context, from, it)));
        drafts.extend(to.partition_of.iter().map(|it| attach(context, to, it)));
    }
    let parted = from.inherits.iter().filter(|it| !to.inherits.contains(it));
    drafts.extend(parted.map(|parent| {
        table_action(&to.name, TableAction::NoInherit(parent.clone()))
            .releases(ObjectRef::Table(parent.clone()))
    }));
    let joined = to.inherits.iter().filter(|it| !from.inherits.contains(it));
    drafts.extend(joined.map(|parent| {
        let columns = to.columns.iter();
        let columns = columns.map(|it| Part::Object(ObjectRef::column(&to.name, &it.name)));
        table_action(&to.name, TableAction::Inherit(parent.clone()))
            .needs(ObjectRef::Table(parent.clone()))
            .needs_all(columns)
    }));
    drafts
}

pub(super) fn table_action(table: &QualifiedName, change: TableAction) -> Draft {
    Draft::new(Action::Table {
        table: table.clone(),
        change,
    })
}

fn detach(context: &Context<'_>, table: &Table, partition: &PartitionOf) -> Draft {
    let parent = partition.parent.clone();
    let freed = ObjectRef::Table(parent.clone());
    let keys = table
        .constraints
        .values()
        .filter_map(|it| it.parent.as_ref());
    let keys = keys.map(|name| Part::Object(ObjectRef::constraint(&parent, name)));
    let indexes = table.indexes.values().filter_map(|it| it.parent.as_ref());
    let indexes = indexes.map(|name| Part::Object(ObjectRef::index(&parent, name)));
    let columns = context.from.tables.get(&parent).into_iter();
    let columns = columns.flat_map(|it| &it.columns);
    let columns = columns.map(|it| Part::Object(ObjectRef::column(&parent, &it.name)));
    let released: Vec<Part> = keys.chain(indexes).chain(columns).collect();
    table_action(
        &table.name,
        TableAction::Detach {
            parent: parent.clone(),
        },
    )
    .releases(freed)
    .releases_all(released)
    .frees(Name::Partition(table.name.clone()))
}

/// `ATTACH PARTITION`, once the table has all that its partitioned table demands.
pub(super) fn attach(context: &Context<'_>, table: &Table, partition: &PartitionOf) -> Draft {
    let parent = context.to.tables.get(&partition.parent).into_iter();
    let above = parent.flat_map(|parent| {
        let columns = parent.columns.iter();
        columns.map(|it| Part::Object(ObjectRef::column(&parent.name, &it.name)))
    });
    let columns = table.columns.iter();
    let columns = columns.map(|it| Part::Object(ObjectRef::column(&table.name, &it.name)));
    let own = table
        .constraints
        .values()
        .filter(|it| it.foreign_key().is_none());
    let own = own.map(|it| Part::Object(ObjectRef::constraint(&table.name, &it.name)));
    let indexes = table.indexes.keys();
    let indexes = indexes.map(|it| Part::Object(ObjectRef::index(&table.name, it)));
    table_action(&table.name, TableAction::Attach(partition.clone()))
        .needs(ObjectRef::Table(table.name.clone()))
        .needs(ObjectRef::Table(partition.parent.clone()))
        .needs_all(columns.chain(own).chain(indexes).chain(above))
        .takes(Name::Partition(table.name.clone()))
        .provides(Part::Attached(table.name.clone()))
}

/// The checks that a partition has from the tables above it.
pub(super) fn checks_from_above<'c>(
    catalog: &'c crate::catalog::Catalog,
    table: &Table,
) -> Vec<&'c Constraint> {
    let mut checks = Vec::new();
    let mut above = table.partition_of.as_ref().map(|it| it.parent.clone());
    while let Some(parent) = above.and_then(|name| catalog.tables.get(&name)) {
        checks.extend(parent.constraints.values().filter(|it| match it.kind {
            ConstraintKind::Check { no_inherit, .. } => !no_inherit,
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclusion { .. } => false,
        }));
        above = parent.partition_of.as_ref().map(|it| it.parent.clone());
    }
    checks
}

/// The checks that a new table must have before it can be attached, each with its draft.
pub(super) fn checks_to_attach(context: &Context<'_>, table: &Table) -> Vec<Draft> {
    let checks = checks_from_above(context.to, table).into_iter();
    checks
        .map(|constraint| constraints::add(&table.name, constraint))
        .collect()
}
