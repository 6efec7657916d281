//! Renames: a catalog as it would be after `ALTER … RENAME`. No I/O here.

mod definition;
mod order;
mod space;
pub(super) mod table;
mod types;

pub(super) use order::apply_all;

use crate::{
    Error, Result,
    catalog::{Catalog, ObjectRef, QualifiedName, Uses},
};

/// A rename that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rename {
    /// `ALTER TABLE … RENAME TO`.
    Table {
        /// Its name until now.
        from: QualifiedName,
        /// Its name from now on, in the same schema.
        to: String,
    },
    /// `ALTER TABLE … RENAME COLUMN`.
    Column {
        /// The table, by the name that it has by then.
        table: QualifiedName,
        /// The column's name until now.
        from: String,
        /// Its name from now on.
        to: String,
    },
    /// `ALTER TABLE … RENAME CONSTRAINT`.
    Constraint {
        /// The table, by the name that it has by then.
        table: QualifiedName,
        /// The constraint's name until now.
        from: String,
        /// Its name from now on.
        to: String,
    },
    /// `ALTER INDEX … RENAME TO`.
    Index {
        /// The table, by the name that it has by then.
        table: QualifiedName,
        /// The index's name until now.
        from: String,
        /// Its name from now on.
        to: String,
    },
    /// `ALTER SEQUENCE … RENAME TO`.
    Sequence {
        /// Its name until now.
        from: QualifiedName,
        /// Its name from now on, in the same schema.
        to: String,
    },
    /// `ALTER TYPE … RENAME TO`.
    Enum {
        /// Its name until now.
        from: QualifiedName,
        /// Its name from now on, in the same schema.
        to: String,
    },
    /// `ALTER TYPE … RENAME VALUE`.
    EnumValue {
        /// The enum type, by the name that it has by then.
        name: QualifiedName,
        /// The value until now.
        from: String,
        /// The value from now on.
        to: String,
    },
}

impl Rename {
    /// What is renamed, by its name until now; of a value its type.
    pub fn renamed(&self) -> ObjectRef {
        match self {
            Self::Table { from, to: _ } => ObjectRef::Table(from.clone()),
            Self::Column { table, from, to: _ } => ObjectRef::column(table, from),
            Self::Constraint { table, from, to: _ } => ObjectRef::constraint(table, from),
            Self::Index { table, from, to: _ } => ObjectRef::index(table, from),
            Self::Sequence { from, to: _ } => ObjectRef::Sequence(from.clone()),
            Self::Enum { from: name, to: _ }
            | Self::EnumValue {
                name,
                from: _,
                to: _,
            } => ObjectRef::Type(name.clone()),
        }
    }

    /// The renames that undo `renames`.
    pub fn reversed(renames: &[Self]) -> Vec<Self> {
        renames.iter().rev().map(Self::inverse).collect()
    }

    /// The rename that undoes it.
    pub(super) fn inverse(&self) -> Self {
        let (from, to) = self.names();
        self.between(to, from)
    }

    /// The table or the type that the name is in, where it is in one.
    pub fn owner(&self) -> Option<&QualifiedName> {
        match self {
            Self::Table { .. } | Self::Sequence { .. } | Self::Enum { .. } => None,
            Self::Column { table: owner, .. }
            | Self::Constraint { table: owner, .. }
            | Self::Index { table: owner, .. }
            | Self::EnumValue { name: owner, .. } => Some(owner),
        }
    }

    /// The old name and the new one, without what they belong to.
    pub fn names(&self) -> (&str, &str) {
        match self {
            Self::Table { from, to } | Self::Sequence { from, to } | Self::Enum { from, to } => {
                (&from.name, to)
            }
            Self::Column { from, to, .. }
            | Self::Constraint { from, to, .. }
            | Self::Index { from, to, .. }
            | Self::EnumValue { from, to, .. } => (from, to),
        }
    }

    /// The rename of something of the same kind in the same place.
    fn between(&self, old: &str, new: &str) -> Self {
        let mut rename = self.clone();
        match &mut rename {
            Self::Table { from, to } | Self::Sequence { from, to } | Self::Enum { from, to } => {
                old.clone_into(&mut from.name);
                new.clone_into(to);
            }
            Self::Column { from, to, .. }
            | Self::Constraint { from, to, .. }
            | Self::Index { from, to, .. }
            | Self::EnumValue { from, to, .. } => {
                old.clone_into(from);
                new.clone_into(to);
            }
        }
        rename
    }

    /// Makes `catalog` what it is after the rename.
    fn apply(&self, catalog: &mut Catalog) -> Result<()> {
        match self {
            Self::Table { from, to } => table::rename_table(catalog, from, to),
            Self::Column { table, from, to } => table::rename_column(catalog, table, from, to),
            Self::Constraint { table, from, to } => {
                table::rename_constraint(catalog, table, from, to)
            }
            Self::Index { table, from, to } => table::rename_index(catalog, table, from, to),
            Self::Sequence { from, to } => types::rename_sequence(catalog, from, to),
            Self::Enum { from, to } => types::rename_enum(catalog, from, to),
            Self::EnumValue { name, from, to } => types::rename_value(catalog, name, from, to),
        }
    }
}

fn refused(from: impl std::fmt::Display, to: &str, reason: &'static str) -> Error {
    Error::Rename {
        from: from.to_string(),
        to: to.to_owned(),
        reason,
    }
}

const MISSING: &str = "there is nothing of that name";
const TAKEN: &str = "the new name is taken";

/// Replaces references in everything that holds some.
pub(super) fn rename_uses(catalog: &mut Catalog, rename: impl Fn(ObjectRef) -> ObjectRef) {
    for_each_uses(catalog, |uses| uses.rename(&rename));
    let privileges = std::mem::take(&mut catalog.privileges).into_iter();
    catalog.privileges = privileges
        .map(|(object, privileges)| (rename(object), privileges))
        .collect();
    let passed_on = std::mem::take(&mut catalog.passed_on).into_iter();
    catalog.passed_on = passed_on
        .map(|(object, passed_on)| (rename(object), passed_on))
        .collect();
    for owners in [&mut catalog.owners, &mut catalog.owned_by_others] {
        let known = std::mem::take(owners).into_iter();
        *owners = known
            .map(|(object, owner)| (rename(object), owner))
            .collect();
    }
}

fn for_each_uses(catalog: &mut Catalog, mut visit: impl FnMut(&mut Uses)) {
    for table in catalog.tables.values_mut() {
        table::for_each_text(table, |_, uses| visit(uses));
        for constraint in table.constraints.iter_mut().map(|(_, it)| it) {
            if let crate::catalog::ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                visit(&mut key.uses);
            }
        }
    }
    for domain in catalog.domains.values_mut() {
        let checks = domain
            .checks
            .values_mut()
            .map(|check| &mut check.expression);
        let expressions = domain.default.iter_mut().chain(checks);
        expressions.for_each(|expression| visit(&mut expression.uses));
    }
    for definition in catalog.definitions.values_mut() {
        visit(&mut definition.uses);
        let indexes = definition.indexes.iter_mut().map(|(_, it)| it);
        indexes.for_each(|index| visit(&mut index.uses));
    }
    for unmanaged in &mut catalog.unmanaged {
        visit(&mut unmanaged.uses);
    }
    for outsider in &mut catalog.outsiders {
        visit(&mut outsider.uses);
    }
}
