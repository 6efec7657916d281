//! What is compared by its definition.

use std::collections::{BTreeMap, HashMap};

use super::{Names, Rows};
use crate::{
    catalog::{
        Body, ByName, ColumnSetting, Definition, DefinitionKind, Filled, ObjectRef, QualifiedName,
        Replacement, Setting, Uses,
    },
    inspect::{
        assemble::table::{compression, storage},
        columns::ColumnRow,
        definitions::DefinitionRow,
        dependencies::{Address, SystemCatalog},
        expression::{RowFunction, by_name, to_fixpoint},
    },
};

/// The definitions; their indexes come later.
pub(super) fn definitions(rows: &Rows, names: &Names) -> BTreeMap<ObjectRef, Definition> {
    let calls = calls(rows);
    let definitions = rows.definitions.iter().filter_map(|row| {
        let called = calls.get(&Address::new(row.catalog, row.oid));
        let called = called.map_or(&[][..], Vec::as_slice);
        let definition = definition(row, rows, names, called)?;
        Some((definition.reference(), definition))
    });
    definitions.collect()
}

/// What each definition calls of the functions that return rows, and of those of the same names.
fn calls(rows: &Rows) -> HashMap<Address, Vec<&RowFunction>> {
    let mut calls: HashMap<_, Vec<_>> = HashMap::new();
    for (user, used) in &rows.dependencies {
        if used.catalog == SystemCatalog::PROCEDURE
            && let Some(function) = rows.row_functions.get(&used.oid)
        {
            calls.entry(*user).or_default().push(function);
        }
    }
    calls
}

fn definition(
    row: &DefinitionRow,
    rows: &Rows,
    names: &Names,
    called: &[&RowFunction],
) -> Option<Definition> {
    let owner = match row.relation {
        0 => None,
        // A table that is left out takes its triggers along.
        relation => Some(relation_name(names.relation(relation)?)?.clone()),
    };
    let columns = match row.catalog {
        SystemCatalog::CLASS => rows.columns_of(row.oid),
        _ => &[],
    };
    // A view's columns have defaults of their own.
    let defaults = columns.iter().filter_map(|column| column.default);
    let defaults = defaults.map(|oid| names.uses(SystemCatalog::DEFAULT, oid));
    let uses: Vec<_> = defaults.chain([names.uses(row.catalog, row.oid)]).collect();
    let of_columns = match row.kind? {
        DefinitionKind::MaterializedView | DefinitionKind::ForeignTable => columns,
        _ => &[],
    };
    let of_columns = of_columns.iter().flat_map(|it| column_settings(it, rows));
    let columns = columns.iter().map(|column| {
        let comment = rows.column_comment(column.table, column.number);
        (column.name.clone(), comment)
    });
    Some(Definition {
        kind: row.kind?,
        name: QualifiedName::new(&row.schema, &row.name),
        distinction: names.distinction(row),
        keywords: row.keywords.clone(),
        owner,
        text: by_name(to_fixpoint(&row.text), called),
        replacement: replacement(row),
        settings: settings(&row.settings, names).chain(of_columns).collect(),
        columns: columns.collect(),
        indexes: ByName::new(),
        uses: uses.iter().flat_map(Uses::iter).cloned().collect(),
        body: Body {
            text: row.body.clone().unwrap_or_default(),
            is_checked: row.is_checked,
            is_proven: false,
        },
        filled: Filled(row.is_filled),
        comment: rows.comment(row.catalog, row.oid),
    })
}

/// The name of a table or a view.
pub(super) fn relation_name(object: &ObjectRef) -> Option<&QualifiedName> {
    match object {
        ObjectRef::Table(name) | ObjectRef::Definition { name, .. } => Some(name),
        ObjectRef::Schema(_)
        | ObjectRef::Type(_)
        | ObjectRef::Sequence(_)
        | ObjectRef::Column(_)
        | ObjectRef::Constraint { .. }
        | ObjectRef::Index { .. }
        | ObjectRef::Unmanaged { .. } => None,
    }
}

fn replacement(row: &DefinitionRow) -> Replacement {
    match (row.mode.as_str(), &row.alter) {
        ("options", _) => Replacement::Options {
            same: row.same.join(" "),
            options: pairs(&row.options)
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        },
        ("replace", _) => Replacement::Replace(row.same.clone()),
        ("alter", Some(text)) => Replacement::Alter {
            same: row.same.join(" "),
            text: to_fixpoint(text),
        },
        (_, _) => Replacement::Recreate,
    }
}

fn settings(list: &[String], names: &Names) -> impl Iterator<Item = (Setting, String)> {
    let settings = pairs(list);
    settings.filter_map(|(name, value)| Some((setting(name, names)?, value.to_owned())))
}

/// What is set of a column of a relation that is no table.
fn column_settings(column: &ColumnRow, rows: &Rows) -> Vec<(Setting, String)> {
    let rare = column.rare();
    let statistics = rare
        .statistics
        .map(|it| (ColumnSetting::Statistics, it.to_string()));
    let own = rows.types.get(&column.data_type).map(|it| it.storage);
    let storage = own.filter(|own| *own != column.storage).and_then(|own| {
        let default = storage(own).ok()?.name().to_owned();
        let set = storage(column.storage).ok()?.name().to_owned();
        Some((ColumnSetting::Storage { default }, set))
    });
    let compression = compression(&rare.compression).ok().flatten();
    let compression = compression.map(|it| (ColumnSetting::Compression, it.name().to_owned()));
    let options = rare.options.iter();
    let options = options.map(|(name, value)| (ColumnSetting::Option(name.clone()), value.clone()));
    statistics
        .into_iter()
        .chain(storage)
        .chain(compression)
        .chain(options)
        .map(|(set, value)| (Setting::Column(column.name.clone(), set), value))
        .collect()
}

/// Names, each with the value behind it.
fn pairs(list: &[String]) -> impl Iterator<Item = (&str, &str)> {
    list.chunks_exact(2).filter_map(|pair| match pair {
        [name, value] => Some((name.as_str(), value.as_str())),
        _ => None,
    })
}

fn setting(name: &str, names: &Names) -> Option<Setting> {
    Some(match name {
        "firing" => Setting::Firing,
        "statistics" => Setting::StatisticsTarget,
        "version" => Setting::Version,
        "clustered" => Setting::ClusteredOn,
        other => {
            let (kind, of) = other.split_once('.')?;
            match kind {
                "mapping" => Setting::Mapping(of.to_owned()),
                "default" => Setting::ColumnDefault(of.to_owned()),
                "depends" => Setting::DependsOn(of.to_owned()),
                "firing" => {
                    let relation = names.relation(of.parse().ok()?)?;
                    Setting::FiringOn(relation_name(relation)?.clone())
                }
                _ => return None,
            }
        }
    })
}
