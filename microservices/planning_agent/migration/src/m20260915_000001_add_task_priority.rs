//! Lets tasks be urgent.

use sea_orm_migration::{
    prelude::{extension::postgres::Type, *},
    schema::{custom, timestamp_with_time_zone_null},
};

/// Adds `tasks.priority` with its type, and `tasks.due_at`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_type(
                Type::create()
                    .as_enum("task_priority")
                    .values(["low", "normal", "high", "urgent"])
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("tasks")
                    .add_column(custom("priority", "task_priority").default("normal"))
                    .add_column(timestamp_with_time_zone_null("due_at"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("tasks")
                    .drop_column("due_at")
                    .drop_column("priority")
                    .to_owned(),
            )
            .await?;
        manager
            .drop_type(Type::drop().name("task_priority").to_owned())
            .await
    }
}
