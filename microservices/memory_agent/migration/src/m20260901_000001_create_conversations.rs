//! Creates the conversations and their messages.

use sea_orm_migration::{
    prelude::{extension::postgres::Type, *},
    schema::{
        big_pk_auto, boolean, custom, integer, integer_null, json_binary, json_binary_null,
        pk_uuid, string_null, text, timestamp_with_time_zone_default_now,
        timestamp_with_time_zone_null, uuid,
    },
};

/// Creates `conversations`, `messages` and the type of a message's role.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_conversations(manager).await?;
        create_messages(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("messages").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("message_role").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("conversations").to_owned())
            .await
    }
}

async fn create_conversations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("conversations")
                .col(pk_uuid("id"))
                .col(uuid("user_id"))
                .col(uuid("agent_id"))
                .col(string_null("title"))
                .col(json_binary("metadata").default("{}"))
                .col(boolean("archived").default(false))
                .col(timestamp_with_time_zone_default_now("started_at"))
                .col(timestamp_with_time_zone_null("ended_at"))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("idx-conversations-user_id")
                .table("conversations")
                .col("user_id")
                .to_owned(),
        )
        .await
}

async fn create_messages(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_type(
            Type::create()
                .as_enum("message_role")
                .values(["system", "user", "assistant", "tool"])
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("messages")
                .col(big_pk_auto("id"))
                .col(uuid("conversation_id"))
                .col(integer("position"))
                .col(custom("role", "message_role"))
                .col(text("content"))
                .col(json_binary_null("tool_calls"))
                .col(integer_null("token_count"))
                .col(timestamp_with_time_zone_default_now("created_at"))
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-messages-conversation_id")
                        .from("messages", "conversation_id")
                        .to("conversations", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("idx-messages-conversation_position")
                .table("messages")
                .col("conversation_id")
                .col("position")
                .unique()
                .to_owned(),
        )
        .await
}
