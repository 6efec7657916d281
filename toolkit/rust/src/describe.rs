//! A plan in one sentence, for the documentation of its migration.

use super::{comment::capitalized, names::Names};
use crate::{
    catalog::{ColumnRef, ConstraintKind, ObjectRef, QualifiedName},
    diff::Rename,
    plan::{self, Action, DefinitionAction, OnlineAction, Plan, Step, TwinsStep},
};

/// The most objects that are named after one verb.
const MAX_NAMED: usize = 4;

/// What is done to objects of one kind of treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verb {
    Creates,
    Adds,
    Renames,
    Changes,
    Fills,
    Drops,
}

/// What `plan` does: ``Creates `users`; adds `orders.user_id`.``
pub(super) fn sentence(plan: &Plan, names: &Names<'_>) -> String {
    let mut done: Vec<(Verb, String)> = Vec::new();
    let mut aside = Vec::new();
    for Step { action, .. } in &plan.steps {
        if let Action::SetAsideType { name, aside: to } = action {
            aside.push(name.sibling(to.as_str()));
        }
        let is_aside = matches!(action, Action::DropType(name) if aside.contains(name));
        let phrase = phrase(action, names).filter(|phrase| !done.contains(phrase));
        done.extend(phrase.filter(|_| !is_aside));
    }
    settle(&mut done);
    let verbs = [
        Verb::Creates,
        Verb::Adds,
        Verb::Renames,
        Verb::Changes,
        Verb::Fills,
        Verb::Drops,
    ];
    let clauses: Vec<_> = verbs
        .iter()
        .filter_map(|verb| clause(*verb, &done))
        .collect();
    if clauses.is_empty() {
        return "Changes nothing that has a name.".to_owned();
    }
    format!("{}.", capitalized(&clauses.join("; ")))
}

/// What is new is not changed as well; what is dropped and made again is changed.
fn settle(done: &mut Vec<(Verb, String)>) {
    let is = |verb: Verb, object: &String| done.contains(&(verb, object.clone()));
    let is_new = |object: &String| is(Verb::Creates, object) || is(Verb::Adds, object);
    let settled = done.iter().filter_map(|(verb, object)| match verb {
        Verb::Creates | Verb::Adds if is(Verb::Drops, object) => {
            Some((Verb::Changes, object.clone()))
        }
        Verb::Changes | Verb::Drops if is_new(object) => None,
        Verb::Creates | Verb::Adds | Verb::Renames | Verb::Changes | Verb::Fills | Verb::Drops => {
            Some((*verb, object.clone()))
        }
    });
    *done = settled.collect();
}

fn clause(verb: Verb, done: &[(Verb, String)]) -> Option<String> {
    let mut objects: Vec<_> = done
        .iter()
        .filter(|(of, _)| *of == verb)
        .map(|(_, object)| object.as_str())
        .collect();
    objects.dedup();
    let more = objects.len().saturating_sub(MAX_NAMED);
    let more = if more > 0 {
        format!("{} more", more + 1)
    } else {
        String::new()
    };
    if !more.is_empty() {
        objects.truncate(MAX_NAMED - 1);
        objects.push(&more);
    }
    let (last, before) = objects.split_last()?;
    let verb = match verb {
        Verb::Creates => "creates",
        Verb::Adds => "adds",
        Verb::Renames => "renames",
        Verb::Changes => "changes",
        Verb::Fills => "fills",
        Verb::Drops => "drops",
    };
    Some(if before.is_empty() {
        format!("{verb} {last}")
    } else {
        format!("{verb} {} and {last}", before.join(", "))
    })
}

fn phrase(action: &Action, names: &Names<'_>) -> Option<(Verb, String)> {
    let (verb, object) = match action {
        Action::SetSequenceOwner { .. }
        | Action::RenameSequence { .. }
        | Action::SetAside { .. }
        | Action::CarryPosition { .. } => return None,
        Action::Rename(rename) => return Some((Verb::Renames, renamed(rename, names))),
        Action::Definition(action) => return Some(of_definition(action, names)),
        Action::Online(action) => return Some(of_online(action, names)),
        Action::SetOwner { .. } => return Some((Verb::Changes, "owners".to_owned())),
        Action::Privileges(_) => return Some((Verb::Changes, "privileges".to_owned())),
        Action::Comment { .. } => return Some((Verb::Changes, "comments".to_owned())),
        // A type is set aside for a successor of its name.
        Action::SetAsideType { name, aside: _ } => {
            (plan::Verb::Drop, ObjectRef::Type(name.clone()))
        }
        other => other.effect()?,
    };
    Some((verb_of(verb, &object), said(action, &object, names)))
}

fn of_online(action: &OnlineAction, names: &Names<'_>) -> (Verb, String) {
    match action {
        OnlineAction::CreateIndex { table: _, index } => {
            (Verb::Adds, format!("index `{}`", index.name))
        }
        OnlineAction::DropIndex { table: _, index } => {
            (Verb::Drops, format!("index `{}`", index.name))
        }
        OnlineAction::AddKey { table, constraint } => (
            Verb::Adds,
            of_table(kind(&constraint.kind), &constraint.name, table, names),
        ),
        OnlineAction::Twins { twins, step } => {
            let column = |it: &ColumnRef| format!("`{}.{}`", names.plain(&it.table), it.column);
            let trigger = || format!("trigger `{}`", twins.trigger);
            match step {
                TwinsStep::CreateFunction | TwinsStep::CreateTrigger => (Verb::Adds, trigger()),
                TwinsStep::Backfill => (Verb::Fills, column(&twins.to())),
                TwinsStep::FillBack => (Verb::Fills, column(&twins.from())),
                TwinsStep::DropTrigger | TwinsStep::DropFunction => (Verb::Drops, trigger()),
            }
        }
    }
}

fn verb_of(verb: plan::Verb, object: &ObjectRef) -> Verb {
    let is_container = matches!(
        object,
        ObjectRef::Schema(_) | ObjectRef::Table(_) | ObjectRef::Sequence(_)
    );
    match verb {
        plan::Verb::Create if is_container => Verb::Creates,
        plan::Verb::Create => Verb::Adds,
        plan::Verb::Rename => Verb::Renames,
        plan::Verb::Extend | plan::Verb::Alter | plan::Verb::Reduce => Verb::Changes,
        plan::Verb::Drop => Verb::Drops,
    }
}

fn said(action: &Action, object: &ObjectRef, names: &Names<'_>) -> String {
    match object {
        ObjectRef::Table(name) => format!("`{}`", names.plain(name)),
        ObjectRef::Column(it) => format!("`{}.{}`", names.plain(&it.table), it.column),
        ObjectRef::Constraint { table, name } => of_table(
            constraint_of(action).map_or("constraint", kind),
            name,
            table,
            names,
        ),
        ObjectRef::Index { table: _, name } => format!("index `{name}`"),
        ObjectRef::Schema(name) => format!("schema `{name}`"),
        ObjectRef::Type(name) if matches!(action, Action::Domain { .. }) => {
            format!("domain `{}`", names.plain(name))
        }
        ObjectRef::Type(name) => format!("type `{}`", names.plain(name)),
        ObjectRef::Sequence(name) => format!("sequence `{}`", names.plain(name)),
        ObjectRef::Definition { name, .. } | ObjectRef::Unmanaged { name, .. } => {
            format!("`{}`", names.plain(name))
        }
    }
}

/// What kind of constraint it is about, where the action says that.
fn constraint_of(action: &Action) -> Option<&ConstraintKind> {
    if let Action::AddConstraint { constraint, .. }
    | Action::AlterConstraint { constraint, .. }
    | Action::DropConstraint { constraint, .. } = action
    {
        Some(&constraint.kind)
    } else {
        None
    }
}

fn of_definition(action: &DefinitionAction, names: &Names<'_>) -> (Verb, String) {
    let (verb, it) = match action {
        DefinitionAction::Create(it) => (Verb::Adds, it),
        DefinitionAction::Drop(it) => (Verb::Drops, it),
        DefinitionAction::Replace(it) | DefinitionAction::Set { definition: it, .. } => {
            (Verb::Changes, it)
        }
    };
    let named = if let Some(owner) = &it.owner {
        of_table(it.kind.as_str(), &it.name.name, owner, names)
    } else {
        let called = it.name.sibling(it.called());
        format!("{} `{}`", it.kind, names.plain(&called))
    };
    (verb, named)
}

fn of_table(kind: &str, name: &str, table: &QualifiedName, names: &Names<'_>) -> String {
    format!("{kind} `{name}` of `{}`", names.plain(table))
}

fn kind(kind: &ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::PrimaryKey(_) => "primary key",
        ConstraintKind::Unique(_) => "unique constraint",
        ConstraintKind::ForeignKey(_) => "foreign key",
        ConstraintKind::Check { .. } => "check",
        ConstraintKind::Exclusion { .. } => "exclusion constraint",
    }
}

fn renamed(rename: &Rename, names: &Names<'_>) -> String {
    match rename {
        Rename::Table { from, to } => format!("`{}` to `{to}`", names.plain(from)),
        Rename::Column { table, from, to } => format!("`{}.{from}` to `{to}`", names.plain(table)),
        Rename::Constraint { table, from, to } => {
            format!("constraint `{from}` of `{}` to `{to}`", names.plain(table))
        }
        Rename::Index { table: _, from, to } => format!("index `{from}` to `{to}`"),
        Rename::Sequence { from, to } => format!("sequence `{}` to `{to}`", names.plain(from)),
        Rename::Enum { from, to } => format!("type `{}` to `{to}`", names.plain(from)),
        Rename::EnumValue { name, from, to } => {
            format!("value `{from}` of `{}` to `{to}`", names.plain(name))
        }
    }
}
