//! What the schema `planning` holds beside what its entities say.

use toolkit_runtime::Declarations;

pub(crate) fn declare(declared: &mut Declarations) {
    declared
        .check(
            "plan_revisions",
            "plan_revisions_revision_positive",
            "revision > 0",
        )
        // The scheduler asks for what is left to do, soonest first.
        .index_sql(
            "CREATE INDEX tasks_open_by_due ON tasks (due_at) WHERE status <> 'done'::task_status",
        )
        // Plans are found by what their context holds.
        .index_sql("CREATE INDEX plans_context ON plans USING gin (context jsonb_path_ops)");
}
