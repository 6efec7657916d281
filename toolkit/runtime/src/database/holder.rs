//! The session that holds a lock that another one waits for.

use std::{fmt, time::Duration};

use sea_orm::{DbErr, QueryResult, TryGetable};
use toolkit_text::{harmless_line, identifier::quote_literal};

use super::Reader;

/// How much of a statement is shown.
const LONGEST_STATEMENT: usize = 200;

/// A session that holds a lock, as far as the role may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockHolder {
    /// Its process on the server; 0 for a prepared transaction, which has none.
    pub pid: i32,
    /// Its `application_name`.
    pub application: String,
    /// The host it connects from; empty for a Unix socket.
    pub host: String,
    /// When its transaction or session began, as the server writes it.
    pub since: String,
    /// What it is doing, in the words of `pg_stat_activity`: `idle in transaction`.
    pub state: String,
    /// The statement that it runs or ran last, on one line.
    pub statement: String,
    /// Whether it is a worker of autovacuum.
    pub autovacuum: bool,
    /// Its transaction, as `pg_locks` names it; empty where the lock is another process's of its group.
    pub transaction: String,
    /// What is locked: the columns of `pg_locks` that say so, `relation DATABASE TABLE` for a table.
    pub object: String,
}

impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pid,
            application,
            host,
            since,
            state,
            statement,
            autovacuum,
            transaction: _,
            object: _,
        } = self;
        match pid {
            _ if *autovacuum => write!(f, "autovacuum, server process {pid}")?,
            0 => f.write_str("a prepared transaction (pg_prepared_xacts)")?,
            pid => write!(f, "server process {pid}")?,
        }
        let parts = [
            ("", application),
            ("from ", host),
            ("since ", since),
            ("", state),
        ];
        let known: Vec<String> = parts
            .iter()
            .filter(|(_, part)| !part.is_empty())
            .map(|(word, part)| format!("{word}{}", harmless_line(part)))
            .collect();
        if !known.is_empty() {
            write!(f, " ({})", known.join(", "))?;
        }
        if !statement.is_empty() {
            write!(f, ": {statement}")?;
        }
        Ok(())
    }
}

/// What a row of `pg_locks`, named `l`, is about.
const OBJECT: &str = "pg_catalog.concat_ws(' ', l.locktype, l.database, l.relation, l.page, l.tuple, \
     l.virtualxid, l.transactionid, l.classid, l.objid, l.objsubid)";

/// Whether the server's process `pid` waits for a lock now. Asks for nothing that others use.
pub(super) async fn is_waiting(db: &impl Reader, pid: i32) -> Result<bool, DbErr> {
    let sql = format!(
        "SELECT FROM pg_catalog.pg_stat_get_activity({pid}) AS a WHERE a.wait_event_type = 'Lock'"
    );
    Ok(!db.rows(&sql).await?.is_empty())
}

/// The sessions that the server's process `pid` waits for now, those that wait in line before it
/// included. Not to be asked often where nobody waits: the server stops its locks for a moment.
///
/// <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION>
pub(super) async fn holding_up(db: &impl Reader, pid: i32) -> Result<Vec<LockHolder>, DbErr> {
    // What the role may not see is null, or a text that says so in the statement's place. A process
    // that works in a database and belongs to no role is one of autovacuum.
    let sql = format!(
        "WITH locks AS MATERIALIZED (\
         SELECT coalesce(l.pid, 0) AS pid, l.granted, l.virtualtransaction, {OBJECT} AS object \
         FROM pg_catalog.pg_locks AS l), \
         wait AS (SELECT object FROM locks WHERE pid = {pid} AND NOT granted LIMIT 1) \
         SELECT b.pid, coalesce(a.application_name, ''), coalesce(pg_catalog.host(a.client_addr), ''), \
         coalesce(coalesce(a.xact_start, a.backend_start)::timestamptz(0)::text, ''), \
         coalesce(a.state, ''), \
         CASE WHEN a.query = '<insufficient privilege>' THEN '' ELSE coalesce(a.query, '') END, \
         a.pid IS NOT NULL AND a.usesysid IS NULL AND a.datid IS NOT NULL, \
         coalesce((SELECT pg_catalog.max(l.virtualtransaction) FROM locks AS l \
         WHERE l.pid = b.pid AND l.object = w.object), ''), coalesce(w.object, '') \
         FROM (SELECT DISTINCT pid FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids({pid})) AS u (pid)) AS b \
         LEFT JOIN wait AS w ON true \
         LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid \
         ORDER BY coalesce(a.xact_start, a.backend_start), b.pid"
    );
    db.rows(&sql).await?.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<LockHolder, DbErr> {
    Ok(LockHolder {
        pid: i32::try_get_by(row, 0)?,
        application: String::try_get_by(row, 1)?,
        host: String::try_get_by(row, 2)?,
        since: String::try_get_by(row, 3)?,
        state: String::try_get_by(row, 4)?,
        statement: shown(&String::try_get_by(row, 5)?),
        autovacuum: bool::try_get_by(row, 6)?,
        transaction: String::try_get_by(row, 7)?,
        object: String::try_get_by(row, 8)?,
    })
}

/// Whether one of `holders` still has, or waits for, what it was seen to have, in the same transaction.
pub(super) async fn are_there(db: &impl Reader, holders: &[LockHolder]) -> Result<bool, DbErr> {
    let rows = holders.iter().map(|holder| {
        let LockHolder {
            pid,
            transaction,
            object,
            ..
        } = holder;
        format!(
            "({pid}, {}, {})",
            quote_literal(transaction),
            quote_literal(object)
        )
    });
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        return Ok(false);
    }
    let sql = format!(
        "SELECT FROM pg_catalog.pg_locks AS l \
         WHERE (coalesce(l.pid, 0), l.virtualtransaction, {OBJECT}) IN ({}) LIMIT 1",
        rows.join(", ")
    );
    Ok(!db.rows(&sql).await?.is_empty())
}

/// Those that wait for the server's process `pid`, and for nobody that it waits for itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    pub(super) sessions: i64,
    /// How long the first of them has waited.
    pub(super) longest: Duration,
}

/// Who waits behind the server's process `pid`.
pub(super) async fn behind(db: &impl Reader, pid: i32) -> Result<Line, DbErr> {
    let sql = format!(
        "SELECT pg_catalog.count(*), coalesce(pg_catalog.max(extract(epoch FROM \
         pg_catalog.clock_timestamp() - l.waitstart))::float8, 0) \
         FROM pg_catalog.pg_locks AS w, pg_catalog.pg_locks AS l, \
         LATERAL pg_catalog.pg_blocking_pids(l.pid) AS b (pids) \
         WHERE w.pid = {pid} AND NOT w.granted AND NOT l.granted AND l.pid <> {pid} \
         AND (l.locktype, l.database, l.relation) = (w.locktype, w.database, w.relation) \
         AND {pid} = ANY (b.pids) AND NOT b.pids && pg_catalog.pg_blocking_pids({pid})"
    );
    let rows = db.rows(&sql).await?;
    let Some(row) = rows.first() else {
        return Ok(Line::default());
    };
    Ok(Line {
        sessions: i64::try_get_by(row, 0)?,
        longest: Duration::try_from_secs_f64(f64::try_get_by(row, 1)?).unwrap_or_default(),
    })
}

/// Cancels the statement of the server's process `pid` if it still waits for a lock on a table; whether it
/// did. What is done CONCURRENTLY is let be: cut off, it would leave something behind.
pub(super) async fn give_up(db: &impl Reader, pid: i32) -> Result<bool, DbErr> {
    let sql = format!(
        "SELECT pg_catalog.pg_cancel_backend(w.pid) FROM pg_catalog.pg_locks AS w, \
         pg_catalog.pg_stat_get_activity({pid}) AS a \
         WHERE w.pid = {pid} AND NOT w.granted AND w.locktype = 'relation' \
         AND coalesce(a.query, '') !~* E'\\\\yconcurrently\\\\y'"
    );
    Ok(!db.rows(&sql).await?.is_empty())
}

/// A statement on one line, not too long and without what may be a password.
fn shown(statement: &str) -> String {
    const SECRET: &str = "password";
    let line = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = harmless_line(&line);
    if let Some(start) = line.to_ascii_lowercase().find(SECRET) {
        return format!("{} …", &line[..start + SECRET.len()]);
    }
    match line.char_indices().nth(LONGEST_STATEMENT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_one_short_line_without_a_password() {
        assert_eq!(shown("SELECT 1\n  FROM  a"), "SELECT 1 FROM a");
        assert_eq!(
            shown("ALTER ROLE ann PASSWORD 's3cret'; LOCK TABLE a"),
            "ALTER ROLE ann PASSWORD …"
        );
        assert_eq!(
            shown(&"ä".repeat(300)).chars().count(),
            LONGEST_STATEMENT + 1
        );
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let holder = LockHolder {
            pid: 7,
            ..LockHolder::default()
        };
        assert_eq!(holder.to_string(), "server process 7");
        let prepared = LockHolder::default().to_string();
        assert_eq!(prepared, "a prepared transaction (pg_prepared_xacts)");
    }
}
