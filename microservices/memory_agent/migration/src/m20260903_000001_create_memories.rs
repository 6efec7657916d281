//! Creates the memories.

use sea_orm_migration::{
    prelude::{extension::postgres::Type, *},
    schema::{
        array, array_null, big_integer_null, custom, double, pk_uuid, text,
        timestamp_with_time_zone_default_now, timestamp_with_time_zone_null, uuid,
    },
};

/// Creates `memories` and the type of their kind.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_type(
                Type::create()
                    .as_enum("memory_kind")
                    .values(["episodic", "semantic", "procedural"])
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("memories")
                    .col(pk_uuid("id"))
                    .col(uuid("agent_id"))
                    .col(big_integer_null("source_message_id"))
                    .col(custom("kind", "memory_kind"))
                    .col(text("content"))
                    .col(array("tags", ColumnType::Text).default("{}"))
                    .col(double("importance").default(0.5))
                    .col(array_null("embedding", ColumnType::Float))
                    .col(timestamp_with_time_zone_default_now("created_at"))
                    .col(timestamp_with_time_zone_null("last_accessed_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-memories-source_message_id")
                            .from("memories", "source_message_id")
                            .to("messages", "id")
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .to_owned(),
            )
            .await?;
        for column in ["agent_id", "source_message_id"] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("idx-memories-{column}"))
                        .table("memories")
                        .col(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("memories").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("memory_kind").to_owned())
            .await
    }
}
