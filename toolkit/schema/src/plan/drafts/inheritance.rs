//! Partitions and children: what a change of a parent brings them, and what joins and parts them.

use super::{constraints, partitions};
use crate::{
    catalog::{
        Catalog, Column, ColumnRef, Constraint, ConstraintKind, ObjectRef, Options, PartitionOf,
        QualifiedName, Table,
    },
    plan::{
        draft::{Draft, Name, Part},
        facts::{Context, not_null::inherited},
        step::{Action, TableAction},
    },
};

/// What a new column of a kept table is where it comes by itself with that of a kept parent.
pub(super) fn comes_with_parent(
    context: &Context<'_>,
    table: &Table,
    column: &Column,
) -> Option<Column> {
    let before = context.from.tables.get(&table.name)?;
    let mut kept = table
        .parents()
        .filter(|name| before.keeps_parent(table, name));
    let given = kept.find_map(|name| context.to.tables.get(name)?.column(&column.name));
    // Compression and options do not reach it.
    given.filter(|_| column.inherited).map(|given| Column {
        default: given.default.clone(),
        nullable: !given.hands_on_not_null(),
        not_null: inherited(given).filter(|_| given.hands_on_not_null()),
        storage: given.storage,
        statistics: given.statistics,
        compression: None,
        options: Options::new(),
        ..column.clone()
    })
}

/// Whether a column goes by itself with that of a kept parent.
pub(super) fn goes_with_parent(context: &Context<'_>, table: &Table, column: &Column) -> bool {
    let stays_child = |name: &QualifiedName| {
        let after = context.to.tables.get(&table.name);
        after.is_some_and(|after| table.keeps_parent(after, name))
    };
    column.inherited
        && table
            .parents()
            .filter(|name| stays_child(name))
            .any(|name| {
                let parent = context.from.tables.get(name);
                let had = parent.is_some_and(|parent| parent.column(&column.name).is_some());
                had && context.is_dropped(&ObjectRef::column(name, &column.name))
            })
}

/// Joins and parts a kept table and its parents.
pub(super) fn drafts(context: &Context<'_>, from: &Table, to: &Table) -> Vec<Draft> {
    let mut drafts = partitions::joins(context, Some(from), to);
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

pub(super) fn detach(context: &Context<'_>, table: &Table, partition: &PartitionOf) -> Draft {
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
    let columns = columns.flat_map(|it| {
        let column = ColumnRef::new(&parent, &it.name);
        [Part::from(&column), Part::NotNull(column)]
    });
    // What was inherited is the table's own only afterwards.
    let inherited = left_by_detach(context, table).into_iter();
    let inherited = inherited.map(|it| Part::Object(ObjectRef::constraint(&table.name, &it.name)));
    let members = partitions::joined(table).map(Part::Object);
    let itself = Part::Object(ObjectRef::Table(table.name.clone()));
    let released: Vec<Part> = keys
        .chain(indexes)
        .chain(columns)
        .chain(inherited)
        .chain(members)
        .chain([itself])
        .collect();
    table_action(
        &table.name,
        TableAction::Detach {
            parent: parent.clone(),
        },
    )
    .releases(freed)
    .releases_all(released)
    .ends(Part::Attached(table.name.clone()))
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
    let columns = columns.flat_map(|it| {
        let column = ColumnRef::new(&table.name, &it.name);
        let not_null = it.has_no_nulls().then(|| Part::NotNull(column.clone()));
        [Part::from(&column)].into_iter().chain(not_null)
    });
    let members = partitions::joined_by_attach(context, table).into_iter();
    let members = members.map(Part::Object);
    let checks = from_above(context.to, table).into_iter();
    let checks = checks.map(|it| Part::Object(ObjectRef::constraint(&table.name, &it.name)));
    let attach = table_action(&table.name, TableAction::Attach(partition.clone()));
    let before = context.from.tables.get(&table.name).into_iter();
    let gone = before.flat_map(|before| partitions::gone(context, before));
    let checks_gone = names_from_above(context.from, table);
    let columns_gone = [&table.name, &partition.parent]
        .into_iter()
        .flat_map(|it| columns_gone(context.from, it));
    gone.chain(checks_gone)
        .chain(columns_gone)
        .fold(attach, Draft::takes)
        .needs(ObjectRef::Table(table.name.clone()))
        .needs(ObjectRef::Table(partition.parent.clone()))
        .needs_all(columns.chain(members).chain(checks).chain(above))
        .takes(Name::Partition(table.name.clone()))
        .provides(Part::Attached(table.name.clone()))
}

/// The first major version whose `DETACH PARTITION` leaves the partition a foreign key that refers to a
/// partitioned table: 14 drops it.
const KEEPS_REFERENCES: i32 = 15;

/// The constraints from above that a table keeps as its own when it is detached: all but those that
/// are dropped before that, foreign keys and what goes from a table that stays.
pub(super) fn left_by_detach<'c>(context: &Context<'c>, table: &Table) -> Vec<&'c Constraint> {
    let mut above = Vec::new();
    let mut next = table.partition_of.as_ref().map(|it| &it.parent);
    while let Some(parent) = next.and_then(|name| context.from.tables.get(name)) {
        above.push(&parent.name);
        next = parent.partition_of.as_ref().map(|it| &it.parent);
    }
    let goes = |constraint: &Constraint| {
        above.iter().any(|parent| {
            let table = ObjectRef::Table((*parent).clone());
            let object = ObjectRef::constraint(parent, &constraint.name);
            let stays = !context.is_dropped(&table);
            let first = constraint.foreign_key().is_some() || stays;
            // Columns of a table that stays go after the partition.
            let after = context.to.tables.get(*parent).filter(|_| stays);
            let with_column =
                after.is_some_and(|it| constraints::goes_with_column(context, it, constraint));
            first && !with_column && context.from.contains(&object) && context.is_dropped(&object)
        })
    };
    let is_lost = |constraint: &Constraint| {
        let key = constraint.foreign_key();
        let refers_to = key.and_then(|key| context.from.tables.get(&key.references));
        context.from.major_version() < KEEPS_REFERENCES
            && refers_to.is_some_and(|it| it.partitioning.is_some())
    };
    let mut left = from_above(context.from, table);
    left.retain(|constraint| !is_lost(constraint) && !goes(constraint));
    left
}

/// The checks and foreign keys that a partition has from the tables above it.
pub(super) fn from_above<'c>(catalog: &'c Catalog, table: &Table) -> Vec<&'c Constraint> {
    let mut inherited = Vec::new();
    let mut above = table.partition_of.as_ref().map(|it| it.parent.clone());
    while let Some(parent) = above.and_then(|name| catalog.tables.get(&name)) {
        inherited.extend(parent.constraints.values().filter(|it| match it.kind {
            ConstraintKind::Check { no_inherit, .. } => !no_inherit,
            ConstraintKind::ForeignKey(_) => true,
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclusion { .. } => false,
        }));
        above = parent.partition_of.as_ref().map(|it| it.parent.clone());
    }
    inherited
}

/// The names of the checks that the tables above `table` have: those that go do so before it is attached.
fn names_from_above(catalog: &Catalog, table: &Table) -> Vec<Name> {
    let mut names = Vec::new();
    let mut above = table.partition_of.as_ref().map(|it| &it.parent);
    while let Some(parent) = above.and_then(|name| catalog.tables.get(name)) {
        let checks = parent.constraints.values().filter(|it| !it.has_index());
        names.extend(checks.map(|it| Name::Constraint(parent.name.clone(), it.name.clone())));
        above = parent.partition_of.as_ref().map(|it| &it.parent);
    }
    names
}

/// The columns that a table has, with what may go from them: that too happens before something is
/// attached.
fn columns_gone(catalog: &Catalog, table: &QualifiedName) -> Vec<Name> {
    let table = catalog.tables.get(table).into_iter();
    let columns = table.flat_map(|it| {
        let columns = it.columns.iter();
        columns.map(|column| ColumnRef::new(&it.name, &column.name))
    });
    columns
        .flat_map(|it| [Name::Column(it.clone()), Name::Nullable(it)])
        .collect()
}

/// The checks that a new table must have before it can be attached, each with its draft.
pub(super) fn checks_to_attach(context: &Context<'_>, table: &Table) -> Vec<Draft> {
    let checks = from_above(context.to, table).into_iter();
    checks
        .filter(|constraint| constraint.foreign_key().is_none())
        .map(|constraint| constraints::add(&table.name, constraint))
        .collect()
}
