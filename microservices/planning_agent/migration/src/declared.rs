//! What the schema `planning` holds beside what its entities say.

use sea_orm_migration::prelude::*;
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
        .index_sql("CREATE INDEX plans_context ON plans USING gin (context jsonb_path_ops)")
        // Who changes a plan need not think of the time.
        .function(
            "touch()",
            "RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                 NEW.updated_at := now();
                 RETURN NEW;
             END
             $$",
        )
        .trigger(
            "plans",
            "plans_touch",
            "BEFORE UPDATE",
            "FOR EACH ROW EXECUTE FUNCTION touch()",
        )
        .view("active_plans", &active_plans())
        // How far each plan is; refreshed from time to time, which its index lets go on unnoticed.
        .materialized_view_sql(
            "plan_progress",
            "SELECT plan_id, count(*) AS tasks, count(*) FILTER (WHERE status = 'done') AS done
             FROM tasks
             GROUP BY plan_id",
        )
        .index(
            Index::create()
                .unique()
                .name("plan_progress_by_plan")
                .table("plan_progress")
                .col("plan_id"),
        );
}

/// What the agents work on.
fn active_plans() -> SelectStatement {
    Query::select()
        .columns(["id", "agent_id", "title", "goal", "created_at"])
        .from("plans")
        .and_where(Expr::col("status").eq(Expr::cust("'active'::plan_status")))
        .to_owned()
}
