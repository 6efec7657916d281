//! What attributes of entities can say of a schema, and what is left to be declared. No I/O here.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    EntityOptions,
    data_type::Types,
    enumeration::is_sayable,
    ident::Idents,
    key::{Keys, keys},
    relation::{Relation, relations},
};
use crate::catalog::{
    Catalog, Column, ConstraintKind, DefinitionKind, Options, Persistence, QualifiedName,
    ReplicaIdentity, RowSecurity, Table,
};
use crate::names::Names;

/// SeaORM's tuples of key columns have no more.
const MOST_KEY_COLUMNS: usize = 12;

/// A schema, seen as entities.
pub(super) struct Said<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) types: Types<'c>,
    /// The entities.
    pub(super) drafts: Vec<Draft<'c>>,
    /// The foreign keys that attributes say, each by the place of its entity and its name.
    foreign_keys: BTreeSet<(usize, String)>,
    /// Enums that several entities use, and their modules.
    pub(super) shared: BTreeMap<QualifiedName, String>,
    /// Tables that no entity describes, and why.
    pub(super) without_entity: Vec<(QualifiedName, &'static str)>,
}

/// An entity to be written.
pub(super) struct Draft<'c> {
    pub(super) table: &'c Table,
    pub(super) module: String,
    /// The fields by column.
    pub(super) fields: BTreeMap<String, String>,
    /// The names of fields that are taken.
    pub(super) idents: Idents,
    /// The singulars of fields for many rows.
    pub(super) many: BTreeSet<String>,
    pub(super) keys: Keys,
    pub(super) relations: Vec<Relation>,
    /// The enums that its columns have.
    pub(super) enums: BTreeSet<QualifiedName>,
}

/// Divides `catalog`.
pub(super) fn said<'c>(catalog: &'c Catalog, options: &'c EntityOptions) -> Said<'c> {
    let mut types = Types {
        catalog,
        names: Names::within(&options.schema),
        enums: BTreeMap::new(),
    };
    let described = |table: &&Table| why_not(table).is_none();
    let tables: Vec<&Table> = catalog.tables.values().filter(described).collect();
    types.enums = enum_idents(catalog, &tables);
    let (tables, unfit): (Vec<_>, Vec<_>) = tables
        .into_iter()
        .partition(|table| has_fit_key(table, &types));
    let mut modules = Idents::default();
    options.modules.values().for_each(|it| modules.take(it));
    let drafts = tables.iter().map(|table| {
        let known = options.modules.get(&table.name.name).cloned();
        let module = known.unwrap_or_else(|| modules.module(&table.name.name));
        draft(table, module, &types)
    });
    let mut drafts: Vec<Draft> = drafts.collect();
    let foreign_keys = relations(&mut drafts);
    let shared = shared(&drafts, &mut modules);
    let refused = catalog.tables.values().filter_map(|table| {
        let why = why_not(table).filter(|_| table.partition_of.is_none())?;
        Some((table.name.clone(), why))
    });
    let unfit = unfit.iter().map(|table| {
        let why = "SeaORM has no keys of such types, or of so many columns";
        (table.name.clone(), why)
    });
    Said {
        catalog,
        types,
        without_entity: refused.chain(unfit).collect(),
        drafts,
        foreign_keys,
        shared,
    }
}

/// Why no entity can describe the table.
fn why_not(table: &Table) -> Option<&'static str> {
    if table.partition_of.is_some() {
        Some("it is a partition")
    } else if !table.inherits.is_empty() {
        Some("it inherits")
    } else if table.of_type.is_some() {
        Some("it is of a composite type")
    } else if table.primary_key().is_none() {
        Some("it has no primary key, which SeaORM needs")
    } else {
        None
    }
}

fn has_fit_key(table: &Table, types: &Types) -> bool {
    let key = table.primary_key().map(|key| key.columns.as_slice());
    let columns = key.unwrap_or_default();
    let is_fit = |name: &String| {
        let column = table.column(name);
        column.is_some_and(|column| types.field(&column.data_type).can_be_key())
    };
    columns.len() <= MOST_KEY_COLUMNS && columns.iter().all(is_fit)
}

/// The enums that columns of entities have.
fn enum_idents(catalog: &Catalog, tables: &[&Table]) -> BTreeMap<QualifiedName, String> {
    let columns = || tables.iter().flat_map(|table| &table.columns);
    let is_used = |name: &QualifiedName| columns().any(|column| column.data_type.is_of(name));
    let mut idents = Idents::default();
    let enums = catalog.enums.values();
    enums
        .filter(|it| is_used(&it.name) && is_sayable(it))
        .map(|it| (it.name.clone(), idents.data_type(&it.name.name)))
        .collect()
}

fn draft<'c>(table: &'c Table, module: String, types: &Types) -> Draft<'c> {
    let mut idents = Idents::default();
    let mut fields = BTreeMap::new();
    let mut enums = BTreeSet::new();
    for column in &table.columns {
        fields.insert(column.name.clone(), idents.field(&column.name));
        enums.extend(types.field(&column.data_type).enumeration);
    }
    Draft {
        keys: keys(table, &fields),
        table,
        module,
        fields,
        idents,
        many: BTreeSet::new(),
        relations: Vec::new(),
        enums,
    }
}

fn shared(drafts: &[Draft], modules: &mut Idents) -> BTreeMap<QualifiedName, String> {
    let mut users: BTreeMap<&QualifiedName, usize> = BTreeMap::new();
    for name in drafts.iter().flat_map(|draft| &draft.enums) {
        *users.entry(name).or_default() += 1;
    }
    let several = users.into_iter().filter(|(_, count)| *count > 1);
    several
        .map(|(name, _)| (name.clone(), modules.module(&name.name)))
        .collect()
}

impl Said<'_> {
    /// What the attributes say, as a catalog: the rest of the schema is what has to be declared.
    pub(super) fn by_attributes(&self) -> Catalog {
        let of = self.catalog;
        let mut said = Catalog {
            tables: BTreeMap::new(),
            domains: BTreeMap::new(),
            composites: BTreeMap::new(),
            ..of.clone()
        };
        // An extension is declared by its name alone.
        said.definitions
            .retain(|_, it| it.kind == DefinitionKind::Extension);
        said.enums
            .retain(|name, _| self.drafts.iter().any(|draft| draft.enums.contains(name)));
        said.enums.values_mut().for_each(|it| it.comment = None);
        for (place, draft) in self.drafts.iter().enumerate() {
            let table = self.table_by_attributes(place);
            said.tables.insert(draft.table.name.clone(), table);
        }
        let serial = |name: &QualifiedName| {
            let owner = of.sequences.get(name).and_then(|it| it.owned_by.as_ref());
            owner.is_some_and(|owner| {
                said.tables.get(&owner.table).is_some_and(|table| {
                    let column = table.column(&owner.column);
                    column.is_some_and(|column| is_serial(of, table, column))
                })
            })
        };
        said.sequences.retain(|name, _| serial(name));
        said
    }

    fn table_by_attributes(&self, place: usize) -> Table {
        let draft = &self.drafts[place];
        let mut table = Table {
            persistence: Persistence::Permanent,
            options: Options::new(),
            row_security: RowSecurity::default(),
            ..draft.table.clone()
        };
        // One of the primary key is left open: its name is SeaORM's affair.
        let said_names = |name: &str| draft.keys.said.contains(name);
        let is_key = |name: &str| {
            let constraint = draft.table.constraints.get(name);
            constraint.is_some_and(|it| matches!(it.kind, ConstraintKind::PrimaryKey(_)))
        };
        if !table.clustered_on.as_deref().is_some_and(is_key) {
            table.clustered_on = None;
        }
        if !matches!(&table.replica_identity, ReplicaIdentity::Index(name) if is_key(name)) {
            table.replica_identity = ReplicaIdentity::Default;
        }
        for column in &mut table.columns {
            column.storage = None;
            column.compression = None;
            column.statistics = None;
            column.options = Options::new();
        }
        table.constraints.retain(|name, it| match &it.kind {
            ConstraintKind::PrimaryKey(_) => true,
            ConstraintKind::Unique(_) => said_names(name),
            ConstraintKind::ForeignKey(_) => self.foreign_keys.contains(&(place, name.clone())),
            ConstraintKind::Check { .. } | ConstraintKind::Exclusion { .. } => false,
        });
        table.indexes.retain(|name, _| said_names(name));
        table
    }
}

/// Whether the column is `serial`, which an entity says as an identity.
pub(super) fn is_serial(catalog: &Catalog, table: &Table, column: &Column) -> bool {
    catalog.serial_sequence(table, column).is_some()
}
