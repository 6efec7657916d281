//! Checks and indexes that must be made again because PostgreSQL has stored them in another form than
//! their text makes: it compares them, stored, where a partition joins a table.
//! <https://www.postgresql.org/docs/current/sql-altertable.html>.

use crate::{
    catalog::{Catalog, Constraint, ConstraintKind, ObjectRef, QualifiedName, Settled, Table},
    plan::facts::{Context, partitions},
};

impl Context<'_> {
    /// Kept checks and indexes of partitions and of partitioned tables that shall be joined, where only
    /// one of the two is as its text makes it: the other one.
    pub(super) fn unsettled(&self) -> Vec<ObjectRef> {
        let mut found = Vec::new();
        for to in self.to.tables.values() {
            let Some(above) = to.partition_of.as_ref().map(|it| &it.parent) else {
                continue;
            };
            let from = self.from.tables.get(&to.name);
            let from = from.filter(|_| !self.is_anew(&to.name));
            if from.is_none() && !partitions::is_attached(self, to) {
                continue;
            }
            for index in to.indexes.values().filter(|it| it.has_expressions()) {
                let was = from.and_then(|from| from.indexes.get(&index.name)?.parent.as_ref());
                if let Some(parent) = index.parent.as_ref().filter(|it| was != Some(*it)) {
                    let own = ObjectRef::index(&to.name, &index.name);
                    found.extend(self.unlike(own, ObjectRef::index(above, parent)));
                }
            }
            if from.is_none_or(|from| from.partition_of != to.partition_of) {
                found.extend(self.unlike_checks(from, to));
            }
        }
        found
    }

    /// The checks among those.
    fn unlike_checks(&self, from: Option<&Table>, to: &Table) -> Vec<ObjectRef> {
        let had: Vec<_> = from
            .into_iter()
            .flat_map(|from| checks_above(self.from, from))
            .map(|(_, check)| &check.name)
            .collect();
        let checks = checks_above(self.to, to).into_iter();
        let checks = checks.filter(|(_, check)| !had.contains(&&check.name));
        checks
            .filter_map(|(above, check)| {
                let own = ObjectRef::constraint(&to.name, &check.name);
                self.unlike(own, ObjectRef::constraint(above, &check.name))
            })
            .collect()
    }

    fn unlike(&self, own: ObjectRef, above: ObjectRef) -> Option<ObjectRef> {
        match (self.will_be_settled(&own), self.will_be_settled(&above)) {
            (false, true) => Some(own),
            (true, false) => Some(above),
            (true, true) | (false, false) => None,
        }
    }

    /// What is made is as its text makes it.
    fn will_be_settled(&self, object: &ObjectRef) -> bool {
        let settled = match object {
            ObjectRef::Constraint { table, name } => {
                let table = self.from.tables.get(table);
                table.and_then(|it| Some(it.constraints.get(name)?.settled))
            }
            ObjectRef::Index { table, name } => {
                let table = self.from.tables.get(table);
                table.and_then(|it| Some(it.indexes.get(name)?.settled))
            }
            ObjectRef::Schema(_)
            | ObjectRef::Type(_)
            | ObjectRef::Sequence(_)
            | ObjectRef::Table(_)
            | ObjectRef::Column(_)
            | ObjectRef::Definition { .. }
            | ObjectRef::Unmanaged { .. } => None,
        };
        !self.is_kept(object) || settled.is_none_or(|Settled(settled)| settled)
    }
}

/// The checks that a partition has from the tables above it, each with its table.
fn checks_above<'c>(
    catalog: &'c Catalog,
    table: &Table,
) -> Vec<(&'c QualifiedName, &'c Constraint)> {
    let mut checks = Vec::new();
    let parent = |table: &Table| {
        let above = table.partition_of.as_ref()?;
        catalog.tables.get(&above.parent)
    };
    let mut next = parent(table);
    while let Some(above) = next {
        let inherited = above.constraints.values().filter(|it| match it.kind {
            ConstraintKind::Check { no_inherit, .. } => !no_inherit,
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclusion { .. } => false,
        });
        checks.extend(inherited.map(|it| (&above.name, it)));
        next = parent(above);
    }
    checks
}
