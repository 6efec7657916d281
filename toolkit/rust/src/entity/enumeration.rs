//! Enum types as Rust enums. No I/O here.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;

use super::{
    EntityModule,
    attribute::{doc, quoted, says, sea_orm},
    ident::Idents,
    said::Said,
};
use crate::catalog::Enum;

/// Whether `DeriveActiveEnum` takes the values: of each it makes a variant of its own.
pub(super) fn is_sayable(enumeration: &Enum) -> bool {
    let mut variants = BTreeSet::new();
    !enumeration.values.is_empty()
        && enumeration
            .values
            .iter()
            .map(|value| derived_variant(value))
            .all(|variant| variant != "Self" && variants.insert(variant))
}

/// As `DeriveActiveEnum` names the variant of a value.
fn derived_variant(value: &str) -> String {
    let escape = |c: char| {
        if c.is_alphanumeric() {
            c.to_string()
        } else {
            format!("{:#X}", u32::from(c))
        }
    };
    let escaped: String = value.chars().map(escape).collect();
    escaped.to_upper_camel_case()
}

/// The enums that several tables use, each in a module of its own.
pub(super) fn shared(said: &Said<'_>) -> Vec<EntityModule> {
    let shared = said.shared.iter();
    shared
        .filter_map(|(name, module)| {
            let (enumeration, ident) = (said.catalog.enums.get(name)?, said.types.enums.get(name)?);
            Some(EntityModule {
                name: module.clone(),
                table: None,
                source: format!(
                    "//! The type {}.\n\nuse sea_orm::entity::prelude::*;\n\n{}",
                    quoted(&name.name),
                    source(enumeration, ident)
                ),
            })
        })
        .collect()
}

/// The Rust enum `ident`.
pub(super) fn source(enumeration: &Enum, ident: &str) -> String {
    let Enum {
        name,
        values,
        comment,
    } = enumeration;
    let about = format!("The type {}.", quoted(&name.name));
    let words = [
        says("rs_type", "String"),
        says("db_type", "Enum"),
        says("enum_name", &name.name),
    ];
    let mut text = doc(comment.as_deref().unwrap_or(&about), 0);
    text.push_str(
        "#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]\n",
    );
    text.push_str(&sea_orm(&words, 0));
    text.push_str(&format!("pub enum {ident} {{\n"));
    let mut idents = Idents::default();
    for value in values {
        text.push_str(&doc(&format!("{}.", quoted(value)), 4));
        text.push_str(&sea_orm(&[says("string_value", value)], 4));
        text.push_str(&format!("    {},\n", idents.variant(value)));
    }
    text.push_str("}\n");
    text
}
