//! Columns, their types and their expressions.

use std::sync::Arc;

use super::{Options, QualifiedName, SequenceOptions, Uses};

/// A column's type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataType {
    /// The schema of the type; of the element type for an array.
    pub schema: String,
    /// For a type of `pg_catalog` what `format_type` prints, modifiers included
    /// (`timestamp(3) without time zone`); for any other the bare name, unquoted. Without `[]`.
    pub name: String,
    /// The modifiers of a type outside `pg_catalog`, as printed: `(Point,4326)` or nothing.
    pub modifiers: String,
    /// `atttypmod`, where the type has one.
    pub modifier: Option<i32>,
    /// Whether it is an array; PostgreSQL does not keep the number of dimensions.
    pub array: bool,
}

impl DataType {
    /// A type of `pg_catalog` without modifiers, as `format_type` prints it.
    pub fn built_in(name: &str) -> Self {
        Self {
            schema: "pg_catalog".to_owned(),
            name: name.to_owned(),
            modifiers: String::new(),
            modifier: None,
            array: false,
        }
    }

    /// Whether the type comes with PostgreSQL.
    pub fn is_built_in(&self) -> bool {
        self.schema == "pg_catalog"
    }

    /// Whether this is `name` or an array of it.
    pub fn is_of(&self, name: &QualifiedName) -> bool {
        self.schema == name.schema && self.name == name.name
    }

    /// The name without its modifiers: `timestamp without time zone` for `timestamp(3) without …`, and
    /// `interval` for `interval year to month`.
    pub fn base_name(&self) -> String {
        if self.is_built_in() && self.name.starts_with("interval ") {
            return "interval".to_owned();
        }
        match (
            self.is_built_in(),
            self.name.find('('),
            self.name.rfind(')'),
        ) {
            (true, Some(open), Some(close)) => {
                format!("{}{}", &self.name[..open], &self.name[close + 1..])
            }
            (_, _, _) => self.name.clone(),
        }
    }

    /// Whether the two differ in their modifiers at most.
    pub fn same_base(&self, other: &Self) -> bool {
        self.schema == other.schema
            && self.array == other.array
            && self.base_name() == other.base_name()
    }
}

/// An SQL expression as PostgreSQL deparses it, brought to the form it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The text.
    pub sql: String,
    /// What it refers to.
    pub uses: Uses,
}

/// Whether PostgreSQL stores what its text makes. It compares what it has stored where a partition joins
/// a table, so one that was made of another text than is printed must be made again first.
///
/// All values are equal: two texts that are printed alike mean the same.
#[derive(Debug, Clone, Copy)]
pub struct Settled(pub bool);

impl PartialEq for Settled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Settled {}

/// `GENERATED ALWAYS AS (…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Stored, or virtual from PostgreSQL 18 on.
    pub kind: GeneratedKind,
    /// The generation expression.
    pub expression: Expression,
}

/// Where a generated column's value lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratedKind {
    /// `STORED`.
    Stored,
    /// `VIRTUAL`.
    Virtual,
}

/// `GENERATED … AS IDENTITY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `ALWAYS` or `BY DEFAULT`.
    pub kind: IdentityKind,
    /// The name of the sequence behind it.
    pub sequence: QualifiedName,
    /// The options of that sequence.
    pub options: SequenceOptions,
    /// `COMMENT ON SEQUENCE`.
    pub comment: Option<String>,
}

/// When an identity column takes its own value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityKind {
    /// `ALWAYS`.
    Always,
    /// `BY DEFAULT`.
    ByDefault,
}

/// A `NOT NULL` constraint, which has a name of its own: of columns from PostgreSQL 18 on, of domains from
/// 17 on. <https://www.postgresql.org/docs/current/catalog-pg-constraint.html>.
///
/// Names of inherited ones are no difference: they can be neither chosen nor changed while there is a parent.
#[allow(clippy::struct_excessive_bools, reason = "each is one of PostgreSQL's")]
#[derive(Debug, Clone, Eq)]
pub struct NotNull {
    /// Its name.
    pub name: String,
    /// Whether the table has it from a parent.
    pub inherited: bool,
    /// False for `NOT VALID`: the rows that were there may be null.
    pub validated: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// `COMMENT ON CONSTRAINT`.
    pub comment: Option<String>,
    /// Whether it has to be made by its name although that is PostgreSQL's own: another table has one of this
    /// name, and PostgreSQL would give a number to it. A plan finds it out; it is no difference.
    pub said: bool,
}

impl PartialEq for NotNull {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            name,
            inherited,
            validated,
            no_inherit,
            comment,
            said: _,
        } = self;
        (*name == other.name || (*inherited && other.inherited))
            && *validated == other.validated
            && *no_inherit == other.no_inherit
            && *comment == other.comment
    }
}

impl NotNull {
    /// What plain `NOT NULL` makes of `owner`, a domain or a column with its table.
    pub fn automatic(owner: &[&str]) -> Self {
        Self {
            name: format!("{}_not_null", owner.join("_")),
            inherited: false,
            validated: true,
            no_inherit: false,
            comment: None,
            said: false,
        }
    }

    /// Whether plain `NOT NULL` of `owner` does not make it, comments aside.
    pub fn is_unusual(&self, owner: &[&str]) -> bool {
        let Self {
            name,
            inherited: _,
            validated,
            no_inherit,
            comment: _,
            said,
        } = self;
        !validated || *no_inherit || *said || *name != Self::automatic(owner).name
    }
}

impl Column {
    /// The constraint that refuses nulls, where plain `NOT NULL` does not say it.
    pub fn unusual_not_null(&self, table: &QualifiedName) -> Option<&NotNull> {
        let owner = [table.name.as_str(), &self.name];
        let constraint = self.not_null.as_deref();
        constraint.filter(|it| !self.nullable && it.is_unusual(&owner))
    }

    /// Whether the tables that have the column from this one refuse nulls, too.
    pub fn hands_on_not_null(&self) -> bool {
        !self.nullable && self.not_null.as_ref().is_none_or(|it| !it.no_inherit)
    }

    /// Whether no row has a null in it.
    pub fn has_no_nulls(&self) -> bool {
        !self.nullable && self.not_null.as_ref().is_none_or(|it| it.validated)
    }
}

/// How long values are stored: <https://www.postgresql.org/docs/current/storage-toast.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// `plain`: as they are.
    Plain,
    /// `external`: out of line.
    External,
    /// `extended`: compressed, then out of line.
    Extended,
    /// `main`: compressed, out of line only at need.
    Main,
}

impl Storage {
    /// As SQL calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::External => "external",
            Self::Extended => "extended",
            Self::Main => "main",
        }
    }
}

/// What long values are compressed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// `pglz`.
    Pglz,
    /// `lz4`.
    Lz4,
}

impl Compression {
    /// As SQL calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pglz => "pglz",
            Self::Lz4 => "lz4",
        }
    }
}

/// A column. There are more of them than of anything else: what few have is boxed, and the type is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: Arc<DataType>,
    /// Whether the table has it from a parent alone.
    pub inherited: bool,
    /// Its collation, where it is not the type's own.
    pub collation: Option<Box<QualifiedName>>,
    /// Whether it may be null.
    pub nullable: bool,
    /// The constraint that refuses nulls, from PostgreSQL 18 on.
    pub not_null: Option<Box<NotNull>>,
    /// Its default.
    pub default: Option<Expression>,
    /// Its identity.
    pub identity: Option<Box<Identity>>,
    /// Its generation expression.
    pub generated: Option<Box<Generated>>,
    /// `SET STORAGE`, where it is not the type's own.
    pub storage: Option<Storage>,
    /// The type's own storage, to return to.
    pub default_storage: Storage,
    /// `SET COMPRESSION`.
    pub compression: Option<Compression>,
    /// `SET STATISTICS`.
    pub statistics: Option<i32>,
    /// `SET (n_distinct = …)` and the like.
    pub options: Options,
    /// `COMMENT ON COLUMN`.
    pub comment: Option<String>,
}
