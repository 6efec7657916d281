//! Privileges: granted on what is new or made again, changed on what is kept.

use std::collections::{BTreeMap, BTreeSet};

mod passed_on;

use super::owners;
use crate::{
    catalog::{
        Catalog, DefaultPrivilegesOf, Grantee, ObjectRef, Privilege, Privileged, Privileges,
        QualifiedName,
    },
    plan::{
        draft::Draft,
        facts::{
            Context,
            owners::{is_owner_replaced, owners_of_column},
        },
        step::{Action, GrantKind, PrivilegeAction, PrivilegeTarget},
    },
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let version = context.to.server_version;
    let objects = objects(context);
    let in_advance = objects
        .iter()
        .flat_map(|it| passed_on::in_advance(context, it));
    let mut drafts: Vec<_> = in_advance
        .map(|it| Draft::new(Action::Privileges(it)))
        .collect();
    for object in objects {
        let Some(kind) = Privileged::of(&object) else {
            continue;
        };
        let initial = kind.initial(context.to.server_version);
        let mut current = if is_new(context, &object) {
            on_creation(context, &object, kind)
        } else {
            let before = context.from.privileges.get(&object);
            let mut current = before.cloned().unwrap_or_else(|| initial.clone());
            lose_revoked(context, &object, &mut current);
            current
        };
        let owner = owners::known(context, &object).cloned().map(Grantee::Role);
        // What a role has goes into what it has as the owner.
        if let Some(granted) = owner.as_ref().and_then(|owner| current.remove(owner)) {
            let owners = current.entry(Grantee::Owner).or_default();
            for (privilege, option) in granted {
                *owners.entry(privilege).or_default() |= option;
            }
        }
        let wanted = context.to.privileges.get(&object).unwrap_or(&initial);
        let target = PrivilegeTarget::Object(object.clone());
        let mut actions: Vec<_> = changes(&target, kind, [&current, wanted], version).collect();
        passed_on::around(context, &object, [&current, wanted], &mut actions);
        let relations = owners_of_column(&object);
        drafts.extend(actions.into_iter().map(|mut it| {
            if let (Grantee::Owner, Some(owner)) = (&it.grantee, &owner) {
                it.grantee = owner.clone();
            }
            let draft = Draft::new(Action::Privileges(it)).needs(object.clone());
            draft.needs_all(relations.iter())
        }));
    }
    for of in &context.changes.default_privileges {
        let initial = default_initial(context.to, of);
        let before = context.from.default_privileges.get(of).unwrap_or(&initial);
        let wanted = context.to.default_privileges.get(of).unwrap_or(&initial);
        let target = PrivilegeTarget::Default(of.clone());
        drafts.extend(
            changes(&target, of.kind, [before, wanted], version)
                .map(|it| Draft::new(Action::Privileges(it))),
        );
    }
    drafts
}

/// Those whose privileges differ, or that lose them because they are made again, or that get some
/// by default.
fn objects(context: &Context<'_>) -> BTreeSet<ObjectRef> {
    let mut objects = context.changes.privileges.clone();
    let again = context
        .to
        .privileges
        .keys()
        .chain(context.to.passed_on.keys());
    objects.extend(again.filter(|it| is_new(context, it)).cloned());
    let columns = context.from.privileges.keys();
    let columns = columns.chain(context.from.passed_on.keys());
    objects.extend(
        columns
            .filter(|column| {
                let mut owners = owners_of_column(column).into_iter();
                owners.any(|owner| context.changes.privileges.contains(&owner))
                    && context.to.contains(column)
            })
            .cloned(),
    );
    if !stable_defaults(context).is_empty() {
        objects.extend(all(context.to).filter(|it| is_new(context, it)));
    }
    objects
}

/// What is taken from a relation is taken from its columns too:
/// <https://www.postgresql.org/docs/current/sql-revoke.html>.
fn lose_revoked(context: &Context<'_>, object: &ObjectRef, current: &mut Privileges) {
    for owner in owners_of_column(object) {
        let Some(kind) = Privileged::of(&owner).filter(|_| context.is_kept(&owner)) else {
            continue;
        };
        let initial = kind.initial(context.to.server_version);
        let before = context.from.privileges.get(&owner).unwrap_or(&initial);
        let after = context.to.privileges.get(&owner).unwrap_or(&initial);
        // A role that becomes the owner keeps what it has of the columns.
        let owner = context.to.owners.get(&owner).cloned().map(Grantee::Role);
        let revoked = before.iter().filter(|it| Some(it.0) != owner.as_ref());
        for (grantee, granted) in revoked {
            let Some(of_column) = current.get_mut(grantee) else {
                continue;
            };
            for (privilege, option) in granted {
                let left = after.get(grantee).and_then(|it| it.get(privilege));
                match left {
                    None => drop(of_column.remove(privilege)),
                    Some(false) if *option => {
                        of_column.entry(*privilege).and_modify(|it| *it = false);
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

/// Everything in `catalog` that default privileges are about.
fn all(catalog: &Catalog) -> impl Iterator<Item = ObjectRef> {
    let tables = catalog.tables.keys().cloned().map(ObjectRef::Table);
    let sequences = catalog.sequences.keys().cloned().map(ObjectRef::Sequence);
    let types = catalog.enums.keys().chain(catalog.domains.keys());
    let types = types.chain(catalog.composites.keys()).cloned();
    tables
        .chain(sequences)
        .chain(types.map(ObjectRef::Type))
        .chain(catalog.definitions.keys().cloned())
        .chain(catalog.schemas.keys().cloned().map(ObjectRef::Schema))
}

/// Whether the plan makes the object, for the first time or again.
pub(super) fn is_new(context: &Context<'_>, object: &ObjectRef) -> bool {
    let rebuilt = match object {
        ObjectRef::Type(name) => context.rebuilt.contains(name),
        ObjectRef::Column(column) => is_owner_replaced(context, &column.table),
        ObjectRef::Sequence(name) => return is_new_sequence(context, name),
        ObjectRef::Schema(_)
        | ObjectRef::Table(_)
        | ObjectRef::Constraint { .. }
        | ObjectRef::Index { .. }
        | ObjectRef::Definition { .. }
        | ObjectRef::Unmanaged { .. } => false,
    };
    rebuilt || context.is_replaced(object) || !context.from.contains(object)
}

/// A sequence stays as long as it is one of its own, or that of the same column's identity.
fn is_new_sequence(context: &Context<'_>, name: &QualifiedName) -> bool {
    let sequences = |catalog: &Catalog| catalog.sequences.contains_key(name);
    let same = match (
        context.from.identity_column(name),
        context.to.identity_column(name),
    ) {
        (Some(before), Some(after)) => {
            before == after && context.is_kept(&ObjectRef::Column(after))
        }
        (None, None) => sequences(context.from) && sequences(context.to),
        (Some(_), None) | (None, Some(_)) => false,
    };
    !same || context.is_replaced(&ObjectRef::Sequence(name.clone()))
}

/// The default privileges in force while objects are made: what is taken away goes before that, and
/// what is new comes after.
fn stable_defaults<'c>(context: &Context<'c>) -> BTreeMap<&'c DefaultPrivilegesOf, &'c Privileges> {
    let defaults = context.from.default_privileges.iter();
    defaults
        .filter(|(of, _)| of.role == context.to.role)
        .collect()
}

/// What an object has right after it is made:
/// <https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html>.
fn on_creation(context: &Context<'_>, object: &ObjectRef, kind: Privileged) -> Privileges {
    let defaults = stable_defaults(context);
    let of = |schema: Option<&str>| {
        let found = defaults
            .iter()
            .find(|(of, _)| of.kind == kind && of.schema.as_deref() == schema);
        found.map(|(_, privileges)| (*privileges).clone())
    };
    let mut privileges = of(None).unwrap_or_else(|| kind.initial(context.to.server_version));
    let of_schema = schema(object).and_then(|schema| of(Some(schema)));
    for (grantee, granted) in of_schema.unwrap_or_default() {
        let known = privileges.entry(grantee).or_default();
        for (privilege, grantable) in granted {
            *known.entry(privilege).or_default() |= grantable;
        }
    }
    privileges
}

fn schema(object: &ObjectRef) -> Option<&str> {
    match object {
        ObjectRef::Type(name)
        | ObjectRef::Sequence(name)
        | ObjectRef::Table(name)
        | ObjectRef::Definition { name, .. }
        | ObjectRef::Unmanaged { name, .. } => Some(&name.schema),
        ObjectRef::Schema(_)
        | ObjectRef::Column(_)
        | ObjectRef::Constraint { .. }
        | ObjectRef::Index { .. } => None,
    }
}

/// Within a schema default privileges only add to those of the whole database.
fn default_initial(catalog: &Catalog, of: &DefaultPrivilegesOf) -> Privileges {
    if of.schema.is_some() {
        Privileges::new()
    } else {
        of.kind.initial(catalog.server_version)
    }
}

/// What makes `current` what is `wanted`; revocations first.
fn changes(
    target: &PrivilegeTarget,
    kind: Privileged,
    [current, wanted]: [&Privileges; 2],
    server_version: i32,
) -> impl Iterator<Item = PrivilegeAction> {
    let grantees: BTreeSet<&Grantee> = current.keys().chain(wanted.keys()).collect();
    let none = BTreeMap::new();
    let all = kind.initial(server_version).remove(&Grantee::Owner);
    let all = all
        .filter(|_| kind == Privileged::Tables)
        .unwrap_or_default();
    let (mut revoked, mut granted) = (Vec::new(), Vec::new());
    for grantee in grantees {
        let before = current.get(grantee).unwrap_or(&none);
        let after = wanted.get(grantee).unwrap_or(&none);
        let action = |kind, privileges: Vec<Privilege>| PrivilegeAction {
            on: target.clone(),
            kind,
            are_all: privileges.iter().eq(all.keys()),
            privileges,
            grantee: grantee.clone(),
            grantor: None,
            cascade: false,
        };
        let pick = |from: &BTreeMap<Privilege, bool>, is_in: &dyn Fn(Privilege, bool) -> bool| {
            let picked = from.iter().filter(|(it, option)| is_in(**it, **option));
            picked.map(|(privilege, _)| *privilege).collect::<Vec<_>>()
        };
        let gone = pick(before, &|it, _| !after.contains_key(&it));
        let option_gone = pick(before, &|it, option| {
            option && after.get(&it) == Some(&false)
        });
        let new = pick(after, &|it, option| !option && !before.contains_key(&it));
        let option_new = pick(after, &|it, option| {
            option && before.get(&it) != Some(&true)
        });
        revoked.push(action(GrantKind::Revoke, gone));
        revoked.push(action(GrantKind::RevokeGrantOption, option_gone));
        granted.push(action(GrantKind::Grant, new));
        granted.push(action(GrantKind::GrantWithOption, option_new));
    }
    let all = revoked.into_iter().chain(granted);
    all.filter(|action| !action.privileges.is_empty())
}
