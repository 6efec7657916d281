//! Types of columns, as Rust types and as SeaORM's column types. No I/O here.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, DataType, Domain, QualifiedName};
use crate::names::Names;

/// How a field says the type of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldType {
    /// The Rust type: `String`.
    pub(super) rust: String,
    /// The word of `column_type`, where the Rust type does not say it: `Text`.
    pub(super) column_type: Option<String>,
    /// The SQL type that values are cast to when they are written, where SeaORM reads it as text.
    pub(super) as_text: Option<String>,
    /// The enum that the Rust type is, or an array of.
    pub(super) enumeration: Option<QualifiedName>,
}

impl FieldType {
    fn plain(rust: &str) -> Self {
        Self {
            rust: rust.to_owned(),
            column_type: None,
            as_text: None,
            enumeration: None,
        }
    }

    fn of(rust: &str, column_type: impl Into<String>) -> Self {
        Self {
            column_type: Some(column_type.into()),
            ..Self::plain(rust)
        }
    }

    /// Whether values can be compared for equality in Rust.
    pub(super) fn is_eq(&self) -> bool {
        !self.rust.contains("f32") && !self.rust.contains("f64")
    }

    /// Whether SeaORM takes it as a primary key.
    pub(super) fn can_be_key(&self) -> bool {
        self.rust == "Vec<u8>" || !self.rust.starts_with("Vec<")
    }

    /// Whether SeaORM may take it for a number that the database counts.
    pub(super) fn is_counted(&self) -> bool {
        ["i16", "i32", "i64"].contains(&self.rust.as_str())
    }
}

/// The types that fields may have.
pub(super) struct Types<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) names: Names<'c>,
    /// Enums that are Rust enums, by name.
    pub(super) enums: BTreeMap<QualifiedName, String>,
}

impl Types<'_> {
    /// How a field says `data_type`.
    pub(super) fn field(&self, data_type: &DataType) -> FieldType {
        let element = self.element(data_type);
        if !data_type.array {
            return element;
        }
        let is_domain = self.domain(data_type).is_some();
        let element = if is_domain {
            self.text(data_type)
        } else {
            element
        };
        let FieldType {
            rust,
            column_type,
            as_text,
            enumeration,
        } = element;
        FieldType {
            rust: format!("Vec<{rust}>"),
            column_type: column_type.map(|it| format!("Array(RcOrArc::new(ColumnType::{it}))")),
            as_text: as_text.map(|it| format!("{it}[]")),
            enumeration,
        }
    }

    fn element(&self, data_type: &DataType) -> FieldType {
        let name = QualifiedName::new(&data_type.schema, &data_type.name);
        if let Some(ident) = self.enums.get(&name) {
            return FieldType {
                enumeration: Some(name),
                ..FieldType::plain(ident)
            };
        }
        if let Some(domain) = self.domain(data_type) {
            // PostgreSQL sends values of a domain as those of the type under it.
            let under = self.field(&domain.data_type);
            return FieldType {
                column_type: Some(self.custom(data_type)),
                ..under
            };
        }
        built_in(data_type).unwrap_or_else(|| self.text(data_type))
    }

    fn domain(&self, data_type: &DataType) -> Option<&Domain> {
        let name = QualifiedName::new(&data_type.schema, &data_type.name);
        self.catalog.domains.get(&name)
    }

    /// A type that SeaORM knows nothing of: its values are read and written as text.
    fn text(&self, data_type: &DataType) -> FieldType {
        FieldType {
            as_text: Some(self.names.element_type(data_type)),
            ..FieldType::of("String", self.custom(data_type))
        }
    }

    fn custom(&self, data_type: &DataType) -> String {
        format!("custom({:?})", self.names.element_type(data_type))
    }
}

/// A type of PostgreSQL's own that SeaORM reads and writes.
fn built_in(data_type: &DataType) -> Option<FieldType> {
    if !data_type.is_built_in() {
        return None;
    }
    let name = data_type.name.as_str();
    let numbers = || -> Option<Vec<u32>> {
        let (_, rest) = name.split_once('(')?;
        let (list, _) = rest.split_once(')')?;
        list.split(',').map(|it| it.trim().parse().ok()).collect()
    };
    let base = data_type.base_name();
    let (rust, column_type) = match base.as_str() {
        "boolean" => ("bool", None),
        "smallint" => ("i16", None),
        "integer" => ("i32", None),
        "bigint" => ("i64", None),
        "real" => ("f32", None),
        "double precision" => ("f64", None),
        "text" => ("String", Some("Text".to_owned())),
        "character varying" => ("String", None),
        "character" => ("String", Some("Char(Some(1))".to_owned())),
        "bytea" => ("Vec<u8>", None),
        "uuid" => ("Uuid", None),
        "date" => ("Date", None),
        "time without time zone" => ("Time", None),
        "timestamp without time zone" => ("DateTime", None),
        "timestamp with time zone" => ("DateTimeUtc", None),
        "numeric" => ("Decimal", None),
        "json" => ("Json", None),
        "jsonb" => ("Json", Some("JsonBinary".to_owned())),
        "inet" => ("IpNetwork", None),
        "cidr" => ("IpNetwork", Some("Cidr".to_owned())),
        _ => return None,
    };
    let column_type = match (base == name, base.as_str(), numbers().as_deref()) {
        (true, _, _) => column_type,
        (false, "character varying", Some([length])) => {
            Some(format!("String(StringLen::N({length}))"))
        }
        (false, "character", Some([length])) => Some(format!("Char(Some({length}))")),
        (false, "numeric", Some([precision, scale])) => {
            Some(format!("Decimal(Some(({precision}, {scale})))"))
        }
        (false, _, _) => Some(format!("custom({name:?})")),
    };
    Some(FieldType {
        column_type,
        ..FieldType::plain(rust)
    })
}
