//! Who owns what.

use std::collections::BTreeMap;

use super::{Names, Rows};
use crate::{
    catalog::ObjectRef,
    inspect::{
        dependencies::{Address, SystemCatalog},
        row::Oid,
    },
};

/// The owners of everything that has one of its own, without what belongs to `but`.
pub(super) fn owners(rows: &Rows, names: &Names, but: Option<&str>) -> BTreeMap<ObjectRef, String> {
    let is_asked = |owner: &str| Some(owner) != but;
    let schemas = rows.schemas.iter().filter(|row| is_asked(&row.owner));
    let schemas = schemas.map(|row| (ObjectRef::Schema(row.name.clone()), &row.owner));
    let found = |catalog: SystemCatalog, oid: Oid| names.object(&Address::new(catalog, oid));
    let relations = rows.relations.iter().filter(|row| is_asked(&row.owner));
    let relations =
        relations.filter_map(|row| Some((names.relation(row.oid)?.clone(), &row.owner)));
    // Nothing is done to what is not modelled.
    let relations = relations.filter(|(object, _)| !matches!(object, ObjectRef::Unmanaged { .. }));
    let sequences = rows.sequences.iter().filter(|row| is_asked(&row.role));
    let sequences = sequences.map(|row| {
        let name = names.qualified(row.schema, &row.name);
        (ObjectRef::Sequence(name), &row.role)
    });
    let enums = rows.enums.iter().map(|row| (row.oid, &row.owner));
    let domains = rows.domains.iter().map(|row| (row.oid, &row.owner));
    let types = enums.chain(domains).filter(|(_, owner)| is_asked(owner));
    let types = types.filter_map(|(oid, owner)| Some((found(SystemCatalog::TYPE, oid)?, owner)));
    // Views are relations and were there.
    let definitions = rows.definitions.iter();
    let definitions = definitions
        .filter(|row| {
            row.catalog != SystemCatalog::CLASS && !row.owner.is_empty() && is_asked(&row.owner)
        })
        .filter_map(|row| Some((found(row.catalog, row.oid)?, &row.owner)));
    schemas
        .chain(relations)
        .chain(sequences)
        .chain(types)
        .chain(definitions)
        .map(|(object, owner)| (object, owner.clone()))
        .collect()
}
