//! Objects that are compared by the text which makes them: views, functions, triggers and the like.

use std::{collections::BTreeMap, fmt};

use super::{ByName, Distinction, Index, ObjectRef, Options, QualifiedName, Uses};
use crate::identifier;

/// An object whose definition PostgreSQL prints: it is made by `CREATE`, what its kind is called,
/// its name, and [`text`](Self::text).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// What it is.
    pub kind: DefinitionKind,
    /// Its schema and name.
    pub name: QualifiedName,
    /// What tells it from others of its name.
    pub distinction: Distinction,
    /// What stands before the name in `CREATE`: `FUNCTION`, `CONSTRAINT TRIGGER`.
    pub keywords: String,
    /// The table, view or materialized view that it belongs to, with which it goes.
    pub owner: Option<QualifiedName>,
    /// What stands behind the name in `CREATE`, as PostgreSQL deparses it.
    pub text: String,
    /// How one definition takes the place of another.
    pub replacement: Replacement,
    /// What is set beside it, by name; what is not there has its default.
    pub settings: BTreeMap<Setting, String>,
    /// Its columns and their comments, where it is a relation.
    pub columns: Vec<(String, Option<String>)>,
    /// Indexes by name, of a materialized view.
    pub indexes: ByName<Index>,
    /// What it refers to, as PostgreSQL knows.
    pub uses: Uses,
    /// The words of a body that PostgreSQL keeps as text, among which may be names.
    pub body: Body,
    /// Whether it has rows to be read, where it is a materialized view.
    pub filled: Filled,
    /// `COMMENT ON`.
    pub comment: Option<String>,
}

/// When a new definition can take an old one's place without a drop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replacement {
    /// Never.
    Recreate,
    /// `CREATE OR REPLACE`, as long as this is the same, or the old one is the start of the new one.
    Replace(Vec<String>),
    /// `ALTER … OPTIONS (…)`, as long as this is the same.
    Options {
        /// What must be the same.
        same: String,
        /// The options.
        options: Options,
    },
    /// `ALTER … text`, as long as this is the same.
    Alter {
        /// What must be the same.
        same: String,
        /// What stands behind the name in `ALTER`.
        text: String,
    },
}

/// What is set by a statement of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    /// When a trigger or a rule fires: `DISABLE`, `ENABLE REPLICA` or `ENABLE ALWAYS`.
    Firing,
    /// The same of the trigger that a partition has from its partitioned table, where that is another one.
    FiringOn(QualifiedName),
    /// The statistics target of a statistics object.
    StatisticsTarget,
    /// The default of a view's column.
    ColumnDefault(String),
    /// The version of an extension.
    Version,
    /// The index that a materialized view is clustered on.
    ClusteredOn,
    /// What is set of a column of a materialized view or a foreign table.
    Column(String, ColumnSetting),
    /// The extension that it goes with.
    DependsOn(String),
    /// The dictionaries to which a text search configuration gives tokens of a type.
    Mapping(String),
}

/// What is set of a column of a relation that is no table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnSetting {
    /// `SET STATISTICS`.
    Statistics,
    /// `SET STORAGE`.
    Storage {
        /// The type's own storage, to return to.
        default: String,
    },
    /// `SET COMPRESSION`.
    Compression,
    /// `SET (n_distinct = …)` and the like.
    Option(String),
}

/// The text of a routine's body. All values are equal: the body is part of the definition's text.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The text, empty where PostgreSQL knows what the body refers to.
    pub text: String,
    /// Whether PostgreSQL looks up the names in it when the routine is made.
    pub is_checked: bool,
    /// Whether it is known that PostgreSQL takes it when it looks into it: a body that is there can
    /// be wrong, or name what only its callers' `search_path` reaches.
    pub is_proven: bool,
}

impl Body {
    /// Whether PostgreSQL, which knows nothing of what is in it, may refuse it.
    pub fn may_be_refused(&self) -> bool {
        !self.text.is_empty() && !self.is_proven
    }
}

impl PartialEq for Body {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Body {}

/// False for `WITH NO DATA`, until `REFRESH`. All values are equal: when a materialized view is filled
/// is nothing that its definition says.
#[derive(Debug, Clone, Copy)]
pub struct Filled(pub bool);

impl PartialEq for Filled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Filled {}

/// What kinds have in common: where their names stand and how statements say them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Of the whole database, and called by its name alone.
    Database,
    /// In a schema, and nothing more.
    Schema,
    /// A type.
    Type,
    /// Called with its argument types.
    Routine,
    /// Called with its argument types, by a name that is never quoted.
    Operator,
    /// It shares the names of tables, and has a row type.
    Relation,
    /// Of a table or a view, with whose name it is called.
    OfRelation,
    /// Called by the two types that it is between.
    Cast,
    /// Of a server, and called by the role.
    OfServer,
    /// Part of a publication, whose name it has, in the schema of what is published.
    OfPublication,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $text:literal in $family:ident),+ $(,)?) => {
        /// The kinds of objects that are compared by their definitions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DefinitionKind { $($(#[$doc])* $kind),+ }

        impl DefinitionKind {
            /// What PostgreSQL calls it, in lower case.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $text),+ }
            }

            /// What it has in common with others.
            pub const fn family(self) -> Family {
                match self { $(Self::$kind => Family::$family),+ }
            }

            /// The kind of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$kind),)+ _ => None }
            }
        }
    };
}

kinds! {
    /// An extension.
    Extension = "extension" in Database,
    /// A foreign-data wrapper.
    ForeignDataWrapper = "foreign data wrapper" in Database,
    /// A foreign server.
    Server = "server" in Database,
    /// A user mapping.
    UserMapping = "user mapping" in OfServer,
    /// A collation.
    Collation = "collation" in Schema,
    /// A text search dictionary.
    TextSearchDictionary = "text search dictionary" in Schema,
    /// A text search configuration.
    TextSearchConfiguration = "text search configuration" in Schema,
    /// A range type.
    RangeType = "type" in Type,
    /// A function, also a window function.
    Function = "function" in Routine,
    /// A procedure.
    Procedure = "procedure" in Routine,
    /// A conversion between encodings.
    Conversion = "conversion" in Schema,
    /// A cast.
    Cast = "cast" in Cast,
    /// An aggregate.
    Aggregate = "aggregate" in Routine,
    /// An operator.
    Operator = "operator" in Operator,
    /// A view.
    View = "view" in Relation,
    /// A materialized view.
    MaterializedView = "materialized view" in Relation,
    /// A foreign table.
    ForeignTable = "foreign table" in Relation,
    /// An extended statistics object.
    Statistics = "statistics" in Schema,
    /// A rewrite rule.
    Rule = "rule" in OfRelation,
    /// A trigger.
    Trigger = "trigger" in OfRelation,
    /// A row-level security policy.
    Policy = "policy" in OfRelation,
    /// A publication.
    Publication = "publication" in Database,
    /// A table of a publication.
    PublicationTable = "publication table" in OfPublication,
    /// A schema of a publication.
    PublicationSchema = "publication schema" in OfPublication,
    /// An event trigger.
    EventTrigger = "event trigger" in Database,
}

impl DefinitionKind {
    /// Whether it is a function, a procedure or an aggregate.
    pub fn is_routine(self) -> bool {
        self.family() == Family::Routine
    }

    /// Whether it shares the names of tables.
    pub fn is_relation(self) -> bool {
        self.family() == Family::Relation
    }

    /// What refers to the only object `name` of this kind. A range type is a type like others.
    pub fn reference(self, name: QualifiedName) -> ObjectRef {
        self.reference_to(name, Distinction::None)
    }

    /// What refers to that object `name` of this kind which `distinction` tells from others.
    pub fn reference_to(self, name: QualifiedName, distinction: Distinction) -> ObjectRef {
        match self.family() {
            Family::Type => ObjectRef::Type(name),
            Family::Database
            | Family::Schema
            | Family::Routine
            | Family::Operator
            | Family::Relation
            | Family::OfRelation
            | Family::Cast
            | Family::OfServer
            | Family::OfPublication => ObjectRef::Definition {
                kind: self,
                name,
                distinction,
            },
        }
    }
}

impl fmt::Display for DefinitionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Definition {
    /// What refers to it.
    pub fn reference(&self) -> ObjectRef {
        self.kind
            .reference_to(self.name.clone(), self.distinction.clone())
    }

    /// Its name inside the schema with what tells it from others: `total(integer)`, `orders.audit`.
    pub fn called(&self) -> String {
        self.distinction.called(&self.name.name)
    }

    /// Whether `to` can take its place while what leans on it stays.
    pub fn can_become(&self, to: &Self) -> bool {
        match (&self.replacement, &to.replacement) {
            (Replacement::Replace(from), Replacement::Replace(to)) => to.starts_with(from),
            (
                Replacement::Alter { same, text: _ },
                Replacement::Alter {
                    same: other,
                    text: _,
                },
            )
            | (
                Replacement::Options { same, options: _ },
                Replacement::Options {
                    same: other,
                    options: _,
                },
            ) => same == other,
            (
                Replacement::Recreate
                | Replacement::Replace(_)
                | Replacement::Options { .. }
                | Replacement::Alter { .. },
                _,
            ) => false,
        }
    }

    /// The type under a range type, as printed, and the multirange type that comes with it.
    pub fn range(&self) -> Option<(&str, QualifiedName)> {
        if self.kind != DefinitionKind::RangeType {
            return None;
        }
        let text = self.text.strip_prefix("AS RANGE (subtype = ")?;
        let (subtype, rest) = text.split_once(", multirange_type_name = ")?;
        let mut names = Vec::new();
        let mut rest = rest;
        loop {
            let (name, after) = identifier::first(rest);
            names.push(name);
            match after.strip_prefix('.') {
                Some(after) => rest = after,
                None => break,
            }
        }
        let name = names.pop()?;
        let schema = names.pop().unwrap_or_else(|| self.name.schema.clone());
        Some((subtype, QualifiedName::new(schema, name)))
    }

    /// The same without what is set by statements of their own.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self {
            settings: BTreeMap::new(),
            columns: Vec::new(),
            indexes: ByName::new(),
            comment: None,
            ..self.clone()
        }
    }
}
