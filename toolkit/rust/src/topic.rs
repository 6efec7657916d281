//! What a step is about: the name of the function that it would go into.

use std::collections::BTreeSet;

use super::names::Names;
use crate::{
    catalog::{ObjectRef, QualifiedName},
    diff::Rename,
    plan::{Action, CompositeAction, DefinitionAction, DomainAction},
};

/// The name of a function for `action`; `created` are the tables that the plan creates.
pub(super) fn topic(
    action: &Action,
    created: &BTreeSet<&QualifiedName>,
    names: &Names<'_>,
) -> String {
    let about = |table: &QualifiedName| {
        let verb = if created.contains(table) {
            "create"
        } else {
            "alter"
        };
        format!("{verb}_{}", snake_case(&names.plain(table)))
    };
    match action {
        Action::Rename(rename) => renamed(rename, names),
        Action::CreateSchema(_) => "create_schemas".to_owned(),
        Action::DropSchema(_) => "drop_schemas".to_owned(),
        Action::CreateEnum(_) => "create_types".to_owned(),
        Action::AddEnumValue { .. } | Action::SetAsideType { .. } | Action::SetAside { .. } => {
            "alter_types".to_owned()
        }
        Action::DropType(_) => "drop_types".to_owned(),
        Action::CreateSequence(_) => "create_sequences".to_owned(),
        Action::AlterSequence(_)
        | Action::SetSequenceOwner { .. }
        | Action::CarryPosition { .. }
        | Action::RenameSequence { .. } => "alter_sequences".to_owned(),
        Action::DropSequence(_) => "drop_sequences".to_owned(),
        Action::CreateTable(new) => about(&new.table.name),
        Action::DropTable(_) => "drop_tables".to_owned(),
        Action::AddConstraint { table, constraint } if constraint.foreign_key().is_some() => {
            format!("add_foreign_keys_of_{}", snake_case(&names.plain(table)))
        }
        Action::DropConstraint { table, constraint } if constraint.foreign_key().is_some() => {
            format!("drop_foreign_keys_of_{}", snake_case(&names.plain(table)))
        }
        Action::SetPersistence { table, .. }
        | Action::SetAccessMethod { table, .. }
        | Action::SetTableOptions { table, .. }
        | Action::Table { table, .. }
        | Action::AddColumn { table, .. }
        | Action::AddConstraint { table, .. }
        | Action::AlterConstraint { table, .. }
        | Action::ValidateConstraint { table, .. }
        | Action::DropConstraint { table, .. }
        | Action::CreateIndex { table, .. } => about(table),
        Action::DropColumn(column)
        | Action::SetType { column, .. }
        | Action::SetDefault { column, .. }
        | Action::DropDefault(column)
        | Action::DropExpression(column)
        | Action::SetNotNull(column)
        | Action::DropNotNull(column)
        | Action::AddIdentity { column, .. }
        | Action::AlterIdentity { column, .. }
        | Action::DropIdentity(column)
        | Action::SetStorage { column, .. }
        | Action::SetCompression { column, .. }
        | Action::SetStatistics { column, .. } => about(&column.table),
        Action::Online(action) => about(action.table()),
        Action::SetIndexOptions { .. } => "alter_indexes".to_owned(),
        Action::DropIndex(_) => "drop_indexes".to_owned(),
        Action::Domain { change, .. } => of_domain(change).to_owned(),
        Action::Composite { change, .. } => of_composite(change).to_owned(),
        Action::Definition(action) => of_definition(action),
        Action::SetOwner { .. } => "set_owners".to_owned(),
        Action::Privileges(_) => "set_privileges".to_owned(),
        Action::SkipBodyChecks => "skip_body_checks".to_owned(),
        Action::Comment { target, .. } => {
            described(target).map_or_else(|| "comment".to_owned(), about)
        }
    }
}

fn of_domain(action: &DomainAction) -> &'static str {
    match action {
        DomainAction::Create(_) => "create_types",
        DomainAction::Drop => "drop_types",
        DomainAction::SetDefault(_)
        | DomainAction::SetNotNull(_)
        | DomainAction::AddNotNull(_)
        | DomainAction::RenameNotNull { .. }
        | DomainAction::AddCheck(_)
        | DomainAction::ValidateCheck(_)
        | DomainAction::DropCheck(_)
        | DomainAction::CommentOnCheck { .. } => "alter_types",
    }
}

fn of_composite(action: &CompositeAction) -> &'static str {
    match action {
        CompositeAction::Create(_) => "create_types",
        CompositeAction::Drop => "drop_types",
        CompositeAction::AddAttribute(_)
        | CompositeAction::SetAttributeType(_)
        | CompositeAction::DropAttribute(_) => "alter_types",
    }
}

fn of_definition(action: &DefinitionAction) -> String {
    let (verb, kind) = match action {
        DefinitionAction::Create(it) => ("create", it.kind),
        DefinitionAction::Replace(it) | DefinitionAction::Set { definition: it, .. } => {
            ("alter", it.kind)
        }
        DefinitionAction::Drop(it) => ("drop", it.kind),
    };
    format!("{verb}_{}", plural(kind.as_str()))
}

fn plural(kind: &str) -> String {
    let words = kind.replace(' ', "_");
    match words.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if words.ends_with('s') => words,
        None => format!("{words}s"),
    }
}

/// The same on the way back, where what is made was there once.
pub(super) fn back(topic: &str) -> String {
    const VERBS: &[(&str, &str)] = &[
        ("create_", "recreate_"),
        ("alter_", "restore_"),
        ("add_", "restore_"),
        ("drop_", "drop_new_"),
    ];
    let verb = VERBS
        .iter()
        .find_map(|(verb, back)| Some((topic.strip_prefix(verb)?, back)));
    verb.map_or_else(
        || format!("{topic}_back"),
        |(object, back)| format!("{back}{object}"),
    )
}

fn renamed(rename: &Rename, names: &Names<'_>) -> String {
    match rename {
        Rename::Table { .. } => "rename_tables".to_owned(),
        Rename::Column { table, .. }
        | Rename::Constraint { table, .. }
        | Rename::Index { table, .. } => {
            format!("alter_{}", snake_case(&names.plain(table)))
        }
        Rename::Sequence { .. } => "alter_sequences".to_owned(),
        Rename::Enum { .. } | Rename::EnumValue { .. } => "alter_types".to_owned(),
    }
}

/// The table that a comment's target is or belongs to.
pub(super) fn described(target: &ObjectRef) -> Option<&QualifiedName> {
    match target {
        ObjectRef::Table(table)
        | ObjectRef::Constraint { table, .. }
        | ObjectRef::Index { table, .. } => Some(table),
        ObjectRef::Column(column) => Some(&column.table),
        ObjectRef::Schema(_)
        | ObjectRef::Type(_)
        | ObjectRef::Sequence(_)
        | ObjectRef::Definition { .. }
        | ObjectRef::Unmanaged { .. } => None,
    }
}

/// `name` as part of a function's name.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && after_lower {
                snake.push('_');
            }
            snake.push(c.to_ascii_lowercase());
            after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        } else {
            if !snake.is_empty() && !snake.ends_with('_') {
                snake.push('_');
            }
            after_lower = false;
        }
    }
    let snake = snake.trim_end_matches('_');
    if snake.is_empty() {
        "table".to_owned()
    } else {
        snake.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_of_functions_are_snake_case() {
        for (name, snake) in [
            ("users", "users"),
            ("OrderItems", "order_items"),
            ("a b", "a_b"),
            ("é", "table"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }
}
