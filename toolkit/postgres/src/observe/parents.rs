//! The rows that a table's rows refer to.

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
            let Ok(statements) = statements(catalog, schema, parent) else {
                continue;
            };
            // Tables may refer to each other in a circle, where null is taken.
            let whole = |it: &Statement| {
                matches!(it.kind, StatementKind::Insert | StatementKind::InsertNulls)
            };
            for insert in statements.iter().filter(|it| whole(it)) {
                if is_made(transaction, insert).await? {
                    break;
                }
            }
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
