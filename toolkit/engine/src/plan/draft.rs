//! An action with what it needs and what it ends: what the order is made of.

use std::collections::BTreeSet;

use crate::catalog::{ColumnRef, ObjectRef, QualifiedName};

use super::Action;

/// What one step can wait for: an object, or a property of a column that others lean on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Object(ObjectRef),
    NotNull(ColumnRef),
}

/// A name that only one object can have at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    /// Tables, indexes and sequences of a schema share one space of names.
    Relation(QualifiedName),
    Type(QualifiedName),
    Constraint(QualifiedName, String),
    Column(ColumnRef),
    /// A column has one of: default, identity, generation expression.
    Default(ColumnRef),
}

/// An action to be put in order.
///
/// Another draft that provides what this one needs goes before it; another that ends what this one
/// releases, or takes a name that this one frees, goes after it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) action: Action,
    /// What of the desired state exists afterwards.
    pub(super) provides: BTreeSet<Part>,
    /// What of the desired state must exist before.
    pub(super) needs: BTreeSet<Part>,
    /// What of the current state is gone or different afterwards.
    pub(super) ends: BTreeSet<Part>,
    /// What of the current state this lets go of, or must still find.
    pub(super) releases: BTreeSet<Part>,
    pub(super) frees: BTreeSet<Name>,
    pub(super) takes: BTreeSet<Name>,
}

impl Draft {
    /// A draft without bonds.
    pub(super) fn new(action: Action) -> Self {
        Self {
            action,
            provides: BTreeSet::new(),
            needs: BTreeSet::new(),
            ends: BTreeSet::new(),
            releases: BTreeSet::new(),
            frees: BTreeSet::new(),
            takes: BTreeSet::new(),
        }
    }

    /// What it does, for a person.
    pub(super) fn label(&self) -> String {
        let object = |parts: &BTreeSet<Part>| {
            parts.first().map(|part| match part {
                Part::Object(object) => object.to_string(),
                Part::NotNull(column) => format!("not null of {column}"),
            })
        };
        match (object(&self.ends), object(&self.provides)) {
            (Some(_), Some(object)) => format!("change {object}"),
            (None, Some(object)) => format!("create {object}"),
            (Some(object), None) => format!("drop {object}"),
            (None, None) => match object(&self.needs) {
                Some(object) => format!("alter {object}"),
                None => "alter an object".to_owned(),
            },
        }
    }

    pub(super) fn provides(mut self, part: impl Into<Part>) -> Self {
        self.provides.insert(part.into());
        self
    }

    pub(super) fn needs(mut self, part: impl Into<Part>) -> Self {
        self.needs.insert(part.into());
        self
    }

    pub(super) fn needs_all<P: Into<Part>>(mut self, parts: impl IntoIterator<Item = P>) -> Self {
        self.needs.extend(parts.into_iter().map(Into::into));
        self
    }

    pub(super) fn ends(mut self, part: impl Into<Part>) -> Self {
        self.ends.insert(part.into());
        self
    }

    pub(super) fn releases(mut self, part: impl Into<Part>) -> Self {
        self.releases.insert(part.into());
        self
    }

    pub(super) fn releases_all<P: Into<Part>>(
        mut self,
        parts: impl IntoIterator<Item = P>,
    ) -> Self {
        self.releases.extend(parts.into_iter().map(Into::into));
        self
    }

    pub(super) fn frees(mut self, name: Name) -> Self {
        self.frees.insert(name);
        self
    }

    pub(super) fn takes(mut self, name: Name) -> Self {
        self.takes.insert(name);
        self
    }

    /// Takes over all bonds of a drop that happens by itself with this one.
    pub(super) fn implies_drop(mut self, other: Self) -> Self {
        let Self {
            action: _,
            provides: _,
            needs: _,
            ends,
            releases,
            frees,
            takes: _,
        } = other;
        self.ends.extend(ends);
        self.releases.extend(releases);
        self.frees.extend(frees);
        self
    }

    /// Takes over all bonds of a creation that is part of this one.
    pub(super) fn includes(mut self, other: Self) -> Self {
        let Self {
            action: _,
            provides,
            needs,
            ends: _,
            releases: _,
            frees: _,
            takes,
        } = other;
        self.provides.extend(provides);
        self.needs.extend(needs);
        self.takes.extend(takes);
        self
    }
}

impl From<ObjectRef> for Part {
    fn from(object: ObjectRef) -> Self {
        Self::Object(object)
    }
}

impl From<&ObjectRef> for Part {
    fn from(object: &ObjectRef) -> Self {
        Self::Object(object.clone())
    }
}

impl From<&ColumnRef> for Part {
    fn from(column: &ColumnRef) -> Self {
        Self::Object(ObjectRef::Column(column.clone()))
    }
}

/// The order in which actions go that do not wait for each other: what is in the way first, then
/// containers before contents, comments near the end, and last what is no longer used.
pub(super) fn rank(action: &Action) -> u8 {
    match action {
        Action::Rename(_) => 0,
        Action::DropConstraint { constraint, .. } if constraint.foreign_key().is_some() => 1,
        Action::DropConstraint { .. } => 2,
        Action::DropIndex(_) => 3,
        Action::DropDefault(_) | Action::DropExpression(_) | Action::DropIdentity(_) => 4,
        Action::DropTable(_) => 5,
        Action::CreateSchema(_) => 10,
        Action::SetAsideEnum { .. } => 11,
        Action::CreateEnum(_) | Action::AddEnumValue { .. } => 12,
        Action::CreateSequence(_) | Action::AlterSequence(_) | Action::RenameSequence { .. } => 13,
        Action::CreateTable(_) => 14,
        Action::SetPersistence { .. }
        | Action::SetAccessMethod { .. }
        | Action::SetTableOptions { .. } => 15,
        Action::DropColumn(_) => 16,
        Action::AddColumn { .. } => 17,
        Action::SetType { .. } => 18,
        Action::SetStorage { .. }
        | Action::SetCompression { .. }
        | Action::SetStatistics { .. } => 19,
        Action::SetDefault { .. } => 20,
        Action::SetNotNull(_) | Action::DropNotNull(_) => 21,
        Action::AddIdentity { .. } | Action::AlterIdentity { .. } => 22,
        Action::AddConstraint { constraint, .. } if constraint.foreign_key().is_some() => 26,
        Action::AddConstraint { .. } => 23,
        Action::CreateIndex { .. } => 24,
        Action::SetIndexOptions { .. } => 25,
        Action::AlterConstraint { .. } | Action::ValidateConstraint { .. } => 27,
        Action::SetSequenceOwner { .. } => 28,
        Action::Comment { .. } => 29,
        Action::DropSequence(_) => 30,
        Action::DropEnum(_) => 31,
        Action::DropSchema(_) => 32,
    }
}
