//! The one reader: PostgreSQL 14 to 18 → [`Catalog`], in a constant number of queries.
//! It writes nothing and needs no more than a connection: `pg_catalog` is open to every role.

mod assemble;
mod columns;
mod constraints;
mod definitions;
mod dependencies;
mod domains;
mod enums;
mod expression;
mod indexes;
mod outside;
mod privileges;
mod relations;
mod row;
mod schemas;
mod sequences;
mod settings;
mod types;
mod unmanaged;

use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};
use toolkit_runtime::{Connection, FORGET_STATEMENTS};

use crate::{Result, catalog::Catalog};
use row::Reader;
pub use row::failed;

/// What to read.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The schemas; all but PostgreSQL's own when empty.
    pub schemas: Vec<String>,
    /// The `search_path` under which expressions are printed: names that it reaches appear bare in
    /// them, all others with their schema. Compare only what was read under the same path.
    pub search_path: Vec<String>,
    /// Tables to leave out, in whichever schema: the migrations' own.
    pub ignored_tables: Vec<String>,
    /// Extensions to read wherever they are.
    pub extensions: Vec<String>,
    /// Whether the schemas are a service's: what owner and everybody may do in the schemas themselves is
    /// then left out, the comments on `public` and on extensions, and the default privileges of all roles
    /// but the one that reads.
    pub of_service: bool,
    /// Whether owners are read.
    pub owners: bool,
}

/// Reads the schemas in `scope`.
///
/// Reads inside a read-only transaction of its own, or a savepoint where `db` is one already, and
/// rolls it back: `search_path` is afterwards what it was before.
///
/// ```no_run
/// # async fn read(db: &sea_orm::DatabaseConnection) -> Result<(), toolkit_postgres::Error> {
/// use toolkit_postgres::inspect::{Scope, inspect};
///
/// let scope = Scope { schemas: vec!["planning".to_owned()], ..Scope::default() };
/// let catalog = inspect(db, &scope).await?;
/// assert!(catalog.schemas.contains_key("planning"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When a query fails, or when the server's catalog holds something unknown.
pub async fn inspect<C>(db: &C, scope: &Scope) -> Result<Catalog>
where
    C: TransactionTrait<Transaction = DatabaseTransaction>,
{
    let transaction = db
        .begin()
        .await
        .map_err(|source| failed("a snapshot", source))?;
    let catalog = read(&transaction, scope).await;
    transaction
        .rollback()
        .await
        .map_err(|source| failed("a snapshot", source))?;
    catalog
}

/// [`inspect`] of a database that may stand behind a pooler: no prepared statement of another client
/// is met, and none is left.
///
/// # Errors
/// As [`inspect`].
pub async fn inspect_pooled(connection: &Connection, scope: &Scope) -> Result<Catalog> {
    let begun = connection.db().begin().await;
    let transaction = begun.map_err(|source| failed("a snapshot", source))?;
    let forget = || transaction.execute_unprepared(FORGET_STATEMENTS);
    forget()
        .await
        .map_err(|source| failed("a snapshot", source))?;
    let catalog = read(&transaction, scope).await;
    // After a failure the transaction takes no statement; the next client's begins with this one.
    let _ = forget().await;
    let ended = transaction.rollback().await;
    ended.map_err(|source| failed("a snapshot", source))?;
    catalog
}

async fn read(db: &DatabaseTransaction, scope: &Scope) -> Result<Catalog> {
    let mut reader = Reader::open(db, scope).await?;
    let schemas = schemas::read(&mut reader, scope).await?;
    let relations = relations::read(&reader).await?;
    let columns = columns::read(&reader).await?;
    let indexes = indexes::read(&reader).await?;
    let domains = domains::read(&reader).await?;
    let definitions = definitions::read(&reader, scope, &relations).await?;
    let rows = assemble::Rows {
        types: types::read(&reader, &columns, &domains).await?,
        collations: types::read_collations(&reader, &columns, &indexes, &domains).await?,
        operator_classes: types::read_operator_classes(&reader).await?,
        constraints: constraints::read(&reader).await?,
        enums: enums::read(&reader).await?,
        sequences: sequences::read(&reader).await?,
        unmanaged: unmanaged::read(&reader, scope).await?,
        outsiders: outside::read(&reader, scope).await?,
        comments: dependencies::read_comments(&reader).await?,
        parts_of_types: dependencies::read_parts_of_types(&reader).await?,
        dependencies: dependencies::read(&reader).await?,
        row_functions: definitions::read_row_functions(&reader, &definitions).await?,
        domain_checks: domains::read_checks(&reader, &domains).await?,
        default_privileges: privileges::read_defaults(&reader).await?,
        definitions,
        domains,
        schemas,
        relations,
        columns,
        indexes,
    };
    let mut catalog = assemble::assemble(rows, &reader.server(), scope)?;
    if scope.of_service {
        catalog.forget_comments_of_the_database();
    }
    Ok(catalog)
}
