//! Privileges, where they are not what a new object gives.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Names, Rows, definition::relation_name};
use crate::{
    catalog::{DefaultPrivilegesOf, Grantee, ObjectRef, PassedOn, Privileged, Privileges},
    inspect::{
        Scope,
        dependencies::{Address, SystemCatalog},
        privileges::{Owner, kind, parse, parse_passed_on},
        row::Server,
    },
};

/// The privileges on everything that `scope` asks about, and those that others than the owners granted.
pub(super) fn privileges(
    rows: &Rows,
    names: &Names,
    server: &Server,
    scope: &Scope,
) -> (
    BTreeMap<ObjectRef, Privileges>,
    BTreeMap<ObjectRef, BTreeSet<PassedOn>>,
) {
    let (mut all, mut all_passed_on) = (BTreeMap::new(), BTreeMap::new());
    let mut add = |object: ObjectRef, list: &Option<String>, owner: &str| {
        let (Some(list), Some(kind)) = (list, Privileged::of(&object)) else {
            return;
        };
        let owner = match kind {
            Privileged::Columns => Owner::Grants(owner),
            Privileged::Tables
            | Privileged::Sequences
            | Privileged::Routines
            | Privileged::Types
            | Privileged::Schemas
            | Privileged::ForeignDataWrappers
            | Privileged::ForeignServers
            | Privileged::LargeObjects => Owner::Has(owner),
        };
        let (mut found, initial) = (parse(list, owner), kind.initial(server.version));
        if scope.of_service && kind == Privileged::Schemas {
            found.retain(|grantee, _| matches!(grantee, Grantee::Role(_)));
            found.extend(initial.clone());
        }
        let passed_on = parse_passed_on(list, owner);
        if !passed_on.is_empty() {
            all_passed_on.insert(object.clone(), passed_on);
        }
        if found != initial {
            all.insert(object, found);
        }
    };
    for row in &rows.schemas {
        let object = ObjectRef::Schema(row.name.clone());
        add(object, &row.privileges, &row.owner);
    }
    let mut owners = HashMap::new();
    for row in &rows.relations {
        owners.insert(row.oid, row.owner.as_str());
        if let Some(object) = names.relation(row.oid) {
            add(object.clone(), &row.privileges, &row.owner);
        }
    }
    for row in &rows.columns {
        let relation = row
            .rare()
            .privileges
            .as_ref()
            .and(names.relation(row.table));
        if let Some(relation) = relation.and_then(relation_name) {
            add(
                ObjectRef::column(relation, &row.name),
                &row.rare().privileges,
                owners.get(&row.table).copied().unwrap_or_default(),
            );
        }
    }
    for row in &rows.sequences {
        let object = ObjectRef::Sequence(names.qualified(row.schema, &row.name));
        add(object, &row.privileges, &row.role);
    }
    let enums = rows
        .enums
        .iter()
        .map(|row| (row.oid, &row.privileges, &row.owner));
    let domains = rows
        .domains
        .iter()
        .map(|row| (row.oid, &row.privileges, &row.owner));
    for (oid, list, owner) in enums.chain(domains) {
        if let Some(object) = names.object(&Address::new(SystemCatalog::TYPE, oid)) {
            add(object, list, owner);
        }
    }
    for row in &rows.definitions {
        // Views are relations and were there.
        if row.catalog != SystemCatalog::CLASS
            && let Some(object) = names.object(&Address::new(row.catalog, row.oid))
        {
            add(object, &row.privileges, &row.owner);
        }
    }
    (all, all_passed_on)
}

/// The default privileges; those in no schema only where all schemas are read, or by the one who makes
/// the objects of a service.
pub(super) fn defaults(
    rows: &Rows,
    server: &Server,
    scope: &Scope,
) -> BTreeMap<DefaultPrivilegesOf, Privileges> {
    let schemas: BTreeMap<_, _> = rows.schemas.iter().map(|it| (it.oid, &it.name)).collect();
    let defaults = rows.default_privileges.iter();
    let defaults = defaults.filter(|row| !scope.of_service || row.role == server.role);
    let defaults = defaults.filter_map(|row| {
        let schema = match row.schema {
            0 if scope.schemas.is_empty() || scope.of_service => None,
            oid => Some((*schemas.get(&oid)?).clone()),
        };
        let of = DefaultPrivilegesOf {
            role: row.role.clone(),
            schema,
            kind: kind(&row.kind)?,
        };
        let list = row.privileges.as_deref().unwrap_or_default();
        Some((of, parse(list, Owner::Has(&row.role))))
    });
    defaults.collect()
}
