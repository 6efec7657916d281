//! What the schema `observability` holds beside what its entities say.

use toolkit_runtime::Declarations;

pub(crate) fn declare(declared: &mut Declarations) {
    declared
        .check("spans", "spans_end_after_start", "ended_at >= started_at")
        .check(
            "alerts",
            "alerts_quiet_hours_complete",
            "(quiet_from IS NULL) = (quiet_until IS NULL)",
        )
        // Events are found by any of their attributes.
        .index_sql("CREATE INDEX log_events_attributes ON log_events USING gin (attributes)")
        // Most events belong to no trace.
        .index_sql(
            "CREATE INDEX log_events_traced ON log_events (trace_id, logged_at DESC) \
             WHERE trace_id IS NOT NULL",
        )
        .view_sql(
            "recent_errors",
            "SELECT service, message, trace_id, logged_at
             FROM log_events
             WHERE level >= 'error' AND logged_at > now() - interval '1 day'",
        )
        .partition_by("log_events", "RANGE (logged_at)")
        .partition("log_events", "log_events_other", "DEFAULT");
    // A month that is over is dropped as a whole.
    for [name, from, to] in [
        ["log_events_2026_09", "2026-09-01", "2026-10-01"],
        ["log_events_2026_10", "2026-10-01", "2026-11-01"],
        ["log_events_2026_11", "2026-11-01", "2026-12-01"],
        ["log_events_2026_12", "2026-12-01", "2027-01-01"],
    ] {
        let bounds = format!("FOR VALUES FROM ('{from} 00:00Z') TO ('{to} 00:00Z')");
        declared.partition("log_events", name, &bounds);
    }
}
