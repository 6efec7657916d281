//! Rows, and those that they refer to.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{
    StatementKind,
    kept::attempt,
    statement::{Statement, statements},
};
use crate::catalog::{Catalog, QualifiedName, Table};

/// Inserts the rows that a row of `table` refers to, as far as they can be made.
pub(super) async fn parents(
    transaction: &DatabaseTransaction,
    catalogs: &[Catalog; 2],
    schema: &str,
    table: &Table,
) -> Result<(), DbErr> {
    for catalog in catalogs {
        let Some(table) = catalog.tables.get(&table.name) else {
            continue;
        };
        for parent in referred(catalog, table) {
            insert_row(transaction, catalog, schema, parent).await?;
        }
    }
    Ok(())
}

/// Inserts a row into each table of `catalog`, as far as one can be made.
pub(crate) async fn insert_rows(
    transaction: &DatabaseTransaction,
    catalog: &Catalog,
    schema: &str,
) -> Result<(), DbErr> {
    let mut made = BTreeSet::new();
    for table in catalog.tables.values() {
        let before = referred(catalog, table);
        for one in before.into_iter().chain([table]) {
            if made.insert(&one.name) {
                insert_row(transaction, catalog, schema, one).await?;
            }
        }
    }
    // `ALTER TABLE` refuses a table whose triggers are still to run.
    let _ = attempt(transaction, "SET CONSTRAINTS ALL IMMEDIATE").await?;
    Ok(())
}

/// Inserts a row into `table`, if one can be made.
async fn insert_row(
    transaction: &DatabaseTransaction,
    catalog: &Catalog,
    schema: &str,
    table: &Table,
) -> Result<(), DbErr> {
    let Ok(statements) = statements(catalog, schema, table) else {
        return Ok(());
    };
    // Tables may refer to each other in a circle, where null is taken.
    let whole =
        |it: &Statement| matches!(it.kind, StatementKind::Insert | StatementKind::InsertNulls);
    for insert in statements.iter().filter(|it| whole(it)) {
        if is_made(transaction, insert).await? {
            break;
        }
    }
    Ok(())
}

/// Whether one of the rows of `insert` could be made.
async fn is_made(transaction: &DatabaseTransaction, insert: &Statement) -> Result<bool, DbErr> {
    let prepare = format!("PREPARE toolkit_parent{}", insert.prepared);
    if attempt(transaction, &prepare).await?.is_err() {
        return Ok(false);
    }
    let mut made = false;
    for row in 0..insert.rows() {
        let execute = format!("EXECUTE toolkit_parent{}", insert.arguments(row));
        made = attempt(transaction, &execute).await?.is_ok();
        if made {
            break;
        }
    }
    transaction
        .execute_unprepared("DEALLOCATE toolkit_parent")
        .await?;
    Ok(made)
}

/// The tables that rows of `table` refer to, those first that the others refer to.
fn referred<'c>(catalog: &'c Catalog, table: &Table) -> Vec<&'c Table> {
    fn visit<'c>(
        catalog: &'c Catalog,
        table: &Table,
        seen: &mut BTreeSet<QualifiedName>,
        found: &mut Vec<&'c Table>,
    ) {
        let keys = table.constraints.values().filter_map(|it| it.foreign_key());
        for key in keys {
            let Some(parent) = catalog.tables.get(&key.references) else {
                continue;
            };
            if seen.insert(parent.name.clone()) {
                visit(catalog, parent, seen, found);
                found.push(parent);
            }
        }
    }
    let (mut seen, mut found) = (BTreeSet::from([table.name.clone()]), Vec::new());
    visit(catalog, table, &mut seen, &mut found);
    found
}
