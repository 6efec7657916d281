//! Our picture of one or more schemas: plain owned data, named as PostgreSQL names it.
//! No I/O here, and nothing that decides.

mod column;
mod constraint;
mod enumeration;
mod index;
mod name;
mod object;
mod schema;
mod sequence;
mod table;
mod unmanaged;

use std::collections::BTreeMap;

pub use column::{Column, DataType, Expression, Generated, GeneratedKind, Identity, IdentityKind};
pub use constraint::{
    Constraint, ConstraintKind, Deferral, ForeignKey, Key, MatchType, ReferentialAction,
};
pub use enumeration::Enum;
pub use index::{Index, IndexKey, IndexTerm};
pub use name::QualifiedName;
pub use object::{ColumnRef, ObjectRef, Uses};
pub use schema::Schema;
pub use sequence::{Sequence, SequenceOptions};
pub use table::{Options, Persistence, Table};
pub use unmanaged::{Unmanaged, UnmanagedKind};

/// Everything that the inspector saw in the schemas it was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalog {
    /// The server's `server_version_num`, for instance `150018`.
    pub server_version: i32,
    /// Schemas by name.
    pub schemas: BTreeMap<String, Schema>,
    /// Enum types.
    pub enums: BTreeMap<QualifiedName, Enum>,
    /// Sequences, also those of serial columns; those of identity columns are part of the column.
    pub sequences: BTreeMap<QualifiedName, Sequence>,
    /// Ordinary tables.
    pub tables: BTreeMap<QualifiedName, Table>,
    /// What exists beside them and is not modelled: kept and listed, never changed.
    pub unmanaged: Vec<Unmanaged>,
}

impl Catalog {
    /// The server's major version: 15 for `150018`.
    pub fn major_version(&self) -> i32 {
        self.server_version / 10_000
    }

    /// The column that `reference` names, if it exists.
    pub fn column(&self, reference: &ColumnRef) -> Option<&Column> {
        self.tables.get(&reference.table)?.column(&reference.column)
    }

    /// The sequence of a serial column: the column owns it and takes its default from it.
    pub fn serial_sequence(&self, table: &Table, column: &Column) -> Option<&Sequence> {
        let default = column.default.as_ref()?;
        self.sequences.values().find(|sequence| {
            sequence.is_owned_by(&table.name, &column.name)
                && default
                    .uses
                    .contains(&ObjectRef::Sequence(sequence.name.clone()))
                && default.sql.starts_with("nextval('")
                && default.sql.ends_with("'::regclass)")
        })
    }
}
