//! Executes the statements of both versions on one session, whose prepared statements stay.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    TransactionTrait, sqlx,
};
use toolkit_runtime::DatabaseError;

use super::{
    Failure, Look, Observation, Remedy, StatementKind, Untried, Version,
    statement::{Statement, qualified, statements},
    wire::{Wire, family, wire},
};
use crate::{
    Error, Result,
    catalog::{Catalog, Column, Distinction, ObjectRef, QualifiedName, Table},
    identifier::{quote_identifier, quote_literal},
};

/// Whose statements are executed between the steps of a change.
#[derive(Debug)]
pub struct Watch {
    codes: [Code; 2],
    looks: Vec<Look>,
    untried: Vec<Untried>,
}

/// One version of the code.
#[derive(Debug)]
struct Code {
    version: Version,
    catalog: Catalog,
    schema: String,
    tables: Vec<Watched>,
}

/// The statements of one table.
#[derive(Debug)]
struct Watched {
    table: Table,
    statements: Vec<Kept>,
    /// The row that was taken last.
    row: usize,
}

/// A statement that a connection keeps prepared.
#[derive(Debug)]
struct Kept {
    statement: Statement,
    name: String,
    is_prepared: bool,
}

/// The types of a table's columns as they are now, as far as the driver knows them.
type Columns = BTreeMap<String, Option<String>>;

/// Why a statement failed.
#[derive(Debug)]
struct Refusal {
    state: Option<String>,
    message: String,
}

impl Refusal {
    /// Whether another row may be taken.
    fn is_of_row(&self) -> bool {
        let state = self.state.as_deref().unwrap_or_default();
        ["22", "23", "P0"]
            .iter()
            .any(|class| state.starts_with(class))
    }
}

impl Watch {
    /// Watches the tables that differ between `before` and `after`; the code's objects are in `schema`,
    /// which must be in the session's search path.
    pub fn new(before: &Catalog, after: &Catalog, schema: &str) -> Self {
        let mut untried = Vec::new();
        let mut code = |version, catalog: &Catalog, other: &Catalog| Code {
            version,
            catalog: catalog.clone(),
            schema: schema.to_owned(),
            tables: watched(version, catalog, other, schema, &mut untried),
        };
        let codes = [
            code(Version::Old, before, after),
            code(Version::New, after, before),
        ];
        Self {
            codes,
            looks: Vec::new(),
            untried,
        }
    }

    /// Whether there is nothing to watch.
    pub fn is_empty(&self) -> bool {
        self.codes.iter().all(|code| code.tables.is_empty())
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
        let [old, new] = &mut self.codes;
        let catalogs = [old.catalog.clone(), new.catalog.clone()];
        for (place, code) in [old, new].into_iter().enumerate() {
            // What the old code writes is known; the new code writes what can be written.
            let is_fixed = code.version == Version::Old && !is_first;
            for watched in &mut code.tables {
                let columns = columns(transaction, &watched.table.name).await?;
                transaction.execute_unprepared("SAVEPOINT of_table").await?;
                parents(transaction, &catalogs, &code.schema, &watched.table).await?;
                let (mine, others) = (place, 1 - place);
                let other = catalogs[others].tables.get(&watched.table.name);
                let required = required(&watched.table, other, &columns);
                let (failed, nulls) = watched.run(transaction, is_fixed, &required).await?;
                failures[mine].extend(failed);
                failures[mine].extend(watched.misread(&code.catalog, &code.schema, &columns));
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
            mut looks,
            mut untried,
        } = self;
        let (first, last) = (looks.first().cloned(), looks.last().cloned());
        let first = first.map_or_else(Vec::new, |look| look.old);
        let last = last.map_or_else(Vec::new, |look| look.new);
        for (version, failures) in [(Version::Old, first), (Version::New, last)] {
            let is_of_values =
                |it: &&Failure| version == Version::Old || it.is_of_values() && it.state.is_some();
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

impl Failure {
    /// Whether other values might have been taken.
    fn is_of_values(&self) -> bool {
        let refusal = Refusal {
            state: self.state.clone(),
            message: String::new(),
        };
        refusal.is_of_row()
    }
}

impl Watched {
    /// Executes the statements, each over the row of the `INSERT` of all columns. Gives what fails, and which
    /// of the columns that are `required` hold null after an `INSERT`.
    async fn run(
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
    fn misread(&self, catalog: &Catalog, schema: &str, columns: &Columns) -> Vec<Failure> {
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

impl Kept {
    /// Executes it over one of the `tries` rows from `row` on; gives the row that was taken, or why the first
    /// was not.
    async fn execute_one(
        &mut self,
        transaction: &DatabaseTransaction,
        row: usize,
        tries: usize,
    ) -> Result<Result<usize, (Refusal, Remedy)>, DbErr> {
        let mut first = None;
        for row in row..row + tries.max(1) {
            let Err((refusal, remedy)) = self.execute(transaction, row).await? else {
                return Ok(Ok(row));
            };
            let goes_on = refusal.is_of_row();
            let (_, _) = first.get_or_insert((refusal, remedy));
            if !goes_on {
                break;
            }
        }
        Ok(first.map_or(Ok(row), Err))
    }

    /// Executes it as a connection would that kept it prepared, and prepared anew where that fails.
    async fn execute(
        &mut self,
        transaction: &DatabaseTransaction,
        row: usize,
    ) -> Result<Result<(), (Refusal, Remedy)>, DbErr> {
        let execute = format!("EXECUTE {}{}", self.name, self.statement.arguments(row));
        let mut kept = None;
        if self.is_prepared {
            match attempt(transaction, &execute).await? {
                Ok(()) => return Ok(Ok(())),
                Err(refusal) if refusal.is_of_row() => return Ok(Err((refusal, Remedy::None))),
                Err(refusal) => kept = Some(refusal),
            }
            // A migration may have had its session forget it.
            let forget = format!("DEALLOCATE {}", self.name);
            let _ = attempt(transaction, &forget).await?;
            self.is_prepared = false;
        }
        let prepare = format!("PREPARE {}{}", self.name, self.statement.prepared);
        if let Err(refusal) = attempt(transaction, &prepare).await? {
            return Ok(Err((refusal, Remedy::None)));
        }
        self.is_prepared = true;
        Ok(match (attempt(transaction, &execute).await?, kept) {
            (Ok(()), None) => Ok(()),
            (Ok(()), Some(refusal)) => Err((refusal, Remedy::NewConnections)),
            (Err(refusal), _) => Err((refusal, Remedy::None)),
        })
    }
}

/// Does `sql` in a savepoint, which is given up where it fails.
async fn attempt(
    transaction: &DatabaseTransaction,
    sql: &str,
) -> Result<Result<(), Refusal>, DbErr> {
    let all = format!("SAVEPOINT of_statement; {sql}; RELEASE SAVEPOINT of_statement");
    let Err(error) = transaction.execute_unprepared(&all).await else {
        return Ok(Ok(()));
    };
    let refusal = refusal(error)?;
    let back = "ROLLBACK TO SAVEPOINT of_statement; RELEASE SAVEPOINT of_statement";
    transaction.execute_unprepared(back).await?;
    Ok(Err(refusal))
}

/// What the server said, or the error where it said nothing.
fn refusal(error: DbErr) -> Result<Refusal, DbErr> {
    let (DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))) =
        &error
    else {
        return Err(error);
    };
    match inner.as_database_error() {
        Some(said) => Ok(Refusal {
            state: sqlx::error::DatabaseError::code(said).map(std::borrow::Cow::into_owned),
            message: said.message().to_owned(),
        }),
        None => Err(error),
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

fn kept(version: Version, place: usize, statements: Vec<Statement>) -> Vec<Kept> {
    let version = match version {
        Version::Old => "old",
        Version::New => "new",
    };
    let numbered = statements.into_iter().enumerate();
    let mut kept: Vec<Kept> = numbered
        .map(|(number, statement)| Kept {
            statement,
            name: format!("toolkit_{version}_{place}_{number}"),
            is_prepared: false,
        })
        .collect();
    // The row of the `INSERT` of all columns is the one that the others find.
    kept.sort_by_key(|it| {
        !it.statement.kind.inserts() || it.statement.kind == StatementKind::Insert
    });
    kept
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

/// Inserts the rows that a row of `table` refers to, as far as they can be made.
async fn parents(
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

/// The types of a table's columns; those under domains, and `text` for enums, which are read so.
async fn columns(
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
fn required<'t>(table: &Table, other: Option<&'t Table>, columns: &Columns) -> Vec<&'t str> {
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

fn unread_null(table: &QualifiedName, column: &str) -> Failure {
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
