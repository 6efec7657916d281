//! What is done to objects that few kinds of changes are known of.

use crate::{
    catalog::{
        Attribute, Composite, DefaultPrivilegesOf, Definition, Domain, DomainCheck, Expression,
        Grantee, NotNull, ObjectRef, Options, PartitionOf, Privilege, QualifiedName,
        ReplicaIdentity, Setting,
    },
    diff::Altered,
};

/// What is done to a table as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableAction {
    /// `ATTACH PARTITION`, of this table.
    Attach(PartitionOf),
    /// `DETACH PARTITION`, of this table.
    Detach {
        /// The partitioned table.
        parent: QualifiedName,
    },
    /// `INHERIT`.
    Inherit(QualifiedName),
    /// `NO INHERIT`.
    NoInherit(QualifiedName),
    /// `OF`, a composite type.
    Of(QualifiedName),
    /// `NOT OF`.
    NotOf,
    /// `ENABLE` or `DISABLE ROW LEVEL SECURITY`.
    EnableRowSecurity(bool),
    /// `FORCE` or `NO FORCE ROW LEVEL SECURITY`.
    ForceRowSecurity(bool),
    /// `REPLICA IDENTITY`.
    SetReplicaIdentity(ReplicaIdentity),
    /// `ADD CONSTRAINT … NOT NULL`.
    AddNotNull {
        /// The column.
        column: String,
        /// The constraint.
        constraint: NotNull,
    },
    /// `RENAME CONSTRAINT`, of one that refuses nulls.
    RenameConstraint {
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// `ALTER CONSTRAINT … INHERIT` or `NO INHERIT`.
    SetConstraintInherit {
        /// The constraint.
        name: String,
        /// `NO INHERIT`.
        no_inherit: bool,
    },
    /// `CLUSTER ON`, or `SET WITHOUT CLUSTER`.
    ClusterOn(Option<String>),
    /// `ALTER COLUMN … SET (…)`.
    SetColumnOptions {
        /// The column.
        column: String,
        /// The options before and after.
        options: Altered<Options>,
    },
    /// `ALTER INDEX … ALTER COLUMN … SET STATISTICS`.
    SetIndexStatistics {
        /// The index.
        index: String,
        /// Its key, from 1 on.
        key: i16,
        /// The target; none for the server's default.
        target: Option<i32>,
    },
    /// `ALTER INDEX … ATTACH PARTITION`.
    AttachIndex {
        /// The partitioned table's.
        parent: QualifiedName,
        /// This table's.
        index: QualifiedName,
    },
}

/// What is done to a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DomainAction {
    /// `CREATE DOMAIN`.
    Create(Domain),
    /// `DROP DOMAIN`.
    Drop,
    /// `SET DEFAULT`, or `DROP DEFAULT`.
    SetDefault(Option<Expression>),
    /// `SET NOT NULL`, or `DROP NOT NULL`.
    SetNotNull(bool),
    /// `ADD CONSTRAINT … NOT NULL`.
    AddNotNull(NotNull),
    /// `RENAME CONSTRAINT`, of the one that refuses nulls.
    RenameNotNull {
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// `ADD CONSTRAINT`.
    AddCheck(DomainCheck),
    /// `VALIDATE CONSTRAINT`.
    ValidateCheck(String),
    /// `DROP CONSTRAINT`.
    DropCheck(String),
    /// `COMMENT ON CONSTRAINT`.
    CommentOnCheck {
        /// The check.
        check: String,
        /// The comment; none to remove it.
        comment: Option<String>,
    },
}

/// What is done to a composite type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompositeAction {
    /// `CREATE TYPE … AS`.
    Create(Composite),
    /// `DROP TYPE`.
    Drop,
    /// `ADD ATTRIBUTE`.
    AddAttribute(Attribute),
    /// `ALTER ATTRIBUTE … TYPE`.
    SetAttributeType(Attribute),
    /// `DROP ATTRIBUTE`.
    DropAttribute(String),
}

/// What is done to something that is compared by its definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefinitionAction {
    /// `CREATE`.
    Create(Definition),
    /// `CREATE OR REPLACE`, or `ALTER`.
    Replace(Definition),
    /// `DROP`.
    Drop(Definition),
    /// What is set by a statement of its own.
    Set {
        /// The object.
        definition: Definition,
        /// What is set.
        setting: Setting,
        /// Its value; none for the default.
        value: Option<String>,
    },
}

/// `GRANT` or `REVOKE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivilegeAction {
    /// On what.
    pub on: PrivilegeTarget,
    /// What is done.
    pub kind: GrantKind,
    /// The privileges.
    pub privileges: Vec<Privilege>,
    /// Whether they are all that there are on a table, which depends on the version of the server.
    pub are_all: bool,
    /// Who gets or loses them.
    pub grantee: Grantee,
    /// Who grants or revokes them, where it is not the owner.
    pub grantor: Option<String>,
    /// Whether those lose them, too, whom the grantee passed them on to.
    pub cascade: bool,
}

/// What privileges are on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrivilegeTarget {
    /// An object.
    Object(ObjectRef),
    /// What a role will make.
    Default(DefaultPrivilegesOf),
}

/// What is done to privileges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantKind {
    /// `REVOKE`.
    Revoke,
    /// `REVOKE GRANT OPTION FOR`.
    RevokeGrantOption,
    /// `GRANT`.
    Grant,
    /// `GRANT … WITH GRANT OPTION`.
    GrantWithOption,
}
