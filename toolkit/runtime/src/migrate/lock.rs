//! The mutex of one schema in one database: an advisory lock that is polled, never waited in.
//!
//! A session that waits inside `pg_advisory_lock` holds a snapshot that a `CREATE INDEX
//! CONCURRENTLY` of the lock's holder waits for: a deadlock. Within a transaction the lock is the
//! transaction's, so a transaction pooler cannot lose it; a migration without a transaction takes
//! the same key for its session, and the two kinds exclude each other.
//!
//! <https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS>

use sea_orm::{DbErr, TryGetable};
use toolkit_text::identifier::quote_literal;

use crate::{LockHolder, Reader, Service};

/// How long the lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Until the transaction ends.
    Transaction,
    /// Until it is released or the session ends.
    Session,
}

/// Takes the mutex if it is free; then returns the server's process that holds it.
pub(crate) async fn try_lock(
    db: &impl Reader,
    service: &Service,
    scope: Scope,
) -> Result<Option<i32>, DbErr> {
    let function = match scope {
        Scope::Transaction => "pg_try_advisory_xact_lock",
        Scope::Session => "pg_try_advisory_lock",
    };
    let sql = format!(
        "SELECT pg_catalog.{function}({}), pg_catalog.pg_backend_pid()",
        key(service)
    );
    let rows = db.rows(&sql).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let (locked, pid): (bool, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok(locked.then_some(pid))
}

/// Releases a session's mutex.
pub(crate) async fn unlock(db: &impl Reader, service: &Service) -> Result<(), DbErr> {
    db.rows(&format!(
        "SELECT pg_catalog.pg_advisory_unlock({})",
        key(service)
    ))
    .await
    .map(drop)
}

/// Who holds the mutex, as far as the role may see it.
pub(crate) async fn holder(
    db: &impl Reader,
    service: &Service,
) -> Result<Option<LockHolder>, DbErr> {
    let key = key(service);
    let sql = format!(
        "SELECT l.pid, coalesce(a.application_name, ''), coalesce(pg_catalog.host(a.client_addr), ''), \
         coalesce(a.xact_start, a.backend_start)::timestamptz(0)::text \
         FROM pg_catalog.pg_locks AS l \
         LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) \
         AND (l.classid::bigint << 32) | l.objid::bigint = {key}"
    );
    let rows = db.rows(&sql).await?;
    rows.first()
        .map(|row| {
            Ok(LockHolder {
                pid: i32::try_get_by(row, 0)?,
                application: String::try_get_by(row, 1)?,
                host: String::try_get_by(row, 2)?,
                since: Option::<String>::try_get_by(row, 3)?.unwrap_or_default(),
                // It does what it holds the mutex for.
                ..LockHolder::default()
            })
        })
        .transpose()
}

/// Advisory locks belong to one database, so the schema alone makes the key. It is hashed by the
/// server, so that every client in every language can take the same lock.
fn key(service: &Service) -> String {
    format!(
        "pg_catalog.hashtextextended({}, 0)",
        quote_literal(&format!("toolkit:{}", service.schema()))
    )
}
