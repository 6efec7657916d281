//! Executes the statements of both versions on one session, whose prepared statements stay.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use toolkit_runtime::DatabaseError;

use super::{
    Failure, Look, Observation, Untried, Version,
    kept::{is_of_row, kept},
    parents::parents,
    statement::statements,
    watched::{Watched, columns, required, unread_null},
};
use crate::{
    Error, Result,
    catalog::{Catalog, Column, Distinction, ObjectRef, QualifiedName, Table},
};

/// Whose statements are executed between the steps of a change.
#[derive(Debug)]
pub struct Watch {
    codes: [Code; 2],
    /// What the codes are made for, in their order.
    catalogs: [Catalog; 2],
    /// Where the code's objects are.
    schema: String,
    looks: Vec<Look>,
    untried: Vec<Untried>,
}

/// One version of the code.
#[derive(Debug)]
struct Code {
    version: Version,
    tables: Vec<Watched>,
}

impl Watch {
    /// Watches the tables that differ between `before` and `after`; the code's objects are in `schema`,
    /// which must be in the session's search path.
    pub fn new(before: &Catalog, after: &Catalog, schema: &str) -> Self {
        let mut untried = Vec::new();
        let mut code = |version, catalog: &Catalog, other: &Catalog| Code {
            version,
            tables: watched(version, catalog, other, schema, &mut untried),
        };
        let codes = [
            code(Version::Old, before, after),
            code(Version::New, after, before),
        ];
        Self {
            codes,
            catalogs: [before.clone(), after.clone()],
            schema: schema.to_owned(),
            looks: Vec::new(),
            untried,
        }
    }

    /// Executes everything, `after` a step, and takes it back. What was prepared stays so: call it
    /// before the first step, too, and always on the same session.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn look(&mut self, db: &DatabaseConnection, after: impl Into<String>) -> Result<()> {
        let is_first = self.looks.is_empty();
        let transaction = db.begin().await.map_err(lost)?;
        let looked = self.look_within(&transaction, is_first).await;
        transaction.rollback().await.map_err(lost)?;
        let [old, new] = looked.map_err(lost)?;
        self.looks.push(Look {
            after: after.into(),
            old,
            new,
        });
        Ok(())
    }

    async fn look_within(
        &mut self,
        transaction: &DatabaseTransaction,
        is_first: bool,
    ) -> Result<[Vec<Failure>; 2], DbErr> {
        let mut failures = [Vec::new(), Vec::new()];
        let catalogs = &self.catalogs;
        for (place, code) in self.codes.iter_mut().enumerate() {
            // What the old code writes is known; the new code writes what can be written.
            let is_fixed = code.version == Version::Old && !is_first;
            for watched in &mut code.tables {
                let columns = columns(transaction, &watched.table.name).await?;
                transaction.execute_unprepared("SAVEPOINT of_table").await?;
                parents(transaction, catalogs, &self.schema, &watched.table).await?;
                let (mine, others) = (place, 1 - place);
                let other = catalogs[others].tables.get(&watched.table.name);
                let required = required(&watched.table, other, &columns);
                let (failed, nulls) = watched.run(transaction, is_fixed, &required).await?;
                failures[mine].extend(failed);
                failures[mine].extend(watched.misread(&catalogs[mine], &self.schema, &columns));
                let table = &watched.table.name;
                failures[others].extend(nulls.iter().map(|column| unread_null(table, column)));
                transaction
                    .execute_unprepared("ROLLBACK TO SAVEPOINT of_table")
                    .await?;
            }
        }
        Ok(failures)
    }

    /// Forgets what was prepared and says what was seen.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn finish(self, db: &DatabaseConnection) -> Result<Observation> {
        for code in &self.codes {
            for kept in code.tables.iter().flat_map(|it| &it.statements) {
                if kept.is_prepared {
                    let forget = format!("DEALLOCATE {}", kept.name);
                    db.execute_unprepared(&forget).await.map_err(lost)?;
                }
            }
        }
        let Self {
            codes: _,
            catalogs: _,
            schema: _,
            mut looks,
            mut untried,
        } = self;
        let (first, last) = (looks.first().cloned(), looks.last().cloned());
        let first = first.map_or_else(Vec::new, |look| look.old);
        let last = last.map_or_else(Vec::new, |look| look.new);
        for (version, failures) in [(Version::Old, first), (Version::New, last)] {
            let is_of_values =
                |it: &&Failure| version == Version::Old || is_of_row(it.state.as_deref());
            for failure in failures.iter().filter(is_of_values) {
                let is_it =
                    |it: &Failure| it.table == failure.table && it.statement == failure.statement;
                for look in &mut looks {
                    let of_version = match version {
                        Version::Old => &mut look.old,
                        Version::New => &mut look.new,
                    };
                    of_version.retain(|it| !is_it(it));
                }
                untried.push(Untried {
                    version,
                    table: failure.table.clone(),
                    statement: Some(failure.statement),
                    reason: failure.message.clone(),
                });
            }
        }
        untried.sort();
        untried.dedup();
        Ok(Observation { looks, untried })
    }
}

fn lost(source: DbErr) -> Error {
    Error::Scratch {
        action: "execute what running code sends",
        source: Box::new(DatabaseError::from(source)),
    }
}

/// The tables of `catalog` that are not so in `other`; partitions are reached through their table. Nobody
/// waits for a table that only new code has.
fn watched(
    version: Version,
    catalog: &Catalog,
    other: &Catalog,
    schema: &str,
    untried: &mut Vec<Untried>,
) -> Vec<Watched> {
    let changed = around_changed_definitions(catalog, other);
    let differs = |table: &&Table| {
        let before = other.tables.get(&table.name);
        if before.is_none() && version == Version::New {
            return false;
        }
        before != Some(*table)
            || changed.contains(&table.name)
            || table
                .columns
                .iter()
                .any(|it| has_changed_type(catalog, other, it))
    };
    let tables = catalog
        .tables
        .values()
        .filter(|it| it.partition_of.is_none());
    let mut watched = Vec::new();
    for table in tables.filter(differs) {
        match statements(catalog, schema, table) {
            Ok(statements) => watched.push(Watched {
                table: table.clone(),
                statements: kept(version, watched.len(), statements),
                row: 0,
            }),
            Err(reason) => untried.push(Untried {
                version,
                table: table.name.clone(),
                statement: None,
                reason,
            }),
        }
    }
    watched
}

/// The tables whose triggers, policies or rules differ.
fn around_changed_definitions(catalog: &Catalog, other: &Catalog) -> BTreeSet<QualifiedName> {
    let definitions = [(catalog, other), (other, catalog)];
    let changed = definitions.into_iter().flat_map(|(one, other)| {
        let all = one.definitions.iter();
        all.filter(|(object, definition)| other.definitions.get(object) != Some(*definition))
    });
    changed
        .filter_map(|(object, _)| match object {
            ObjectRef::Definition {
                kind: _,
                name,
                distinction: Distinction::Of(relation),
            } => Some(QualifiedName::new(&name.schema, relation)),
            ObjectRef::Definition { .. }
            | ObjectRef::Schema(_)
            | ObjectRef::Type(_)
            | ObjectRef::Sequence(_)
            | ObjectRef::Table(_)
            | ObjectRef::Column(_)
            | ObjectRef::Constraint { .. }
            | ObjectRef::Index { .. }
            | ObjectRef::Unmanaged { .. } => None,
        })
        .collect()
}

fn has_changed_type(catalog: &Catalog, other: &Catalog, column: &Column) -> bool {
    let name = QualifiedName::new(&column.data_type.schema, &column.data_type.name);
    catalog.enums.get(&name) != other.enums.get(&name)
        || catalog.domains.get(&name) != other.domains.get(&name)
        || catalog.composites.get(&name) != other.composites.get(&name)
}
