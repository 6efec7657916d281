//! Where the closure begins, and how it grows.

use std::collections::BTreeSet;

use crate::{
    catalog::{
        Catalog, Column, ColumnRef, Constraint, ConstraintKind, Definition, DefinitionKind,
        Expression, Index, ObjectRef, QualifiedName, Table, Uses,
    },
    plan::{
        Conversion,
        facts::{
            Context, Retyped, columns, constraints, indexes, owners, persistence, pieces,
            references,
        },
    },
};

impl<'c> Context<'c> {
    /// Starts with what the changes themselves drop, and with what cannot be altered in place.
    pub(super) fn seed(&mut self) {
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
                if columns::must_replace_column(&altered.from, &altered.to) {
                    self.replace(ObjectRef::column(table, &altered.to.name));
                }
            }
            for altered in &change.constraints.altered {
                if constraints::must_replace_constraint(&altered.from, &altered.to) {
                    self.replace(ObjectRef::constraint(table, &altered.to.name));
                }
            }
            for altered in &change.indexes.altered {
                let partitioned = change.to.partitioning.is_some();
                if indexes::must_replace_index(&altered.from, &altered.to, partitioned) {
                    self.replace(ObjectRef::index(table, &altered.to.name));
                }
            }
        }
        self.seed_tables();
        self.seed_types();
        self.seed_definitions();
        let dropped = &self.changes.sequences.dropped;
        self.disturbed.extend(
            dropped
                .iter()
                .map(|sequence| ObjectRef::Sequence(sequence.name.clone())),
        );
        let joining = pieces::reattached(self).into_iter();
        let joining = joining.chain(references::holding_up(self));
        let joining = joining.chain(persistence::in_a_circle(self));
        for object in joining.chain(self.unsettled()) {
            self.replace(object);
        }
    }

    /// A table that is made anew, or gives its name to something else, takes everything in it along.
    fn seed_tables(&mut self) {
        let dropped = self.changes.tables.dropped.iter();
        let followed = |name| {
            let mut refs = owners::owners_of_column(&ObjectRef::column(name, "")).into_iter();
            refs.any(|it| self.to.contains(&it))
        };
        let gone: Vec<_> = dropped.filter(|it| followed(&it.name)).collect();
        for table in gone {
            let columns = table.columns.iter();
            let columns = columns.map(|it| ObjectRef::column(&table.name, &it.name));
            let constraints = table.constraints.keys();
            let constraints = constraints.map(|it| ObjectRef::constraint(&table.name, it));
            let indexes = table.indexes.keys();
            let indexes = indexes.map(|it| ObjectRef::index(&table.name, it));
            let itself = [
                ObjectRef::Table(table.name.clone()),
                ObjectRef::Type(table.name.clone()),
            ];
            for object in itself
                .into_iter()
                .chain(columns)
                .chain(constraints)
                .chain(indexes)
            {
                self.disturbed.insert(object.clone());
                if self.is_anew(&table.name) {
                    self.replaced.insert(object);
                }
            }
        }
    }

    /// What leans on a type that gives its name to a table or a view stays.
    fn seed_types(&mut self) {
        let changes = self.changes;
        let enums = changes.enums.dropped.iter().map(|it| &it.name);
        let domains = changes.domains.dropped.iter().map(|it| &it.name);
        let composites = changes.composites.dropped.iter().map(|it| &it.name);
        let dropped = enums.chain(domains).chain(composites);
        let followed: Vec<_> = dropped
            .filter(|name| {
                let mut refs = owners::owners_of_column(&ObjectRef::column(name, "")).into_iter();
                !self.rebuilt.contains(*name) && refs.any(|it| self.to.contains(&it))
            })
            .cloned()
            .collect();
        let types = followed.into_iter().map(ObjectRef::Type);
        self.disturbed.extend(types);
    }

    fn seed_definitions(&mut self) {
        let changes = &self.changes.definitions;
        let dropped = changes.dropped.iter().map(Definition::reference);
        self.disturbed.extend(dropped);
        for altered in &changes.altered {
            let differs = altered.from.text != altered.to.text
                || altered.from.keywords != altered.to.keywords;
            // A range type is made anew as other types are.
            let is_type = altered.to.kind == DefinitionKind::RangeType;
            if differs && !is_type && !altered.from.can_become(&altered.to) {
                self.replace(altered.to.reference());
            }
        }
    }

    fn replace(&mut self, object: ObjectRef) {
        self.disturbed.insert(object.clone());
        self.replaced.insert(object);
    }

    /// Marks the kept objects that lean on a disturbed one; says whether there were any.
    pub(super) fn spread(&mut self) -> bool {
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
            let generated = from.generated.as_ref();
            let is_hit = generated.is_some_and(|it| self.hits_generated(&it.expression.uses));
            if is_hit || self.goes_with_parent(&column, from) {
                found.insert(ObjectRef::Column(column));
            } else if self.hits_default(&column, from, to) {
                defaults.insert(column);
            }
        }
        found.extend(self.unjoined());
        found.extend(self.unsettled());
        found.extend(pieces::renamed_with_type(self));
        let definitions = self.kept_definitions();
        let hit = definitions.filter(|(_, from, _)| self.hits_definition(from));
        found.extend(hit.map(|(object, _, _)| object.clone()));
        found.retain(|object| !self.replaced.contains(object));
        let grown = !found.is_empty();
        self.replaced_defaults.extend(defaults);
        for object in found {
            self.replace(object);
        }
        grown
    }

    /// Keys and indexes of partitioned tables that stay while one of a partition, which stays too,
    /// shall not belong to them any more: an index cannot be detached.
    fn unjoined(&self) -> Vec<ObjectRef> {
        let mut unjoined = Vec::new();
        for (from, to) in self.kept_tables() {
            let Some(above) = to.partition_of.as_ref().map(|it| &it.parent) else {
                continue;
            };
            if from.partition_of != to.partition_of {
                continue;
            }
            let keys = from.constraints.values().filter(|it| {
                let after = to.constraints.get(&it.name);
                after.is_none_or(|after| after.parent != it.parent)
            });
            let indexes = from.indexes.values().filter(|it| {
                let after = to.indexes.get(&it.name);
                after.is_none_or(|after| after.parent != it.parent)
            });
            let keys = keys.filter_map(|it| it.parent.as_deref());
            let parents = keys.chain(indexes.filter_map(|it| it.parent.as_deref()));
            unjoined.extend(parents.flat_map(|name| ObjectRef::key_or_index(above, name)));
        }
        unjoined.retain(|object| self.from.contains(object) && self.to.contains(object));
        unjoined
    }

    /// Whether a column that comes from a parent alone is dropped with the parent's.
    fn goes_with_parent(&self, column: &ColumnRef, from: &Column) -> bool {
        let table = |catalog: &'c Catalog| catalog.tables.get(&column.table);
        let (Some(before), Some(after)) = (table(self.from), table(self.to)) else {
            return false;
        };
        let mut kept = before
            .parents()
            .filter(|name| before.keeps_parent(after, name));
        from.inherited
            && kept.any(|name| {
                self.disturbed
                    .contains(&ObjectRef::column(name, &column.column))
            })
    }

    /// PostgreSQL refuses to change the type of a column that a view, a trigger or a policy uses:
    /// <https://www.postgresql.org/docs/current/sql-altertable.html>.
    fn hits_definition(&self, definition: &Definition) -> bool {
        let uses = &definition.uses;
        uses.columns().any(|column| self.is_retyped(column))
            || self.uses_rebuilt(uses)
            || self.is_disturbed(uses)
    }

    fn hits_constraint(&self, table: &Table, constraint: &Constraint) -> bool {
        let own = constraint.columns(&table.name);
        let parent_goes = self.parent_goes(table, constraint.parent.as_deref(), |parent, name| {
            ObjectRef::constraint(parent, name)
        });
        let own_disturbed = own.iter().any(|column| {
            self.disturbed
                .contains(&ObjectRef::column(&table.name, column))
        });
        own_disturbed
            || parent_goes
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

    /// Whether a partition's key or index goes with that of its partitioned table.
    fn parent_goes(
        &self,
        table: &Table,
        name: Option<&str>,
        object: impl Fn(&QualifiedName, &str) -> ObjectRef,
    ) -> bool {
        let partition = table.partition_of.as_ref().zip(name);
        let stays = self
            .to
            .tables
            .get(&table.name)
            .is_some_and(|after| after.partition_of == table.partition_of);
        stays
            && partition.is_some_and(|(partition, name)| {
                self.disturbed.contains(&object(&partition.parent, name))
            })
    }

    fn hits_index(&self, table: &Table, index: &Index) -> bool {
        self.parent_goes(table, index.parent.as_deref(), ObjectRef::index)
            || index.columns(&table.name).any(|column| {
                self.disturbed
                    .contains(&ObjectRef::column(&table.name, column))
            })
            || (index.has_expressions() && self.hits_text(&index.uses))
            || index
                .keys
                .iter()
                .any(|it| self.is_remade(it.collation.as_ref()))
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
                self.conversion(from, to) == Conversion::Assignment
                    && from.default == to.default
                    && !self.is_of_rebuilt(&from.data_type, &to.data_type)
            }
        };
        let uses_dropped = default.uses.iter().any(|object| match object {
            ObjectRef::Definition { .. } => self.disturbed.contains(object),
            ObjectRef::Schema(_)
            | ObjectRef::Type(_)
            | ObjectRef::Sequence(_)
            | ObjectRef::Table(_)
            | ObjectRef::Column(_)
            | ObjectRef::Constraint { .. }
            | ObjectRef::Index { .. }
            | ObjectRef::Unmanaged { .. } => false,
        });
        !survives_type_change || uses_dropped || self.uses_rebuilt(&default.uses)
    }
}
