//! The session that holds a lock that another one waits for.

use std::fmt;

use sea_orm::{DbErr, QueryResult, TryGetable};
use toolkit_text::harmless_line;

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
        } = self;
        match pid {
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

/// The sessions that the server's process `pid` waits for now, those that wait in line before it
/// included.
///
/// <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION>
pub(super) async fn holding_up(db: &impl Reader, pid: i32) -> Result<Vec<LockHolder>, DbErr> {
    // What the role may not see is null, or a text that says so in the statement's place.
    let sql = format!(
        "SELECT b.pid, coalesce(a.application_name, ''), coalesce(pg_catalog.host(a.client_addr), ''), \
         coalesce(coalesce(a.xact_start, a.backend_start)::timestamptz(0)::text, ''), \
         coalesce(a.state, ''), \
         CASE WHEN a.query = '<insufficient privilege>' THEN '' ELSE coalesce(a.query, '') END \
         FROM (SELECT DISTINCT pid FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids({pid})) AS u (pid)) AS b \
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
    })
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
