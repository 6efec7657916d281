//! Privileges that others than the owner granted: they go with the right to pass them on, and come from the
//! same role again. <https://www.postgresql.org/docs/current/sql-revoke.html>.

use std::collections::BTreeSet;

use super::is_new;
use crate::{
    catalog::{Catalog, Grantee, ObjectRef, PassedOn, Privilege, Privileges},
    plan::{
        facts::{Context, owners::owners_of_column},
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
    let before = before(context, object);
    let after = context
        .to
        .passed_on
        .get(object)
        .cloned()
        .unwrap_or_default();
    reach_whom_it_was_passed_on_to(context, object, &before, actions);
    if before.is_empty() && after.is_empty() {
        return;
    }
    let owners_left = left_by_owner(current, wanted);
    let mut by_table = by_table(context.from, object, &before);
    by_table.retain(|it| after.contains(it));
    let mut left = supported(&owners_left, &before, &by_table);
    let gone: Vec<_> = left.difference(&after).cloned().collect();
    let revokes = gone.iter().map(|it| action(object, it, GrantKind::Revoke));
    let first_grant = actions.iter().position(|it| match it.kind {
        GrantKind::Revoke | GrantKind::RevokeGrantOption => false,
        GrantKind::Grant | GrantKind::GrantWithOption => true,
    });
    let place = first_grant.unwrap_or(actions.len());
    actions.splice(place..place, revokes.collect::<Vec<_>>());
    left.retain(|it| !gone.contains(it));
    let left = supported(&owners_left, &left, &by_table);
    // Each after what gives its grantor the right.
    let mut granted = left.clone();
    loop {
        let next: Vec<_> = after
            .difference(&granted)
            .filter(|it| may_pass_on(wanted, &granted, it) || table_gives(context.to, object, it))
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

/// What is passed on before the plan makes `object` again, or keeps it.
fn before(context: &Context<'_>, object: &ObjectRef) -> BTreeSet<PassedOn> {
    let before = context.from.passed_on.get(object);
    let before = before.filter(|_| !is_new(context, object));
    before.cloned().unwrap_or_default()
}

/// What was passed on of a column by the right to pass on the whole table does not go with that right, and can
/// be taken back only as long as it is there.
pub(super) fn in_advance(context: &Context<'_>, object: &ObjectRef) -> Vec<PrivilegeAction> {
    let after = context.to.passed_on.get(object);
    let by_table = by_table(context.from, object, &before(context, object));
    let gone = by_table
        .iter()
        .filter(|it| !after.is_some_and(|after| after.contains(it)));
    gone.map(|it| action(object, it, GrantKind::Revoke))
        .collect()
}

/// A revocation fails where its grantee passed on what it takes, be it of a column alone, unless it reaches that.
fn reach_whom_it_was_passed_on_to(
    context: &Context<'_>,
    object: &ObjectRef,
    before: &BTreeSet<PassedOn>,
    actions: &mut [PrivilegeAction],
) {
    let is_column = |other: &ObjectRef| owners_of_column(other).contains(object);
    let of_columns = context.from.passed_on.iter();
    let of_columns = of_columns.filter(|(other, _)| is_column(other));
    let passed_on: BTreeSet<_> = of_columns
        .flat_map(|(_, passed_on)| passed_on)
        .chain(before)
        .collect();
    for action in actions.iter_mut() {
        action.cascade = match action.kind {
            GrantKind::Revoke | GrantKind::RevokeGrantOption => passed_on.iter().any(|it| {
                role(&action.grantee) == Some(&it.grantor)
                    && action.privileges.contains(&it.privilege)
            }),
            GrantKind::Grant | GrantKind::GrantWithOption => false,
        };
    }
}

/// What of a column's `passed_on` comes from those who may pass on the privilege for the whole table.
fn by_table(
    catalog: &Catalog,
    object: &ObjectRef,
    passed_on: &BTreeSet<PassedOn>,
) -> BTreeSet<PassedOn> {
    let granted = catalog.privileges.get(object).cloned().unwrap_or_default();
    let own = supported(&granted, passed_on, &BTreeSet::new());
    let others = passed_on.difference(&own);
    others
        .filter(|it| table_gives(catalog, object, it))
        .cloned()
        .collect()
}

/// Whether the grantor of `it`, which is of a column, may pass it on for the whole table.
fn table_gives(catalog: &Catalog, column: &ObjectRef, it: &PassedOn) -> bool {
    owners_of_column(column).iter().any(|table| {
        let (none, nobody) = (Privileges::new(), BTreeSet::new());
        let granted = catalog.privileges.get(table).unwrap_or(&none);
        let passed_on = catalog.passed_on.get(table).unwrap_or(&nobody);
        may_pass_on(granted, passed_on, it)
    })
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

/// What of `passed_on` still has somebody above it who may pass it on, beginning with `found`.
fn supported(
    owners: &Privileges,
    passed_on: &BTreeSet<PassedOn>,
    found: &BTreeSet<PassedOn>,
) -> BTreeSet<PassedOn> {
    let mut found = found.clone();
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
