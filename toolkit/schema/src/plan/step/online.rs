//! The forms of steps beside which others can read and write.

use super::{Twins, TwinsStep};
use crate::catalog::{Constraint, Index, QualifiedName};

/// What is done while others use the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnlineAction {
    /// `CREATE INDEX CONCURRENTLY`.
    /// <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>
    CreateIndex {
        /// The table.
        table: QualifiedName,
        /// The index.
        index: Index,
    },
    /// `DROP INDEX CONCURRENTLY`.
    DropIndex {
        /// The table.
        table: QualifiedName,
        /// The index.
        index: QualifiedName,
    },
    /// `ADD CONSTRAINT … USING INDEX`, of an index that has the constraint's name.
    AddKey {
        /// The table.
        table: QualifiedName,
        /// The primary key or the unique constraint.
        constraint: Constraint,
    },
    /// What is done for a column that another one takes the place of.
    Twins {
        /// The two.
        twins: Twins,
        /// What is done.
        step: TwinsStep,
    },
}

impl OnlineAction {
    /// The table.
    pub fn table(&self) -> &QualifiedName {
        match self {
            Self::CreateIndex { table, index: _ }
            | Self::DropIndex { table, index: _ }
            | Self::AddKey {
                table,
                constraint: _,
            } => table,
            Self::Twins { twins, step: _ } => &twins.table,
        }
    }
}
