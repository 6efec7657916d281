//! Tables: created with their columns and most of their constraints, dropped with all they hold.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    columns, constraints, defaults, definitions, indexes, inheritance, marks, not_null, partitions,
    persistence, schema_part, sequences, serial::Serial,
};
use crate::{
    catalog::{
        ByName, Column, ColumnRef, Constraint, ConstraintKind, ObjectRef, QualifiedName,
        ReplicaIdentity, Table,
    },
    diff::Altered,
    plan::{
        draft::{Draft, Name, Part},
        facts::{
            Context,
            constraints::{fits_in_create_table, key},
            partitions::{Form, form},
        },
        step::{Action, NewTable},
    },
};

pub(super) fn drafts(context: &Context<'_>, serial: &Serial<'_>) -> Vec<Draft> {
    let changes = &context.changes.tables;
    let created = Order::new(&changes.added);
    let mut drafts = Vec::new();
    for table in &created.tables {
        drafts.extend(create(context, serial, table, &created));
    }
    let dropped = Order::new(&changes.dropped);
    for table in dropped.tables.iter().rev() {
        drafts.extend(drop(context, table, &dropped));
    }
    for change in &changes.altered {
        drafts.extend(persistence::alter(context, &change.from, &change.to));
        drafts.extend(alter(&change.from, &change.to));
    }
    for (from, to) in context.kept_tables() {
        drafts.extend(marks::kept(context, from, to));
    }
    drafts
}

/// Tables of one list with those before that they refer to, as far as circles allow.
struct Order<'t> {
    tables: Vec<&'t Table>,
    places: BTreeMap<&'t QualifiedName, usize>,
}

impl<'t> Order<'t> {
    fn new(tables: &'t [Table]) -> Self {
        let by_name: BTreeMap<_, _> = tables.iter().map(|table| (&table.name, table)).collect();
        let mut order = Self {
            tables: Vec::new(),
            places: BTreeMap::new(),
        };
        let mut seen = BTreeSet::new();
        for table in tables {
            order.visit(table, &by_name, &mut seen);
        }
        order
    }

    /// Depth first, with a stack of its own: a chain of references may be as long as the schema.
    fn visit(
        &mut self,
        start: &'t Table,
        by_name: &BTreeMap<&'t QualifiedName, &'t Table>,
        seen: &mut BTreeSet<&'t QualifiedName>,
    ) {
        let mut stack = vec![(start, false)];
        while let Some((table, done)) = stack.pop() {
            if done {
                self.places.insert(&table.name, self.tables.len());
                self.tables.push(table);
            } else if seen.insert(&table.name) {
                stack.push((table, true));
                let keys: Vec<_> = table
                    .constraints
                    .values()
                    .filter_map(Constraint::foreign_key)
                    .collect();
                stack.extend(
                    keys.iter()
                        .rev()
                        .filter_map(|key| by_name.get(&key.references))
                        .map(|next| (*next, false)),
                );
            }
        }
    }

    /// Whether `table` comes after or is the table that `other` names, both in this list.
    fn follows(&self, table: &QualifiedName, other: &QualifiedName) -> Option<bool> {
        Some(self.places.get(table)? >= self.places.get(other)?)
    }
}

fn create(
    context: &Context<'_>,
    serial: &Serial<'_>,
    table: &Table,
    order: &Order<'_>,
) -> Vec<Draft> {
    let form = form(context, table);
    let (inside, beside): (Vec<_>, Vec<_>) = table
        .constraints
        .values()
        .filter(|it| {
            it.parent.is_none() || (form != Form::Inline && !partitions::comes_by_itself(it))
        })
        .partition(|constraint| {
            goes_inside(context, table, constraint, order)
                && !is_redundant(table, constraint)
                && !partitions::must_wait_for_attach(context, table, &constraint.name)
        });
    let mut drafts = vec![itself(serial, table, form, &inside)];
    let attached = table.constraints.values();
    let attached = attached.filter(|it| form == Form::Inline && it.parent.is_some());
    let beside = beside.into_iter().chain(attached);
    drafts.extend(beside.filter_map(|it| constraints::add_whole(context, table, it)));
    let indexes = table.indexes.values();
    for index in indexes {
        drafts.extend(indexes::create_whole(context, table, index));
        drafts.extend(indexes::statistics(&table.name, None, index));
    }
    let columns = table.columns.iter();
    drafts.extend(columns.flat_map(|column| columns::settings(&table.name, None, column)));
    let columns = table.columns.iter();
    drafts.extend(columns.flat_map(|it| not_null::beside(&table.name, it, form == Form::Inline)));
    drafts.extend(partitions::joins(context, None, table));
    if form == Form::Attached {
        drafts.extend(inheritance::checks_to_attach(context, table));
        let partition = table.partition_of.iter();
        drafts.extend(partition.map(|it| inheritance::attach(context, table, it)));
    }
    drafts.extend(marks::security(None, table));
    drafts.extend(marks::marks(Some(&ReplicaIdentity::Default), None, table));
    drafts
}

/// `CREATE TABLE` with the constraints `inside`.
fn itself(serial: &Serial<'_>, table: &Table, form: Form, inside: &[&Constraint]) -> Draft {
    let mut new = new_table(serial, table, inside);
    if form == Form::Attached {
        new.table.partition_of = None;
    }
    let parents = new.table.parents().cloned().map(ObjectRef::Table);
    let mut itself = Draft::new(Action::CreateTable(Box::new(new.clone())))
        .provides(ObjectRef::Table(table.name.clone()))
        .provides(ObjectRef::Type(table.name.clone()))
        .needs(schema_part(&table.name))
        .needs_all(parents.collect::<Vec<_>>())
        .needs_all(table.of_type.clone().map(ObjectRef::Type))
        .needs_all(
            table
                .partitioning
                .iter()
                .flat_map(|it| it.uses.iter())
                .filter(|used| {
                    // Its own columns come with it.
                    !matches!(used, ObjectRef::Column(_))
                }),
        )
        .takes(Name::Relation(table.name.clone()))
        .takes(Name::Type(table.name.clone()));
    for parent in new.table.parents() {
        let inherited = table.columns.iter().filter(|column| column.inherited);
        itself = itself.needs_all(inherited.map(|it| ObjectRef::column(parent, &it.name)));
    }
    if form == Form::Inline {
        itself = itself
            .provides(Part::Attached(table.name.clone()))
            .takes(Name::Partition(table.name.clone()));
        for constraint in table.constraints.values().filter(|it| it.parent.is_some()) {
            itself = itself.provides(ObjectRef::constraint(&table.name, &constraint.name));
        }
    }
    for constraint in inside {
        itself = itself.includes(constraints::add(&table.name, constraint));
    }
    for column in &table.columns {
        itself = includes_column(itself, serial, &table.name, column);
    }
    itself
}

/// The default of a new table's column can come later.
fn includes_column(
    itself: Draft,
    serial: &Serial<'_>,
    table: &QualifiedName,
    column: &Column,
) -> Draft {
    let default = column.default.as_ref();
    let default = default.filter(|_| serial.sequence(table, &column.name).is_none());
    let Some(default) = default else {
        return itself.includes(columns::add(serial, table, column));
    };
    let plain = Column {
        default: None,
        ..column.clone()
    };
    let set = defaults::set(&ColumnRef::new(table, &column.name), default);
    itself
        .includes(columns::add(serial, table, &plain))
        .includes(set)
}

fn new_table(serial: &Serial<'_>, table: &Table, inside: &[&Constraint]) -> NewTable {
    let constraints = inside
        .iter()
        .map(|constraint| (constraint.name.clone(), (*constraint).clone()))
        .collect();
    let serial_columns = table
        .columns
        .iter()
        .filter(|column| serial.sequence(&table.name, &column.name).is_some());
    NewTable {
        serial: serial_columns.map(|column| column.name.clone()).collect(),
        table: Table {
            constraints,
            indexes: ByName::new(),
            ..table.clone()
        },
    }
}

/// Of equal keys in one `CREATE TABLE` PostgreSQL makes the first alone.
fn is_redundant(table: &Table, constraint: &Constraint) -> bool {
    let Some(own) = key(constraint) else {
        return false;
    };
    let place = |constraint: &Constraint| {
        let is_primary = matches!(constraint.kind, ConstraintKind::PrimaryKey(_));
        (!is_primary, constraint.name.clone())
    };
    table
        .constraints
        .values()
        .any(|other| key(other) == Some(own) && place(other) < place(constraint))
}

/// A foreign key goes inside where its target is there by then: an earlier new table's or its own
/// constraint, or a key that the plan leaves alone.
fn goes_inside(
    context: &Context<'_>,
    table: &Table,
    constraint: &Constraint,
    order: &Order<'_>,
) -> bool {
    let Some(key) = constraint.foreign_key() else {
        return fits_in_create_table(constraint);
    };
    let there = if let Some(follows) = order.follows(&table.name, &key.references) {
        follows && key.uses.iter().all(is_constraint)
    } else {
        let mut columns = key
            .referenced_columns
            .iter()
            .map(|name| ObjectRef::column(&key.references, name));
        key.uses.iter().all(|object| context.is_untouched(object))
            && columns.all(|column| context.is_untouched(&column))
    };
    there && fits_in_create_table(constraint)
}

fn is_constraint(object: &ObjectRef) -> bool {
    match object {
        ObjectRef::Constraint { .. } => true,
        ObjectRef::Schema(_)
        | ObjectRef::Type(_)
        | ObjectRef::Sequence(_)
        | ObjectRef::Table(_)
        | ObjectRef::Column(_)
        | ObjectRef::Index { .. }
        | ObjectRef::Definition { .. }
        | ObjectRef::Unmanaged { .. } => false,
    }
}

fn drop(context: &Context<'_>, table: &Table, order: &Order<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut itself = Draft::new(Action::DropTable(table.name.clone()))
        .ends(ObjectRef::Table(table.name.clone()))
        .releases(schema_part(&table.name))
        .frees(Name::Relation(table.name.clone()))
        .frees(Name::Type(table.name.clone()));
    for constraint in table.constraints.values() {
        let drop = constraints::drop(&table.name, constraint);
        let holds_up = constraint.foreign_key().is_some_and(|key| {
            let target = context.from.tables.get(&key.references);
            let has_partitions = target.is_some_and(|target| target.partitioning.is_some());
            let follows = order.follows(&table.name, &key.references);
            follows == Some(false) || has_partitions || table.partitioning.is_some()
        });
        if holds_up {
            drafts.push(constraints::before_detach(
                context,
                drop,
                &table.name,
                constraint,
            ));
        } else {
            itself = itself.implies_drop(drop);
        }
    }
    for index in table.indexes.values() {
        itself = itself.implies_drop(indexes::drop(&table.name, index));
    }
    for column in &table.columns {
        itself = itself.implies_drop(columns::drop(context, &table.name, column));
        for sequence in sequences::owned(context, &ColumnRef::new(&table.name, &column.name)) {
            itself = itself.implies_drop(sequences::drop(sequence));
        }
    }
    if let Some(partition) = &table.partition_of
        && partitions::is_referenced_above(context, table)
    {
        drafts.push(inheritance::detach(context, table, partition));
    }
    itself = partitions::held_up(context, table)
        .into_iter()
        .fold(itself, Draft::ends);
    for owned in definitions::owned(context.from, &table.name) {
        itself = itself.implies_drop(definitions::drop(context, owned));
    }
    itself = itself
        .ends(ObjectRef::Type(table.name.clone()))
        .frees(Name::Partition(table.name.clone()))
        .releases_all(table.parents().cloned().map(ObjectRef::Table))
        .releases_all(table.of_type.clone().map(ObjectRef::Type))
        .releases_all(table.partitioning.iter().flat_map(|it| it.uses.iter()));
    drafts.push(itself);
    drafts
}

fn alter(from: &Table, to: &Table) -> Vec<Draft> {
    let table = || to.name.clone();
    let mut drafts = Vec::new();
    if from.access_method != to.access_method {
        drafts.push(Draft::new(Action::SetAccessMethod {
            table: table(),
            method: to.access_method.clone(),
        }));
    }
    if from.options != to.options {
        let options = Altered {
            from: from.options.clone(),
            to: to.options.clone(),
        };
        drafts.push(Draft::new(Action::SetTableOptions {
            table: table(),
            options,
        }));
    }
    drafts.extend(marks::security(Some(from), to));
    drafts
}
