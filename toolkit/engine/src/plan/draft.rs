//! An action with what it needs and what it ends: what the order is made of.

use std::collections::BTreeSet;

use crate::catalog::{ColumnRef, Definition, DefinitionKind, ObjectRef, QualifiedName};

use super::{Action, CompositeAction, DefinitionAction, DomainAction, GrantKind, TableAction};

/// What one step can wait for: an object, or a property of a column that others lean on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Object(ObjectRef),
    NotNull(ColumnRef),
    /// The name of a type, which statements that drop routines say.
    Called(QualifiedName),
    /// That no routine of the name is there that goes.
    Gone(QualifiedName),
    /// That a table is a partition.
    Attached(QualifiedName),
    /// A key or an index of a partitioned table, without those of the partitions.
    Alone(ObjectRef),
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
    /// A table is a partition of one other.
    Partition(QualifiedName),
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
    /// What of the desired state should exist before, if that can be.
    pub(super) hopes: BTreeSet<Part>,
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
            hopes: BTreeSet::new(),
            ends: BTreeSet::new(),
            releases: BTreeSet::new(),
            frees: BTreeSet::new(),
            takes: BTreeSet::new(),
        }
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
        let object = |parts: &BTreeSet<Part>| {
            parts.first().map(|part| match part {
                Part::Object(object) | Part::Alone(object) => object.to_string(),
                Part::NotNull(column) => format!("not null of {column}"),
                Part::Attached(table) => format!("partition {table}"),
                Part::Called(name) => format!("name of type {name}"),
                Part::Gone(name) => format!("end of routine {name}"),
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

    /// Takes over all bonds of a drop that happens by itself with this one.
    pub(super) fn implies_drop(mut self, other: Self) -> Self {
        let Self {
            action: _,
            provides: _,
            needs: _,
            hopes: _,
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
            hopes,
            ends: _,
            releases: _,
            frees: _,
            takes,
        } = other;
        self.provides.extend(provides);
        self.needs.extend(needs);
        self.hopes.extend(hopes);
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
        Action::SkipBodyChecks => 0,
        Action::Rename(_) => 1,
        Action::Definition(action) => rank_of_definition(action),
        Action::Privileges(it) => rank_of_privileges(it.kind),
        Action::DropConstraint { constraint, .. } if constraint.foreign_key().is_some() => 4,
        Action::DropConstraint { .. } => 5,
        Action::DropIndex(_) => 6,
        Action::DropDefault(_) | Action::DropExpression(_) | Action::DropIdentity(_) => 7,
        Action::Table { change, .. } => rank_of_table(change),
        Action::DropTable(_) => 9,
        Action::CreateSchema(_) => 20,
        Action::SetAsideType { .. } => 22,
        Action::CreateEnum(_) | Action::AddEnumValue { .. } => 23,
        Action::Domain { change, .. } => rank_of_domain(change),
        Action::Composite { change, .. } => rank_of_composite(change),
        Action::CreateSequence(_) | Action::AlterSequence(_) | Action::RenameSequence { .. } => 26,
        Action::CreateTable(_) => 27,
        Action::SetPersistence { .. }
        | Action::SetAccessMethod { .. }
        | Action::SetTableOptions { .. } => 28,
        Action::DropColumn(_) => 29,
        Action::AddColumn { .. } => 30,
        Action::SetType { .. } => 31,
        Action::SetStorage { .. }
        | Action::SetCompression { .. }
        | Action::SetStatistics { .. } => 32,
        Action::SetDefault { .. } => 33,
        Action::SetNotNull(_) | Action::DropNotNull(_) => 34,
        Action::AddIdentity { .. } | Action::AlterIdentity { .. } => 35,
        Action::AddConstraint { constraint, .. } if constraint.foreign_key().is_some() => 43,
        Action::AddConstraint { .. } => 40,
        Action::CreateIndex { .. } => 41,
        Action::SetIndexOptions { .. } => 42,
        Action::AlterConstraint { .. } | Action::ValidateConstraint { .. } => 44,
        Action::SetSequenceOwner { .. } => 46,
        Action::Comment { .. } => 90,
        Action::DropSequence(_) => 94,
        Action::DropType(_) => 95,
        Action::DropSchema(_) => 99,
    }
}

/// What is taken from a table goes before what its columns get.
fn rank_of_privileges(kind: GrantKind) -> u8 {
    match kind {
        GrantKind::Revoke | GrantKind::RevokeGrantOption => 91,
        GrantKind::Grant | GrantKind::GrantWithOption => 92,
    }
}

fn rank_of_definition(action: &DefinitionAction) -> u8 {
    match action {
        DefinitionAction::Create(it) | DefinitionAction::Replace(it) => ranks_of(it.kind).0,
        DefinitionAction::Set { .. } => 58,
        DefinitionAction::Drop(it) => ranks_of(it.kind).1,
    }
}

/// When objects of a kind are made, and when they are dropped.
fn ranks_of(kind: DefinitionKind) -> (u8, u8) {
    match kind {
        DefinitionKind::Extension => (21, 98),
        DefinitionKind::Collation | DefinitionKind::TextSearchDictionary => (22, 97),
        DefinitionKind::RangeType => (23, 97),
        DefinitionKind::Function | DefinitionKind::Procedure => (50, 93),
        DefinitionKind::Aggregate => (51, 93),
        DefinitionKind::View => (52, 3),
        DefinitionKind::MaterializedView => (53, 3),
        DefinitionKind::Statistics | DefinitionKind::Rule => (54, 2),
        DefinitionKind::Trigger => (55, 2),
        DefinitionKind::Policy => (56, 2),
    }
}

fn rank_of_table(action: &TableAction) -> u8 {
    match action {
        TableAction::Detach { .. } | TableAction::NoInherit(_) => 8,
        TableAction::Inherit(_) | TableAction::Attach(_) => 39,
        TableAction::EnableRowSecurity(_) | TableAction::ForceRowSecurity(_) => 57,
        TableAction::SetColumnOptions { .. } => 32,
        TableAction::SetReplicaIdentity(_)
        | TableAction::AttachIndex { .. }
        | TableAction::ClusterOn(_)
        | TableAction::SetIndexStatistics { .. } => 45,
    }
}

fn rank_of_domain(action: &DomainAction) -> u8 {
    match action {
        DomainAction::DropCheck(_) => 5,
        DomainAction::Create(_) => 24,
        DomainAction::SetDefault(_) | DomainAction::SetNotNull(_) => 25,
        DomainAction::AddCheck(_) => 40,
        DomainAction::ValidateCheck(_) => 44,
        DomainAction::CommentOnCheck { .. } => 90,
        DomainAction::Drop => 96,
    }
}

fn rank_of_composite(action: &CompositeAction) -> u8 {
    match action {
        CompositeAction::Create(_) => 24,
        CompositeAction::DropAttribute(_)
        | CompositeAction::AddAttribute(_)
        | CompositeAction::SetAttributeType(_) => 25,
        CompositeAction::Drop => 96,
    }
}
