//! What an action does to which object: what a person is told of it, and what may be in its way, follow from that.

use super::{
    Action, CompositeAction, DefinitionAction, DomainAction, OnlineAction, PrivilegeTarget, Twins,
    TwinsStep,
};
use crate::catalog::{DefinitionKind, Distinction, ObjectRef, QualifiedName};

/// What is done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// It is made.
    Create,
    /// It gets a part that is no object of its own.
    Extend,
    /// It gets another name.
    Rename,
    /// It becomes another one.
    Alter,
    /// It loses a part that is no object of its own.
    Reduce,
    /// It goes.
    Drop,
}

impl Action {
    /// What is done to which object; none where it is done to the session, or to objects that are still to come.
    pub fn effect(&self) -> Option<(Verb, ObjectRef)> {
        let index = |table, index: &QualifiedName| ObjectRef::index(table, &index.name);
        Some(match self {
            Self::Rename(rename) => (Verb::Rename, rename.renamed()),
            Self::CreateSchema(it) => (Verb::Create, ObjectRef::Schema(it.name.clone())),
            Self::DropSchema(name) => (Verb::Drop, ObjectRef::Schema(name.clone())),
            Self::CreateEnum(it) => (Verb::Create, ObjectRef::Type(it.name.clone())),
            Self::AddEnumValue { name, .. } => (Verb::Extend, ObjectRef::Type(name.clone())),
            Self::SetAsideType { name, .. } => (Verb::Rename, ObjectRef::Type(name.clone())),
            Self::SetAside { object, .. } => (Verb::Rename, object.clone()),
            Self::DropType(name) => (Verb::Drop, ObjectRef::Type(name.clone())),
            Self::CreateSequence(it) => (Verb::Create, ObjectRef::Sequence(it.name.clone())),
            Self::AlterSequence(it) => (Verb::Alter, ObjectRef::Sequence(it.to.name.clone())),
            Self::SetSequenceOwner { sequence: name, .. }
            | Self::CarryPosition { to: name, .. } => {
                (Verb::Alter, ObjectRef::Sequence(name.clone()))
            }
            Self::RenameSequence { from, .. } => (Verb::Rename, ObjectRef::Sequence(from.clone())),
            Self::DropSequence(name) => (Verb::Drop, ObjectRef::Sequence(name.clone())),
            Self::CreateTable(it) => (Verb::Create, ObjectRef::Table(it.table.name.clone())),
            Self::DropTable(name) => (Verb::Drop, ObjectRef::Table(name.clone())),
            Self::SetPersistence { table, .. }
            | Self::SetAccessMethod { table, .. }
            | Self::SetTableOptions { table, .. }
            | Self::Table { table, .. } => (Verb::Alter, ObjectRef::Table(table.clone())),
            Self::AddColumn { table, column } => {
                (Verb::Create, ObjectRef::column(table, &column.column.name))
            }
            Self::DropColumn(column) => (Verb::Drop, column.into()),
            Self::AddIdentity { column, .. } => (Verb::Extend, column.into()),
            Self::DropIdentity(column) => (Verb::Reduce, column.into()),
            Self::SetType { column, .. }
            | Self::SetDefault { column, .. }
            | Self::DropDefault(column)
            | Self::DropExpression(column)
            | Self::SetNotNull(column)
            | Self::DropNotNull(column)
            | Self::AlterIdentity { column, .. }
            | Self::SetStorage { column, .. }
            | Self::SetCompression { column, .. }
            | Self::SetStatistics { column, .. } => (Verb::Alter, column.into()),
            Self::AddConstraint { table, constraint } => {
                (Verb::Create, ObjectRef::constraint(table, &constraint.name))
            }
            Self::AlterConstraint { table, constraint } => {
                (Verb::Alter, ObjectRef::constraint(table, &constraint.name))
            }
            Self::ValidateConstraint { table, name } => {
                (Verb::Alter, ObjectRef::constraint(table, name))
            }
            Self::DropConstraint { table, constraint } => {
                (Verb::Drop, ObjectRef::constraint(table, &constraint.name))
            }
            Self::CreateIndex { table, index } => {
                (Verb::Create, ObjectRef::index(table, &index.name))
            }
            Self::SetIndexOptions {
                table, index: it, ..
            } => (Verb::Alter, index(table, it)),
            Self::DropIndex { table, index: it } => (Verb::Drop, index(table, it)),
            Self::Domain { name, change } => (change.verb(), ObjectRef::Type(name.clone())),
            Self::Composite { name, change } => (change.verb(), ObjectRef::Type(name.clone())),
            Self::Definition(action) => action.effect(),
            Self::Online(action) => action.effect(),
            Self::SetOwner { object, .. } | Self::Comment { target: object, .. } => {
                (Verb::Alter, object.clone())
            }
            Self::Privileges(it) => match &it.on {
                PrivilegeTarget::Object(object) => (Verb::Alter, object.clone()),
                PrivilegeTarget::Default(_) => return None,
            },
            Self::SkipBodyChecks => return None,
        })
    }
}

impl DomainAction {
    fn verb(&self) -> Verb {
        match self {
            Self::Create(_) => Verb::Create,
            Self::Drop => Verb::Drop,
            Self::AddCheck(_) => Verb::Extend,
            Self::DropCheck(_) => Verb::Reduce,
            Self::SetDefault(_)
            | Self::SetNotNull(_)
            | Self::AddNotNull(_)
            | Self::RenameNotNull { .. }
            | Self::ValidateCheck(_)
            | Self::CommentOnCheck { .. } => Verb::Alter,
        }
    }
}

impl CompositeAction {
    fn verb(&self) -> Verb {
        match self {
            Self::Create(_) => Verb::Create,
            Self::Drop => Verb::Drop,
            Self::AddAttribute(_) => Verb::Extend,
            Self::DropAttribute(_) => Verb::Reduce,
            Self::SetAttributeType(_) => Verb::Alter,
        }
    }
}

impl DefinitionAction {
    fn effect(&self) -> (Verb, ObjectRef) {
        match self {
            Self::Create(it) => (Verb::Create, it.reference()),
            Self::Replace(it) | Self::Set { definition: it, .. } => (Verb::Alter, it.reference()),
            Self::Drop(it) => (Verb::Drop, it.reference()),
        }
    }
}

impl OnlineAction {
    fn effect(&self) -> (Verb, ObjectRef) {
        match self {
            Self::CreateIndex { table, index } => {
                (Verb::Create, ObjectRef::index(table, &index.name))
            }
            Self::DropIndex { table, index } => (Verb::Drop, ObjectRef::index(table, &index.name)),
            Self::AddKey { table, constraint } => {
                (Verb::Create, ObjectRef::constraint(table, &constraint.name))
            }
            Self::Twins { twins, step } => step.effect(twins),
        }
    }
}

impl TwinsStep {
    fn effect(self, twins: &Twins) -> (Verb, ObjectRef) {
        let arguments = Distinction::Arguments("()".to_owned());
        let function = || DefinitionKind::Function.reference_to(twins.function.clone(), arguments);
        let of_table = Distinction::Of(twins.table.name.clone());
        let trigger = || {
            let name = twins.table.sibling(twins.trigger.clone());
            DefinitionKind::Trigger.reference_to(name, of_table)
        };
        match self {
            Self::CreateFunction => (Verb::Create, function()),
            Self::CreateTrigger => (Verb::Create, trigger()),
            Self::Backfill => (Verb::Alter, ObjectRef::Column(twins.to())),
            Self::FillBack => (Verb::Alter, ObjectRef::Column(twins.from())),
            Self::DropTrigger => (Verb::Drop, trigger()),
            Self::DropFunction => (Verb::Drop, function()),
        }
    }
}
