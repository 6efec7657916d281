//! Tables and their columns.

use std::collections::{BTreeMap, HashMap};

use super::{Names, Rows};
use crate::{
    Result,
    catalog::{
        ByName, Column, Compression, Expression, Generated, GeneratedKind, Identity, IdentityKind,
        ObjectRef, PartitionOf, Partitioning, QualifiedName, ReplicaIdentity, RowSecurity, Storage,
        Table,
    },
    inspect::{
        columns::ColumnRow,
        dependencies::{Address, SystemCatalog},
        relations::RelationRow,
        row::{Oid, unknown},
        sequences::SequenceRow,
    },
};

/// The ordinary tables with their columns.
pub(super) fn tables(rows: &Rows, names: &Names) -> Result<BTreeMap<QualifiedName, Table>> {
    let identities: HashMap<_, _> = rows
        .sequences
        .iter()
        .filter(|row| row.identity)
        .filter_map(|row| Some((row.owner?, row)))
        .collect();
    let tables = rows.relations.iter().filter_map(|row| {
        let name = names.tables.get(&row.oid)?.clone();
        let columns = rows.columns_of(row.oid).iter();
        let columns = columns.filter_map(|it| column(it, rows, names, &identities).transpose());
        let table = columns.collect::<Result<Vec<_>>>().map(|mut columns| {
            columns.shrink_to_fit();
            (name.clone(), table(row, name, columns, rows, names))
        });
        Some(table)
    });
    tables.collect()
}

fn table(
    row: &RelationRow,
    name: QualifiedName,
    columns: Vec<Column>,
    rows: &Rows,
    names: &Names,
) -> Table {
    let parents: Vec<_> = row
        .parents
        .iter()
        .filter_map(|oid| names.tables.get(oid).cloned())
        .collect();
    let parent = parents.first().cloned().zip(row.bound.clone());
    let of_type = names.object(&Address::new(SystemCatalog::TYPE, row.of_type));
    Table {
        persistence: super::persistence(row.unlogged),
        access_method: row.access_method.clone().unwrap_or_default(),
        options: row.options.clone(),
        partitioning: row.partition_key.clone().map(|key| Partitioning {
            key,
            uses: names.own_uses(row.oid),
        }),
        inherits: if row.bound.is_none() {
            parents
        } else {
            Vec::new()
        },
        partition_of: parent.map(|(parent, bound)| PartitionOf { parent, bound }),
        of_type: if let Some(ObjectRef::Type(name)) = of_type {
            Some(name)
        } else {
            None
        },
        row_security: RowSecurity {
            enabled: row.row_security.0,
            forced: row.row_security.1,
        },
        replica_identity: replica_identity(row),
        clustered_on: row.clustered_on.clone(),
        columns,
        constraints: ByName::new(),
        indexes: ByName::new(),
        comment: rows.comment(SystemCatalog::CLASS, row.oid),
        name,
    }
}

fn replica_identity(row: &RelationRow) -> ReplicaIdentity {
    match (row.replica_identity.as_str(), &row.replica_index) {
        ("f", _) => ReplicaIdentity::Full,
        ("n", _) => ReplicaIdentity::Nothing,
        ("i", Some(index)) => ReplicaIdentity::Index(index.clone()),
        (_, _) => ReplicaIdentity::Default,
    }
}

fn column(
    row: &ColumnRow,
    rows: &Rows,
    names: &Names,
    identities: &HashMap<(Oid, i16), &SequenceRow>,
) -> Result<Option<Column>> {
    // A table created between two queries has columns of types that were not read.
    let Some(data_type) = rows.types.get(&row.data_type) else {
        return Ok(None);
    };
    let rare = row.rare();
    let expression = row.expression.clone().zip(row.default).map(|(sql, oid)| {
        let uses = names.uses(SystemCatalog::DEFAULT, oid);
        Expression { sql, uses }
    });
    let (default, generated) = match generated_kind(&rare.generated)? {
        None => (expression, None),
        Some(kind) => (
            None,
            expression.map(|expression| Generated { kind, expression }),
        ),
    };
    let sequence = identities.get(&(row.table, row.number));
    let identity = identity_kind(&rare.identity)?
        .zip(sequence)
        .map(|(kind, sequence)| Identity {
            kind,
            sequence: names.qualified(sequence.schema, &sequence.name),
            options: sequence.options.clone(),
            comment: rows.comment(SystemCatalog::CLASS, sequence.oid),
        });
    let collation = (row.collation != data_type.collation)
        .then(|| rows.collations.get(&row.collation).cloned());
    Ok(Some(Column {
        name: row.name.clone(),
        data_type: data_type.data_type.clone(),
        inherited: rare.inherited,
        collation: collation.flatten().map(Box::new),
        nullable: !row.not_null,
        not_null: None,
        default,
        identity: identity.map(Box::new),
        generated: generated.map(Box::new),
        storage: if row.storage == data_type.storage {
            None
        } else {
            Some(storage(row.storage)?)
        },
        default_storage: storage(data_type.storage)?,
        compression: compression(&rare.compression)?,
        statistics: rare.statistics,
        options: rare.options.clone(),
        comment: rows.column_comment(row.table, row.number),
    }))
}

fn generated_kind(code: &str) -> Result<Option<GeneratedKind>> {
    match code {
        "" => Ok(None),
        "s" => Ok(Some(GeneratedKind::Stored)),
        "v" => Ok(Some(GeneratedKind::Virtual)),
        other => Err(unknown("kind of generated column", other)),
    }
}

fn identity_kind(code: &str) -> Result<Option<IdentityKind>> {
    match code {
        "" => Ok(None),
        "a" => Ok(Some(IdentityKind::Always)),
        "d" => Ok(Some(IdentityKind::ByDefault)),
        other => Err(unknown("kind of identity column", other)),
    }
}

pub(super) fn storage(code: char) -> Result<Storage> {
    match code {
        'p' => Ok(Storage::Plain),
        'e' => Ok(Storage::External),
        'm' => Ok(Storage::Main),
        'x' => Ok(Storage::Extended),
        other => Err(unknown("column storage", &other.to_string())),
    }
}

pub(super) fn compression(code: &str) -> Result<Option<Compression>> {
    match code {
        "" => Ok(None),
        "p" => Ok(Some(Compression::Pglz)),
        "l" => Ok(Some(Compression::Lz4)),
        other => Err(unknown("column compression", other)),
    }
}
