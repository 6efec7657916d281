//! Our picture of one or more schemas: plain owned data, named as PostgreSQL names it.
//! No I/O here, and nothing that decides.

mod column;
mod constraint;
mod definition;
mod domain;
mod enumeration;
mod index;
mod name;
mod object;
mod outside;
mod privilege;
mod schema;
mod sequence;
mod table;
mod unmanaged;

use std::collections::{BTreeMap, BTreeSet};

pub use column::{
    Column, Compression, DataType, Expression, Generated, GeneratedKind, Identity, IdentityKind,
    NotNull, Settled, Storage,
};
pub use constraint::{
    Constraint, ConstraintKind, Deferral, ForeignKey, Key, MatchType, ReferentialAction,
};
pub use definition::{
    Body, ColumnSetting, Definition, DefinitionKind, Family, Filled, Replacement, Setting,
};
pub use domain::{Attribute, Composite, Domain, DomainCheck};
pub use enumeration::Enum;
pub use index::{Index, IndexKey, IndexTerm};
pub use name::QualifiedName;
pub use object::{ColumnRef, Distinction, ObjectRef, Uses};
pub use outside::{Hold, Outsider};
pub use privilege::{DefaultPrivilegesOf, Grantee, PassedOn, Privilege, Privileged, Privileges};
pub use schema::Schema;
pub use sequence::{Sequence, SequenceOptions};
pub use table::{
    Options, PartitionOf, Partitioning, Persistence, ReplicaIdentity, RowSecurity, Table,
};
pub use unmanaged::{Unmanaged, UnmanagedKind};

/// What belongs to one table, by name. It is few, and there are many tables: one list in order takes a third of
/// the room of a tree's nodes.
pub type ByName<T> = litemap::LiteMap<String, T>;

/// Everything that the inspector saw in the schemas it was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalog {
    /// The server's `server_version_num`, for instance `150018`.
    pub server_version: i32,
    /// The role that read it.
    pub role: String,
    /// Schemas by name.
    pub schemas: BTreeMap<String, Schema>,
    /// Enum types.
    pub enums: BTreeMap<QualifiedName, Enum>,
    /// Sequences, also those of serial columns; those of identity columns are part of the column.
    pub sequences: BTreeMap<QualifiedName, Sequence>,
    /// Tables, partitioned ones and partitions included.
    pub tables: BTreeMap<QualifiedName, Table>,
    /// Domains.
    pub domains: BTreeMap<QualifiedName, Domain>,
    /// Composite types.
    pub composites: BTreeMap<QualifiedName, Composite>,
    /// What is compared by its definition: views, functions, triggers and the like.
    pub definitions: BTreeMap<ObjectRef, Definition>,
    /// Privileges by object, where they are not what a new object gives.
    pub privileges: BTreeMap<ObjectRef, Privileges>,
    /// Privileges by object that others than its owner granted.
    pub passed_on: BTreeMap<ObjectRef, BTreeSet<PassedOn>>,
    /// What new objects give beyond PostgreSQL's own rules.
    pub default_privileges: BTreeMap<DefaultPrivilegesOf, Privileges>,
    /// Who owns what, where that was asked. What belongs to a table or a column is owned by who owns that.
    pub owners: BTreeMap<ObjectRef, String>,
    /// What another role owns than the one that read it. It is not compared: what is made again keeps its
    /// owner.
    pub owned_by_others: BTreeMap<ObjectRef, String>,
    /// What exists beside them and is not modelled: kept and listed, never changed.
    pub unmanaged: Vec<Unmanaged>,
    /// What refers to them from schemas that were not read.
    pub outsiders: Vec<Outsider>,
}

impl Catalog {
    /// The server's major version: 15 for `150018`.
    pub fn major_version(&self) -> i32 {
        self.server_version / 10_000
    }

    /// Leaves out the comments that only the owner of the database may set: those on extensions, which
    /// come with them, and on the schema `public`.
    pub fn forget_comments_of_the_database(&mut self) {
        for definition in self.definitions.values_mut() {
            if definition.kind == DefinitionKind::Extension {
                definition.comment = None;
            }
        }
        if let Some(public) = self.schemas.get_mut("public") {
            public.comment = None;
        }
    }

    /// Whether `object` is there.
    pub fn contains(&self, object: &ObjectRef) -> bool {
        let table = |name: &QualifiedName| self.tables.get(name);
        match object {
            ObjectRef::Schema(name) => self.schemas.contains_key(name),
            ObjectRef::Type(name) => {
                self.enums.contains_key(name)
                    || self.domains.contains_key(name)
                    || self.composites.contains_key(name)
                    || self.definitions.contains_key(object)
            }
            ObjectRef::Sequence(name) => self.sequences.contains_key(name),
            ObjectRef::Table(name) => self.tables.contains_key(name),
            ObjectRef::Column(column) => {
                self.column(column).is_some() || self.has_other_column(column)
            }
            ObjectRef::Constraint { table: owner, name } => {
                table(owner).is_some_and(|table| table.constraints.contains_key(name))
            }
            ObjectRef::Index { table: owner, name } => {
                let view = DefinitionKind::MaterializedView.reference(owner.clone());
                let view = self.definitions.get(&view);
                table(owner).is_some_and(|table| table.indexes.contains_key(name))
                    || view.is_some_and(|view| view.indexes.contains_key(name))
            }
            ObjectRef::Definition { .. } => self.definitions.contains_key(object),
            ObjectRef::Unmanaged { kind, name } => self
                .unmanaged
                .iter()
                .any(|it| it.kind == *kind && &it.name == name),
        }
    }

    /// The column whose identity has the sequence.
    pub fn identity_column(&self, name: &QualifiedName) -> Option<ColumnRef> {
        self.tables.values().find_map(|table| {
            let mut columns = table.columns.iter();
            let column = columns.find(|column| {
                let identity = column.identity.as_ref();
                identity.is_some_and(|identity| &identity.sequence == name)
            })?;
            Some(ColumnRef::new(&table.name, &column.name))
        })
    }

    /// Whether `object` is there, or is the sequence of an identity column: that has privileges, too.
    pub fn has_privileged(&self, object: &ObjectRef) -> bool {
        let is_identitys = |name| self.identity_column(name).is_some();
        self.contains(object) || matches!(object, ObjectRef::Sequence(name) if is_identitys(name))
    }

    /// Whether a view has the column, or a composite type the attribute.
    fn has_other_column(&self, reference: &ColumnRef) -> bool {
        let ColumnRef { table, column } = reference;
        let composite = self.composites.get(table);
        let views = [
            DefinitionKind::View,
            DefinitionKind::MaterializedView,
            DefinitionKind::ForeignTable,
        ];
        let view = views.into_iter().find_map(|kind| {
            let name = table.clone();
            self.definitions.get(&kind.reference(name))
        });
        composite.is_some_and(|it| it.attribute(column).is_some())
            || view.is_some_and(|view| view.columns.iter().any(|(name, _)| name == column))
    }

    /// The table that has the index `name`, which is in its table's schema.
    pub fn table_of_index(&self, name: &QualifiedName) -> Option<&Table> {
        let mut tables = self.tables.values();
        tables.find(|table| {
            table.name.schema == name.schema && table.indexes.contains_key(&name.name)
        })
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
