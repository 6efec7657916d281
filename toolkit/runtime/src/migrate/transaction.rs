//! What a migration's session is set to, in a transaction and without one.

use std::time::Duration;

use toolkit_text::identifier::{cut, quote_always, quote_literal};

use crate::{
    Service, Settings,
    database::{ALONE, FORGET},
};

/// The statements that a transaction for `task`, a migration's name mostly, begins with. Everything
/// ends with the transaction, so nothing leaks through a transaction pooler. Where the migration itself
/// begins, [`path`] follows.
pub(crate) fn begin(service: &Service, settings: &Settings, task: &str) -> String {
    let own = service.limits_of(task);
    let limits = InForce {
        lock_timeout: service.lock_timeout(settings, task, true),
        statement_timeout: statement_timeout(own.statement_timeout, settings),
    };
    // Read committed whatever the role's default is: the history that is read under the lock
    // must show what the lock's last holder committed.
    format!(
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE; {ALONE}; {}; {FORGET}",
        assignments(service, &limits, task, "SET LOCAL")
    )
}

/// The statement that lets a migration find what is in its service's schema; then public, so that the
/// types of extensions resolve.
pub(crate) fn path(service: &Service) -> String {
    format!(
        "SET LOCAL search_path = {}, public",
        quote_always(service.schema())
    )
}

/// `statements` of the runner's own as one message, which is one transaction where none was begun.
pub(crate) fn own(statements: &[&str]) -> String {
    format!("{ALONE}; {}", statements.join("; "))
}

/// The same settings for a session, for a migration that runs without a transaction. What runs so,
/// CONCURRENTLY mostly, must wait for the transactions of others to end and holds nobody up
/// meanwhile; cut off by a timeout, it would leave something half-done. So the server does not limit its
/// waits, unless the migration has a limit of its own: what holds others up is cancelled from beside.
pub(crate) fn session(service: &Service, settings: &Settings, task: &str) -> String {
    let own = service.limits_of(task);
    let limits = InForce {
        lock_timeout: service.lock_timeout(settings, task, false),
        statement_timeout: statement_timeout(own.statement_timeout, settings),
    };
    // Between two statements a migration may work on something of its own.
    let writing = "SET default_transaction_read_only = off; SET idle_session_timeout = 0; \
                   SET default_transaction_isolation = 'read committed'";
    let path = path(service).replacen("SET LOCAL", "SET", 1);
    format!(
        "{path}; {}; {writing}",
        assignments(service, &limits, task, "SET")
    )
}

fn statement_timeout(own: Option<Duration>, settings: &Settings) -> Duration {
    own.or(settings.statement_timeout).unwrap_or_default()
}

/// The limits in force for `task` again, whatever it has `SET`, until the transaction ends.
pub(crate) fn limits(service: &Service, settings: &Settings, task: &str) -> String {
    let own = service.limits_of(task);
    format!(
        "SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}",
        milliseconds(service.lock_timeout(settings, task, true)),
        milliseconds(statement_timeout(own.statement_timeout, settings)),
    )
}

/// The statement that lets the statements of a transaction wait for locks for `timeout`.
pub(crate) fn lock_timeout(timeout: Duration) -> String {
    format!("SET LOCAL lock_timeout = {}", milliseconds(timeout))
}

/// Makes the session's role the one that is logged in.
pub(crate) const RESET_ROLE: &str = "RESET SESSION AUTHORIZATION; RESET ROLE";

/// Releases the locks that a migration took for its session.
pub(crate) const UNLOCK: &str = "SELECT pg_catalog.pg_advisory_unlock_all()";

/// Ends what a migration has left in its session, where the next one, or who gets the session from a
/// pooler, would find it: a temporary table hides one of the same name, a notification comes between
/// a statement and its answer. As `DISCARD ALL`, which cannot run in a transaction.
///
/// <https://www.postgresql.org/docs/current/sql-discard.html>
pub(crate) const CLEAN: &str = "CLOSE ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all(); \
     DISCARD SEQUENCES; DISCARD TEMP; RESET ALL";

/// Puts the session back to what it was when it was opened.
pub(crate) const RESET: &str = "RESET SESSION AUTHORIZATION; RESET ROLE; CLOSE ALL; UNLISTEN *; \
     SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD SEQUENCES; DISCARD TEMP; RESET ALL";

/// The limits in force: the migration's own, else the run's.
struct InForce {
    lock_timeout: Duration,
    statement_timeout: Duration,
}

fn assignments(service: &Service, limits: &InForce, task: &str, set: &str) -> String {
    [
        format!("lock_timeout = {}", milliseconds(limits.lock_timeout)),
        // A role's or a database's defaults are meant for queries, not for migrations.
        format!(
            "statement_timeout = {}",
            milliseconds(limits.statement_timeout)
        ),
        "idle_in_transaction_session_timeout = 0".to_owned(),
        format!(
            "application_name = {}",
            quote_literal(&application(service, task))
        ),
    ]
    .into_iter()
    .chain(NOTICE.map(str::to_owned))
    .map(|assignment| format!("{set} {assignment}"))
    .collect::<Vec<_>>()
    .join("; ")
        + &no_transaction_timeout(set)
        + &check_client(set)
}

/// The server's side of the connection asks whether its client's machine is still there, and gives up
/// after a minute: the transaction of one that is gone holds its locks until then.
///
/// <https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS>
const NOTICE: [&str; 4] = [
    "tcp_keepalives_idle = 30",
    "tcp_keepalives_interval = 10",
    "tcp_keepalives_count = 3",
    "tcp_user_timeout = 60000",
];

/// A server that works on a statement does not listen to its client, and goes on when that was killed,
/// unless it is told to look. On Windows it cannot, and refuses to.
///
/// <https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-CLIENT-CONNECTION-CHECK-INTERVAL>
fn check_client(set: &str) -> String {
    format!(
        "; SELECT pg_catalog.set_config('client_connection_check_interval', '2s', {}) \
         WHERE pg_catalog.current_setting('dynamic_shared_memory_type') \
         OPERATOR(pg_catalog.<>) 'windows'",
        set == "SET LOCAL"
    )
}

/// PostgreSQL 17 has one more timeout, which older servers do not know.
fn no_transaction_timeout(set: &str) -> String {
    let name = "'transaction_timeout'";
    format!(
        "; SELECT pg_catalog.set_config({name}, '0', {}) \
         WHERE pg_catalog.current_setting({name}, true) IS NOT NULL",
        set == "SET LOCAL"
    )
}

/// PostgreSQL cuts a long name; cut here, so that it sends no notice.
pub(crate) fn application(service: &Service, task: &str) -> String {
    let name = format!("toolkit {} {task}", service.name());
    cut(&name, "").trim_end().to_owned()
}

fn milliseconds(duration: Duration) -> i32 {
    // Zero means no limit, so a shorter wait than a millisecond is one.
    let milliseconds = i32::try_from(duration.as_millis()).unwrap_or(i32::MAX);
    if duration.is_zero() {
        0
    } else {
        milliseconds.max(1)
    }
}
