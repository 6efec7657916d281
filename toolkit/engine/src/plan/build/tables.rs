//! Tables: created with their columns and most of their constraints, dropped with all they hold.

use std::collections::{BTreeMap, BTreeSet};

use super::{column_parts, columns, constraints, indexes, schema_part, sequences, serial::Serial};
use crate::{
    catalog::{ColumnRef, Constraint, ObjectRef, QualifiedName, Table},
    diff::Altered,
    plan::{
        closure::Context,
        draft::{Draft, Name},
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
        drafts.extend(alter(&change.from, &change.to));
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
    let (inside, beside): (Vec<_>, Vec<_>) = table
        .constraints
        .values()
        .partition(|constraint| goes_inside(context, table, constraint, order));
    let mut drafts: Vec<_> = beside
        .into_iter()
        .map(|constraint| constraints::add(&table.name, constraint))
        .collect();
    drafts.extend(
        table
            .indexes
            .values()
            .map(|index| indexes::create(&table.name, index)),
    );
    drafts.extend(
        table
            .columns
            .iter()
            .flat_map(|column| columns::settings(&table.name, None, column)),
    );

    let mut itself = Draft::new(Action::CreateTable(Box::new(new_table(
        serial, table, &inside,
    ))))
    .provides(ObjectRef::Table(table.name.clone()))
    .needs(schema_part(&table.name))
    .takes(Name::Relation(table.name.clone()))
    .takes(Name::Type(table.name.clone()));
    for constraint in inside {
        itself = itself.includes(constraints::add(&table.name, constraint));
    }
    for column in &table.columns {
        itself = itself.includes(columns::add(serial, &table.name, column));
    }
    drafts.insert(0, itself);
    drafts
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
            indexes: BTreeMap::new(),
            ..table.clone()
        },
    }
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
        return constraints::fits_in_create_table(constraint);
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
    there && constraints::fits_in_create_table(constraint)
}

fn is_constraint(object: &ObjectRef) -> bool {
    match object {
        ObjectRef::Constraint { .. } => true,
        ObjectRef::Schema(_)
        | ObjectRef::Enum(_)
        | ObjectRef::Sequence(_)
        | ObjectRef::Table(_)
        | ObjectRef::Column(_)
        | ObjectRef::Index { .. }
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
        let holds_up = constraint
            .foreign_key()
            .and_then(|key| order.follows(&table.name, &key.references));
        if holds_up == Some(false) {
            drafts.push(drop);
        } else {
            itself = itself.implies_drop(drop);
        }
    }
    for index in table.indexes.values() {
        itself = itself.implies_drop(indexes::drop(&table.name, index));
    }
    for column in &table.columns {
        itself = itself
            .implies_drop(columns::drop(context, &table.name, column))
            .releases_all(column_parts(column));
        for sequence in sequences::owned(context, &ColumnRef::new(&table.name, &column.name)) {
            itself = itself.implies_drop(sequences::drop(sequence));
        }
    }
    drafts.push(itself);
    drafts
}

fn alter(from: &Table, to: &Table) -> Vec<Draft> {
    let table = || to.name.clone();
    let mut drafts = Vec::new();
    if from.persistence != to.persistence {
        drafts.push(Draft::new(Action::SetPersistence {
            table: table(),
            persistence: to.persistence,
        }));
    }
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
    drafts
}
