//! What goes first where nothing else says so. No I/O here.

use crate::catalog::{DefinitionKind, Setting};

use super::{Action, CompositeAction, DefinitionAction, DomainAction, GrantKind, TableAction};

/// The order in which actions go that do not wait for each other: what is in the way first, then
/// containers before contents, comments near the end, and last what is no longer used.
pub(super) fn rank(action: &Action) -> u8 {
    match action {
        Action::SkipBodyChecks => 0,
        Action::Rename(_) => 1,
        Action::Definition(action) => rank_of_definition(action),
        // A sequence has the owner of the table of its column: it parts before, and joins afterwards.
        Action::SetOwner { .. } => 45,
        Action::Privileges(it) => rank_of_privileges(it.kind),
        Action::DropConstraint { constraint, .. } if constraint.foreign_key().is_some() => 4,
        Action::DropConstraint { .. } => 5,
        Action::DropIndex { .. } => 6,
        Action::DropDefault(_) | Action::DropExpression(_) | Action::DropIdentity(_) => 7,
        Action::Table { change, .. } => rank_of_table(change),
        Action::DropTable(_) => 9,
        Action::CreateSchema(_) => 20,
        Action::SetAsideType { .. } | Action::SetAside { .. } => 22,
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
        Action::CarryPosition { .. } => 36,
        Action::AddConstraint { constraint, .. } if constraint.foreign_key().is_some() => 43,
        Action::AddConstraint { .. } => 40,
        Action::CreateIndex { .. } | Action::Online(_) => 41,
        Action::SetIndexOptions { .. } => 42,
        Action::AlterConstraint { .. }
        | Action::ValidateConstraint { .. }
        | Action::SetSequenceOwner { owner: None, .. } => 44,
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
        GrantKind::Revoke | GrantKind::RevokeGrantOption => 92,
        GrantKind::Grant | GrantKind::GrantWithOption => 93,
    }
}

fn rank_of_definition(action: &DefinitionAction) -> u8 {
    match action {
        DefinitionAction::Create(it) | DefinitionAction::Replace(it) => ranks_of(it.kind).0,
        DefinitionAction::Set {
            definition,
            setting: Setting::Mapping(_),
            value: _,
        } => ranks_of(definition.kind).0,
        // What is done to the trigger of a partitioned table is done to those of its partitions.
        DefinitionAction::Set {
            definition: _,
            setting: Setting::FiringOn(_),
            value: _,
        } => 59,
        DefinitionAction::Set { .. } => 58,
        DefinitionAction::Drop(it) => ranks_of(it.kind).1,
    }
}

/// When objects of a kind are made, and when they are dropped.
fn ranks_of(kind: DefinitionKind) -> (u8, u8) {
    match kind {
        DefinitionKind::Extension => (21, 98),
        DefinitionKind::ForeignDataWrapper
        | DefinitionKind::Server
        | DefinitionKind::Collation
        | DefinitionKind::TextSearchDictionary
        | DefinitionKind::TextSearchConfiguration => (22, 97),
        DefinitionKind::RangeType => (23, 97),
        DefinitionKind::Function | DefinitionKind::Procedure => (50, 93),
        DefinitionKind::Aggregate | DefinitionKind::Operator => (51, 93),
        DefinitionKind::UserMapping => (51, 2),
        DefinitionKind::Cast | DefinitionKind::Conversion => (51, 92),
        DefinitionKind::View | DefinitionKind::ForeignTable => (52, 3),
        DefinitionKind::MaterializedView => (53, 3),
        DefinitionKind::Statistics | DefinitionKind::Rule => (54, 2),
        DefinitionKind::Trigger => (55, 2),
        DefinitionKind::Policy => (56, 2),
        DefinitionKind::Publication => (58, 2),
        DefinitionKind::PublicationTable | DefinitionKind::PublicationSchema => (59, 2),
        // It would fire at the other statements.
        DefinitionKind::EventTrigger => (98, 2),
    }
}

fn rank_of_table(action: &TableAction) -> u8 {
    match action {
        TableAction::Detach { .. } | TableAction::NoInherit(_) | TableAction::NotOf => 8,
        TableAction::Inherit(_) | TableAction::Attach(_) | TableAction::Of(_) => 39,
        TableAction::EnableRowSecurity(_) | TableAction::ForceRowSecurity(_) => 57,
        TableAction::SetColumnOptions { .. } => 32,
        // What a child is left with goes afterwards.
        TableAction::SetConstraintInherit { .. } => 33,
        TableAction::AddNotNull { .. } | TableAction::RenameConstraint { .. } => 34,
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
        DomainAction::SetDefault(_)
        | DomainAction::SetNotNull(_)
        | DomainAction::AddNotNull(_)
        | DomainAction::RenameNotNull { .. } => 25,
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
