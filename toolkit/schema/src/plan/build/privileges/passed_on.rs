//! Privileges that others than the owner granted: they go with the right to pass them on, and come from the
//! same role again. <https://www.postgresql.org/docs/current/sql-revoke.html>.

use std::collections::BTreeSet;

use super::is_new;
use crate::{
    catalog::{Grantee, ObjectRef, PassedOn, Privilege, Privileges},
    plan::{
        closure::Context,
        step::{GrantKind, PrivilegeAction, PrivilegeTarget},
    },
};

/// Lets `actions`, which make what the owner of `object` granted what it shall be, reach those too whom it
/// was passed on to, and adds what others revoke and grant.
pub(super) fn around(
    context: &Context<'_>,
    object: &ObjectRef,
    [current, wanted]: [&Privileges; 2],
    actions: &mut Vec<PrivilegeAction>,
) {
    let none = BTreeSet::new();
    let before = context.from.passed_on.get(object);
    let before = before.filter(|_| !is_new(context, object)).unwrap_or(&none);
    let after = context.to.passed_on.get(object).unwrap_or(&none);
    if before.is_empty() && after.is_empty() {
        return;
    }
    for action in actions.iter_mut() {
        action.cascade = match action.kind {
            GrantKind::Revoke | GrantKind::RevokeGrantOption => before.iter().any(|it| {
                role(&action.grantee) == Some(&it.grantor)
                    && action.privileges.contains(&it.privilege)
            }),
            GrantKind::Grant | GrantKind::GrantWithOption => false,
        };
    }
    let owners_left = left_by_owner(current, wanted);
    let mut left = supported(&owners_left, before);
    let gone: Vec<_> = left.difference(after).cloned().collect();
    let revokes = gone.iter().map(|it| action(object, it, GrantKind::Revoke));
    let first_grant = actions.iter().position(|it| match it.kind {
        GrantKind::Revoke | GrantKind::RevokeGrantOption => false,
        GrantKind::Grant | GrantKind::GrantWithOption => true,
    });
    let place = first_grant.unwrap_or(actions.len());
    actions.splice(place..place, revokes.collect::<Vec<_>>());
    left.retain(|it| !gone.contains(it));
    let left = supported(&owners_left, &left);
    // Each after what gives its grantor the right.
    let mut granted = left.clone();
    loop {
        let next: Vec<_> = after
            .difference(&granted)
            .filter(|it| may_pass_on(wanted, &granted, it))
            .cloned()
            .collect();
        if next.is_empty() {
            return;
        }
        actions.extend(next.iter().map(|it| {
            let kind = if it.grantable {
                GrantKind::GrantWithOption
            } else {
                GrantKind::Grant
            };
            action(object, it, kind)
        }));
        granted.extend(next);
    }
}

fn action(object: &ObjectRef, it: &PassedOn, kind: GrantKind) -> PrivilegeAction {
    PrivilegeAction {
        on: PrivilegeTarget::Object(object.clone()),
        kind,
        privileges: vec![it.privilege],
        are_all: false,
        grantee: it.grantee.clone(),
        grantor: Some(it.grantor.clone()),
        cascade: kind == GrantKind::Revoke && it.grantable,
    }
}

fn role(grantee: &Grantee) -> Option<&String> {
    match grantee {
        Grantee::Role(name) => Some(name),
        Grantee::Public | Grantee::Owner => None,
    }
}

/// What of `current`, which the owner granted, is left once the owner has revoked what is not `wanted`.
fn left_by_owner(current: &Privileges, wanted: &Privileges) -> Privileges {
    let mut left = current.clone();
    for (grantee, granted) in &mut left {
        let after = wanted.get(grantee);
        granted.retain(|it, _| after.is_some_and(|after| after.contains_key(it)));
        for (privilege, option) in granted {
            *option &= after.and_then(|it| it.get(privilege)) == Some(&true);
        }
    }
    left
}

/// What of `passed_on` still has somebody above it who may pass it on.
fn supported(owners: &Privileges, passed_on: &BTreeSet<PassedOn>) -> BTreeSet<PassedOn> {
    let mut found = BTreeSet::new();
    loop {
        let more: Vec<_> = passed_on
            .difference(&found)
            .filter(|it| may_pass_on(owners, &found, it))
            .cloned()
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// Whether the grantor of `it` may pass it on.
fn may_pass_on(owners: &Privileges, passed_on: &BTreeSet<PassedOn>, it: &PassedOn) -> bool {
    let PassedOn {
        privilege, grantor, ..
    } = it;
    let of_owner = |privilege: &Privilege| {
        let granted = owners.get(&Grantee::Role(grantor.clone()));
        granted.and_then(|granted| granted.get(privilege)) == Some(&true)
    };
    let mut others = passed_on.iter();
    of_owner(privilege)
        || others.any(|other| {
            other.privilege == *privilege
                && other.grantable
                && role(&other.grantee) == Some(grantor)
        })
}
