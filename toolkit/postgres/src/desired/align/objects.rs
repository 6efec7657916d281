//! What no entity can say and nobody declared: it stays, and is listed. No I/O here.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kept, is_named};
use crate::catalog::{Catalog, Definition, DefinitionKind, Grantee, ObjectRef, Privileged};

/// Keeps domains, composite types, and what is compared by its definition.
pub(super) fn keep(desired: &mut Catalog, current: &Catalog, drop: &[String]) -> Vec<Kept> {
    let mut kept = Vec::new();
    for (name, domain) in &current.domains {
        if !desired.domains.contains_key(name) && !is_named(drop, name, None) {
            desired.domains.insert(name.clone(), domain.clone());
            kept.push(Kept::Object(ObjectRef::Type(name.clone())));
        }
    }
    for (name, composite) in &current.composites {
        if !desired.composites.contains_key(name) && !is_named(drop, name, None) {
            desired.composites.insert(name.clone(), composite.clone());
            kept.push(Kept::Object(ObjectRef::Type(name.clone())));
        }
    }
    for (object, definition) in &current.definitions {
        if let Some(wanted) = desired.definitions.get_mut(object) {
            align(wanted, definition);
        } else if stays(desired, definition, drop) {
            desired
                .definitions
                .insert(object.clone(), definition.clone());
            // An extension is the database's, not the service's.
            if definition.kind != DefinitionKind::Extension {
                kept.push(Kept::Object(object.clone()));
            }
        }
    }
    kept
}

/// A declaration leaves the version of an extension open, and the statistics' target.
fn align(wanted: &mut Definition, current: &Definition) {
    if wanted.kind == DefinitionKind::Extension {
        wanted.settings.clone_from(&current.settings);
    }
    for (setting, value) in &current.settings {
        if let crate::catalog::Setting::StatisticsTarget = setting {
            wanted
                .settings
                .entry(setting.clone())
                .or_insert_with(|| value.clone());
        }
    }
    if wanted.comment.is_none() {
        wanted.comment.clone_from(&current.comment);
    }
    for (name, comment) in &mut wanted.columns {
        let known = current.columns.iter().find(|(other, _)| other == name);
        if let (None, Some((_, known))) = (&comment, known) {
            comment.clone_from(known);
        }
    }
    for (name, index) in &current.indexes {
        if let Some(wanted) = wanted.indexes.get_mut(name) {
            wanted.comment.clone_from(&index.comment);
            wanted.valid = index.valid;
        }
    }
}

/// What belongs to something that goes, goes with it.
fn stays(desired: &Catalog, definition: &Definition, drop: &[String]) -> bool {
    let (own, called) = (&definition.name, definition.called());
    let named = is_named(drop, &own.sibling(called), None)
        || match &definition.owner {
            Some(owner) => is_named(drop, owner, Some(&own.name)),
            None => is_named(drop, own, None),
        };
    let owner_stays = definition.owner.as_ref().is_none_or(|owner| {
        let mut views = desired.definitions.values();
        desired.tables.contains_key(owner) || views.any(|view| &view.name == owner)
    });
    !named && owner_stays
}

/// How `--drop` calls what a role may do: `role:reporting`.
const ROLE: &str = "role:";

/// Keeps what `GRANT` and `REVOKE` gave and took where nobody declared anything of the object, and what
/// roles have that nobody declares, but for those that `drop` names.
pub(super) fn keep_privileges(
    desired: &mut Catalog,
    current: &Catalog,
    declared: &BTreeSet<String>,
    drop: &[String],
) -> Vec<Kept> {
    let mut kept: BTreeMap<&str, Vec<ObjectRef>> = BTreeMap::new();
    let goes = |role: &String| drop.iter().any(|it| it.strip_prefix(ROLE) == Some(role));
    desired.passed_on.clone_from(&current.passed_on);
    for (object, privileges) in &current.privileges {
        let Some(kind) = Privileged::of(object).filter(|_| desired.has_privileged(object)) else {
            continue;
        };
        let wanted = desired.privileges.remove(object);
        let is_declared = wanted.is_some();
        let mut wanted = wanted.unwrap_or_default();
        for (grantee, granted) in privileges {
            match grantee {
                Grantee::Public | Grantee::Owner if is_declared => continue,
                Grantee::Public | Grantee::Owner => {}
                Grantee::Role(role) if declared.contains(role) || goes(role) => continue,
                Grantee::Role(role) => kept.entry(role).or_default().push(object.clone()),
            }
            wanted.insert(grantee.clone(), granted.clone());
        }
        if wanted != kind.initial(current.server_version) {
            desired.privileges.insert(object.clone(), wanted);
        }
    }
    desired
        .default_privileges
        .clone_from(&current.default_privileges);
    let kept = kept.into_iter();
    kept.map(|(role, on)| Kept::Privileges {
        role: role.to_owned(),
        on,
    })
    .collect()
}
