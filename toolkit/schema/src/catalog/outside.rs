//! What leans on the catalog from schemas that were not read.

use super::Uses;

/// An object of a schema that was not read which refers to one that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outsider {
    /// What PostgreSQL calls it: `view b.v`, `table constraint owner_fk on b.owner`.
    pub name: String,
    /// How it holds what it refers to.
    pub hold: Hold,
    /// What it refers to.
    pub uses: Uses,
}

/// How an object holds what it refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Neither is dropped nor changes its type under it.
    Reads,
    /// A column that holds values of a type, perhaps the rows of a table.
    Stores,
    /// A foreign key: the columns that it refers to may change their types, and it is made again then.
    Refers,
    /// A table that inherits: columns go and change in it, too.
    Inherits,
    /// A partition: columns go and change in it, and it goes with its table.
    Partition,
    /// Extended statistics: they go without a word.
    Follows,
}
