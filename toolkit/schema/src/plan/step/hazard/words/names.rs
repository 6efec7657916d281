//! The names of what a hazard is about.

use super::{super::Cause, HazardWords};
use crate::catalog::{ObjectRef, QualifiedName};
impl HazardWords<'_> {
    pub(super) fn name(&self, name: &QualifiedName) -> String {
        if self.schema == Some(name.schema.as_str()) {
            name.name.clone()
        } else {
            name.to_string()
        }
    }

    pub(super) fn said(&self, object: &ObjectRef) -> String {
        object.said(|name| self.name(name))
    }

    /// The object with the word for its kind.
    pub(super) fn object(&self) -> String {
        self.said(&self.hazard.object)
    }

    /// The object by its name alone, where that is enough to know it by.
    pub(super) fn bare_object(&self) -> String {
        self.bare(&self.hazard.object)
    }

    pub(super) fn bare(&self, object: &ObjectRef) -> String {
        match object {
            ObjectRef::Table(name) | ObjectRef::Type(name) | ObjectRef::Sequence(name) => {
                self.name(name)
            }
            ObjectRef::Column(column) => format!("{}.{}", self.name(&column.table), column.column),
            ObjectRef::Index { table, name } => self.name(&table.sibling(name.clone())),
            ObjectRef::Schema(_)
            | ObjectRef::Constraint { .. }
            | ObjectRef::Definition { .. }
            | ObjectRef::Unmanaged { .. } => self.said(object),
        }
    }

    /// The table that the object is, or is of.
    pub(super) fn table(&self) -> String {
        match &self.hazard.object {
            ObjectRef::Column(column) => self.name(&column.table),
            ObjectRef::Constraint { table, .. } | ObjectRef::Index { table, .. } => {
                self.name(table)
            }
            ObjectRef::Table(_)
            | ObjectRef::Schema(_)
            | ObjectRef::Type(_)
            | ObjectRef::Sequence(_)
            | ObjectRef::Definition { .. }
            | ObjectRef::Unmanaged { .. } => self.bare_object(),
        }
    }

    /// The cause with the word for its kind.
    pub(super) fn by(&self) -> String {
        self.cause(|object| self.said(object))
    }

    /// The cause by its name alone, where that is enough to know it by.
    pub(super) fn by_bare(&self) -> String {
        self.cause(|object| self.bare(object))
    }

    /// The last part of the cause's name.
    pub(super) fn by_name(&self) -> String {
        self.cause(|object| last_name(object).to_owned())
    }

    fn cause(&self, say: impl Fn(&ObjectRef) -> String) -> String {
        match &self.hazard.by {
            Some(Cause::Object(object)) => say(object),
            Some(Cause::Outsider(name)) => name.clone(),
            None => String::new(),
        }
    }
}

pub(super) fn last_name(object: &ObjectRef) -> &str {
    match object {
        ObjectRef::Schema(name)
        | ObjectRef::Constraint { table: _, name }
        | ObjectRef::Index { table: _, name } => name,
        ObjectRef::Column(column) => &column.column,
        ObjectRef::Type(name)
        | ObjectRef::Sequence(name)
        | ObjectRef::Table(name)
        | ObjectRef::Definition { name, .. }
        | ObjectRef::Unmanaged { name, .. } => &name.name,
    }
}
