//! How names stand in Rust: as string literals, with their schema where it is not the service's.

use super::code::Code;
use crate::{
    catalog::{DataType, QualifiedName},
    identifier::quote_identifier,
    sql,
};

/// The service's schema, whose objects go by their bare names.
#[derive(Debug, Clone)]
pub(super) struct Names<'s> {
    pub(super) schema: &'s str,
    pub(super) sql: sql::Names,
}

impl<'s> Names<'s> {
    pub(super) fn within(schema: &'s str) -> Self {
        Self {
            schema,
            sql: sql::Names::within(schema),
        }
    }

    pub(super) fn is_own(&self, name: &QualifiedName) -> bool {
        name.schema == self.schema
    }

    /// A table or a type: `"users"`, or `("audit", "events")`.
    pub(super) fn object(&self, name: &QualifiedName) -> Code {
        if self.is_own(name) {
            Code::text(&name.name)
        } else {
            Code::tuple(vec![Code::text(&name.schema), Code::text(&name.name)])
        }
    }

    /// A name inside SQL.
    pub(super) fn in_sql(&self, name: &QualifiedName) -> String {
        let bare = quote_identifier(&name.name);
        if self.is_own(name) || name.schema == "pg_catalog" {
            bare.into_owned()
        } else {
            format!("{}.{bare}", quote_identifier(&name.schema))
        }
    }

    /// A type inside SQL, without brackets.
    pub(super) fn element_type(&self, data_type: &DataType) -> String {
        let DataType {
            schema,
            name,
            modifiers,
            modifier: _,
            array: _,
        } = data_type;
        if data_type.is_built_in() {
            name.clone()
        } else {
            format!(
                "{}{modifiers}",
                self.in_sql(&QualifiedName::new(schema, name))
            )
        }
    }

    /// A name in a comment.
    pub(super) fn plain(&self, name: &QualifiedName) -> String {
        if self.is_own(name) {
            name.name.clone()
        } else {
            name.to_string()
        }
    }
}

/// Whether sea-query can write `name` where it does not double quotes: of indexes and constraints.
pub(super) fn is_plain(name: &str) -> bool {
    !name.contains('"')
}
