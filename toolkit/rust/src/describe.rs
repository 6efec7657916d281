//! A plan in one sentence, for the documentation of its migration.

use super::{comment::capitalized, names::Names};
use crate::{
    catalog::{ColumnRef, ConstraintKind, QualifiedName},
    diff::Rename,
    plan::{
        Action, CompositeAction, DefinitionAction, DomainAction, OnlineAction, Plan, Step,
        TwinsStep,
    },
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
    let object = |name: &QualifiedName| format!("`{}`", names.plain(name));
    let column = |column: &ColumnRef| format!("`{}.{}`", names.plain(&column.table), column.column);
    Some(match action {
        Action::Rename(rename) => (Verb::Renames, renamed(rename, names)),
        Action::CreateSchema(schema) => (Verb::Creates, format!("schema `{}`", schema.name)),
        Action::DropSchema(name) => (Verb::Drops, format!("schema `{name}`")),
        Action::CreateTable(new) => (Verb::Creates, object(&new.table.name)),
        Action::DropTable(name) => (Verb::Drops, object(name)),
        Action::CreateEnum(new) => (Verb::Adds, format!("type {}", object(&new.name))),
        Action::AddEnumValue { name, .. } => (Verb::Changes, format!("type {}", object(name))),
        // A type is set aside for a successor of its name.
        Action::DropType(name) | Action::SetAsideType { name, aside: _ } => {
            (Verb::Drops, format!("type {}", object(name)))
        }
        Action::CreateSequence(new) => (Verb::Creates, format!("sequence {}", object(&new.name))),
        Action::AlterSequence(altered) => (
            Verb::Changes,
            format!("sequence {}", object(&altered.to.name)),
        ),
        Action::DropSequence(name) => (Verb::Drops, format!("sequence {}", object(name))),
        Action::SetPersistence { table, .. }
        | Action::SetAccessMethod { table, .. }
        | Action::SetTableOptions { table, .. }
        | Action::Table { table, .. } => (Verb::Changes, object(table)),
        Action::AddColumn { table, column: new } => {
            (Verb::Adds, column(&ColumnRef::new(table, &new.column.name)))
        }
        Action::DropColumn(it) => (Verb::Drops, column(it)),
        Action::SetType { column: it, .. }
        | Action::SetDefault { column: it, .. }
        | Action::DropDefault(it)
        | Action::DropExpression(it)
        | Action::SetNotNull(it)
        | Action::DropNotNull(it)
        | Action::AddIdentity { column: it, .. }
        | Action::AlterIdentity { column: it, .. }
        | Action::DropIdentity(it)
        | Action::SetStorage { column: it, .. }
        | Action::SetCompression { column: it, .. }
        | Action::SetStatistics { column: it, .. } => (Verb::Changes, column(it)),
        Action::AddConstraint { table, constraint } => (
            Verb::Adds,
            of_table(kind(&constraint.kind), &constraint.name, table, names),
        ),
        Action::DropConstraint { table, constraint } => (
            Verb::Drops,
            of_table(kind(&constraint.kind), &constraint.name, table, names),
        ),
        Action::AlterConstraint { table, constraint } => (
            Verb::Changes,
            of_table(kind(&constraint.kind), &constraint.name, table, names),
        ),
        Action::CreateIndex { index, table: _ } => (Verb::Adds, format!("index `{}`", index.name)),
        Action::DropIndex(name) => (Verb::Drops, format!("index `{}`", name.name)),
        Action::Online(action) => of_online(action, names),
        Action::SetIndexOptions { index, .. } => (Verb::Changes, format!("index `{}`", index.name)),
        Action::ValidateConstraint { table, name } => {
            (Verb::Changes, of_table("constraint", name, table, names))
        }
        Action::Domain { name, change } => (of_domain(change), format!("domain {}", object(name))),
        Action::Composite { name, change } => {
            (of_composite(change), format!("type {}", object(name)))
        }
        Action::Definition(action) => of_definition(action, names),
        Action::SetOwner { .. } => (Verb::Changes, "owners".to_owned()),
        Action::Privileges(_) => (Verb::Changes, "privileges".to_owned()),
        Action::Comment { .. } => (Verb::Changes, "comments".to_owned()),
        Action::SetSequenceOwner { .. }
        | Action::RenameSequence { .. }
        | Action::SetAside { .. }
        | Action::CarryPosition { .. }
        | Action::SkipBodyChecks => return None,
    })
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

fn of_domain(action: &DomainAction) -> Verb {
    match action {
        DomainAction::Create(_) => Verb::Adds,
        DomainAction::Drop => Verb::Drops,
        DomainAction::SetDefault(_)
        | DomainAction::SetNotNull(_)
        | DomainAction::AddNotNull(_)
        | DomainAction::RenameNotNull { .. }
        | DomainAction::AddCheck(_)
        | DomainAction::ValidateCheck(_)
        | DomainAction::DropCheck(_)
        | DomainAction::CommentOnCheck { .. } => Verb::Changes,
    }
}

fn of_composite(action: &CompositeAction) -> Verb {
    match action {
        CompositeAction::Create(_) => Verb::Adds,
        CompositeAction::Drop => Verb::Drops,
        CompositeAction::AddAttribute(_)
        | CompositeAction::SetAttributeType(_)
        | CompositeAction::DropAttribute(_) => Verb::Changes,
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
