//! What an entity leaves open about a column. No I/O here.

use crate::catalog::{Column, IdentityKind};

pub(super) fn align(wanted: &mut Column, current: &Column) {
    let Column {
        name: _,
        data_type: _,
        inherited: _,
        collation,
        nullable: _,
        not_null,
        default,
        identity,
        generated: _,
        storage,
        default_storage: _,
        compression,
        statistics,
        options,
        comment: _,
    } = wanted;
    let same_type = current.data_type == wanted.data_type;
    if identity
        .as_ref()
        .is_some_and(|identity| identity.kind == IdentityKind::ByDefault)
    {
        let is_serial = current
            .default
            .as_ref()
            .is_some_and(|default| default.sql.starts_with("nextval("));
        if is_serial {
            *identity = None;
            default.clone_from(&current.default);
        } else if same_type && current.identity.is_some() {
            identity.clone_from(&current.identity);
        }
    }
    if same_type {
        collation.clone_from(&current.collation);
        *storage = current.storage;
        *compression = current.compression;
    }
    if not_null.is_some() && current.not_null.is_some() {
        not_null.clone_from(&current.not_null);
    }
    *statistics = current.statistics;
    options.clone_from(&current.options);
}
