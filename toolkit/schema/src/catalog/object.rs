//! References from one object to another.

use std::fmt;

use super::{DefinitionKind, Family, QualifiedName, UnmanagedKind};

/// A column by table and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnRef {
    /// The table.
    pub table: QualifiedName,
    /// The column's name.
    pub column: String,
}

impl ColumnRef {
    /// The column `column` of `table`.
    pub fn new(table: &QualifiedName, column: &str) -> Self {
        Self {
            table: table.clone(),
            column: column.to_owned(),
        }
    }
}

impl fmt::Display for ColumnRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// What tells an object from others of its kind and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Distinction {
    /// Nothing: it is the only one.
    None,
    /// The table or view that a trigger, a policy or a rule belongs to, in the same schema; the server of a user
    /// mapping.
    Of(String),
    /// The argument types of a routine or an operator as PostgreSQL prints them, in parentheses.
    Arguments(String),
}

impl Distinction {
    /// The name with what distinguishes it, for a person: `orders.audit`, `total(integer)`.
    pub fn called(&self, name: &str) -> String {
        match self {
            Self::None => name.to_owned(),
            Self::Of(relation) => format!("{relation}.{name}"),
            Self::Arguments(types) => format!("{name}{types}"),
        }
    }
}

/// Any object of a catalog, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectRef {
    /// A schema.
    Schema(String),
    /// An enum, domain or composite type.
    Type(QualifiedName),
    /// A sequence.
    Sequence(QualifiedName),
    /// A table.
    Table(QualifiedName),
    /// A column.
    Column(ColumnRef),
    /// A constraint of a table.
    Constraint {
        /// The constrained table.
        table: QualifiedName,
        /// The constraint's name.
        name: String,
    },
    /// An index; it lives in its table's schema.
    Index {
        /// The indexed table.
        table: QualifiedName,
        /// The index's name.
        name: String,
    },
    /// Something that is compared by its definition.
    Definition {
        /// What it is.
        kind: DefinitionKind,
        /// Its name.
        name: QualifiedName,
        /// What tells it from others of its name.
        distinction: Distinction,
    },
    /// Something that is seen but not modelled.
    Unmanaged {
        /// What it is.
        kind: UnmanagedKind,
        /// Its name.
        name: QualifiedName,
    },
}

impl ObjectRef {
    /// The column `column` of `table`.
    pub fn column(table: &QualifiedName, column: &str) -> Self {
        Self::Column(ColumnRef::new(table, column))
    }

    /// The constraint `name` of `table`.
    pub fn constraint(table: &QualifiedName, name: &str) -> Self {
        Self::Constraint {
            table: table.clone(),
            name: name.to_owned(),
        }
    }

    /// What `name` of `table` may be: a key with its index, or an index; only one of the two can be there.
    pub fn key_or_index(table: &QualifiedName, name: &str) -> [Self; 2] {
        [Self::constraint(table, name), Self::index(table, name)]
    }

    /// The index `name` of `table`.
    pub fn index(table: &QualifiedName, name: &str) -> Self {
        Self::Index {
            table: table.clone(),
            name: name.to_owned(),
        }
    }

    /// The object with the word for its kind, its name as `written`: `table planning.plans`.
    pub fn said(&self, written: impl Fn(&QualifiedName) -> String) -> String {
        match self {
            Self::Schema(name) => format!("schema {name}"),
            Self::Type(name) => format!("type {}", written(name)),
            Self::Sequence(name) => format!("sequence {}", written(name)),
            Self::Table(name) => format!("table {}", written(name)),
            Self::Column(column) => {
                format!("column {}.{}", written(&column.table), column.column)
            }
            Self::Constraint { table, name } => format!("constraint {name} of {}", written(table)),
            Self::Index { table, name } => format!("index {name} of {}", written(table)),
            Self::Definition {
                kind,
                name,
                distinction,
            } => {
                let called = distinction.called(&name.name);
                match kind.family() {
                    Family::Database | Family::Cast | Family::OfServer => {
                        format!("{kind} {called}")
                    }
                    Family::Schema
                    | Family::Type
                    | Family::Routine
                    | Family::Operator
                    | Family::Relation
                    | Family::OfRelation
                    | Family::OfPublication => format!("{kind} {}", written(&name.sibling(called))),
                }
            }
            Self::Unmanaged { kind, name } => format!("{kind} {}", written(name)),
        }
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(ToString::to_string))
    }
}

impl From<&ColumnRef> for ObjectRef {
    fn from(column: &ColumnRef) -> Self {
        Self::Column(column.clone())
    }
}

/// What a definition refers to, as PostgreSQL recorded it in `pg_depend`.
///
/// All values are equal: what a definition uses follows from the definition, which is compared
/// beside it. In order, each once.
#[derive(Debug, Clone, Default)]
pub struct Uses(Vec<ObjectRef>);

impl Uses {
    /// Adds a reference.
    pub fn insert(&mut self, object: ObjectRef) {
        if let Err(place) = self.0.binary_search(&object) {
            // Most hold one or two, and there are several for each table.
            if self.0.len() < 4 {
                self.0.reserve_exact(1);
            }
            self.0.insert(place, object);
        }
    }

    /// Whether `object` is used.
    pub fn contains(&self, object: &ObjectRef) -> bool {
        self.0.binary_search(object).is_ok()
    }

    /// The used objects, in order.
    pub fn iter(&self) -> impl Iterator<Item = &ObjectRef> {
        self.0.iter()
    }

    /// The used columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &ColumnRef> {
        self.0.iter().filter_map(|object| {
            if let ObjectRef::Column(column) = object {
                Some(column)
            } else {
                None
            }
        })
    }

    /// Replaces each reference by what `rename` says.
    pub fn rename(&mut self, rename: impl Fn(ObjectRef) -> ObjectRef) {
        *self = std::mem::take(&mut self.0)
            .into_iter()
            .map(rename)
            .collect();
    }
}

impl PartialEq for Uses {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Uses {}

impl FromIterator<ObjectRef> for Uses {
    fn from_iter<I: IntoIterator<Item = ObjectRef>>(objects: I) -> Self {
        let mut objects: Vec<_> = objects.into_iter().collect();
        objects.sort_unstable();
        objects.dedup();
        objects.shrink_to_fit();
        Self(objects)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::QualifiedName, ObjectRef, Uses};

    #[test]
    fn what_is_used_is_found_behind_a_rename_that_changes_the_order() {
        let table = |name: &str| ObjectRef::Table(QualifiedName::new("public", name));
        let mut uses: Uses = ["a", "b", "c"].map(table).into_iter().collect();
        let (from, to) = (table("a"), table("z"));
        uses.rename(|it| if it == from { to.clone() } else { it });
        assert!(uses.contains(&to) && uses.contains(&table("b")));
        assert!(uses.iter().is_sorted());
        uses.rename(|_| to.clone());
        assert_eq!(uses.iter().count(), 1);
    }
}
