//! Domains and composite types.

use std::collections::BTreeMap;

use super::{DataType, Expression, NotNull, QualifiedName};

/// A domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its name.
    pub name: QualifiedName,
    /// The type under it.
    pub data_type: DataType,
    /// Its collation, where it is not the type's own.
    pub collation: Option<QualifiedName>,
    /// Its default.
    pub default: Option<Expression>,
    /// Whether it takes no null.
    pub not_null: bool,
    /// The constraint that says so, from PostgreSQL 17 on.
    pub not_null_constraint: Option<Box<NotNull>>,
    /// Its checks by name.
    pub checks: BTreeMap<String, DomainCheck>,
    /// `COMMENT ON DOMAIN`.
    pub comment: Option<String>,
}

/// A check of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainCheck {
    /// Its name, unique within the domain.
    pub name: String,
    /// What must not be false of `VALUE`.
    pub expression: Expression,
    /// False for `NOT VALID`.
    pub validated: bool,
    /// `COMMENT ON CONSTRAINT … ON DOMAIN`.
    pub comment: Option<String>,
}

/// A composite type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composite {
    /// Its name.
    pub name: QualifiedName,
    /// Its attributes in order.
    pub attributes: Vec<Attribute>,
    /// `COMMENT ON TYPE`.
    pub comment: Option<String>,
}

/// An attribute of a composite type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Its collation, where it is not the type's own.
    pub collation: Option<QualifiedName>,
    /// `COMMENT ON COLUMN`.
    pub comment: Option<String>,
}

impl Domain {
    /// The constraint that refuses nulls, where plain `NOT NULL` does not say it.
    pub fn unusual_not_null(&self) -> Option<&NotNull> {
        let constraint = self.not_null_constraint.as_deref();
        constraint.filter(|it| it.is_unusual(&[&self.name.name]))
    }
}

impl Composite {
    /// The attribute `name`.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }
}
