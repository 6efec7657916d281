//! How names are written: with their schema, or bare where `search_path` reaches them.

use crate::{
    catalog::{DataType, QualifiedName},
    identifier::quote_identifier,
};

/// Which schemas' objects are written without their schema.
///
/// Expressions stand as they were read: read the catalog under the same path.
#[derive(Debug, Clone, Default)]
pub struct Names {
    search_path: Vec<String>,
}

impl Names {
    /// Every name carries its schema.
    pub fn qualified() -> Self {
        Self::default()
    }

    /// Names in `schema` are bare, as in a service's migrations.
    pub fn within(schema: &str) -> Self {
        Self {
            search_path: vec![schema.to_owned()],
        }
    }

    /// An object's name.
    pub(super) fn object(&self, name: &QualifiedName) -> String {
        let bare = quote_identifier(&name.name);
        if self.is_bare(&name.schema) {
            bare.into_owned()
        } else {
            format!("{}.{bare}", quote_identifier(&name.schema))
        }
    }

    /// An operator's name, which is never quoted.
    pub(super) fn operator(&self, name: &QualifiedName) -> String {
        if self.is_bare(&name.schema) {
            name.name.clone()
        } else {
            format!("{}.{}", quote_identifier(&name.schema), name.name)
        }
    }

    fn is_bare(&self, schema: &str) -> bool {
        schema == "pg_catalog" || self.search_path.iter().any(|it| it == schema)
    }

    /// A type's name with modifiers and brackets.
    pub fn data_type(&self, data_type: &DataType) -> String {
        let DataType {
            schema,
            name,
            modifiers,
            modifier: _,
            array,
        } = data_type;
        let brackets = if *array { "[]" } else { "" };
        if data_type.is_built_in() {
            return format!("{name}{brackets}");
        }
        format!(
            "{}{modifiers}{brackets}",
            self.object(&QualifiedName::new(schema, name))
        )
    }
}

/// Names in a list, each quoted as it must be.
pub(super) fn list(names: &[String]) -> String {
    names
        .iter()
        .map(|name| quote_identifier(name))
        .collect::<Vec<_>>()
        .join(", ")
}
