//! Constraints.

use super::{Names, Rows};
use crate::{
    Result,
    catalog::{
        Catalog, Constraint, ConstraintKind, Deferral, Expression, ForeignKey, Key, MatchType,
        NotNull, ObjectRef, QualifiedName, ReferentialAction, Settled, Uses,
    },
    inspect::{
        constraints::{ConstraintRow, ForeignKeyRow, KeyRow, Kind},
        dependencies::{Address, SystemCatalog},
        row::unknown,
    },
};

/// Adds each constraint to its table.
pub(super) fn add(catalog: &mut Catalog, rows: &Rows, names: &Names) -> Result<()> {
    name_not_nulls(catalog);
    for row in &rows.constraints {
        let Some(table) = names
            .tables
            .get(&row.table)
            .and_then(|name| catalog.tables.get_mut(name))
        else {
            continue;
        };
        if matches!(row.kind, Kind::NotNull) {
            let column = row.columns.first();
            let column = column.and_then(|number| names.column(row.table, *number));
            let mut columns = table.columns.iter_mut();
            if let Some(column) = columns.find(|it| Some(it.name.as_str()) == column) {
                column.not_null = Some(Box::new(NotNull {
                    name: row.name.clone(),
                    inherited: false,
                    validated: row.validated,
                    no_inherit: row.no_inherit,
                    comment: rows.comment(SystemCatalog::CONSTRAINT, row.oid),
                    said: false,
                }));
            }
            continue;
        }
        let constraint = Constraint {
            name: row.name.clone(),
            kind: kind(row, names)?,
            deferral: match (row.deferrable, row.deferred) {
                (false, _) => Deferral::NotDeferrable,
                (true, false) => Deferral::InitiallyImmediate,
                (true, true) => Deferral::InitiallyDeferred,
            },
            validated: row.validated,
            enforced: row.enforced,
            parent: row.parent.clone(),
            settled: Settled(row.settled),
            comment: rows.comment(SystemCatalog::CONSTRAINT, row.oid),
            index_comment: if row.kind.is_foreign_key() {
                None
            } else {
                rows.comment(SystemCatalog::CLASS, row.index)
            },
        };
        table.constraints.insert(row.name.clone(), constraint);
    }
    mark_inherited(catalog);
    Ok(())
}

/// Marks the constraints that tables have from their parents.
fn mark_inherited(catalog: &mut Catalog) {
    let mut inherited = Vec::new();
    for table in catalog.tables.values() {
        for parent in table.parents().filter_map(|it| catalog.tables.get(it)) {
            let columns = parent.columns.iter();
            let columns = columns.filter(|it| it.not_null.is_some() && it.hands_on_not_null());
            inherited.extend(columns.map(|it| (table.name.clone(), it.name.clone())));
        }
    }
    for (table, column) in inherited {
        let table = catalog.tables.get_mut(&table);
        let mut columns = table.into_iter().flat_map(|it| &mut it.columns);
        let column = columns.find(|it| it.name == column);
        if let Some(constraint) = column.and_then(|it| it.not_null.as_mut()) {
            constraint.inherited = true;
        }
    }
}

/// Those that are as plain `NOT NULL` makes them are not read.
fn name_not_nulls(catalog: &mut Catalog) {
    if catalog.server_version < 180_000 {
        return;
    }
    for table in catalog.tables.values_mut() {
        for column in table.columns.iter_mut().filter(|it| !it.nullable) {
            let owner = [table.name.name.as_str(), &column.name];
            column.not_null = Some(Box::new(NotNull::automatic(&owner)));
        }
    }
}

fn kind(row: &ConstraintRow, names: &Names) -> Result<ConstraintKind> {
    Ok(match &row.kind {
        Kind::PrimaryKey(its) => ConstraintKind::PrimaryKey(key(row, its, names)),
        Kind::Unique(its) => ConstraintKind::Unique(key(row, its, names)),
        Kind::ForeignKey(its) => ConstraintKind::ForeignKey(foreign_key(row, its, names)?),
        Kind::Check(sql) => ConstraintKind::Check {
            expression: Expression {
                sql: sql.clone(),
                uses: uses(row, names),
            },
            no_inherit: row.no_inherit,
        },
        Kind::Exclusion(definition) => ConstraintKind::Exclusion {
            definition: exclusion(definition),
            uses: uses(row, names),
        },
        Kind::NotNull => return Err(unknown("kind of constraint", "n")),
        Kind::Unknown(code) => return Err(unknown("kind of constraint", &code.to_string())),
    })
}

fn key(row: &ConstraintRow, key: &KeyRow, names: &Names) -> Key {
    let key_columns = usize::try_from(key.key_columns)
        .unwrap_or_default()
        .min(key.columns.len());
    let (columns, include) = key.columns.split_at(key_columns);
    Key {
        columns: names.columns(row.table, columns),
        include: names.columns(row.table, include),
        nulls_not_distinct: key.nulls_not_distinct,
        without_overlaps: row.period,
        valid: key.valid,
        options: key.options.clone(),
    }
}

fn foreign_key(row: &ConstraintRow, key: &ForeignKeyRow, names: &Names) -> Result<ForeignKey> {
    let references = QualifiedName::new(
        key.schema.clone().unwrap_or_default(),
        key.table_name.clone().unwrap_or_default(),
    );
    let referenced_columns = key
        .foreign_columns
        .clone()
        .unwrap_or_else(|| names.columns(key.table, &key.columns));
    let uses: Uses = names
        .object(&Address::new(SystemCatalog::CLASS, row.index))
        .into_iter()
        .collect();
    Ok(ForeignKey {
        columns: names.columns(row.table, &row.columns),
        references,
        referenced_columns,
        on_update: action(key.on_update)?,
        on_delete: action(key.on_delete)?,
        on_delete_columns: names.columns(row.table, &key.on_delete_columns),
        match_type: match key.match_type {
            's' => MatchType::Simple,
            'f' => MatchType::Full,
            other => return Err(unknown("match type", &other.to_string())),
        },
        period: row.period,
        uses,
    })
}

fn action(code: char) -> Result<ReferentialAction> {
    match code {
        'a' => Ok(ReferentialAction::NoAction),
        'r' => Ok(ReferentialAction::Restrict),
        'c' => Ok(ReferentialAction::Cascade),
        'n' => Ok(ReferentialAction::SetNull),
        'd' => Ok(ReferentialAction::SetDefault),
        other => Err(unknown("referential action", &other.to_string())),
    }
}

/// The definition without what [`Deferral`] says.
fn exclusion(definition: &str) -> String {
    let definition = definition
        .strip_suffix(" INITIALLY DEFERRED")
        .unwrap_or(definition);
    definition
        .strip_suffix(" DEFERRABLE")
        .unwrap_or(definition)
        .to_owned()
}

/// What the text refers to: the columns that `pg_constraint` lists, and the rest from `pg_depend`.
fn uses(row: &ConstraintRow, names: &Names) -> Uses {
    let mut uses = names.uses(SystemCatalog::CONSTRAINT, row.oid);
    if row.index != 0 {
        for object in names.uses(SystemCatalog::CLASS, row.index).iter() {
            uses.insert(object.clone());
        }
    }
    if let Some(table) = names.tables.get(&row.table) {
        for column in names.columns(row.table, &row.columns) {
            uses.insert(ObjectRef::column(table, &column));
        }
    }
    uses
}
