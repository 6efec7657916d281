//! What must be dropped and made again although it does not differ: a closure over dependants.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    catalog::{
        Catalog, Column, ColumnRef, Constraint, ConstraintKind, Enum, Expression, Index, ObjectRef,
        QualifiedName, Table, Uses,
    },
    diff::Changes,
};

use super::{Conversion, build, casts};

/// How a kept column's type changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Retyped {
    /// In length, precision or collation.
    InPlace,
    /// To another type.
    Anew,
}

/// The changes together with what follows from them.
pub(super) struct Context<'c> {
    pub(super) from: &'c Catalog,
    pub(super) to: &'c Catalog,
    pub(super) changes: &'c Changes<'c>,
    /// Enum types that are made anew because values go or move, or a new value is used at once.
    pub(super) rebuilt: BTreeSet<QualifiedName>,
    /// Kept objects that are dropped and made again: generated columns, constraints, indexes.
    replaced: BTreeSet<ObjectRef>,
    /// Kept columns whose default is dropped and set again.
    replaced_defaults: BTreeSet<ColumnRef>,
    retyped: BTreeMap<ColumnRef, Retyped>,
    /// What is not what it was once the plan has run: dropped or replaced.
    disturbed: BTreeSet<ObjectRef>,
}

impl<'c> Context<'c> {
    /// Works out what `changes` entail.
    pub(super) fn new(changes: &'c Changes<'c>) -> Self {
        let mut context = Self {
            from: &changes.from,
            to: changes.to,
            changes,
            rebuilt: BTreeSet::new(),
            replaced: BTreeSet::new(),
            replaced_defaults: BTreeSet::new(),
            retyped: BTreeMap::new(),
            disturbed: BTreeSet::new(),
        };
        context.rebuilt = rebuilt(&context);
        context.retyped = context
            .kept_columns()
            .filter_map(|(column, from, to)| context.retype(column, from, to))
            .collect();
        context.seed();
        while context.spread() {}
        context
    }

    /// Whether a kept constraint, index or generated column is dropped and made again.
    pub(super) fn is_replaced(&self, object: &ObjectRef) -> bool {
        self.replaced.contains(object)
    }

    /// Whether a kept column's default is dropped and set again.
    pub(super) fn is_default_replaced(&self, column: &ColumnRef) -> bool {
        self.replaced_defaults.contains(column)
    }

    /// Whether a kept column's type changes.
    pub(super) fn is_retyped(&self, column: &ColumnRef) -> bool {
        self.retyped.contains_key(column)
    }

    /// Whether `object` exists now and stays untouched.
    pub(super) fn is_untouched(&self, object: &ObjectRef) -> bool {
        let exists = match object {
            ObjectRef::Constraint { table, name } => self
                .from
                .tables
                .get(table)
                .is_some_and(|table| table.constraints.contains_key(name)),
            ObjectRef::Index { table, name } => self
                .from
                .tables
                .get(table)
                .is_some_and(|table| table.indexes.contains_key(name)),
            ObjectRef::Column(column) => {
                self.from.column(column).is_some() && !self.is_retyped(column)
            }
            ObjectRef::Schema(_)
            | ObjectRef::Enum(_)
            | ObjectRef::Sequence(_)
            | ObjectRef::Table(_)
            | ObjectRef::Unmanaged { .. } => true,
        };
        exists && !self.disturbed.contains(object)
    }

    /// The tables that exist before and after, when anything about them could matter.
    pub(super) fn kept_tables(&self) -> impl Iterator<Item = (&'c Table, &'c Table)> + use<'c> {
        let to = self.to;
        self.from
            .tables
            .iter()
            .filter_map(move |(name, from)| Some((from, to.tables.get(name)?)))
    }

    fn kept_columns(&self) -> impl Iterator<Item = (ColumnRef, &'c Column, &'c Column)> + use<'c> {
        self.kept_tables().flat_map(|(from, to)| {
            from.columns.iter().filter_map(move |column| {
                Some((
                    ColumnRef::new(&from.name, &column.name),
                    column,
                    to.column(&column.name)?,
                ))
            })
        })
    }

    fn retype(
        &self,
        column: ColumnRef,
        from: &Column,
        to: &Column,
    ) -> Option<(ColumnRef, Retyped)> {
        let rebuilt = self
            .rebuilt
            .iter()
            .any(|name| to.data_type.is_of(name) && from.data_type.is_of(name));
        if rebuilt || !from.data_type.same_base(&to.data_type) {
            Some((column, Retyped::Anew))
        } else if from.data_type != to.data_type || from.collation != to.collation {
            Some((column, Retyped::InPlace))
        } else {
            None
        }
    }

    /// Starts with what the changes themselves drop, and with what cannot be altered in place.
    fn seed(&mut self) {
        for change in &self.changes.tables.altered {
            let table = &change.to.name;
            let columns = change
                .columns
                .dropped
                .iter()
                .map(|column| ObjectRef::column(table, &column.name));
            let constraints = change
                .constraints
                .dropped
                .iter()
                .map(|it| ObjectRef::constraint(table, &it.name));
            let indexes = change
                .indexes
                .dropped
                .iter()
                .map(|index| ObjectRef::index(table, &index.name));
            self.disturbed
                .extend(columns.chain(constraints).chain(indexes));
            for altered in &change.columns.altered {
                if build::must_replace_column(&altered.from, &altered.to) {
                    self.replace(ObjectRef::column(table, &altered.to.name));
                }
            }
            for altered in &change.constraints.altered {
                if build::must_replace_constraint(&altered.from, &altered.to) {
                    self.replace(ObjectRef::constraint(table, &altered.to.name));
                }
            }
            for altered in &change.indexes.altered {
                if build::must_replace_index(&altered.from, &altered.to) {
                    self.replace(ObjectRef::index(table, &altered.to.name));
                }
            }
        }
        let dropped = &self.changes.sequences.dropped;
        self.disturbed.extend(
            dropped
                .iter()
                .map(|sequence| ObjectRef::Sequence(sequence.name.clone())),
        );
    }

    fn replace(&mut self, object: ObjectRef) {
        self.disturbed.insert(object.clone());
        self.replaced.insert(object);
    }

    /// Marks the kept objects that lean on a disturbed one; says whether there were any.
    fn spread(&mut self) -> bool {
        if self.disturbed.is_empty() && self.retyped.is_empty() && self.rebuilt.is_empty() {
            return false;
        }
        let mut found = BTreeSet::new();
        let mut defaults = BTreeSet::new();
        for (from, to) in self.kept_tables() {
            let constraints = from
                .constraints
                .values()
                .filter(|it| to.constraints.contains_key(&it.name));
            found.extend(
                constraints
                    .filter(|constraint| self.hits_constraint(from, constraint))
                    .map(|constraint| ObjectRef::constraint(&from.name, &constraint.name)),
            );
            let indexes = from
                .indexes
                .values()
                .filter(|index| to.indexes.contains_key(&index.name));
            found.extend(
                indexes
                    .filter(|index| self.hits_index(from, index))
                    .map(|index| ObjectRef::index(&from.name, &index.name)),
            );
        }
        for (column, from, to) in self.kept_columns() {
            if from
                .generated
                .as_ref()
                .is_some_and(|generated| self.hits_generated(&generated.expression.uses))
            {
                found.insert(ObjectRef::Column(column));
            } else if self.hits_default(&column, from, to) {
                defaults.insert(column);
            }
        }
        found.retain(|object| !self.replaced.contains(object));
        let grown = !found.is_empty();
        self.replaced_defaults.extend(defaults);
        for object in found {
            self.replace(object);
        }
        grown
    }

    fn hits_constraint(&self, table: &Table, constraint: &Constraint) -> bool {
        let own = constraint.columns(&table.name);
        let own_disturbed = own.iter().any(|column| {
            self.disturbed
                .contains(&ObjectRef::column(&table.name, column))
        });
        own_disturbed
            || match &constraint.kind {
                ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => false,
                ConstraintKind::ForeignKey(key) => {
                    let referenced = key
                        .referenced_columns
                        .iter()
                        .map(|name| ColumnRef::new(&key.references, name));
                    let mut columns = own
                        .iter()
                        .map(|name| ColumnRef::new(&table.name, name))
                        .chain(referenced);
                    columns.any(|column| self.retyped.get(&column) == Some(&Retyped::Anew))
                        || self.is_disturbed(&key.uses)
                }
                ConstraintKind::Check {
                    expression: Expression { uses, .. },
                    ..
                }
                | ConstraintKind::Exclusion { uses, .. } => self.hits_text(uses),
            }
    }

    fn hits_index(&self, table: &Table, index: &Index) -> bool {
        index.columns(&table.name).any(|column| {
            self.disturbed
                .contains(&ObjectRef::column(&table.name, column))
        }) || (index.has_expressions() && self.hits_text(&index.uses))
    }

    /// PostgreSQL reads an expression's text again when one column under it changes type, so it
    /// survives unless the text names a type that is being rebuilt, or two columns change in turn.
    fn hits_text(&self, uses: &Uses) -> bool {
        let retyped = uses
            .columns()
            .filter(|column| self.retyped.get(column) == Some(&Retyped::Anew))
            .count();
        retyped > 1 || self.uses_rebuilt(uses) || self.is_disturbed(uses)
    }

    /// <https://www.postgresql.org/docs/current/sql-altertable.html>: the type of a column that a
    /// generated column uses cannot be changed.
    fn hits_generated(&self, uses: &Uses) -> bool {
        uses.columns().any(|column| self.is_retyped(column))
            || self.uses_rebuilt(uses)
            || self.is_disturbed(uses)
    }

    fn hits_default(&self, column: &ColumnRef, from: &Column, to: &Column) -> bool {
        let Some(default) = &from.default else {
            return false;
        };
        let survives_type_change = match self.retyped.get(column) {
            None | Some(Retyped::InPlace) => true,
            Some(Retyped::Anew) => {
                casts::conversion(&from.data_type, &to.data_type) == Conversion::Assignment
                    && from.default == to.default
                    && !self.rebuilt.iter().any(|name| to.data_type.is_of(name))
            }
        };
        !survives_type_change || self.uses_rebuilt(&default.uses)
    }

    fn uses_rebuilt(&self, uses: &Uses) -> bool {
        self.rebuilt
            .iter()
            .any(|name| uses.contains(&ObjectRef::Enum(name.clone())))
    }

    fn is_disturbed(&self, uses: &Uses) -> bool {
        uses.iter().any(|object| self.disturbed.contains(object))
    }
}

/// The altered enum types that cannot be brought there by `ADD VALUE`.
fn rebuilt(context: &Context<'_>) -> BTreeSet<QualifiedName> {
    context
        .changes
        .enums
        .altered
        .iter()
        .filter(|altered| {
            !keeps_order(&altered.from, &altered.to)
                || uses_new_value(context, &altered.from, &altered.to)
                || takes_over_rows(context, &altered.to)
        })
        .map(|altered| altered.to.name.clone())
        .collect()
}

fn keeps_order(from: &Enum, to: &Enum) -> bool {
    let mut values = to.values.iter();
    from.values
        .iter()
        .all(|value| values.any(|other| other == value))
}

/// A new value cannot be used in the transaction that added it:
/// <https://www.postgresql.org/docs/current/sql-altertype.html>.
fn uses_new_value(context: &Context<'_>, from: &Enum, to: &Enum) -> bool {
    let new: Vec<_> = to
        .values
        .iter()
        .filter(|value| !from.values.contains(value))
        .collect();
    let itself = ObjectRef::Enum(to.name.clone());
    !new.is_empty()
        && context
            .to
            .tables
            .values()
            .flat_map(build::texts)
            .any(|(sql, uses)| {
                uses.contains(&itself)
                    && new.iter().any(|value| {
                        sql.contains(&crate::identifier::quote_literal(value))
                            || is_in_array(sql, value)
                    })
            })
}

/// Whether a kept column becomes one of the type: its rows may hold a new value as something else.
fn takes_over_rows(context: &Context<'_>, to: &Enum) -> bool {
    context
        .kept_columns()
        .any(|(_, from, after)| after.data_type.is_of(&to.name) && !from.data_type.is_of(&to.name))
}

/// Whether an array constant, `'{a,b}'::state[]`, may hold `value`.
fn is_in_array(sql: &str, value: &str) -> bool {
    sql.contains("'{") && sql.contains(value)
}
