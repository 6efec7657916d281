//! The statements that code sends for one table, as SeaORM writes them. No I/O here.

use std::fmt;

use super::{
    value::candidates,
    wire::{Wire, wire},
};
use crate::{
    catalog::{Catalog, Column, Identity, IdentityKind, QualifiedName, Table},
    identifier::{quote_identifier, quote_literal},
};

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatementKind {
    /// `INSERT` of all columns.
    Insert,
    /// `INSERT` without the columns that have a default.
    InsertWithDefaults,
    /// `INSERT` of all columns, null where that is taken.
    InsertNulls,
    /// `SELECT` of all columns by name.
    Select,
    /// `UPDATE` by the primary key.
    Update,
    /// `DELETE` by the primary key.
    Delete,
}

impl StatementKind {
    /// Whether it makes a row.
    pub(super) fn inserts(self) -> bool {
        match self {
            Self::Insert | Self::InsertWithDefaults | Self::InsertNulls => true,
            Self::Select | Self::Update | Self::Delete => false,
        }
    }
}

impl fmt::Display for StatementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Insert => "INSERT",
            Self::InsertWithDefaults => "INSERT with defaults",
            Self::InsertNulls => "INSERT of nulls",
            Self::Select => "SELECT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        })
    }
}

/// A statement with parameters, and the values to try for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) kind: StatementKind,
    /// What stands behind `PREPARE name`: the types of the parameters, and the statement.
    pub(super) prepared: String,
    /// For each parameter the literals to try.
    values: Vec<Vec<String>>,
}

impl Statement {
    /// How many rows there are to try.
    pub(super) fn rows(&self) -> usize {
        self.values.iter().map(Vec::len).max().unwrap_or(1)
    }

    /// The arguments of `EXECUTE` for one of the rows.
    pub(super) fn arguments(&self, row: usize) -> String {
        if self.values.is_empty() {
            return String::new();
        }
        let values = self.values.iter();
        let values: Vec<&str> = values
            .map(|values| values[row % values.len()].as_str())
            .collect();
        format!("({})", values.join(", "))
    }
}

/// A column with how it is sent and what values it takes.
struct Field<'c> {
    column: &'c Column,
    wire: Wire,
    values: Vec<String>,
}

/// The statements for `table`, in an order in which each finds the row of those before it: the
/// `INSERT`s, each of a row of its own, and what is done to that row. None where a column takes values
/// of a type of which none is known.
pub(super) fn statements(
    catalog: &Catalog,
    schema: &str,
    table: &Table,
) -> Result<Vec<Statement>, String> {
    let fields = table.columns.iter().map(|column| {
        let values = candidates(catalog, table, column);
        let written =
            |value: Option<String>| value.map_or("NULL".to_owned(), |it| quote_literal(&it));
        Field {
            column,
            wire: wire(catalog, schema, &column.data_type),
            values: values.into_iter().map(written).collect(),
        }
    });
    let fields: Vec<Field<'_>> = fields.collect();
    let written: Vec<&Field<'_>> = fields.iter().filter(|field| takes(field.column)).collect();
    if let Some(field) = written.iter().find(|field| field.values.is_empty()) {
        return Err(format!("no value of column {} is known", field.column.name));
    }
    let keys = table.primary_key().map_or(&[][..], |key| &key.columns);
    let is_key = |field: &Field<'_>| keys.contains(&field.column.name);
    let given: Vec<&Field<'_>> = written
        .iter()
        .copied()
        .filter(|field| field.column.default.is_none() && field.column.identity.is_none())
        .collect();
    let mut statements = vec![insert(StatementKind::Insert, table, &fields, &written)];
    if given.len() < written.len() {
        let kind = StatementKind::InsertWithDefaults;
        statements.push(insert(kind, table, &fields, &given));
    }
    if written.iter().any(|field| field.column.nullable) {
        statements.push(Statement {
            values: written.iter().map(|it| with_null(it)).collect(),
            ..insert(StatementKind::InsertNulls, table, &fields, &written)
        });
    }
    statements.push(select(table, &fields));
    let key: Vec<&Field<'_>> = written.iter().copied().filter(|it| is_key(it)).collect();
    if !key.is_empty() && key.len() == keys.len() {
        let rest: Vec<&Field<'_>> = written.iter().copied().filter(|it| !is_key(it)).collect();
        if !rest.is_empty() {
            statements.push(update(table, &fields, &rest, &key));
        }
        statements.push(delete(table, &key));
    }
    Ok(statements)
}

fn with_null(field: &Field<'_>) -> Vec<String> {
    if field.column.nullable {
        vec!["NULL".to_owned()]
    } else {
        field.values.clone()
    }
}

/// Whether code gives a value of the column.
fn takes(column: &Column) -> bool {
    let always = |identity: &Identity| identity.kind == IdentityKind::Always;
    column.generated.is_none() && !column.identity.as_deref().is_some_and(always)
}

fn insert(
    kind: StatementKind,
    table: &Table,
    all: &[Field<'_>],
    given: &[&Field<'_>],
) -> Statement {
    let columns: Vec<_> = given.iter().map(|it| name(it)).collect();
    let values = if columns.is_empty() {
        "DEFAULT VALUES".to_owned()
    } else {
        format!(
            "({}) VALUES ({})",
            columns.join(", "),
            sent(given, 1).join(", ")
        )
    };
    let sql = format!(
        "INSERT INTO {} {values} RETURNING {}",
        qualified(&table.name),
        read(all)
    );
    statement(kind, &sql, given)
}

fn select(table: &Table, all: &[Field<'_>]) -> Statement {
    let sql = format!("SELECT {} FROM {}", read(all), qualified(&table.name));
    statement(StatementKind::Select, &sql, &[])
}

fn update(table: &Table, all: &[Field<'_>], rest: &[&Field<'_>], key: &[&Field<'_>]) -> Statement {
    let set = rest.iter().zip(sent(rest, 1));
    let set: Vec<_> = set
        .map(|(it, sent)| format!("{} = {sent}", name(it)))
        .collect();
    let sql = format!(
        "UPDATE {} SET {} WHERE {} RETURNING {}",
        qualified(&table.name),
        set.join(", "),
        found(key, rest.len() + 1),
        read(all)
    );
    let fields: Vec<_> = rest.iter().chain(key).copied().collect();
    statement(StatementKind::Update, &sql, &fields)
}

fn delete(table: &Table, key: &[&Field<'_>]) -> Statement {
    let sql = format!(
        "DELETE FROM {} WHERE {}",
        qualified(&table.name),
        found(key, 1)
    );
    statement(StatementKind::Delete, &sql, key)
}

fn statement(kind: StatementKind, sql: &str, fields: &[&Field<'_>]) -> Statement {
    let types: Vec<_> = fields.iter().map(|it| it.wire.parameter.as_str()).collect();
    let types = if types.is_empty() {
        String::new()
    } else {
        format!(" ({})", types.join(", "))
    };
    Statement {
        kind,
        prepared: format!("{types} AS {sql}"),
        values: fields.iter().map(|it| it.values.clone()).collect(),
    }
}

/// The columns as they are read: enums as text.
fn read(fields: &[Field<'_>]) -> String {
    let columns = fields.iter().map(|field| match &field.wire.read_as {
        Some(text) => format!("CAST({} AS {text})", name(field)),
        None => name(field),
    });
    let columns: Vec<_> = columns.collect();
    if columns.is_empty() {
        return "1".to_owned();
    }
    columns.join(", ")
}

/// The parameters from `first` on as they are sent: enums cast to their type.
fn sent(fields: &[&Field<'_>], first: usize) -> Vec<String> {
    let numbered = fields.iter().zip(first..);
    let parameters = numbered.map(|(field, number)| match &field.wire.cast {
        Some(type_name) => format!("CAST(${number} AS {type_name})"),
        None => format!("${number}"),
    });
    parameters.collect()
}

fn found(key: &[&Field<'_>], first: usize) -> String {
    let terms = key.iter().zip(sent(key, first));
    let terms: Vec<_> = terms
        .map(|(it, sent)| format!("{} = {sent}", name(it)))
        .collect();
    terms.join(" AND ")
}

fn name(field: &Field<'_>) -> String {
    quote_identifier(&field.column.name).into_owned()
}

/// A table by schema and name, as entities say it.
pub(crate) fn qualified(name: &QualifiedName) -> String {
    format!(
        "{}.{}",
        quote_identifier(&name.schema),
        quote_identifier(&name.name)
    )
}
