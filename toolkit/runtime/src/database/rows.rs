//! Reading rows in a way that a pooler in transaction mode understands.
//!
//! SeaORM prepares every query as a named statement, in one message, and executes it in another.
//! Behind a pooler that does not follow prepared statements, the two may reach different sessions,
//! and the name stays in a session that the next client gets. So a connection reads by PostgreSQL's
//! simple protocol, where a query is one message; and a transaction, which keeps its session,
//! begins and ends with [`FORGET`].

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult, RuntimeErr, Statement,
    sqlx::{self, AssertSqlSafe, postgres::PgExecutor},
};

use super::Connection;

/// A statement that removes the named statements of sqlx from the session, whoever left them. They
/// are never used again: a [`Connection`] does not keep them.
pub const FORGET: &str = "DO $$DECLARE s pg_catalog.text; BEGIN FOR s IN SELECT name \
     FROM pg_catalog.pg_prepared_statements WHERE name OPERATOR(pg_catalog.~~) 'sqlx\\_s\\_%' \
     LOOP EXECUTE pg_catalog.format('DEALLOCATE %I', s); END LOOP; END$$";

/// A statement that lets what follows in its transaction reach nothing but PostgreSQL's own functions,
/// operators and types by a bare name: in another schema of the path anybody who may create something
/// could have put one that fits better.
///
/// <https://www.postgresql.org/docs/current/typeconv-func.html>
pub(crate) const ALONE: &str = "SET LOCAL search_path = pg_catalog, pg_temp";

/// Where rows can be read: a [`Connection`], or a transaction that was begun on one.
pub trait Reader: Sync {
    /// The rows of a query without parameters.
    fn rows(&self, sql: &str) -> impl Future<Output = Result<Vec<QueryResult>, DbErr>> + Send;
}

impl Reader for Connection {
    async fn rows(&self, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
        read(&self.pool, sql).await.map_err(failed)
    }
}

/// The rows of a query without parameters, in a transaction of its own.
pub(super) async fn read<'e>(
    session: impl PgExecutor<'e>,
    sql: &str,
) -> Result<Vec<QueryResult>, sqlx::Error> {
    // In one message, which is one transaction: a role's default is meant for its queries.
    let sql = format!("{ALONE}; SET LOCAL statement_timeout = 0; {sql}");
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(session).await?;
    Ok(rows.into_iter().map(QueryResult::from).collect())
}

/// A driver's error as SeaORM has it.
pub(super) fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

impl Reader for DatabaseTransaction {
    async fn rows(&self, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
        self.query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
            .await
    }
}
