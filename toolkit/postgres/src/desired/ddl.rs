//! A service's entities and declarations as statements for an empty schema. No I/O here.

use std::collections::BTreeMap;

use sea_orm::sea_query::{ForeignKeyCreateStatement, IndexCreateStatement, PostgresQueryBuilder};
use toolkit_runtime::{Declarations, EntityTable, Service, Stage};

use super::{
    column::{self, EnumName},
    declared,
    names::{Names, names},
};
use crate::{
    Error, Result,
    identifier::{quote_identifier, quote_literal},
};

/// A statement, and what it makes, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it makes: `table plans`.
    pub what: String,
    /// The name of what it makes, if another statement can wait for that.
    pub name: String,
    /// The statement.
    pub sql: String,
    /// The parts of it that somebody wrote as they are.
    pub written: Vec<String>,
    /// Whether it adds a foreign key.
    pub is_foreign_key: bool,
}

impl Statement {
    fn new(what: String, sql: String) -> Self {
        let (name, written) = (String::new(), Vec::new());
        Self {
            what,
            name,
            sql,
            written,
            is_foreign_key: false,
        }
    }

    fn named(self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..self
        }
    }
}

/// The statements that make what the entities and declarations of `service` say, in an empty
/// schema that is first on the `search_path`. Types come first, foreign keys after all tables.
///
/// # Errors
/// [`Error::Entity`] when an entity names another schema, two entities disagree about an enum, or a
/// declaration names a table or a column that no entity has.
pub fn statements(service: &Service) -> Result<Vec<Statement>> {
    let tables = service.entity_tables();
    let declared = service.declarations();
    if let Some(table) = tables.iter().find(|table| is_elsewhere(table, service)) {
        return Err(Error::Entity {
            what: table.path.to_owned(),
            problem: format!(
                "its schema_name must be \"{}\", the schema of {}",
                service.schema(),
                service.name()
            ),
        });
    }
    declared::known(&declared, &tables)?;
    let names = names(&tables);
    let named = || tables.iter().zip(&names);
    let mut statements = enums(&tables, service.schema())?;
    statements.extend(declared::at(Stage::BeforeTables, &declared));
    for (table, names) in named() {
        statements.push(create_table(table, names, &declared)?);
    }
    statements.extend(declared::at(Stage::Partitions, &declared));
    for (table, names) in named() {
        let indexes = table.indexes.iter().zip(&names.indexes);
        statements.extend(indexes.map(|(index, name)| create_index(table, index, name)));
        statements.extend(foreign_keys(table, names));
        statements.extend(comments(table));
    }
    statements.extend(declared::at(Stage::AfterTables, &declared));
    Ok(statements)
}

fn is_elsewhere(table: &EntityTable, service: &Service) -> bool {
    table
        .schema
        .as_deref()
        .is_some_and(|schema| schema != service.schema())
}

/// An enum that several entities share is made once; they must agree about its values. One of another
/// schema is not the service's.
fn enums(tables: &[EntityTable], schema: &str) -> Result<Vec<Statement>> {
    let mut enums: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for column in tables.iter().flat_map(|table| &table.columns) {
        let Some((EnumName { schema: of, name }, values)) =
            column::enumeration(&column.column_type)
        else {
            continue;
        };
        if of.is_some_and(|of| of != schema) {
            continue;
        }
        match enums.get(&name) {
            Some(known) if *known != values => {
                return Err(Error::Entity {
                    what: format!("enum {name}"),
                    problem: "two entities use it with different values".to_owned(),
                });
            }
            Some(_) => {}
            None => {
                enums.insert(name, values);
            }
        }
    }
    let statement = |(name, values): (String, Vec<String>)| {
        let values: Vec<String> = values.iter().map(|value| quote_literal(value)).collect();
        let sql = format!(
            "CREATE TYPE {} AS ENUM ({})",
            quote_identifier(&name),
            values.join(", ")
        );
        Statement::new(format!("enum {name}"), sql).named(&name)
    };
    Ok(enums.into_iter().map(statement).collect())
}

fn create_table(table: &EntityTable, names: &Names, declared: &Declarations) -> Result<Statement> {
    let single_key = |name: &str| table.primary_key.len() == 1 && table.primary_key[0] == name;
    let (mut parts, mut written) = (Vec::new(), Vec::new());
    for column in &table.columns {
        let generation = declared::generation(declared, &table.name, &column.name);
        written.extend(generation.map(str::to_owned));
        parts.push(column::definition(
            column,
            single_key(&column.name),
            generation,
        )?);
    }
    if table.primary_key.len() > 1 {
        let columns: Vec<_> = table
            .primary_key
            .iter()
            .map(|name| quote_identifier(name))
            .collect();
        parts.push(format!(
            "CONSTRAINT {} PRIMARY KEY ({})",
            quote_identifier(&names.primary_key),
            columns.join(", ")
        ));
    }
    let mut sql = format!(
        "CREATE TABLE {} ({})",
        quote_identifier(&table.name),
        parts.join(", ")
    );
    if let Some(key) = declared::partition_key(declared, &table.name) {
        sql.push_str(&format!(" PARTITION BY {key}"));
        written.push(key.to_owned());
    }
    let what = format!("table {} of {}", table.name, table.path);
    let statement = Statement::new(what, sql).named(&table.name);
    Ok(Statement {
        written,
        ..statement
    })
}

/// Written here, because sea-query leaves quotes in an index's name as they are.
fn create_index(table: &EntityTable, index: &IndexCreateStatement, name: &str) -> Statement {
    let columns = index.get_index_spec().get_column_names();
    let columns: Vec<_> = columns
        .iter()
        .map(|column| quote_identifier(column))
        .collect();
    let sql = format!(
        "CREATE {}INDEX {} ON {} ({})",
        if index.is_unique_key() { "UNIQUE " } else { "" },
        quote_identifier(name),
        quote_identifier(&table.name),
        columns.join(", ")
    );
    Statement::new(format!("index {name} of {}", table.path), sql)
}

fn foreign_keys(table: &EntityTable, names: &Names) -> Vec<Statement> {
    let keys = table.foreign_keys.iter().zip(&names.foreign_keys);
    keys.filter_map(|(key, name)| Some(add_foreign_key(table, key, name.as_ref()?)))
        .collect()
}

fn add_foreign_key(table: &EntityTable, key: &ForeignKeyCreateStatement, name: &str) -> Statement {
    let mut key = key.clone();
    key.name(name);
    let sql = key.to_string(PostgresQueryBuilder);
    let statement = Statement::new(format!("foreign key {name} of {}", table.path), sql);
    Statement {
        is_foreign_key: true,
        ..statement
    }
}

fn comments(table: &EntityTable) -> Vec<Statement> {
    let name = quote_identifier(&table.name);
    let statement = |what: String, target: String, comment: &String| {
        let sql = format!("COMMENT ON {target} IS {}", quote_literal(comment));
        Statement::new(what, sql)
    };
    let of_table = table.comment.iter().map(|comment| {
        statement(
            format!("comment on {}", table.name),
            format!("TABLE {name}"),
            comment,
        )
    });
    let of_columns = table.columns.iter().filter_map(|column| {
        let comment = column.comment.as_ref()?;
        let target = format!("COLUMN {name}.{}", quote_identifier(&column.name));
        Some(statement(
            format!("comment on {}.{}", table.name, column.name),
            target,
            comment,
        ))
    });
    of_table.chain(of_columns).collect()
}
