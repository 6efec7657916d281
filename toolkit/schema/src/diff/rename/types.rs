//! Renames of enum types, their values, and sequences.

use std::sync::Arc;

use super::{MISSING, TAKEN, definition, refused, rename_uses, table::for_each_text};
use crate::{
    Result,
    catalog::{Catalog, ObjectRef, QualifiedName},
    diff::rewrite,
    identifier::{quote_identifier, quote_literal},
};

pub(super) fn rename_sequence(catalog: &mut Catalog, from: &QualifiedName, to: &str) -> Result<()> {
    let new = from.sibling(to);
    if catalog.sequences.contains_key(&new) {
        return Err(refused(from, to, TAKEN));
    }
    if let Some(mut sequence) = catalog.sequences.remove(from) {
        sequence.name = new.clone();
        catalog.sequences.insert(new.clone(), sequence);
        rename_in_texts(
            catalog,
            &ObjectRef::Sequence(from.clone()),
            &ObjectRef::Sequence(new.clone()),
            |sql| in_both_spellings(sql, from, &new, rename_regclass),
        );
        return Ok(());
    }
    let identities = catalog
        .tables
        .values_mut()
        .flat_map(|table| &mut table.columns);
    let identity = identities
        .filter_map(|column| column.identity.as_mut())
        .find(|identity| &identity.sequence == from);
    identity.ok_or_else(|| refused(from, to, MISSING))?.sequence = new;
    Ok(())
}

pub(super) fn rename_enum(catalog: &mut Catalog, from: &QualifiedName, to: &str) -> Result<()> {
    let new = from.sibling(to);
    if catalog.enums.contains_key(&new) {
        return Err(refused(from, to, TAKEN));
    }
    let mut itself = catalog
        .enums
        .remove(from)
        .ok_or_else(|| refused(from, to, MISSING))?;
    itself.name = new.clone();
    catalog.enums.insert(new.clone(), itself);
    for column in catalog
        .tables
        .values_mut()
        .flat_map(|table| &mut table.columns)
    {
        if column.data_type.is_of(from) {
            to.clone_into(&mut Arc::make_mut(&mut column.data_type).name);
        }
    }
    let domains = catalog.domains.values_mut().map(|it| &mut it.data_type);
    let attributes = catalog
        .composites
        .values_mut()
        .flat_map(|it| &mut it.attributes)
        .map(|it| &mut it.data_type);
    for data_type in domains.chain(attributes).filter(|it| it.is_of(from)) {
        to.clone_into(&mut data_type.name);
    }
    rename_in_texts(
        catalog,
        &ObjectRef::Type(from.clone()),
        &ObjectRef::Type(new.clone()),
        |sql| in_both_spellings(sql, from, &new, rewrite::rename_type),
    );
    Ok(())
}

pub(super) fn rename_value(
    catalog: &mut Catalog,
    name: &QualifiedName,
    from: &str,
    to: &str,
) -> Result<()> {
    let itself = catalog
        .enums
        .get_mut(name)
        .ok_or_else(|| refused(name, to, MISSING))?;
    if itself.values.iter().any(|value| value == to) {
        return Err(refused(from, to, TAKEN));
    }
    let value = itself
        .values
        .iter_mut()
        .find(|value| *value == from)
        .ok_or_else(|| refused(from, to, MISSING))?;
    to.clone_into(value);
    let reference = ObjectRef::Type(name.clone());
    rename_in_texts(catalog, &reference, &reference, |sql| {
        spellings(name)
            .iter()
            .fold(sql.to_owned(), |sql, spelling| {
                let (from, to) = (quote_literal(from), quote_literal(to));
                sql.replace(&format!("{from}::{spelling}"), &format!("{to}::{spelling}"))
            })
    });
    Ok(())
}

fn rename_in_texts(
    catalog: &mut Catalog,
    from: &ObjectRef,
    to: &ObjectRef,
    rename: impl Fn(&str) -> String,
) {
    for table in catalog.tables.values_mut() {
        for_each_text(table, |sql, uses| {
            if uses.contains(from) {
                *sql = rename(sql);
            }
        });
    }
    definition::rename_in_texts(catalog, |object| object == from, &rename);
    rename_uses(
        catalog,
        |object| if &object == from { to.clone() } else { object },
    );
}

/// Qualified, and bare as under a `search_path` that reaches it.
fn spellings(name: &QualifiedName) -> [String; 2] {
    let bare = quote_identifier(&name.name);
    [
        format!("{}.{bare}", quote_identifier(&name.schema)),
        bare.into_owned(),
    ]
}

fn in_both_spellings(
    sql: &str,
    from: &QualifiedName,
    to: &QualifiedName,
    rename: impl Fn(&str, &str, &str) -> String,
) -> String {
    let pairs = spellings(from).into_iter().zip(spellings(to));
    pairs.fold(sql.to_owned(), |sql, (from, to)| rename(&sql, &from, &to))
}

fn rename_regclass(sql: &str, from: &str, to: &str) -> String {
    sql.replace(&format!("'{from}'::regclass"), &format!("'{to}'::regclass"))
}
