//! A service's entities and declarations as statements for an empty schema. No I/O here.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{ForeignKeyCreateStatement, IndexCreateStatement, PostgresQueryBuilder};
use toolkit_runtime::{Declarations, EntityTable, Service};

use super::column;
use crate::{
    Error, Result,
    identifier::{quote_identifier, quote_literal},
};

/// A statement, and what it makes, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it makes: `table plans`.
    pub what: String,
    /// The statement.
    pub sql: String,
}

/// The statements that make what the entities and declarations of `service` say, in an empty
/// schema that is first on the `search_path`. Types come first, foreign keys after all tables.
///
/// # Errors
/// [`Error::Entity`] when an entity names another schema, or two entities disagree about an enum.
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
    let mut statements = enums(&tables)?;
    for table in &tables {
        statements.push(create_table(table, &declared)?);
    }
    for table in &tables {
        statements.extend(table.indexes.iter().map(|index| create_index(table, index)));
        statements.extend(foreign_keys(table));
        statements.extend(comments(table));
    }
    let Declarations {
        generated: _,
        statements: others,
    } = declared;
    statements.extend(
        others
            .into_iter()
            .map(|(what, sql)| Statement { what, sql }),
    );
    Ok(statements)
}

fn is_elsewhere(table: &EntityTable, service: &Service) -> bool {
    table
        .schema
        .as_deref()
        .is_some_and(|schema| schema != service.schema())
}

/// An enum that several entities share is made once; they must agree about its values.
fn enums(tables: &[EntityTable]) -> Result<Vec<Statement>> {
    let mut enums: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for column in tables.iter().flat_map(|table| &table.columns) {
        let Some((name, values)) = column::enumeration(&column.column_type) else {
            continue;
        };
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
        Statement {
            sql: format!(
                "CREATE TYPE {} AS ENUM ({})",
                quote_identifier(&name),
                values.join(", ")
            ),
            what: format!("enum {name}"),
        }
    };
    Ok(enums.into_iter().map(statement).collect())
}

fn create_table(table: &EntityTable, declared: &Declarations) -> Result<Statement> {
    let single_key = |name: &str| table.primary_key.len() == 1 && table.primary_key[0] == name;
    let mut parts = Vec::new();
    for column in &table.columns {
        let generation = declared
            .generated
            .iter()
            .find(|(owner, name, _)| *owner == table.name && *name == column.name)
            .map(|(_, _, expression)| expression.as_str());
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
        let name = format!("pk-{}", table.name);
        parts.push(format!(
            "CONSTRAINT {} PRIMARY KEY ({})",
            quote_identifier(&name),
            columns.join(", ")
        ));
    }
    Ok(Statement {
        what: format!("table {} of {}", table.name, table.path),
        sql: format!(
            "CREATE TABLE {} ({})",
            quote_identifier(&table.name),
            parts.join(", ")
        ),
    })
}

/// Written here, because sea-query leaves quotes in an index's name as they are.
fn create_index(table: &EntityTable, index: &IndexCreateStatement) -> Statement {
    let name = index.get_index_spec().get_name().unwrap_or_default();
    let columns = index.get_index_spec().get_column_names();
    let columns: Vec<_> = columns
        .iter()
        .map(|column| quote_identifier(column))
        .collect();
    Statement {
        what: format!("index {name} of {}", table.path),
        sql: format!(
            "CREATE {}INDEX {} ON {} ({})",
            if index.is_unique_key() { "UNIQUE " } else { "" },
            quote_identifier(name),
            quote_identifier(&table.name),
            columns.join(", ")
        ),
    }
}

/// SeaORM's default name leaves the target out, so two keys on one column can share it: the second
/// gets a number. The same key said twice, by both of its ends, is one.
fn foreign_keys(table: &EntityTable) -> Vec<Statement> {
    let mut names = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut statements = Vec::new();
    for key in &table.foreign_keys {
        let spec = key.get_foreign_key();
        let identity = format!(
            "{:?} {:?} {:?}",
            spec.get_columns(),
            spec.get_ref_table(),
            spec.get_ref_columns()
        );
        if !seen.insert(identity) {
            continue;
        }
        let default = format!("fk-{}-{}", table.name, spec.get_columns().join("-"));
        let wanted = spec.get_name().unwrap_or(&default).to_owned();
        let numbered = (2..=table.foreign_keys.len()).map(|number| format!("{wanted}-{number}"));
        let name = std::iter::once(wanted.clone())
            .chain(numbered)
            .find(|name| !names.contains(name))
            .unwrap_or(wanted);
        names.insert(name.clone());
        statements.push(add_foreign_key(table, key, &name));
    }
    statements
}

fn add_foreign_key(table: &EntityTable, key: &ForeignKeyCreateStatement, name: &str) -> Statement {
    let mut key = key.clone();
    key.name(name);
    Statement {
        what: format!("foreign key {name} of {}", table.path),
        sql: key.to_string(PostgresQueryBuilder),
    }
}

fn comments(table: &EntityTable) -> Vec<Statement> {
    let name = quote_identifier(&table.name);
    let statement = |what: String, target: String, comment: &String| Statement {
        sql: format!("COMMENT ON {target} IS {}", quote_literal(comment)),
        what,
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
