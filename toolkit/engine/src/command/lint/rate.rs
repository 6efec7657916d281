//! How long work on a table as a whole takes, by rates that were measured. No I/O here.

use crate::effects::Work;

/// Rows a second, on PostgreSQL 15 with one million rows of a few columns, on a machine with two cores that
/// did other work as well: an order of magnitude, not a promise.
pub(super) fn rows_a_second(work: Work) -> u32 {
    match work {
        // NOT NULL of one million rows: 0.2 s.
        Work::Reads => 5_000_000,
        // An index: 0.7 s.
        Work::Builds => 1_500_000,
        // int to bigint: 2.6 s; a volatile default: 5.1 s.
        Work::Rewrites => 250_000,
    }
}

/// How many seconds `work` on so many rows takes.
#[allow(clippy::cast_precision_loss, reason = "it is an estimate")]
pub(super) fn seconds(work: Work, rows: i64) -> f64 {
    let seconds = rows as f64 / f64::from(rows_a_second(work));
    (seconds * 10.0).round() / 10.0
}
