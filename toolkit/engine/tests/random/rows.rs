//! Rows that both schemas of a pair can hold, so that a migration between them has to succeed.
//!
//! Which rows these are is PostgreSQL's word, not the engine's: a row counts where both schemas, built
//! directly, take it with all its columns, and again with those columns only that both have, which
//! is what a migration leaves of it. What follows stays without rows on purpose:
//! - a table with a new column that must not be null and has no default: adding it has to fail;
//! - a column whose values cannot be converted, as [`value`] lists: it is null, or its table empty;
//! - a table of which a column is generated on one side only: what it holds then is not given;
//! - a table with a new column whose default reads tables: what it reads then is not given;
//! - a table that is partitioned in another way: it is made anew;
//! - a partition that is not there on both sides, or would have other rows: they are lost with it, or in
//!   its way;
//! - a column of a composite type: it is null.

use std::fmt::Write;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::{
    column::Column,
    schema::{Schema, quote},
    table::{TABLE_NAMES, Table},
    values::{ROWS, Typed, value},
};

/// Takes statements apart by a character that no value holds.
const SEPARATOR: &str = "\u{1f}";

/// Tries statements until no further one succeeds: a row may wait for another that it refers to. For each
/// the table or the partition that the row came to.
pub const TRY: &str = "
CREATE FUNCTION pg_temp.try(statements text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    came text;
    places text[] := array_fill(''::text, ARRAY[cardinality(statements)]);
    goes_on boolean := true;
BEGIN
    WHILE goes_on LOOP
        goes_on := false;
        FOR place IN 1 .. cardinality(statements) LOOP
            IF places[place] = '' AND statements[place] <> '' THEN
                BEGIN
                    EXECUTE statements[place] || ' RETURNING tableoid::regclass' INTO STRICT came;
                    places[place] := came;
                    goes_on := true;
                EXCEPTION WHEN OTHERS THEN NULL;
                END;
            END IF;
        END LOOP;
    END LOOP;
    RETURN places;
END $$";

/// A row as each side's `INSERT`; empty where the side lacks the table.
struct Row {
    table: &'static str,
    /// With all columns of the side.
    full: [String; 2],
    /// With the columns that both sides have.
    common: [String; 2],
    /// Where it came to.
    places: [String; 2],
}

impl Row {
    /// Whether both sides, if both have its table, have it in the same partition.
    fn stays(&self) -> bool {
        let [from, to] = &self.places;
        from == to || self.full.iter().any(String::is_empty)
    }
}

/// A table that both sides have, and those columns of it that both have and rows fill.
pub struct Kept {
    pub table: &'static str,
    columns: Vec<&'static str>,
}

/// The tables that both schemas have.
pub fn kept([from, to]: [&Schema; 2]) -> Vec<Kept> {
    let both = from
        .tables
        .iter()
        .filter_map(|(table, Table { columns, .. })| {
            let others = &to.tables.get(table)?.columns;
            let is_kept = |column: &&Column| {
                let twin = others.iter().find(|other| other.name == column.name);
                twin.is_some_and(|twin| !twin.generated && !column.generated)
            };
            let columns = columns.iter().filter(is_kept);
            Some(Kept {
                table,
                columns: columns.map(|column| column.name).collect(),
            })
        });
    both.collect()
}

/// Fills both databases with rows that can go there and back; the tables that have any.
pub async fn fill(
    databases: [&DatabaseConnection; 2],
    schemas: [&Schema; 2],
) -> Result<Vec<&'static str>, String> {
    let mut rows = candidates(schemas);
    loop {
        let before = rows.len();
        for side in [0, 1] {
            rows = taken(databases[side], rows, side, |row| &row.full[side]).await?;
            rows = taken(databases[side], rows, side, |row| &row.common[side]).await?;
        }
        rows.retain(Row::stays);
        if rows.len() == before {
            break;
        }
    }
    for (side, database) in databases.into_iter().enumerate() {
        let statements: Vec<_> = rows.iter().map(|row| row.full[side].as_str()).collect();
        insert(database, &statements, "COMMIT").await?;
    }
    let mut tables: Vec<_> = rows.iter().map(|row| row.table).collect();
    tables.dedup();
    Ok(tables)
}

/// The rows that `database` takes, when it is given no others; it is empty again afterwards.
async fn taken(
    database: &DatabaseConnection,
    mut rows: Vec<Row>,
    side: usize,
    statement: impl Fn(&Row) -> &String,
) -> Result<Vec<Row>, String> {
    let statements: Vec<_> = rows.iter().map(|row| statement(row).as_str()).collect();
    let places = insert(database, &statements, "ROLLBACK").await?;
    for (row, place) in rows.iter_mut().zip(places) {
        row.places[side] = place;
    }
    rows.retain(|row| !row.places[side].is_empty() || statement(row).is_empty());
    Ok(rows)
}

/// Tries `statements` in one transaction that ends as `end` says; where the row of each came to.
async fn insert(
    database: &DatabaseConnection,
    statements: &[&str],
    end: &str,
) -> Result<Vec<String>, String> {
    if statements.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |error: sea_orm::DbErr| format!("rows: {error}");
    let begin = "BEGIN; SET CONSTRAINTS ALL IMMEDIATE";
    database.execute_unprepared(begin).await.map_err(failed)?;
    let tried = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT pg_temp.try(string_to_array($1, $2)) AS places",
        [statements.join(SEPARATOR).into(), SEPARATOR.into()],
    );
    let row = database.query_one_raw(tried).await.map_err(failed)?;
    database.execute_unprepared(end).await.map_err(failed)?;
    let places = row.ok_or("rows: no answer")?.try_get("", "places");
    places.map_err(failed)
}

fn candidates(schemas: [&Schema; 2]) -> Vec<Row> {
    let mut rows = Vec::new();
    for table in TABLE_NAMES {
        let tables = schemas.map(|schema| schema.tables.get(table));
        if let [Some(from), Some(to)] = tables
            && !can_have_rows(from, to)
        {
            continue;
        }
        let columns = tables.map(|table| table.map(|it| &it.columns));
        rows.extend((0..ROWS).map(|row| candidate(schemas, table, columns, row)));
    }
    rows
}

/// Whether what rows hold is given when their table goes from one form to the other.
fn can_have_rows(from: &Table, to: &Table) -> bool {
    let twin = |column: &Column, others: &[Column]| {
        let twin = others.iter().find(|other| other.name == column.name);
        twin.copied()
    };
    let is_given = |column: &Column, others: &[Column]| {
        twin(column, others).map_or(!column.reads, |twin| twin.generated == column.generated)
    };
    from.partitioned == to.partitioned
        && (from.partitioned.is_none() || from.columns[0].data_type == to.columns[0].data_type)
        && from.columns.iter().all(|it| is_given(it, &to.columns))
        && to.columns.iter().all(|it| is_given(it, &from.columns))
}

fn candidate(
    schemas: [&Schema; 2],
    table: &'static str,
    columns: [Option<&Vec<Column>>; 2],
    row: usize,
) -> Row {
    let mut candidate = Row {
        table,
        full: [String::new(), String::new()],
        common: [String::new(), String::new()],
        places: [String::new(), String::new()],
    };
    for side in [0, 1] {
        let Some(own) = columns[side] else { continue };
        let other = columns[1 - side];
        let twin = |column: &Column| {
            let twin = other?.iter().find(|other| other.name == column.name);
            twin.copied()
        };
        let filled = own.iter().filter(|column| !column.generated);
        let values = filled.map(|column| {
            let twin = twin(column);
            let value = filling(schemas, side, *column, twin, row);
            (column.name, value, twin.is_some())
        });
        let values: Vec<_> = values.collect();
        candidate.full[side] = insert_into(table, values.iter());
        if other.is_some() {
            let common = values.iter().filter(|(_, _, is_common)| *is_common);
            candidate.common[side] = insert_into(table, common);
        }
    }
    candidate
}

/// What row `row` holds in `column` of the schema `side`, which is `twin` in the other one.
fn filling(
    schemas: [&Schema; 2],
    side: usize,
    column: Column,
    twin: Option<Column>,
    row: usize,
) -> Option<String> {
    let own = Typed {
        data_type: column.data_type,
        enums: &schemas[side].enums,
    };
    let other = twin.map_or(own, |twin| Typed {
        data_type: twin.data_type,
        enums: &schemas[1 - side].enums,
    });
    let is_nullable = column.nullable && twin.is_none_or(|twin| twin.nullable);
    if is_nullable && row == ROWS - 1 {
        return None;
    }
    // The same value on both sides, whichever side asks.
    if side == 0 {
        value(own, other, row)
    } else {
        value(other, own, row)
    }
}

fn insert_into<'v>(
    table: &str,
    values: impl Iterator<Item = &'v (&'static str, Option<String>, bool)>,
) -> String {
    let (names, values): (Vec<_>, Vec<_>) = values
        .map(|(name, value, _)| {
            let value = value.as_ref().map_or("NULL".to_owned(), |it| quote(it));
            (*name, value)
        })
        .unzip();
    format!(
        "INSERT INTO {table} ({}) OVERRIDING SYSTEM VALUE VALUES ({})",
        names.join(", "),
        values.join(", ")
    )
}

/// What the rows of the kept tables hold in the columns that both sides have.
pub async fn contents(database: &DatabaseConnection, kept: &[Kept]) -> Result<String, String> {
    let mut sql = String::from("SELECT ''");
    for Kept { table, columns } in kept {
        let values: Vec<_> = columns.iter().map(|name| format!("{name}::text")).collect();
        let _ = write!(
            sql,
            " || (SELECT format(E'{}: %s rows %s\\n', count(*), string_agg(it, ' ' ORDER BY it)) FROM (SELECT ROW({})::text AS it FROM {table}) AS rows)",
            table.trim_matches('"'),
            values.join(", ")
        );
    }
    let query = Statement::from_string(DbBackend::Postgres, sql + " AS contents");
    let failed = |error: sea_orm::DbErr| format!("rows: {error}");
    let row = database.query_one_raw(query).await.map_err(failed)?;
    row.ok_or("rows: no answer")?
        .try_get("", "contents")
        .map_err(failed)
}
