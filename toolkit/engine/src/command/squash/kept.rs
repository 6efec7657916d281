//! What old migrations leave that no catalog has: rows, sequences that have counted, objects of
//! kinds that are not modelled, objects in other schemas.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};
use toolkit_runtime::{Error, LEDGER_TABLE, Service, shown_statement};

use crate::{
    catalog::Catalog,
    identifier::{quote_identifier, quote_literal},
    inspect::{Scope, failed, inspect},
    reach::{
        reaches_beyond,
        words::{Statement, Word, statements},
    },
    rehearse::Rehearsal,
};

/// What the old migrations leave in a database that was empty.
pub(super) struct Kept {
    /// Rows by table, and sequences that have counted, as a person reads it.
    pub(super) data: Vec<String>,
    /// Statements that change rows, each behind its migration.
    pub(super) statements: Vec<(String, String)>,
    /// Statements that reach beyond the database, by their words, each behind its migration. Passwords are
    /// hidden.
    pub(super) beyond: Vec<(String, String)>,
    /// Objects that a migration made from the catalog would lack.
    lost: Vec<String>,
}

impl Kept {
    /// Whether a new database would lack rows.
    pub(super) fn leaves_data(&self) -> bool {
        !self.data.is_empty()
    }

    /// Refuses to lose what cannot be carried over.
    pub(super) fn refuse_lost(&self, service: &Service) -> Result<(), Error> {
        if self.lost.is_empty() {
            return Ok(());
        }
        Err(crate::Error::Squash {
            service: service.name().to_owned(),
            lost: self.lost.clone(),
        }
        .into())
    }
}

/// Reads it after the replay; `given` is the service's schema.
pub(super) async fn read(
    db: &DatabaseConnection,
    service: &Service,
    given: &Catalog,
    rehearsals: &[Rehearsal],
) -> Result<Kept, Error> {
    let data = data(db, service, given)
        .await
        .map_err(|source| failed("the rows that migrations leave", source))?;
    let everything = inspect(db, &Scope::default()).await?;
    let of_migrations = |which: fn(&str) -> Vec<String>| {
        let named = rehearsals.iter().flat_map(move |rehearsal| {
            let found = rehearsal.statements.iter().flat_map(move |it| which(it));
            found.map(|statement| (rehearsal.migration.clone(), statement))
        });
        named.collect::<Vec<_>>()
    };
    Ok(Kept {
        data,
        statements: of_migrations(changing),
        beyond: of_migrations(beyond),
        lost: lost(service, given, &everything),
    })
}

/// Tables with rows, and sequences that have given a number.
async fn data(
    db: &DatabaseConnection,
    service: &Service,
    given: &Catalog,
) -> Result<Vec<String>, DbErr> {
    let mut data = Vec::new();
    for table in given.tables.keys() {
        let name = format!(
            "{}.{}",
            quote_identifier(&table.schema),
            quote_identifier(&table.name)
        );
        let rows: i64 = number(db, &format!("SELECT pg_catalog.count(*) FROM {name}")).await?;
        match rows {
            0 => {}
            1 => data.push(format!("1 row of {table}")),
            rows => data.push(format!("{rows} rows of {table}")),
        }
    }
    let sql = format!(
        "SELECT sequencename, last_value FROM pg_catalog.pg_sequences \
         WHERE schemaname OPERATOR(pg_catalog.=) {} AND last_value IS NOT NULL AND sequencename OPERATOR(pg_catalog.!~~) '{}%' ORDER BY 1",
        quote_literal(service.schema()),
        LEDGER_TABLE.replace('_', "\\_"),
    );
    for row in db.query_all_raw(statement(&sql)).await? {
        let (name, last): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        data.push(format!(
            "sequence {}.{name}, which is at {last}",
            service.schema()
        ));
    }
    Ok(data)
}

async fn number(db: &DatabaseConnection, sql: &str) -> Result<i64, DbErr> {
    let row = db.query_one_raw(statement(sql)).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("no row".to_owned()))?
        .try_get_by_index(0)
}

fn statement(sql: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(DbBackend::Postgres, sql)
}

/// Objects of kinds that are not modelled, and what lies in other schemas. Extensions are carried
/// over by themselves.
fn lost(service: &Service, given: &Catalog, everything: &Catalog) -> Vec<String> {
    let is_elsewhere = |schema: &str| schema != service.schema();
    let own = given.unmanaged.iter().chain(
        everything
            .unmanaged
            .iter()
            .filter(|object| is_elsewhere(&object.name.schema)),
    );
    let mut lost: Vec<String> = own.map(ToString::to_string).collect();
    let schemas = everything.schemas.keys().filter(|name| *name != "public");
    lost.extend(
        schemas
            .filter(|name| is_elsewhere(name))
            .map(|name| format!("schema {name}")),
    );
    for (kind, names) in [
        ("table", everything.tables.keys().collect::<Vec<_>>()),
        ("enum", everything.enums.keys().collect()),
        ("sequence", everything.sequences.keys().collect()),
        ("domain", everything.domains.keys().collect()),
        ("type", everything.composites.keys().collect()),
    ] {
        let names = names.into_iter().filter(|name| is_elsewhere(&name.schema));
        lost.extend(names.map(|name| format!("{kind} {name}")));
    }
    let definitions = everything.definitions.values();
    let others = definitions.filter(|it| {
        it.kind != crate::catalog::DefinitionKind::Extension && is_elsewhere(&it.name.schema)
    });
    lost.extend(others.map(|it| format!("{} {}", it.kind, it.name)));
    lost
}

/// Those of a script's statements that reach beyond the database.
fn beyond(script: &str) -> Vec<String> {
    let parts = statements(script).into_iter();
    let parts = parts.filter(|it| reaches_beyond(&it.words));
    parts
        .map(|it| shown_statement(script[it.start..it.end].trim(), None))
        .collect()
}

/// Those of a script's statements that may change rows.
fn changing(script: &str) -> Vec<String> {
    let changes_rows = |statement: &Statement| {
        let word = statement.words.first().and_then(Word::plain);
        // As SeaORM asks whether a table or a column is there.
        let mut words = statement.words.iter();
        let asks = word == Some("select") && words.any(|it| it.is("information_schema"));
        let changing = [
            "insert", "update", "delete", "merge", "copy", "truncate", "with", "do", "call",
            "select",
        ];
        !asks && word.is_some_and(|word| changing.contains(&word))
    };
    let parts = statements(script).into_iter().filter(changes_rows);
    parts
        .map(|it| script[it.start..it.end].trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{beyond, changing};

    #[test]
    fn statements_that_reach_beyond_the_database_are_found_and_show_no_password() {
        let script = "CREATE TABLE a (); ALTER ROLE app PASSWORD 'hunter2'; SELECT 1";
        let [found] = <[String; 1]>::try_from(beyond(script)).unwrap();
        assert!(found.starts_with("ALTER ROLE app PASSWORD"), "{found}");
        assert!(!found.contains("hunter2"), "{found}");
    }

    #[test]
    fn statements_that_may_change_rows_are_told_from_definitions() {
        for (script, expected) in [
            ("INSERT INTO a VALUES (1)", vec!["INSERT INTO a VALUES (1)"]),
            (
                "CREATE TABLE a (id int);\n insert into a values (';'); CREATE TABLE b (); update a set id = 1;",
                vec!["insert into a values (';')", "update a set id = 1"],
            ),
            ("SELECT setval('a', 1)", vec!["SELECT setval('a', 1)"]),
            ("SELECT 1 FROM information_schema.tables", vec![]),
            ("CREATE TABLE a (id int)", vec![]),
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$",
                vec![],
            ),
        ] {
            assert_eq!(changing(script), expected, "{script}");
        }
    }
}
