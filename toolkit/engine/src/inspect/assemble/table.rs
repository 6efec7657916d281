//! Tables and their columns.

use std::collections::{BTreeMap, HashMap};

use super::{Names, Rows};
use crate::{
    Result,
    catalog::{
        Column, Expression, Generated, GeneratedKind, Identity, IdentityKind, Persistence,
        QualifiedName, Table,
    },
    inspect::{
        columns::ColumnRow,
        dependencies::SystemCatalog,
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
    let mut columns: HashMap<Oid, Vec<Column>> = HashMap::new();
    for row in &rows.columns {
        if names.tables.contains_key(&row.table)
            && let Some(column) = column(row, rows, names, &identities)?
        {
            columns.entry(row.table).or_default().push(column);
        }
    }
    let tables = rows.relations.iter().filter_map(|row| {
        let name = names.tables.get(&row.oid)?.clone();
        let table = Table {
            name: name.clone(),
            persistence: if row.unlogged {
                Persistence::Unlogged
            } else {
                Persistence::Permanent
            },
            access_method: row
                .access_method
                .clone()
                .unwrap_or_else(|| "heap".to_owned()),
            options: row.options.clone(),
            columns: columns.remove(&row.oid).unwrap_or_default(),
            constraints: BTreeMap::new(),
            indexes: BTreeMap::new(),
            comment: rows.comment(SystemCatalog::CLASS, row.oid),
        };
        Some((name, table))
    });
    Ok(tables.collect())
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
    let expression = row.expression.clone().zip(row.default).map(|(sql, oid)| {
        let uses = names.uses(SystemCatalog::DEFAULT, oid);
        Expression { sql, uses }
    });
    let (default, generated) = match generated_kind(&row.generated)? {
        None => (expression, None),
        Some(kind) => (
            None,
            expression.map(|expression| Generated { kind, expression }),
        ),
    };
    let sequence = identities.get(&(row.table, row.number));
    let identity = identity_kind(&row.identity)?
        .zip(sequence)
        .map(|(kind, sequence)| Identity {
            kind,
            sequence: names.qualified(sequence.schema, &sequence.name),
            options: sequence.options.clone(),
        });
    let collation = (row.collation != data_type.collation)
        .then(|| rows.collations.get(&row.collation).cloned());
    Ok(Some(Column {
        name: row.name.clone(),
        data_type: data_type.data_type.clone(),
        collation: collation.flatten(),
        nullable: !row.not_null,
        default,
        identity,
        generated,
        storage: if row.storage == data_type.storage {
            None
        } else {
            Some(storage(&row.storage)?.to_owned())
        },
        default_storage: storage(&data_type.storage)?.to_owned(),
        compression: compression(&row.compression)?.map(str::to_owned),
        statistics: row.statistics,
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

fn storage(code: &str) -> Result<&'static str> {
    match code {
        "p" => Ok("plain"),
        "e" => Ok("external"),
        "m" => Ok("main"),
        "x" => Ok("extended"),
        other => Err(unknown("column storage", other)),
    }
}

fn compression(code: &str) -> Result<Option<&'static str>> {
    match code {
        "" => Ok(None),
        "p" => Ok(Some("pglz")),
        "l" => Ok(Some("lz4")),
        other => Err(unknown("column compression", other)),
    }
}
