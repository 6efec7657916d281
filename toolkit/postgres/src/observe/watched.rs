//! The statements of one table, executed over rows.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};

use super::{
    Failure, Remedy, StatementKind,
    kept::{Kept, Refusal},
    statement::qualified,
    wire::{Wire, family, wire},
};
use crate::{
    catalog::{Catalog, QualifiedName, Table},
    identifier::{quote_identifier, quote_literal},
};

/// The statements of one table.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) table: Table,
    pub(super) statements: Vec<Kept>,
    /// The row that was taken last.
    pub(super) row: usize,
}

/// The types of a table's columns as they are now, as far as the driver knows them.
pub(super) type Columns = BTreeMap<String, Option<String>>;

impl Watched {
    /// Executes the statements, each over the row of the `INSERT` of all columns. Gives what fails, and which
    /// of the columns that are `required` hold null after an `INSERT`.
    pub(super) async fn run(
        &mut self,
        transaction: &DatabaseTransaction,
        is_fixed: bool,
        required: &[&str],
    ) -> Result<(Vec<Failure>, BTreeSet<String>), DbErr> {
        let (mut failures, mut nulls) = (Vec::new(), BTreeSet::new());
        let table = self.table.name.clone();
        for kept in &mut self.statements {
            let kind = kept.statement.kind;
            let back = "ROLLBACK TO SAVEPOINT of_insert";
            transaction
                .execute_unprepared("SAVEPOINT of_insert")
                .await?;
            let tries = if kind.inserts() && !is_fixed {
                kept.statement.rows()
            } else {
                1
            };
            match kept.execute_one(transaction, self.row, tries).await? {
                Ok(row) => self.row = row,
                Err((Refusal { state, message }, remedy)) => failures.push(Failure {
                    table: table.clone(),
                    statement: kind,
                    state,
                    message,
                    remedy,
                }),
            }
            if kind.inserts() {
                nulls.extend(null_columns(transaction, &table, required).await?);
            }
            if kind.inserts() && kind != StatementKind::Insert {
                transaction.execute_unprepared(back).await?;
            }
        }
        Ok((failures, nulls))
    }

    /// The columns that the code cannot decode: the driver takes no other type than it was told.
    pub(super) fn misread(
        &self,
        catalog: &Catalog,
        schema: &str,
        columns: &Columns,
    ) -> Vec<Failure> {
        let misread = self.table.columns.iter().filter_map(|column| {
            let Wire {
                read_as,
                family: expected,
                ..
            } = wire(catalog, schema, &column.data_type);
            let (None, Some(expected)) = (read_as, expected) else {
                return None;
            };
            let is = columns.get(&column.name)?.as_ref()?;
            let is = family(is);
            (is != expected).then(|| Failure {
                table: self.table.name.clone(),
                statement: StatementKind::Select,
                state: None,
                message: format!(
                    "column {} is {is}, and the code decodes {expected}",
                    column.name
                ),
                remedy: Remedy::None,
            })
        });
        misread.collect()
    }
}

/// The types of a table's columns; those under domains, and `text` for enums, which are read so.
pub(super) async fn columns(
    transaction: &DatabaseTransaction,
    table: &QualifiedName,
) -> Result<Columns, DbErr> {
    let sql = format!(
        "WITH RECURSIVE under AS ( \
           SELECT a.attname, a.atttypid AS type FROM pg_catalog.pg_attribute a \
             JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) a.attrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace \
             WHERE n.nspname OPERATOR(pg_catalog.=) {} AND c.relname OPERATOR(pg_catalog.=) {} \
               AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped \
           UNION ALL SELECT u.attname, t.typbasetype FROM under u JOIN pg_catalog.pg_type t \
             ON t.oid OPERATOR(pg_catalog.=) u.type AND t.typtype OPERATOR(pg_catalog.=) 'd') \
         SELECT u.attname::pg_catalog.text, CASE \
           WHEN t.typtype OPERATOR(pg_catalog.=) 'e' THEN 'text' \
           WHEN e.typtype OPERATOR(pg_catalog.=) 'e' THEN 'text[]' \
           WHEN t.typnamespace OPERATOR(pg_catalog.=) 'pg_catalog'::pg_catalog.regnamespace \
           THEN pg_catalog.format_type(t.oid, NULL) END \
         FROM under u JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) u.type \
         LEFT JOIN pg_catalog.pg_type e ON e.oid OPERATOR(pg_catalog.=) t.typelem \
           AND t.typcategory OPERATOR(pg_catalog.=) 'A' \
         WHERE t.typtype OPERATOR(pg_catalog.<>) 'd'",
        quote_literal(&table.schema),
        quote_literal(&table.name)
    );
    let statement = sea_orm::Statement::from_string(DbBackend::Postgres, sql);
    let rows = transaction.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

/// The columns of `table` that may hold null for the version that writes it, and must not for the other.
pub(super) fn required<'t>(
    table: &Table,
    other: Option<&'t Table>,
    columns: &Columns,
) -> Vec<&'t str> {
    let of_other = other.into_iter().flat_map(|other| &other.columns);
    let required = of_other.filter(|column| {
        let written = table.column(&column.name);
        !column.nullable
            && columns.contains_key(&column.name)
            && written.is_none_or(|written| written.nullable)
    });
    required.map(|column| column.name.as_str()).collect()
}

/// Those of `columns` that hold null in a row of `table`.
async fn null_columns(
    transaction: &DatabaseTransaction,
    table: &QualifiedName,
    columns: &[&str],
) -> Result<Vec<String>, DbErr> {
    let mut found = Vec::new();
    for column in columns {
        let name = quote_identifier(column);
        let sql = format!(
            "SELECT 1 FROM {} WHERE {name} IS NULL LIMIT 1",
            qualified(table)
        );
        let statement = sea_orm::Statement::from_string(DbBackend::Postgres, sql);
        if transaction.query_one_raw(statement).await?.is_some() {
            found.push((*column).to_owned());
        }
    }
    Ok(found)
}

/// What a version says of a null that the other one has written.
pub(super) fn unread_null(table: &QualifiedName, column: &str) -> Failure {
    Failure {
        table: table.clone(),
        statement: StatementKind::Select,
        state: None,
        message: format!(
            "column {column} is null in rows that the other code writes, and this code decodes no null"
        ),
        remedy: Remedy::None,
    }
}
