//! Who is who: names by identifier.

use std::collections::HashMap;

use super::{Rows, definition::relation_name};
use crate::{
    catalog::{DefinitionKind, Distinction, Family, ObjectRef, QualifiedName, UnmanagedKind, Uses},
    inspect::{
        definitions::DefinitionRow,
        dependencies::{Address, SystemCatalog},
        relations::{RelationKind, RelationRow},
        row::Oid,
    },
};

/// Names by identifier, and what uses what.
pub(super) struct Names {
    schemas: HashMap<Oid, String>,
    pub(super) tables: HashMap<Oid, QualifiedName>,
    columns: HashMap<Oid, HashMap<i16, String>>,
    /// Of whole objects, with those of their columns.
    uses: HashMap<Address, Uses>,
    /// Of relations alone.
    own_uses: HashMap<Oid, Uses>,
    objects: HashMap<Address, ObjectRef>,
}

impl Names {
    pub(super) fn new(rows: &Rows) -> Self {
        let mut names = Self {
            schemas: rows
                .schemas
                .iter()
                .map(|schema| (schema.oid, schema.name.clone()))
                .collect(),
            tables: HashMap::new(),
            columns: HashMap::new(),
            uses: HashMap::new(),
            own_uses: HashMap::new(),
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
        names.add_types(rows);
        names.add_sequences(rows);
        names.add_keys(rows);
        names.add_definitions(rows);
        names.add_parts_of_types(rows);
        for row in &rows.unmanaged {
            if let Some(kind) = row.kind {
                let name = QualifiedName::new(&row.schema, &row.name);
                let object = ObjectRef::Unmanaged { kind, name };
                names.add(row.catalog, row.oid, object);
            }
        }
        names
    }

    fn add(&mut self, catalog: SystemCatalog, oid: Oid, object: ObjectRef) {
        self.objects.insert(Address::new(catalog, oid), object);
    }

    fn add_relations(&mut self, rows: &Rows) {
        for relation in &rows.relations {
            let name = self.qualified(relation.schema, &relation.name);
            if relation.kind == RelationKind::Table {
                self.tables.insert(relation.oid, name.clone());
            }
            let object = relation_ref(relation, name);
            self.add(SystemCatalog::TYPE, relation.row_type, object.clone());
            self.add(SystemCatalog::CLASS, relation.oid, object);
        }
    }

    fn add_types(&mut self, rows: &Rows) {
        let enums = rows
            .enums
            .iter()
            .map(|row| (row.oid, row.array, row.schema, &row.name));
        let domains = rows
            .domains
            .iter()
            .map(|row| (row.oid, row.array, row.schema, &row.name));
        for (oid, array, schema, name) in enums.chain(domains) {
            let object = ObjectRef::Type(self.qualified(schema, name));
            self.add(SystemCatalog::TYPE, array, object.clone());
            self.add(SystemCatalog::TYPE, oid, object);
        }
    }

    fn add_sequences(&mut self, rows: &Rows) {
        for row in rows.sequences.iter().filter(|row| !row.identity) {
            let object = ObjectRef::Sequence(self.qualified(row.schema, &row.name));
            self.add(SystemCatalog::CLASS, row.oid, object);
        }
    }

    /// Indexes, each under its constraint's name where it belongs to one.
    fn add_keys(&mut self, rows: &Rows) {
        let keys = rows
            .constraints
            .iter()
            .filter(|row| !row.kind.is_foreign_key() && row.index != 0);
        for row in keys {
            if let Some(table) = self.tables.get(&row.table) {
                let object = ObjectRef::constraint(table, &row.name);
                self.add(SystemCatalog::CLASS, row.index, object.clone());
                self.add(SystemCatalog::CONSTRAINT, row.oid, object);
            }
        }
        for row in &rows.indexes {
            if let Some(table) = self.tables.get(&row.table) {
                let object = ObjectRef::index(table, &row.name);
                self.add(SystemCatalog::CLASS, row.oid, object);
            }
        }
    }

    fn add_definitions(&mut self, rows: &Rows) {
        for row in &rows.definitions {
            let Some(kind) = row.kind else { continue };
            let name = QualifiedName::new(&row.schema, &row.name);
            let object = kind.reference_to(name, self.distinction(row));
            self.add(row.catalog, row.oid, object);
        }
    }

    /// What tells a definition from others of its name.
    pub(super) fn distinction(&self, row: &DefinitionRow) -> Distinction {
        match (row.kind.map(DefinitionKind::family), &row.arguments) {
            (Some(Family::OfServer), Some(server)) => Distinction::Of(server.clone()),
            (_, Some(types)) => Distinction::Arguments(types.clone()),
            (Some(Family::OfRelation | Family::OfPublication), None) => {
                let relation = self.relation(row.relation).and_then(relation_name);
                relation.map_or(Distinction::None, |it| Distinction::Of(it.name.clone()))
            }
            (_, None) => Distinction::None,
        }
    }

    /// What comes with a type stands for it, as its array type does; an array of a multirange type comes with that.
    fn add_parts_of_types(&mut self, rows: &Rows) {
        for (part, whole) in rows.parts_of_types.iter().chain(&rows.parts_of_types) {
            if let Some(object) = self.objects.get(whole).cloned() {
                self.objects.entry(*part).or_insert(object);
            }
        }
    }

    /// Notes what uses what.
    pub(super) fn resolve(&mut self, dependencies: &[(Address, Address)]) {
        for (user, used) in dependencies {
            let Some(object) = self.object(used) else {
                continue;
            };
            if user.catalog == SystemCatalog::CLASS && user.number == 0 {
                let own = self.own_uses.entry(user.oid).or_default();
                own.insert(object.clone());
            }
            let whole = Address { number: 0, ..*user };
            self.uses.entry(whole).or_default().insert(object);
        }
    }

    /// What stands at an address: a column where it is one of a table.
    pub(super) fn object(&self, address: &Address) -> Option<ObjectRef> {
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
            | ObjectRef::Type(_)
            | ObjectRef::Sequence(_)
            | ObjectRef::Column(_)
            | ObjectRef::Constraint { .. }
            | ObjectRef::Index { .. }
            | ObjectRef::Definition { .. }
            | ObjectRef::Unmanaged { .. } => Some(whole.clone()),
        }
    }

    /// The relation with this identifier.
    pub(super) fn relation(&self, oid: Oid) -> Option<&ObjectRef> {
        self.objects.get(&Address::new(SystemCatalog::CLASS, oid))
    }

    pub(super) fn qualified(&self, schema: Oid, name: &str) -> QualifiedName {
        QualifiedName::new(self.schemas.get(&schema).cloned().unwrap_or_default(), name)
    }

    pub(super) fn column(&self, table: Oid, number: i16) -> Option<&str> {
        self.columns.get(&table)?.get(&number).map(String::as_str)
    }

    pub(super) fn columns(&self, table: Oid, numbers: &[i16]) -> Vec<String> {
        numbers
            .iter()
            .filter_map(|number| self.column(table, *number))
            .map(str::to_owned)
            .collect()
    }

    /// What a relation refers to as a whole, such as a partition key, and not what its columns do.
    pub(super) fn own_uses(&self, relation: Oid) -> Uses {
        self.own_uses.get(&relation).cloned().unwrap_or_default()
    }

    pub(super) fn uses(&self, catalog: SystemCatalog, oid: Oid) -> Uses {
        self.uses
            .get(&Address::new(catalog, oid))
            .cloned()
            .unwrap_or_default()
    }
}

/// What refers to a relation.
fn relation_ref(relation: &RelationRow, name: QualifiedName) -> ObjectRef {
    let definition = |kind: DefinitionKind, name| kind.reference(name);
    match relation.kind {
        RelationKind::Table => ObjectRef::Table(name),
        RelationKind::View => definition(DefinitionKind::View, name),
        RelationKind::MaterializedView => definition(DefinitionKind::MaterializedView, name),
        RelationKind::Composite => ObjectRef::Type(name),
        RelationKind::ForeignTable if relation.parents.is_empty() => {
            definition(DefinitionKind::ForeignTable, name)
        }
        RelationKind::ForeignTable => ObjectRef::Unmanaged {
            kind: UnmanagedKind::ForeignTable,
            name,
        },
    }
}
