//! What no entity can say and nobody declared: it stays, and is listed. No I/O here.

use super::{Kept, is_named};
use crate::catalog::{
    Catalog, Definition, DefinitionKind, Grantee, ObjectRef, Privileged, Privileges, QualifiedName,
};

/// Keeps domains, composite types, and what is compared by its definition.
pub(super) fn keep(desired: &mut Catalog, current: &Catalog, drop: &[String]) -> Vec<Kept> {
    let mut kept = Vec::new();
    for (name, domain) in &current.domains {
        if !desired.domains.contains_key(name) && !is_named(drop, name, None) {
            desired.domains.insert(name.clone(), domain.clone());
            kept.push(Kept(ObjectRef::Type(name.clone())));
        }
    }
    for (name, composite) in &current.composites {
        if !desired.composites.contains_key(name) && !is_named(drop, name, None) {
            desired.composites.insert(name.clone(), composite.clone());
            kept.push(Kept(ObjectRef::Type(name.clone())));
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
                kept.push(Kept(object.clone()));
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
    let own = QualifiedName::new(&definition.name.schema, &definition.own_name);
    let named = is_named(drop, &definition.name, None)
        || match &definition.owner {
            Some(owner) => is_named(drop, owner, Some(&definition.own_name)),
            None => is_named(drop, &own, None),
        };
    let owner_stays = definition.owner.as_ref().is_none_or(|owner| {
        let mut views = desired.definitions.values();
        desired.tables.contains_key(owner) || views.any(|view| &view.name == owner)
    });
    !named && owner_stays
}

/// Keeps what `GRANT` and `REVOKE` gave and took where nobody declared anything of the object.
pub(super) fn keep_privileges(desired: &mut Catalog, current: &Catalog) {
    for (object, privileges) in &current.privileges {
        if desired.privileges.contains_key(object) || !desired.contains(object) {
            continue;
        }
        let kind = Privileged::of(object);
        let initial = kind.map(|kind| kind.initial(current.server_version));
        // A declared role has what is declared of it, and no more.
        let mut left: Privileges = privileges.clone();
        left.retain(|grantee, _| !matches!(grantee, Grantee::Role(_)));
        if Some(&left) != initial.as_ref() {
            desired.privileges.insert(object.clone(), left);
        }
    }
    desired
        .default_privileges
        .clone_from(&current.default_privileges);
}
