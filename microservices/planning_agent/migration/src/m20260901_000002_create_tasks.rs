//! Creates the tasks and the order among them.

use sea_orm_migration::{
    prelude::{extension::postgres::Type, *},
    schema::{
        custom, json_binary_null, pk_uuid, small_integer, string_len, text_null,
        timestamp_with_time_zone_default_now, uuid, uuid_null,
    },
};

/// Creates `tasks`, the type of its status, and `task_dependencies`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tasks(manager).await?;
        create_task_dependencies(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("task_dependencies").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("tasks").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("task_status").to_owned())
            .await
    }
}

async fn create_tasks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_type(
            Type::create()
                .as_enum("task_status")
                .values([
                    "pending",
                    "in_progress",
                    "blocked",
                    "done",
                    "failed",
                    "cancelled",
                ])
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("tasks")
                .col(pk_uuid("id"))
                .col(uuid("plan_id"))
                .col(uuid_null("parent_task_id"))
                .col(string_len("title", 200))
                .col(text_null("description"))
                .col(custom("status", "task_status").default("pending"))
                .col(small_integer("attempts").default(0))
                .col(json_binary_null("result"))
                .col(timestamp_with_time_zone_default_now("created_at"))
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-tasks-plan_id")
                        .from("tasks", "plan_id")
                        .to("plans", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-tasks-parent_task_id")
                        .from("tasks", "parent_task_id")
                        .to("tasks", "id")
                        .on_delete(ForeignKeyAction::SetNull),
                )
                .to_owned(),
        )
        .await?;
    for column in ["plan_id", "parent_task_id", "status"] {
        manager
            .create_index(
                Index::create()
                    .name(format!("idx-tasks-{column}"))
                    .table("tasks")
                    .col(column)
                    .to_owned(),
            )
            .await?;
    }
    Ok(())
}

async fn create_task_dependencies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("task_dependencies")
                .col(uuid("task_id"))
                .col(uuid("depends_on_task_id"))
                .col(timestamp_with_time_zone_default_now("created_at"))
                .primary_key(
                    Index::create()
                        .name("pk-task_dependencies")
                        .col("task_id")
                        .col("depends_on_task_id"),
                )
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-task_dependencies-task_id")
                        .from("task_dependencies", "task_id")
                        .to("tasks", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-task_dependencies-depends_on_task_id")
                        .from("task_dependencies", "depends_on_task_id")
                        .to("tasks", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("idx-task_dependencies-depends_on_task_id")
                .table("task_dependencies")
                .col("depends_on_task_id")
                .to_owned(),
        )
        .await
}
