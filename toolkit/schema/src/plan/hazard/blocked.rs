//! What leans on an object that a step drops or retypes, and is not touched by the plan.

use super::{Break, Effect, Hazard, breaks, outside};
use crate::{
    catalog::{Catalog, ObjectRef, QualifiedName, Unmanaged, UnmanagedKind},
    diff::Changes,
    plan::{Action, CompositeAction, DefinitionAction, DomainAction, Obstacle},
};

/// What is not managed, or is in a schema that was not read.
pub(super) fn hazards(action: &Action, changes: &Changes<'_>) -> Vec<Hazard> {
    if let Action::DropSchema(name) = action {
        return left_in_schema(name, changes);
    }
    let Some(object) = changed(action, &changes.from) else {
        return Vec::new();
    };
    let mut hazards = not_managed(&object, changes);
    hazards.extend(outside::hazards(action, &object, changes));
    hazards
}

/// What `action` drops or gives another type.
fn changed(action: &Action, from: &Catalog) -> Option<ObjectRef> {
    Some(match action {
        Action::DropTable(name) => ObjectRef::Table(name.clone()),
        Action::DropColumn(column) | Action::SetType { column, .. } => {
            ObjectRef::Column(column.clone())
        }
        Action::DropConstraint { table, constraint } => {
            ObjectRef::constraint(table, &constraint.name)
        }
        Action::DropIndex(name) => return index(name, from),
        Action::DropSequence(name) => ObjectRef::Sequence(name.clone()),
        Action::SetAsideType { name, aside: _ } | Action::DropType(name) => {
            ObjectRef::Type(name.clone())
        }
        Action::Composite { name, change } => match change.as_ref() {
            CompositeAction::Drop | CompositeAction::SetAttributeType(_) => {
                ObjectRef::Type(name.clone())
            }
            CompositeAction::Create(_)
            | CompositeAction::AddAttribute(_)
            | CompositeAction::DropAttribute(_) => return None,
        },
        Action::Domain { name, change } => match change.as_ref() {
            DomainAction::Drop => ObjectRef::Type(name.clone()),
            DomainAction::Create(_)
            | DomainAction::AddCheck(_)
            | DomainAction::DropCheck(_)
            | DomainAction::SetDefault(_)
            | DomainAction::SetNotNull(_)
            | DomainAction::AddNotNull(_)
            | DomainAction::RenameNotNull { .. }
            | DomainAction::ValidateCheck(_)
            | DomainAction::CommentOnCheck { .. } => return None,
        },
        Action::Definition(action) => match action.as_ref() {
            DefinitionAction::Drop(definition) => definition.reference(),
            DefinitionAction::Create(_)
            | DefinitionAction::Replace(_)
            | DefinitionAction::Set { .. } => return None,
        },
        Action::Rename(_)
        | Action::DropSchema(_)
        | Action::CreateSchema(_)
        | Action::CreateEnum(_)
        | Action::AddEnumValue { .. }
        | Action::SetAside { .. }
        | Action::CarryPosition { .. }
        | Action::CreateSequence(_)
        | Action::AlterSequence(_)
        | Action::SetSequenceOwner { .. }
        | Action::RenameSequence { .. }
        | Action::CreateTable(_)
        | Action::SetPersistence { .. }
        | Action::SetAccessMethod { .. }
        | Action::SetTableOptions { .. }
        | Action::AddColumn { .. }
        | Action::SetDefault { .. }
        | Action::DropDefault(_)
        | Action::DropExpression(_)
        | Action::SetNotNull(_)
        | Action::DropNotNull(_)
        | Action::AddIdentity { .. }
        | Action::AlterIdentity { .. }
        | Action::DropIdentity(_)
        | Action::SetStorage { .. }
        | Action::SetCompression { .. }
        | Action::SetStatistics { .. }
        | Action::AddConstraint { .. }
        | Action::AlterConstraint { .. }
        | Action::ValidateConstraint { .. }
        | Action::CreateIndex { .. }
        | Action::SetIndexOptions { .. }
        | Action::Table { .. }
        | Action::SetOwner { .. }
        | Action::Online(_)
        | Action::Privileges(_)
        | Action::SkipBodyChecks
        | Action::Comment { .. } => return None,
    })
}

fn index(name: &QualifiedName, from: &Catalog) -> Option<ObjectRef> {
    let table = from.table_of_index(name)?;
    Some(ObjectRef::index(&table.name, &name.name))
}

fn not_managed(object: &ObjectRef, changes: &Changes<'_>) -> Vec<Hazard> {
    let leans = |unmanaged: &&Unmanaged| {
        unmanaged
            .uses
            .iter()
            .any(|used| is_or_is_inside(used, object))
    };
    let unmanaged = changes.from.unmanaged.iter().filter(leans);
    let hazard = |unmanaged: &Unmanaged| {
        // A publication lets a table go without a word, but none of the columns that it names.
        let lets_go =
            unmanaged.kind == UnmanagedKind::Publication && matches!(object, ObjectRef::Table(_));
        let hazard = if lets_go {
            breaks(Break::LeavesPublication, object.clone())
        } else {
            blocked(Obstacle::Dependant, object.clone())
        };
        hazard.by(unmanaged.reference())
    };
    unmanaged.map(hazard).collect()
}

pub(super) fn blocked(obstacle: Obstacle, object: ObjectRef) -> Hazard {
    Hazard::new(Effect::Blocked(obstacle), object)
}

/// Whether `used` is `object`, or a column of it.
pub(super) fn is_or_is_inside(used: &ObjectRef, object: &ObjectRef) -> bool {
    match (used, object) {
        (ObjectRef::Column(column), ObjectRef::Table(table)) => &column.table == table,
        (used, object) => used == object,
    }
}

fn left_in_schema(schema: &str, changes: &Changes<'_>) -> Vec<Hazard> {
    let left = changes
        .from
        .unmanaged
        .iter()
        .filter(|unmanaged| unmanaged.name.schema == schema && unmanaged.kind.is_object());
    let schema = ObjectRef::Schema(schema.to_owned());
    left.map(|it| blocked(Obstacle::InSchema, schema.clone()).by(it.reference()))
        .collect()
}
