//! What is drawn of a schema: names, types and definitions as text, in a shape that is also the JSON of `inspect`.

mod of;
mod past;
mod reference;

use serde::Serialize;

pub use past::Past;
pub use reference::{End, Reference, Source, references};

/// The schema of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// The service.
    pub service: String,
    /// Its schema.
    pub schema: String,
    /// `COMMENT ON SCHEMA`.
    pub comment: Option<String>,
    /// Its tables by name.
    pub tables: Vec<Table>,
    /// Views, materialized views and foreign tables.
    pub views: Vec<View>,
    /// Enum types.
    pub enums: Vec<Enum>,
    /// What else is in it: domains, composite types, sequences, routines and the like.
    pub others: Vec<Part>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// `COMMENT ON TABLE`.
    pub comment: Option<String>,
    /// `UNLOGGED`.
    pub unlogged: bool,
    /// `RANGE (occurred_at)`, of a partitioned table.
    pub partitioned_by: Option<String>,
    /// What it is a partition of.
    pub partition_of: Option<PartitionOf>,
    /// The tables that it inherits from.
    pub inherits: Vec<String>,
    /// Whether row-level security is enabled.
    pub row_security: bool,
    /// Whether it is for the owner, too.
    pub row_security_forced: bool,
    /// Columns in the table's own order.
    pub columns: Vec<Column>,
    /// Constraints: the primary key, unique ones, foreign keys, checks, exclusions.
    pub constraints: Vec<Constraint>,
    /// Indexes that belong to no constraint.
    pub indexes: Vec<Index>,
    /// Triggers.
    pub triggers: Vec<Part>,
    /// Row-level security policies.
    pub policies: Vec<Part>,
    /// Rewrite rules.
    pub rules: Vec<Part>,
    /// The migrations that made and changed it, in order, where that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub migrations: Vec<Change>,
}

/// What a partition is a part of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartitionOf {
    /// The partitioned table.
    pub table: String,
    /// `FOR VALUES …` or `DEFAULT`.
    pub bound: String,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as SQL has it.
    #[serde(rename = "type")]
    pub data_type: String,
    /// Whether it may be null.
    pub nullable: bool,
    /// Its default.
    pub default: Option<String>,
    /// `ALWAYS` or `BY DEFAULT`, of an identity column.
    pub identity: Option<&'static str>,
    /// What it is generated from.
    pub generated: Option<String>,
    /// Whether it is in the primary key.
    pub primary_key: bool,
    /// `COMMENT ON COLUMN`.
    pub comment: Option<String>,
}

/// What a constraint demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// `PRIMARY KEY`.
    PrimaryKey,
    /// `UNIQUE`.
    Unique,
    /// `FOREIGN KEY`.
    ForeignKey,
    /// `CHECK`.
    Check,
    /// `EXCLUDE`.
    Exclusion,
}

/// A constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Constraint {
    /// Its name.
    pub name: String,
    /// What it demands.
    pub kind: Demand,
    /// The columns that it names.
    pub columns: Vec<String>,
    /// As it stands in `CREATE TABLE`.
    pub definition: String,
    /// What a foreign key refers to.
    pub references: Option<Target>,
    /// Whether all rows were checked.
    pub validated: bool,
    /// Whether a partition has it from its partitioned table.
    pub inherited: bool,
    /// `COMMENT ON CONSTRAINT`.
    pub comment: Option<String>,
}

/// What a foreign key refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    /// The schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// `ON UPDATE`.
    pub on_update: &'static str,
    /// `ON DELETE`.
    pub on_delete: &'static str,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// `UNIQUE`.
    pub unique: bool,
    /// The columns and expressions that it holds.
    pub keys: Vec<String>,
    /// Whether it holds the rows that a predicate chooses alone.
    pub partial: bool,
    /// The statement that makes it.
    pub definition: String,
    /// False for what a failed `CREATE INDEX CONCURRENTLY` left.
    pub valid: bool,
    /// `COMMENT ON INDEX`.
    pub comment: Option<String>,
}

/// A view, a materialized view or a foreign table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Its name.
    pub name: String,
    /// What PostgreSQL calls it.
    pub kind: &'static str,
    /// Its columns with their comments.
    pub columns: Vec<ViewColumn>,
    /// The statement that makes it.
    pub definition: String,
    /// `COMMENT ON`.
    pub comment: Option<String>,
}

/// A column of a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ViewColumn {
    /// Its name.
    pub name: String,
    /// `COMMENT ON COLUMN`.
    pub comment: Option<String>,
}

/// An enum type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Enum {
    /// Its name.
    pub name: String,
    /// Its values in order.
    pub values: Vec<String>,
    /// `COMMENT ON TYPE`.
    pub comment: Option<String>,
}

/// Something with a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What PostgreSQL calls it.
    pub kind: &'static str,
    /// Its name, with what tells it from others of that name.
    pub name: String,
    /// What it says.
    pub definition: String,
    /// `COMMENT ON`.
    pub comment: Option<String>,
}

/// What a migration did to a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The migration.
    pub migration: String,
    /// What it did.
    pub what: What,
}

/// What was done to a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It was made.
    Made,
    /// It got another name; this was the old one.
    Renamed(String),
    /// It became another one.
    Changed,
}

impl Picture {
    /// The table `name`.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

impl Table {
    /// The column `name`.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns of the primary key.
    pub fn primary_key(&self) -> Option<&[String]> {
        let mut keys = self.constraints.iter();
        let key = keys.find(|it| it.kind == Demand::PrimaryKey)?;
        Some(&key.columns)
    }

    /// Whether no two rows are alike in all of `columns`.
    pub fn is_unique(&self, columns: &[String]) -> bool {
        let covers = |key: &[String]| !key.is_empty() && key.iter().all(|it| columns.contains(it));
        let mut keys = self.constraints.iter();
        let by_key = keys.any(|it| match it.kind {
            Demand::PrimaryKey | Demand::Unique => covers(&it.columns),
            Demand::ForeignKey | Demand::Check | Demand::Exclusion => false,
        });
        by_key || (self.indexes.iter()).any(|it| it.unique && !it.partial && covers(&it.keys))
    }

    /// Whether a column is in a foreign key.
    pub fn refers_by(&self, column: &str) -> bool {
        let mut constraints = self.constraints.iter();
        constraints.any(|it| it.references.is_some() && it.columns.iter().any(|it| it == column))
    }
}
