//! Policies of row-level security that go, come or change.
//!
//! Permissive ones are combined by `OR`, restrictive ones by `AND`:
//! <https://www.postgresql.org/docs/current/ddl-rowsecurity.html>.

use std::collections::BTreeSet;

use super::{Break, Effect, Hazard};
use crate::{
    catalog::{Definition, ObjectRef, QualifiedName, Replacement},
    diff::Changes,
    plan::{DefinitionAction, Exposure, PolicyChange},
};

/// What a policy says.
struct Policy<'d> {
    permissive: bool,
    /// Whether it says which rows are seen: one `FOR INSERT` does not.
    shows: bool,
    command: &'d str,
    roles: BTreeSet<&'d str>,
    /// The condition for rows that are there.
    using: &'d str,
}

pub(super) fn hazards(action: &DefinitionAction, changes: &Changes<'_>) -> Vec<Hazard> {
    let (before, after) = match action {
        DefinitionAction::Drop(it) => {
            // One that comes back is looked at when it does.
            let comes_back = changes.to.definitions.contains_key(&it.reference());
            (Some(it).filter(|_| !comes_back), None)
        }
        DefinitionAction::Create(it) | DefinitionAction::Replace(it) => {
            (changes.from.definitions.get(&it.reference()), Some(it))
        }
        DefinitionAction::Set { .. } => (None, None),
    };
    let Some((definition, table)) = after
        .or(before)
        .and_then(|it| Some((it, it.owner.as_ref()?)))
    else {
        return Vec::new();
    };
    if !is_secured(table, changes) {
        return Vec::new();
    }
    let change = match (before, after) {
        (Some(_), None) => PolicyChange::End,
        (None, _) => PolicyChange::New,
        (Some(_), Some(_)) => PolicyChange::Change,
    };
    let sight = match (before.and_then(read), after.and_then(read)) {
        (Some(before), None) => gone(&before),
        (None, Some(after)) => came(&after),
        (Some(before), Some(after)) => changed(&before, &after),
        (None, None) => None,
    };
    let hazard = sight.map(|sight| {
        let shows = |certain| Effect::ExposesRows(Exposure::Policy { change, certain });
        let effect = match sight {
            Sight::Shows => shows(true),
            Sight::MayShow => shows(false),
            Sight::Hides => Effect::BreaksRunningCode(Break::PolicyHides(change)),
        };
        Hazard::new(effect, ObjectRef::Table(table.clone())).by(definition.reference())
    });
    hazard.into_iter().collect()
}

/// Whether policies count before and after; switching them on or off is said by itself.
fn is_secured(table: &QualifiedName, changes: &Changes<'_>) -> bool {
    let both = [changes.from.as_ref(), changes.to];
    both.iter().all(|catalog| {
        let table = catalog.tables.get(table);
        table.is_some_and(|table| table.row_security.enabled)
    })
}

/// What it does to rows that are there.
#[derive(Clone, Copy)]
enum Sight {
    Shows,
    MayShow,
    Hides,
}

fn gone(policy: &Policy<'_>) -> Option<Sight> {
    match (policy.permissive, policy.shows) {
        (false, true) => Some(Sight::Shows),
        (true, _) => Some(Sight::Hides),
        (false, false) => None,
    }
}

fn came(policy: &Policy<'_>) -> Option<Sight> {
    match (policy.permissive, policy.shows) {
        (true, true) => Some(Sight::Shows),
        (false, _) => Some(Sight::Hides),
        (true, false) => None,
    }
}

fn changed(before: &Policy<'_>, after: &Policy<'_>) -> Option<Sight> {
    if !before.shows && !after.shows {
        return None;
    }
    let same_kind = before.permissive == after.permissive && before.command == after.command;
    if !same_kind || before.using != after.using {
        return Some(Sight::MayShow);
    }
    if before.roles == after.roles {
        return None;
    }
    let covers = |all: &BTreeSet<&str>, some: &BTreeSet<&str>| {
        all.contains("PUBLIC") || all.is_superset(some)
    };
    let (wide, narrow) = if after.permissive {
        (&before.roles, &after.roles)
    } else {
        (&after.roles, &before.roles)
    };
    Some(if covers(wide, narrow) {
        Sight::Hides
    } else {
        Sight::Shows
    })
}

/// As `inspect` writes it: `ON table TO roles USING (…) WITH CHECK (…)`, beside command and kind.
fn read(definition: &Definition) -> Option<Policy<'_>> {
    let Replacement::Alter { same, text } = &definition.replacement else {
        return None;
    };
    let mut words = same.split(' ');
    let (command, permissive) = (words.next()?, words.next()? == "true");
    let (without_using, without_check) = (words.next()? == "true", words.next()? == "true");
    let mut seen = text.as_str();
    if !without_check {
        seen = seen
            .rsplit_once(" WITH CHECK (")
            .map_or(seen, |(seen, _)| seen);
    }
    let (roles, using) = if without_using {
        (seen, "")
    } else {
        seen.split_once(" USING (")?
    };
    let (_, roles) = roles.rsplit_once(" TO ")?;
    Some(Policy {
        permissive,
        shows: command != "a",
        command,
        roles: roles.split(", ").collect(),
        using,
    })
}
