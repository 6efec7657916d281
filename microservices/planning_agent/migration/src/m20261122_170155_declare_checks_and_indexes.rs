//! Declare checks and indexes.

use sea_orm_migration::prelude::*;

/// Adds check `plan_revisions_revision_positive` of `plan_revisions`, index `plans_context` and
/// index `tasks_open_by_due`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "ALTER TABLE plan_revisions ADD CONSTRAINT plan_revisions_revision_positive CHECK
                    (revision > 0)",
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("plans_context")
                    .table("plans")
                    .index_type(IndexType::Custom("gin".into_iden()))
                    .col(
                        "context"
                            .into_index_column()
                            .with_operator_class("jsonb_path_ops"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("tasks_open_by_due")
                    .table("tasks")
                    .col("due_at")
                    .and_where(Expr::cust("status <> 'done'::task_status"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("plan_revisions")
                    .drop_constraint("plan_revisions_revision_positive")
                    .to_owned(),
            )
            .await?;
        manager
            .drop_index(Index::drop().name("plans_context").to_owned())
            .await?;
        manager
            .drop_index(Index::drop().name("tasks_open_by_due").to_owned())
            .await
    }
}
