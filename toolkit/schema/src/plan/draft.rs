//! An action with what it needs and what it ends: what the order is made of.

use std::collections::BTreeSet;

use crate::catalog::{ColumnRef, Definition, ObjectRef, QualifiedName};

use super::{Action, DefinitionAction, DomainAction};

/// What one step can wait for: an object, or a property of a column that others lean on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Object(ObjectRef),
    /// An object to which statements of their own still add.
    Begun(ObjectRef),
    NotNull(ColumnRef),
    /// The name of a type, which statements that drop routines say.
    Called(QualifiedName),
    /// That no routine of the name is there that goes.
    Gone(QualifiedName),
    /// That a table is a partition.
    Attached(QualifiedName),
    /// That a domain has looked at the values that are there.
    Checked(QualifiedName),
    /// A key or an index of a partitioned table, without those of the partitions.
    Alone(ObjectRef),
    /// That a table is logged, or unlogged, as it shall be.
    Persistence(QualifiedName),
}

/// A name that only one object can have at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    /// Tables, indexes and sequences of a schema share one space of names.
    Relation(QualifiedName),
    Type(QualifiedName),
    Constraint(QualifiedName, String),
    Column(ColumnRef),
    Definition(ObjectRef),
    /// What a foreign key over these columns of a table takes for its target.
    Key(QualifiedName, BTreeSet<String>),
    /// A table has one primary key.
    PrimaryKey(QualifiedName),
    /// A sequence has one owner.
    Owner(QualifiedName),
    /// A column whose values are of a domain, or hold some, stands in the way of its checks.
    Holder(QualifiedName),
    /// A table is a partition of one other.
    Partition(QualifiedName),
    /// A column takes nulls.
    Nullable(ColumnRef),
    /// A column has one of: default, identity, generation expression.
    Default(ColumnRef),
    /// The columns of a table are those of a type, which it holds fast.
    Typed(QualifiedName),
    /// A composite type has the columns of a table, which holds it fast.
    HasTables(QualifiedName),
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
    /// What of the desired state should exist before, if that can be.
    pub(super) hopes: BTreeSet<Part>,
    /// What of the current state is gone or different afterwards.
    pub(super) ends: BTreeSet<Part>,
    /// What of the current state this lets go of, or must still find.
    pub(super) releases: BTreeSet<Part>,
    pub(super) frees: BTreeSet<Name>,
    pub(super) takes: BTreeSet<Name>,
    /// What its statement does besides and another one could do, with bonds of its own.
    pub(super) besides: Vec<Self>,
}

impl Draft {
    /// A draft without bonds.
    pub(super) fn new(action: Action) -> Self {
        Self {
            action,
            provides: BTreeSet::new(),
            needs: BTreeSet::new(),
            hopes: BTreeSet::new(),
            ends: BTreeSet::new(),
            releases: BTreeSet::new(),
            frees: BTreeSet::new(),
            takes: BTreeSet::new(),
            besides: Vec::new(),
        }
    }

    /// Itself and what its statement does besides.
    pub(super) fn whole(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.besides)
    }

    /// The definition that it makes or replaces.
    pub(super) fn made_definition(&self) -> Option<&Definition> {
        let Action::Definition(action) = &self.action else {
            return None;
        };
        match action.as_ref() {
            DefinitionAction::Create(it) | DefinitionAction::Replace(it) => Some(it),
            DefinitionAction::Drop(_) | DefinitionAction::Set { .. } => None,
        }
    }

    /// What it does, for a person.
    pub(super) fn label(&self) -> String {
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

    pub(super) fn hopes_all(mut self, parts: impl IntoIterator<Item = Part>) -> Self {
        self.hopes.extend(parts);
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

    /// Takes over a drop that happens by itself with this one.
    pub(super) fn implies_drop(mut self, mut other: Self) -> Self {
        self.besides.append(&mut other.besides);
        if can_stand_alone(&other.action) {
            self.besides.push(other);
            return self;
        }
        self.ends.extend(other.ends);
        self.releases.extend(other.releases);
        self.frees.extend(other.frees);
        self
    }

    /// Takes over a creation that is part of this one.
    pub(super) fn includes(mut self, mut other: Self) -> Self {
        self.besides.append(&mut other.besides);
        if can_stand_alone(&other.action) {
            self.besides.push(other);
            return self;
        }
        self.provides.extend(other.provides);
        self.needs.extend(other.needs);
        self.hopes.extend(other.hopes);
        self.takes.extend(other.takes);
        self
    }
}

/// What is said of a step that changes `parts`: of a table, not of its row type.
fn object(parts: &BTreeSet<Part>) -> Option<&ObjectRef> {
    let objects = || {
        parts.iter().filter_map(|part| match part {
            Part::Object(object) | Part::Alone(object) => Some(object),
            Part::Begun(_)
            | Part::NotNull(_)
            | Part::Called(_)
            | Part::Gone(_)
            | Part::Attached(_)
            | Part::Checked(_)
            | Part::Persistence(_) => None,
        })
    };
    let whole =
        objects().find(|it| matches!(it, ObjectRef::Table(_) | ObjectRef::Definition { .. }));
    whole.or_else(|| objects().next())
}

/// Whether what another statement does besides can be a statement of its own.
fn can_stand_alone(action: &Action) -> bool {
    match action {
        Action::AddConstraint { .. }
        | Action::DropConstraint { .. }
        | Action::DropIndex { .. }
        | Action::SetDefault { .. }
        | Action::DropDefault(_)
        | Action::Definition(_) => true,
        Action::Domain { change, .. } => matches!(
            change.as_ref(),
            DomainAction::AddCheck(_) | DomainAction::DropCheck(_) | DomainAction::SetDefault(_)
        ),
        Action::Rename(_)
        | Action::CreateSchema(_)
        | Action::DropSchema(_)
        | Action::CreateEnum(_)
        | Action::AddEnumValue { .. }
        | Action::SetAsideType { .. }
        | Action::SetAside { .. }
        | Action::CarryPosition { .. }
        | Action::DropType(_)
        | Action::CreateSequence(_)
        | Action::AlterSequence(_)
        | Action::SetSequenceOwner { .. }
        | Action::RenameSequence { .. }
        | Action::DropSequence(_)
        | Action::CreateTable(_)
        | Action::DropTable(_)
        | Action::SetPersistence { .. }
        | Action::SetAccessMethod { .. }
        | Action::SetTableOptions { .. }
        | Action::AddColumn { .. }
        | Action::DropColumn(_)
        | Action::SetType { .. }
        | Action::DropExpression(_)
        | Action::SetNotNull(_)
        | Action::DropNotNull(_)
        | Action::AddIdentity { .. }
        | Action::AlterIdentity { .. }
        | Action::DropIdentity(_)
        | Action::SetStorage { .. }
        | Action::SetCompression { .. }
        | Action::SetStatistics { .. }
        | Action::AlterConstraint { .. }
        | Action::ValidateConstraint { .. }
        | Action::CreateIndex { .. }
        | Action::SetIndexOptions { .. }
        | Action::Table { .. }
        | Action::Composite { .. }
        | Action::SetOwner { .. }
        | Action::Online(_)
        | Action::Privileges(_)
        | Action::SkipBodyChecks
        | Action::Comment { .. } => false,
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
