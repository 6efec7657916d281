//! How code sends and reads the values of a column: as SeaORM and its driver do. No I/O here.

use crate::{
    catalog::{Catalog, DataType, QualifiedName},
    identifier::quote_identifier,
};

/// How code sends and reads the values of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wire {
    /// The type of the parameter.
    pub(super) parameter: String,
    /// What SeaORM casts the parameter to: an enum type, by its name alone where `search_path` has it.
    pub(super) cast: Option<String>,
    /// What the column is cast to where it is read.
    pub(super) read_as: Option<String>,
    /// What the driver decodes, where that is known: it refuses any other.
    pub(super) family: Option<String>,
}

/// How code whose objects are in `schema` sends and reads values of `data_type`.
pub(super) fn wire(catalog: &Catalog, schema: &str, data_type: &DataType) -> Wire {
    let name = QualifiedName::new(&data_type.schema, &data_type.name);
    let brackets = if data_type.array { "[]" } else { "" };
    if catalog.enums.contains_key(&name) {
        return Wire {
            parameter: format!("text{brackets}"),
            cast: Some(format!("{}{brackets}", called(schema, &name))),
            read_as: Some(format!("text{brackets}")),
            family: Some(format!("text{brackets}")),
        };
    }
    if let Some(domain) = catalog.domains.get(&name) {
        let under = wire(catalog, schema, &domain.data_type);
        return if data_type.array {
            Wire {
                parameter: format!("{}[]", under.parameter),
                cast: None,
                read_as: None,
                family: under.family.map(|family| format!("{family}[]")),
            }
        } else {
            under
        };
    }
    if !data_type.is_built_in() {
        return Wire {
            parameter: format!("{}{brackets}", called(schema, &name)),
            cast: None,
            read_as: None,
            family: None,
        };
    }
    let base = data_type.base_name();
    let parameter = if is_text(&base) { "text" } else { base.trim() };
    Wire {
        parameter: format!("{parameter}{brackets}"),
        cast: None,
        read_as: None,
        family: Some(family(&format!("{base}{brackets}"))),
    }
}

/// Types that the driver decodes alike: `character varying` as `text`, `jsonb` as `json`.
pub(super) fn family(printed: &str) -> String {
    let (element, brackets) = match printed.strip_suffix("[]") {
        Some(element) => (element, "[]"),
        None => (printed, ""),
    };
    let element = match element {
        text if is_text(text) => "text",
        "jsonb" => "json",
        other => other,
    };
    format!("{element}{brackets}")
}

fn is_text(name: &str) -> bool {
    ["text", "character varying", "character", "bpchar", "name"].contains(&name)
}

fn called(schema: &str, name: &QualifiedName) -> String {
    let bare = quote_identifier(&name.name);
    if name.schema == schema {
        bare.into_owned()
    } else {
        format!("{}.{bare}", quote_identifier(&name.schema))
    }
}
