//! Puts the rows together. No I/O here.

mod constraint;
mod definition;
mod domain;
mod index;
mod names;
mod owner;
mod privilege;
mod table;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use names::Names;

use super::{
    Scope,
    columns::ColumnRow,
    constraints::ConstraintRow,
    definitions::DefinitionRow,
    dependencies::{Address, SystemCatalog},
    domains::{DomainCheckRow, DomainRow},
    enums::EnumRow,
    expression::RowFunction,
    indexes::IndexRow,
    outside::OutsiderRow,
    privileges::DefaultRow,
    relations::{RelationKind, RelationRow},
    row::{Oid, Server},
    schemas::SchemaRow,
    sequences::SequenceRow,
    types::Types,
    unmanaged::UnmanagedRow,
};
use crate::{
    Result,
    catalog::{
        Catalog, ColumnRef, Enum, Outsider, Persistence, QualifiedName, Schema, Sequence,
        Unmanaged, UnmanagedKind,
    },
};

/// All that was read.
pub(super) struct Rows {
    pub(super) schemas: Vec<SchemaRow>,
    pub(super) relations: Vec<RelationRow>,
    pub(super) types: Types,
    pub(super) collations: HashMap<Oid, QualifiedName>,
    pub(super) operator_classes: HashMap<Oid, (QualifiedName, bool)>,
    pub(super) columns: Vec<ColumnRow>,
    pub(super) constraints: Vec<ConstraintRow>,
    pub(super) indexes: Vec<IndexRow>,
    pub(super) enums: Vec<EnumRow>,
    pub(super) domains: Vec<DomainRow>,
    pub(super) domain_checks: Vec<DomainCheckRow>,
    pub(super) sequences: Vec<SequenceRow>,
    pub(super) definitions: Vec<DefinitionRow>,
    pub(super) row_functions: HashMap<Oid, RowFunction>,
    pub(super) default_privileges: Vec<DefaultRow>,
    pub(super) unmanaged: Vec<UnmanagedRow>,
    pub(super) outsiders: Vec<OutsiderRow>,
    pub(super) comments: HashMap<Address, String>,
    pub(super) parts_of_types: Vec<(Address, Address)>,
    pub(super) dependencies: Vec<(Address, Address)>,
}

/// The catalog that `rows` describe.
pub(super) fn assemble(mut rows: Rows, server: &Server, scope: &Scope) -> Result<Catalog> {
    rows.relations
        .retain(|relation| !scope.ignored_tables.contains(&relation.name));
    let mut names = Names::new(&rows);
    names.resolve(&rows.dependencies);
    // What else is asked of them is who calls a function.
    rows.dependencies
        .retain(|(_, used)| used.catalog == SystemCatalog::PROCEDURE);
    rows.dependencies.shrink_to_fit();
    let (privileges, passed_on) = privilege::privileges(&rows, &names, server, scope);
    let mut catalog = Catalog {
        server_version: server.version,
        role: server.role.clone(),
        schemas: schemas(&rows),
        enums: enums(&rows, &names),
        domains: domain::domains(&rows, &names),
        composites: domain::composites(&rows, &names),
        sequences: sequences(&rows, &names),
        tables: table::tables(&rows, &names)?,
        definitions: definition::definitions(&rows, &names),
        privileges,
        passed_on,
        default_privileges: privilege::defaults(&rows, server, scope),
        owners: if scope.owners {
            owner::owners(&rows, &names, None)
        } else {
            BTreeMap::new()
        },
        owned_by_others: owner::owners(&rows, &names, Some(&server.role)),
        unmanaged: unmanaged(&rows, &names),
        outsiders: outsiders(&rows, &names),
    };
    // There are more of them than of all else, and two catalogs are read at once.
    let collations = index::collations(&std::mem::take(&mut rows.columns));
    constraint::add(&mut catalog, &rows, &names)?;
    index::add(&mut catalog, &rows, &names, &collations);
    Ok(catalog)
}

impl Rows {
    /// The columns of a relation; they were read in its order.
    fn columns_of(&self, relation: Oid) -> &[ColumnRow] {
        let start = self.columns.partition_point(|it| it.table < relation);
        let behind = &self.columns[start..];
        &behind[..behind.partition_point(|it| it.table == relation)]
    }

    fn comment(&self, catalog: SystemCatalog, oid: Oid) -> Option<String> {
        self.comments.get(&Address::new(catalog, oid)).cloned()
    }

    fn column_comment(&self, table: Oid, number: i16) -> Option<String> {
        let address = Address {
            number: number.into(),
            ..Address::new(SystemCatalog::CLASS, table)
        };
        self.comments.get(&address).cloned()
    }
}

fn schemas(rows: &Rows) -> BTreeMap<String, Schema> {
    let schemas = rows.schemas.iter().map(|row| {
        let schema = Schema {
            name: row.name.clone(),
            comment: rows.comment(SystemCatalog::NAMESPACE, row.oid),
        };
        (row.name.clone(), schema)
    });
    schemas.collect()
}

fn enums(rows: &Rows, names: &Names) -> BTreeMap<QualifiedName, Enum> {
    let enums = rows.enums.iter().map(|row| {
        let name = names.qualified(row.schema, &row.name);
        let enumeration = Enum {
            name: name.clone(),
            values: row.values.clone(),
            comment: rows.comment(SystemCatalog::TYPE, row.oid),
        };
        (name, enumeration)
    });
    enums.collect()
}

fn sequences(rows: &Rows, names: &Names) -> BTreeMap<QualifiedName, Sequence> {
    let mut sequences = BTreeMap::new();
    for row in rows.sequences.iter().filter(|row| !row.identity) {
        let owned_by = row.owner.and_then(|(table, number)| {
            let column = names.column(table, number)?;
            names
                .tables
                .get(&table)
                .map(|table| ColumnRef::new(table, column))
        });
        // Owned by a table that is left out, it is left out too.
        if row.owner.is_some() && owned_by.is_none() {
            continue;
        }
        let name = names.qualified(row.schema, &row.name);
        let (options, comment) = (
            row.options.clone(),
            rows.comment(SystemCatalog::CLASS, row.oid),
        );
        sequences.insert(
            name.clone(),
            Sequence {
                name,
                persistence: persistence(row.unlogged),
                options,
                owned_by,
                comment,
            },
        );
    }
    sequences
}

fn persistence(unlogged: bool) -> Persistence {
    if unlogged {
        Persistence::Unlogged
    } else {
        Persistence::Permanent
    }
}

fn unmanaged(rows: &Rows, names: &Names) -> Vec<Unmanaged> {
    let foreign = rows.relations.iter();
    let foreign =
        foreign.filter(|row| row.kind == RelationKind::ForeignTable && !row.parents.is_empty());
    let foreign = foreign.map(|row| Unmanaged {
        kind: UnmanagedKind::ForeignTable,
        name: names.qualified(row.schema, &row.name),
        uses: names.uses(SystemCatalog::CLASS, row.oid),
    });
    let others = rows.unmanaged.iter().filter_map(|row| {
        let name = QualifiedName::new(&row.schema, &row.name);
        Some(Unmanaged {
            kind: row.kind?,
            name,
            uses: names.uses(row.catalog, row.oid),
        })
    });
    let mut unmanaged: Vec<_> = foreign.chain(others).collect();
    unmanaged.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    unmanaged
}

fn outsiders(rows: &Rows, names: &Names) -> Vec<Outsider> {
    let outsiders = rows.outsiders.iter().filter_map(|row| {
        let uses: BTreeSet<_> = row.uses.iter().filter_map(|it| names.object(it)).collect();
        (!uses.is_empty()).then(|| Outsider {
            name: row.name.clone(),
            hold: row.hold,
            uses: uses.into_iter().collect(),
        })
    });
    outsiders.collect()
}
