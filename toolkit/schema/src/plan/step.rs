//! What a plan consists of.

mod effect;
mod hazard;
mod object;
mod online;
mod twins;

pub use effect::Verb;
pub use hazard::{
    Break, Cause, Effect, Exposure, Failure, Hazard, HazardKind, HazardNote, HazardWords, LockMode,
    Loss, Obstacle, PolicyChange, Rewrite, RowEvent, SecuredRole, Stale,
};
pub use object::{
    CompositeAction, DefinitionAction, DomainAction, GrantKind, PrivilegeAction, PrivilegeTarget,
    TableAction,
};
pub use online::OnlineAction;
pub use twins::{Twins, TwinsStep};

use std::sync::Arc;

use crate::{
    catalog::{
        Column, ColumnRef, Compression, Constraint, DataType, Enum, Expression, Identity, Index,
        ObjectRef, Options, Persistence, QualifiedName, Schema, Sequence, Storage, Table,
    },
    diff::{Altered, Rename},
};

use super::Conversion;

/// One action with what it may do to a running system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// What a person should know before it is done.
    pub hazards: Vec<Hazard>,
    /// Whether it must run outside a transaction.
    pub outside_transaction: bool,
}

/// A table to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTable {
    /// The table, with those constraints only that its own statement creates.
    pub table: Table,
    /// Its serial columns.
    pub serial: Vec<String>,
}

/// A column to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewColumn {
    /// The column.
    pub column: Column,
    /// Whether it is `serial`.
    pub serial: bool,
}

/// Where a new value of an enum type goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValuePosition {
    /// At the end.
    Last,
    /// Before a value.
    Before(String),
    /// After a value.
    After(String),
}

/// What a step does: one statement each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A rename that was asked for.
    Rename(Rename),
    /// `CREATE SCHEMA`.
    CreateSchema(Schema),
    /// `DROP SCHEMA`.
    DropSchema(String),
    /// `CREATE TYPE … AS ENUM`.
    CreateEnum(Enum),
    /// `ALTER TYPE … ADD VALUE`.
    AddEnumValue {
        /// The enum type.
        name: QualifiedName,
        /// The new value.
        value: String,
        /// Its place.
        position: ValuePosition,
    },
    /// Moves a type out of the way while its successor is made.
    SetAsideType {
        /// Its name.
        name: QualifiedName,
        /// Its name until it is dropped.
        aside: String,
    },
    /// Moves a collation, a routine or a table out of the way while its successor is made.
    SetAside {
        /// What it is, by its name.
        object: ObjectRef,
        /// Its name until it is dropped.
        aside: String,
    },
    /// `DROP TYPE`.
    DropType(QualifiedName),
    /// `CREATE SEQUENCE`, without its owner.
    CreateSequence(Sequence),
    /// `ALTER SEQUENCE`, without its owner.
    AlterSequence(Altered<Sequence>),
    /// `ALTER SEQUENCE … OWNED BY`.
    SetSequenceOwner {
        /// The sequence.
        sequence: QualifiedName,
        /// The column, or none.
        owner: Option<ColumnRef>,
    },
    /// `ALTER SEQUENCE … RENAME TO`, of an identity column.
    RenameSequence {
        /// Its name.
        from: QualifiedName,
        /// Its new name.
        to: String,
    },
    /// `setval`: a new sequence goes on where another one is.
    CarryPosition {
        /// The sequence that goes.
        from: QualifiedName,
        /// The new one.
        to: QualifiedName,
        /// The first number of the new one, where the other may not be there yet.
        first: Option<i64>,
        /// Whether they count down.
        counts_down: bool,
    },
    /// `DROP SEQUENCE`.
    DropSequence(QualifiedName),
    /// `CREATE TABLE`.
    CreateTable(Box<NewTable>),
    /// `DROP TABLE`.
    DropTable(QualifiedName),
    /// `ALTER TABLE … SET LOGGED` or `UNLOGGED`.
    SetPersistence {
        /// The table.
        table: QualifiedName,
        /// What it becomes.
        persistence: Persistence,
    },
    /// `ALTER TABLE … SET ACCESS METHOD`.
    SetAccessMethod {
        /// The table.
        table: QualifiedName,
        /// The new access method.
        method: String,
    },
    /// `ALTER TABLE … SET (…)`.
    SetTableOptions {
        /// The table.
        table: QualifiedName,
        /// Storage parameters before and after.
        options: Altered<Options>,
    },
    /// `ALTER TABLE … ADD COLUMN`.
    AddColumn {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: Box<NewColumn>,
    },
    /// `ALTER TABLE … DROP COLUMN`.
    DropColumn(ColumnRef),
    /// `ALTER TABLE … ALTER COLUMN … TYPE`.
    SetType {
        /// The column.
        column: ColumnRef,
        /// Its type before and after.
        data_type: Altered<Arc<DataType>>,
        /// Its collation afterwards.
        collation: Option<Box<QualifiedName>>,
        /// How the values get there.
        conversion: Conversion,
    },
    /// `ALTER TABLE … ALTER COLUMN … SET DEFAULT`.
    SetDefault {
        /// The column.
        column: ColumnRef,
        /// The default.
        default: Expression,
    },
    /// `ALTER TABLE … ALTER COLUMN … DROP DEFAULT`.
    DropDefault(ColumnRef),
    /// `ALTER TABLE … ALTER COLUMN … DROP EXPRESSION`.
    DropExpression(ColumnRef),
    /// `ALTER TABLE … ALTER COLUMN … SET NOT NULL`.
    SetNotNull(ColumnRef),
    /// `ALTER TABLE … ALTER COLUMN … DROP NOT NULL`.
    DropNotNull(ColumnRef),
    /// `ALTER TABLE … ALTER COLUMN … ADD GENERATED … AS IDENTITY`.
    AddIdentity {
        /// The column.
        column: ColumnRef,
        /// The identity.
        identity: Identity,
        /// The name that its sequence gets by itself.
        default_sequence: QualifiedName,
    },
    /// `ALTER TABLE … ALTER COLUMN … SET GENERATED …`.
    AlterIdentity {
        /// The column.
        column: ColumnRef,
        /// The identity before and after.
        identity: Altered<Identity>,
    },
    /// `ALTER TABLE … ALTER COLUMN … DROP IDENTITY`.
    DropIdentity(ColumnRef),
    /// `ALTER TABLE … ALTER COLUMN … SET STORAGE`.
    SetStorage {
        /// The column.
        column: ColumnRef,
        /// The storage.
        storage: Storage,
    },
    /// `ALTER TABLE … ALTER COLUMN … SET COMPRESSION`.
    SetCompression {
        /// The column.
        column: ColumnRef,
        /// The method; none for the server's default.
        compression: Option<Compression>,
    },
    /// `ALTER TABLE … ALTER COLUMN … SET STATISTICS`.
    SetStatistics {
        /// The column.
        column: ColumnRef,
        /// The target; none for the server's default.
        statistics: Option<i32>,
    },
    /// `ALTER TABLE … ADD CONSTRAINT`.
    AddConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint.
        constraint: Constraint,
    },
    /// `ALTER TABLE … ALTER CONSTRAINT`: when a foreign key is checked.
    AlterConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint as it will be.
        constraint: Constraint,
    },
    /// `ALTER TABLE … VALIDATE CONSTRAINT`.
    ValidateConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint's name.
        name: String,
    },
    /// `ALTER TABLE … DROP CONSTRAINT`.
    DropConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint as it is.
        constraint: Constraint,
    },
    /// `CREATE INDEX`.
    CreateIndex {
        /// The table.
        table: QualifiedName,
        /// The index.
        index: Index,
    },
    /// `ALTER INDEX … SET (…)`, also of the index behind a key.
    SetIndexOptions {
        /// The table.
        table: QualifiedName,
        /// The index.
        index: QualifiedName,
        /// Storage parameters before and after.
        options: Altered<Options>,
    },
    /// `DROP INDEX`.
    DropIndex {
        /// The table or the materialized view.
        table: QualifiedName,
        /// The index.
        index: QualifiedName,
    },
    /// What is done to a table as a whole beside the above.
    Table {
        /// The table.
        table: QualifiedName,
        /// What is done.
        change: TableAction,
    },
    /// What is done to a domain.
    Domain {
        /// The domain.
        name: QualifiedName,
        /// What is done.
        change: Box<DomainAction>,
    },
    /// What is done to a composite type.
    Composite {
        /// The type.
        name: QualifiedName,
        /// What is done.
        change: Box<CompositeAction>,
    },
    /// What is done to something that is compared by its definition.
    Definition(Box<DefinitionAction>),
    /// `OWNER TO`.
    SetOwner {
        /// The object.
        object: ObjectRef,
        /// The role.
        owner: String,
    },
    /// The form of a step that others can live beside.
    Online(Box<OnlineAction>),
    /// `GRANT` and `REVOKE`.
    Privileges(PrivilegeAction),
    /// Routines that name each other in their bodies cannot all be looked up when they are made.
    SkipBodyChecks,
    /// `COMMENT ON`.
    Comment {
        /// What is described.
        target: ObjectRef,
        /// The comment; none to remove it.
        comment: Option<String>,
    },
}
