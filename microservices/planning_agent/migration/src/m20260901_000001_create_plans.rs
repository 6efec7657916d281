//! Creates the plans.

use sea_orm_migration::{
    prelude::{extension::postgres::Type, *},
    schema::{
        custom, json_binary, pk_uuid, string_len, text, timestamp_with_time_zone_default_now, uuid,
    },
};

/// Creates `plans` and the type of its status.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_type(
                Type::create()
                    .as_enum("plan_status")
                    .values(["draft", "active", "paused", "completed", "abandoned"])
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("plans")
                    .col(pk_uuid("id").default(Expr::cust("gen_random_uuid()")))
                    .col(uuid("agent_id"))
                    .col(string_len("title", 200))
                    .col(text("goal"))
                    .col(custom("status", "plan_status").default("draft"))
                    .col(json_binary("context").default("{}"))
                    .col(timestamp_with_time_zone_default_now("created_at"))
                    .col(timestamp_with_time_zone_default_now("updated_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-plans-agent_id")
                    .table("plans")
                    .col("agent_id")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("plans").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("plan_status").to_owned())
            .await
    }
}
