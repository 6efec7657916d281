//! What a migration's session is set to, in a transaction and without one.

use std::time::Duration;

use crate::{
    Service, Settings,
    database::{identifier, literal},
};

/// The statements that a migration's transaction begins with. Everything ends with the
/// transaction, so nothing leaks through a transaction pooler.
pub(crate) fn begin(service: &Service, settings: &Settings, task: &str) -> String {
    // Read committed whatever the role's default is: the history that is read under the lock
    // must show what the lock's last holder committed.
    format!(
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE; {}",
        assignments(service, settings, task, "SET LOCAL")
    )
}

/// The same settings for a session, for a migration that runs without a transaction.
pub(crate) fn session(service: &Service, settings: &Settings, task: &str) -> String {
    assignments(service, settings, task, "SET")
}

/// Puts the session back to what the role and the database say.
pub(crate) const RESET: &str = "RESET search_path; RESET lock_timeout; RESET statement_timeout; \
     RESET idle_in_transaction_session_timeout; RESET application_name";

fn assignments(service: &Service, settings: &Settings, task: &str, set: &str) -> String {
    [
        // Then public, so that the types of extensions resolve.
        format!("search_path = {}, public", identifier(service.schema())),
        format!("lock_timeout = {}", milliseconds(settings.lock_timeout)),
        // A role's or a database's defaults are meant for queries, not for migrations.
        "statement_timeout = 0".to_owned(),
        "idle_in_transaction_session_timeout = 0".to_owned(),
        format!(
            "application_name = {}",
            literal(&application(service, task))
        ),
    ]
    .map(|assignment| format!("{set} {assignment}"))
    .join("; ")
}

/// PostgreSQL cuts the name at 63 bytes; cut here, so that it sends no notice.
pub(crate) fn application(service: &Service, task: &str) -> String {
    let name = format!("toolkit {} {task}", service.name());
    let end = name
        .char_indices()
        .map(|(start, letter)| start + letter.len_utf8())
        .take_while(|end| *end <= 63)
        .last();
    name[..end.unwrap_or(0)].trim_end().to_owned()
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
