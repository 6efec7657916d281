//! Puts the rows together. No I/O here.

mod constraint;
mod index;
mod table;

use std::collections::HashMap;

use super::{
    Scope,
    columns::ColumnRow,
    constraints::ConstraintRow,
    dependencies::{Address, SystemCatalog},
    enums::EnumRow,
    indexes::IndexRow,
    relations::RelationRow,
    row::Oid,
    schemas::SchemaRow,
    sequences::SequenceRow,
    types::Types,
    unmanaged::UnmanagedRow,
};
use crate::{
    Result,
    catalog::{
        Catalog, ColumnRef, Enum, ObjectRef, QualifiedName, Schema, Sequence, Unmanaged,
        UnmanagedKind, Uses,
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
    pub(super) sequences: Vec<SequenceRow>,
    pub(super) unmanaged: Vec<UnmanagedRow>,
    pub(super) comments: HashMap<Address, String>,
    pub(super) dependencies: Vec<(Address, Address)>,
}

/// Who is who: names by identifier.
struct Names {
    schemas: HashMap<Oid, String>,
    tables: HashMap<Oid, QualifiedName>,
    columns: HashMap<Oid, HashMap<i16, String>>,
    uses: HashMap<Address, Uses>,
    objects: HashMap<Address, ObjectRef>,
}

/// The catalog that `rows` describe.
pub(super) fn assemble(mut rows: Rows, server_version: i32, scope: &Scope) -> Result<Catalog> {
    rows.relations
        .retain(|relation| !scope.ignored_tables.contains(&relation.name));
    let mut names = Names::new(&rows);
    names.resolve(&rows.dependencies);
    let mut catalog = Catalog {
        server_version,
        schemas: schemas(&rows),
        enums: enums(&rows, &names),
        sequences: sequences(&rows, &names),
        tables: table::tables(&rows, &names)?,
        unmanaged: unmanaged(&rows, &names),
    };
    constraint::add(&mut catalog, &rows, &names)?;
    index::add(&mut catalog, &rows, &names);
    Ok(catalog)
}

impl Names {
    fn new(rows: &Rows) -> Self {
        let mut names = Self {
            schemas: rows
                .schemas
                .iter()
                .map(|schema| (schema.oid, schema.name.clone()))
                .collect(),
            tables: HashMap::new(),
            columns: HashMap::new(),
            uses: HashMap::new(),
            objects: HashMap::new(),
        };
        names.add_relations(rows);
        for column in &rows.columns {
            names
                .columns
                .entry(column.table)
                .or_default()
                .insert(column.number, column.name.clone());
        }
        names.add_types_and_sequences(rows);
        names.add_keys(rows);
        for row in &rows.unmanaged {
            if let Some(kind) = row.kind {
                let name = QualifiedName::new(&row.schema, &row.name);
                names.objects.insert(
                    Address::new(row.catalog, row.oid),
                    ObjectRef::Unmanaged { kind, name },
                );
            }
        }
        names
    }

    fn add_relations(&mut self, rows: &Rows) {
        for relation in &rows.relations {
            let name = self.qualified(relation.schema, &relation.name);
            let object = match relation.unmanaged {
                None => {
                    self.tables.insert(relation.oid, name.clone());
                    ObjectRef::Table(name)
                }
                Some(kind) => ObjectRef::Unmanaged { kind, name },
            };
            self.objects.insert(
                Address::new(SystemCatalog::TYPE, relation.row_type),
                object.clone(),
            );
            self.objects
                .insert(Address::new(SystemCatalog::CLASS, relation.oid), object);
        }
    }

    fn add_types_and_sequences(&mut self, rows: &Rows) {
        for row in &rows.enums {
            let object = ObjectRef::Enum(self.qualified(row.schema, &row.name));
            self.objects
                .insert(Address::new(SystemCatalog::TYPE, row.array), object.clone());
            self.objects
                .insert(Address::new(SystemCatalog::TYPE, row.oid), object);
        }
        for row in rows.sequences.iter().filter(|row| !row.identity) {
            let object = ObjectRef::Sequence(self.qualified(row.schema, &row.name));
            self.objects
                .insert(Address::new(SystemCatalog::CLASS, row.oid), object);
        }
    }

    /// Indexes, each under its constraint's name where it belongs to one.
    fn add_keys(&mut self, rows: &Rows) {
        for row in rows
            .constraints
            .iter()
            .filter(|row| row.kind != "f" && row.index != 0)
        {
            if let Some(table) = self.tables.get(&row.table) {
                self.objects.insert(
                    Address::new(SystemCatalog::CLASS, row.index),
                    ObjectRef::constraint(table, &row.name),
                );
            }
        }
        for row in &rows.indexes {
            if let Some(table) = self.tables.get(&row.table) {
                self.objects.insert(
                    Address::new(SystemCatalog::CLASS, row.oid),
                    ObjectRef::index(table, &row.name),
                );
            }
        }
    }

    fn resolve(&mut self, dependencies: &[(Address, Address)]) {
        for (user, used) in dependencies {
            if let Some(object) = self.object(used) {
                self.uses.entry(*user).or_default().insert(object);
            }
        }
    }

    fn object(&self, address: &Address) -> Option<ObjectRef> {
        let whole = self
            .objects
            .get(&Address::new(address.catalog, address.oid))?;
        match whole {
            ObjectRef::Table(table) if address.number > 0 => {
                let number = i16::try_from(address.number).ok()?;
                self.column(address.oid, number)
                    .map(|column| ObjectRef::column(table, column))
            }
            ObjectRef::Table(_)
            | ObjectRef::Schema(_)
            | ObjectRef::Enum(_)
            | ObjectRef::Sequence(_)
            | ObjectRef::Column(_)
            | ObjectRef::Constraint { .. }
            | ObjectRef::Index { .. }
            | ObjectRef::Unmanaged { .. } => Some(whole.clone()),
        }
    }

    fn qualified(&self, schema: Oid, name: &str) -> QualifiedName {
        QualifiedName::new(self.schemas.get(&schema).cloned().unwrap_or_default(), name)
    }

    fn column(&self, table: Oid, number: i16) -> Option<&str> {
        self.columns.get(&table)?.get(&number).map(String::as_str)
    }

    fn columns(&self, table: Oid, numbers: &[i16]) -> Vec<String> {
        numbers
            .iter()
            .filter_map(|number| self.column(table, *number))
            .map(str::to_owned)
            .collect()
    }

    fn uses(&self, catalog: SystemCatalog, oid: Oid) -> Uses {
        self.uses
            .get(&Address::new(catalog, oid))
            .cloned()
            .unwrap_or_default()
    }
}

impl Rows {
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

fn schemas(rows: &Rows) -> std::collections::BTreeMap<String, Schema> {
    rows.schemas
        .iter()
        .map(|row| {
            let comment = rows.comment(SystemCatalog::NAMESPACE, row.oid);
            (
                row.name.clone(),
                Schema {
                    name: row.name.clone(),
                    comment,
                },
            )
        })
        .collect()
}

fn enums(rows: &Rows, names: &Names) -> std::collections::BTreeMap<QualifiedName, Enum> {
    rows.enums
        .iter()
        .map(|row| {
            let name = names.qualified(row.schema, &row.name);
            let comment = rows.comment(SystemCatalog::TYPE, row.oid);
            (
                name.clone(),
                Enum {
                    name,
                    values: row.values.clone(),
                    comment,
                },
            )
        })
        .collect()
}

fn sequences(rows: &Rows, names: &Names) -> std::collections::BTreeMap<QualifiedName, Sequence> {
    let mut sequences = std::collections::BTreeMap::new();
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
                options,
                owned_by,
                comment,
            },
        );
    }
    sequences
}

fn unmanaged(rows: &Rows, names: &Names) -> Vec<Unmanaged> {
    let relations = rows.relations.iter().filter_map(|row| {
        let name = names.qualified(row.schema, &row.name);
        let uses = names.uses(SystemCatalog::CLASS, row.oid);
        let kind = match (row.unmanaged, row.row_security) {
            (Some(kind), _) => kind,
            (None, true) => UnmanagedKind::RowSecurity,
            (None, false) => return None,
        };
        Some(Unmanaged { kind, name, uses })
    });
    let others = rows.unmanaged.iter().filter_map(|row| {
        let name = QualifiedName::new(&row.schema, &row.name);
        Some(Unmanaged {
            kind: row.kind?,
            name,
            uses: names.uses(row.catalog, row.oid),
        })
    });
    let mut unmanaged: Vec<_> = relations.chain(others).collect();
    unmanaged.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    unmanaged
}
