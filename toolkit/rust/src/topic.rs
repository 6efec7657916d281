//! What a step is about: the name of the function that it would go into.

use std::collections::BTreeSet;

use super::names::Names;
use crate::{
    catalog::{ObjectRef, QualifiedName},
    plan::{Action, DefinitionAction, Verb},
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
        Action::AddConstraint { table, constraint } if constraint.foreign_key().is_some() => {
            format!("add_foreign_keys_of_{}", snake_case(&names.plain(table)))
        }
        Action::DropConstraint { table, constraint } if constraint.foreign_key().is_some() => {
            format!("drop_foreign_keys_of_{}", snake_case(&names.plain(table)))
        }
        Action::SetAside { .. } => "alter_types".to_owned(),
        Action::SetIndexOptions { .. } => "alter_indexes".to_owned(),
        Action::DropIndex { .. } => "drop_indexes".to_owned(),
        Action::Definition(action) => of_definition(action),
        Action::Online(action) => about(action.table()),
        Action::SetOwner { .. } => "set_owners".to_owned(),
        Action::Privileges(_) => "set_privileges".to_owned(),
        Action::Comment { target, .. } => {
            table_of(target).map_or_else(|| "comment".to_owned(), about)
        }
        other => other.effect().map_or_else(
            || "skip_body_checks".to_owned(),
            |(verb, object)| of_object(verb, &object, about),
        ),
    }
}

fn of_object(verb: Verb, object: &ObjectRef, about: impl Fn(&QualifiedName) -> String) -> String {
    let done = match verb {
        Verb::Create => "create",
        Verb::Extend | Verb::Alter | Verb::Rename | Verb::Reduce => "alter",
        Verb::Drop => "drop",
    };
    match object {
        ObjectRef::Table(_) if verb == Verb::Drop => "drop_tables".to_owned(),
        ObjectRef::Table(_) if verb == Verb::Rename => "rename_tables".to_owned(),
        ObjectRef::Table(table)
        | ObjectRef::Constraint { table, name: _ }
        | ObjectRef::Index { table, name: _ } => about(table),
        ObjectRef::Column(column) => about(&column.table),
        ObjectRef::Schema(_) => format!("{done}_schemas"),
        ObjectRef::Type(_) => format!("{done}_types"),
        ObjectRef::Sequence(_) => format!("{done}_sequences"),
        ObjectRef::Definition { kind, .. } => format!("{done}_{}", plural(kind.as_str())),
        ObjectRef::Unmanaged { kind, name: _ } => format!("{done}_{}", plural(kind.as_str())),
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

/// The table that an object is or belongs to.
pub(super) fn table_of(target: &ObjectRef) -> Option<&QualifiedName> {
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
