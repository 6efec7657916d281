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
        // Events are written once, so their pages can be full.
        .table_option("log_events", "fillfactor", "100");
}
