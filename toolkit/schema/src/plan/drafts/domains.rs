//! Domains: made, altered in place; their types are changed as other types are.

use super::{collation_part, schema_part, type_part};
use crate::{
    catalog::{DataType, Domain, DomainCheck, NotNull, ObjectRef, QualifiedName, Table},
    diff::Altered,
    plan::{
        draft::{Draft, Name, Part},
        facts::{Context, domains::looks_at_values},
        rebuilt,
        step::{Action, DomainAction},
    },
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let changes = &context.changes.domains;
    let (added, dropped) = (changes.added.iter(), changes.dropped.iter());
    let added = added.filter(|it| !context.rebuilt.contains(&it.name));
    let dropped = dropped.filter(|it| !context.rebuilt.contains(&it.name));
    let mut drafts: Vec<_> = added.clone().map(create).collect();
    drafts.extend(added.filter_map(|domain| forget_default(context, domain)));
    drafts.extend(comments(context));
    drafts.extend(dropped.map(drop));
    let kept = context.from.domains.values();
    for from in kept.filter(|domain| !context.rebuilt.contains(&domain.name)) {
        if let Some(to) = context.to.domains.get(&from.name) {
            drafts.extend(alter(context, from, to));
        }
    }
    drafts
}

fn action(name: &QualifiedName, change: DomainAction) -> Draft {
    Draft::new(Action::Domain {
        name: name.clone(),
        change: Box::new(change),
    })
}

/// What the old form of a domain that is made anew holds on to, but for what [`early_drops`] let go.
pub(super) fn parts(context: &Context<'_>, domain: &Domain) -> Vec<Part> {
    let checks = domain.checks.values().map(|check| &check.expression);
    let checks = checks.filter(|check| !context.is_disturbed(&check.uses));
    let expressions = domain.default.iter().chain(checks);
    let uses = expressions.flat_map(|expression| expression.uses.iter());
    let itself = ObjectRef::Type(domain.name.clone());
    let uses = uses.filter(|used| **used != itself).map(Part::from);
    own_parts(domain).chain(uses).collect()
}

/// What its type refers to.
fn own_parts(domain: &Domain) -> impl Iterator<Item = Part> {
    let collation = domain.collation.as_ref().map(collation_part);
    type_part(&domain.data_type).into_iter().chain(collation)
}

pub(super) fn create(domain: &Domain) -> Draft {
    let draft = action(&domain.name, DomainAction::Create(domain.clone()))
        .needs(schema_part(&domain.name))
        .needs_all(own_parts(domain))
        .provides(ObjectRef::Type(domain.name.clone()))
        .takes(Name::Type(domain.name.clone()));
    let default = domain.default.iter().map(|default| {
        let set = DomainAction::SetDefault(Some(default.clone()));
        action(&domain.name, set).needs_all(default.uses.iter())
    });
    let checks = domain.checks.values();
    let checks = checks.map(|check| add_check(&domain.name, check));
    default.chain(checks).fold(draft, Draft::includes)
}

/// The drop of the default that a new domain without one takes from the one under it:
/// <https://www.postgresql.org/docs/current/sql-createdomain.html>.
pub(super) fn forget_default(context: &Context<'_>, domain: &Domain) -> Option<Draft> {
    (domain.default.is_none() && takes_default(context, domain)).then(|| {
        let itself = ObjectRef::Type(domain.name.clone());
        action(&domain.name, DomainAction::SetDefault(None)).needs(itself)
    })
}

/// Whether the domain under `domain` may have a default when that is made, or one under it.
fn takes_default(context: &Context<'_>, domain: &Domain) -> bool {
    let all = [context.from, context.to]
        .into_iter()
        .flat_map(|catalog| catalog.domains.values());
    let mut under = all.filter(|it| domain.data_type.is_of(&it.name) && !domain.data_type.array);
    under.any(|it| it.default.is_some() || takes_default(context, it))
}

fn drop(domain: &Domain) -> Draft {
    let draft = action(&domain.name, DomainAction::Drop)
        .releases(schema_part(&domain.name))
        .releases_all(own_parts(domain))
        .ends(ObjectRef::Type(domain.name.clone()))
        .frees(Name::Type(domain.name.clone()));
    let default = domain.default.iter().map(|default| {
        let set = DomainAction::SetDefault(None);
        action(&domain.name, set).releases_all(default.uses.iter())
    });
    let checks = domain.checks.values();
    let checks = checks.map(|check| drop_check(&domain.name, check));
    default.chain(checks).fold(draft, Draft::implies_drop)
}

fn alter(context: &Context<'_>, from: &Domain, to: &Domain) -> Vec<Draft> {
    let name = &to.name;
    let mut drafts = Vec::new();
    let replaced = from
        .default
        .as_ref()
        .is_some_and(|default| context.is_disturbed(&default.uses));
    if from.default != to.default || replaced {
        let before: Vec<_> = from.default.iter().flat_map(|it| it.uses.iter()).collect();
        if replaced && to.default.is_some() {
            drafts.push(action(name, DomainAction::SetDefault(None)).releases_all(before.clone()));
        }
        let set = action(name, DomainAction::SetDefault(to.default.clone()))
            .needs_all(to.default.iter().flat_map(|it| it.uses.iter()));
        let twice = replaced && to.default.is_some();
        drafts.push(if twice { set } else { set.releases_all(before) });
    }
    if from.not_null != to.not_null {
        let set = match to.unusual_not_null() {
            Some(constraint) => DomainAction::AddNotNull(constraint.clone()),
            None => DomainAction::SetNotNull(to.not_null),
        };
        let set = action(name, set);
        drafts.push(if to.not_null { looking(set, name) } else { set });
    } else if let (Some(before), Some(after)) = not_nulls(from, to)
        && before.name != after.name
    {
        let change = DomainAction::RenameNotNull {
            from: before.name.clone(),
            to: after.name.clone(),
        };
        let rename = action(name, change).provides(ObjectRef::constraint(name, &after.name));
        drafts.push(rename);
    }
    drafts.extend(checks(context, &Altered { from, to }));
    drafts
}

fn checks(context: &Context<'_>, Altered { from, to }: &Altered<&Domain>) -> Vec<Draft> {
    let name = &to.name;
    let mut drafts = Vec::new();
    for check in from.checks.values() {
        let after = to.checks.get(&check.name);
        let stays = after.filter(|after| {
            let same = check.expression == after.expression;
            same && (after.validated || !check.validated)
                && !context.is_disturbed(&check.expression.uses)
        });
        match stays {
            Some(after) if after.validated && !check.validated => {
                let validate = DomainAction::ValidateCheck(check.name.clone());
                drafts.push(looking(action(name, validate), name));
            }
            Some(_) => {}
            None => {
                drafts.push(drop_check(name, check));
                drafts.extend(after.map(|after| add_check(name, after)));
            }
        }
    }
    let added = to.checks.values();
    let added = added.filter(|check| !from.checks.contains_key(&check.name));
    drafts.extend(added.map(|check| add_check(name, check)));
    drafts
}

/// What looks at the values of a domain does so once the columns are gone that go, whatever they hold;
/// inside arrays and composite types PostgreSQL refuses to look, so columns of such come after that.
pub(super) fn around_looks(context: &Context<'_>, drafts: Vec<Draft>) -> Vec<Draft> {
    let kept = context.from.domains.values();
    let looking: Vec<_> = kept
        .filter(|domain| !context.rebuilt.contains(&domain.name))
        .filter(|from| {
            let to = context.to.domains.get(&from.name);
            to.is_some_and(|to| looks_at_values(context, from, to))
        })
        .map(|domain| &domain.name)
        .collect();
    if looking.is_empty() {
        return drafts;
    }
    let around = |mut draft: Draft| {
        let (before, after) = types_of(context, &draft.action);
        let (mut goes, mut comes) = (Vec::new(), Vec::new());
        for domain in &looking {
            let mut before = before.iter();
            if before.any(|it| rebuilt::is_or_holds(context.from, it, domain)) {
                goes.push(Name::Holder((*domain).clone()));
            }
            let mut after = after.iter();
            if after.any(|it| rebuilt::holds(context.to, it, domain)) {
                comes.push(Part::Checked((*domain).clone()));
            }
        }
        draft.frees.extend(goes);
        draft.hopes_all(comes)
    };
    drafts.into_iter().map(around).collect()
}

/// The types of the columns that an action takes away, and of those that it makes.
fn types_of<'a>(
    context: &Context<'a>,
    action: &'a Action,
) -> (Vec<&'a DataType>, Vec<&'a DataType>) {
    let of_table = |table: &'a Table| table.columns.iter().map(|it| &*it.data_type).collect();
    if let Action::CreateTable(new) = action {
        return (Vec::new(), of_table(&new.table));
    }
    if let Action::DropTable(name) = action {
        let table = context.from.tables.get(name);
        return (table.map(of_table).unwrap_or_default(), Vec::new());
    }
    if let Action::AddColumn { table: _, column } = action {
        return (Vec::new(), vec![&column.column.data_type]);
    }
    if let Action::DropColumn(column) = action {
        let column = context.from.column(column).into_iter();
        return (column.map(|it| &*it.data_type).collect(), Vec::new());
    }
    if let Action::SetType { data_type, .. } = action {
        return (vec![&data_type.from], vec![&data_type.to]);
    }
    (Vec::new(), Vec::new())
}

/// Comments on checks that are new, made again, or described otherwise.
fn comments(context: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for to in context.to.domains.values() {
        let from = context.from.domains.get(&to.name);
        let from = from.filter(|_| !context.rebuilt.contains(&to.name));
        if let Some(after) = &to.not_null_constraint {
            let before = from.and_then(|from| from.not_null_constraint.as_ref());
            let before = before.and_then(|it| it.comment.as_ref());
            if before != after.comment.as_ref() {
                let renamed = ObjectRef::constraint(&to.name, &after.name);
                let describe = comment_on(&to.name, &after.name, after.comment.as_ref());
                drafts.push(describe.needs(renamed));
            }
        }
        for check in to.checks.values() {
            let before = from.and_then(|from| from.checks.get(&check.name));
            let stays = before.filter(|before| {
                before.expression == check.expression
                    && !context.is_disturbed(&check.expression.uses)
            });
            let current = stays.and_then(|before| before.comment.as_ref());
            if current != check.comment.as_ref() {
                drafts.push(comment_on(&to.name, &check.name, check.comment.as_ref()));
            }
        }
    }
    drafts
}

fn comment_on(domain: &QualifiedName, constraint: &str, comment: Option<&String>) -> Draft {
    let change = DomainAction::CommentOnCheck {
        check: constraint.to_owned(),
        comment: comment.cloned(),
    };
    action(domain, change).needs(ObjectRef::Type(domain.clone()))
}

/// The constraints that refuse nulls, where PostgreSQL names them.
fn not_nulls<'d>(from: &'d Domain, to: &'d Domain) -> (Option<&'d NotNull>, Option<&'d NotNull>) {
    let of = |domain: &'d Domain| domain.not_null_constraint.as_deref();
    (of(from), of(to))
}

fn check_name(domain: &QualifiedName, check: &DomainCheck) -> Name {
    Name::Constraint(domain.clone(), check.name.clone())
}

fn add_check(domain: &QualifiedName, check: &DomainCheck) -> Draft {
    let add = action(domain, DomainAction::AddCheck(check.clone()))
        .needs_all(check.expression.uses.iter())
        .takes(check_name(domain, check));
    if check.validated {
        looking(add, domain)
    } else {
        add
    }
}

/// What looks at the values of a domain.
fn looking(draft: Draft, domain: &QualifiedName) -> Draft {
    draft
        .provides(Part::Checked(domain.clone()))
        .takes(Name::Holder(domain.clone()))
}

/// The drops of those checks of a domain made anew that use what goes, so that it need not wait.
pub(super) fn early_drops(context: &Context<'_>, name: &QualifiedName) -> Vec<Draft> {
    let domain = context.from.domains.get(name).into_iter();
    let checks = domain.flat_map(|it| it.checks.values());
    let checks = checks.filter(|check| context.is_disturbed(&check.expression.uses));
    checks
        .map(|check| drop_check(name, check).releases(Part::Called(name.clone())))
        .collect()
}

fn drop_check(domain: &QualifiedName, check: &DomainCheck) -> Draft {
    action(domain, DomainAction::DropCheck(check.name.clone()))
        .releases_all(check.expression.uses.iter())
        .frees(check_name(domain, check))
}
