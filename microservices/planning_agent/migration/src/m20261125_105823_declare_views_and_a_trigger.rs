//! Declare views and a trigger.

use sea_orm_migration::prelude::*;

/// Adds function `touch()`, view `active_plans`, materialized view `plan_progress` and 2 more.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE FUNCTION touch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
             BEGIN
                 NEW.updated_at := now();
                 RETURN NEW;
             END
             $function$",
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE VIEW active_plans AS SELECT plans.id, plans.agent_id, plans.title,
                    plans.goal, plans.created_at FROM plans
                    WHERE (plans.status = 'active'::plan_status)",
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE MATERIALIZED VIEW plan_progress AS SELECT tasks.plan_id, count(*) AS
                    tasks, count(*) FILTER (WHERE (tasks.status = 'done'::task_status)) AS done
                    FROM tasks GROUP BY tasks.plan_id",
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("plan_progress_by_plan")
                    .table("plan_progress")
                    .col("plan_id")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE TRIGGER plans_touch BEFORE UPDATE
                    ON plans FOR EACH ROW EXECUTE FUNCTION touch()",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP TRIGGER plans_touch ON plans")
            .await?;
        manager
            .get_connection()
            .execute_unprepared("DROP VIEW active_plans")
            .await?;
        manager
            .get_connection()
            .execute_unprepared("DROP MATERIALIZED VIEW plan_progress")
            .await?;
        manager
            .get_connection()
            .execute_unprepared("DROP FUNCTION touch()")
            .await?;
        Ok(())
    }
}
