//! Creates what users sign in with.

use sea_orm_migration::{
    prelude::*,
    schema::{
        array, boolean, pk_uuid, string_len, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_default_now, timestamp_with_time_zone_null, uuid,
    },
};

/// Creates `api_keys` and `sessions`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_api_keys(manager).await?;
        create_sessions(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("sessions").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("api_keys").to_owned())
            .await
    }
}

async fn create_api_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("api_keys")
                .col(pk_uuid("id"))
                .col(uuid("user_id"))
                .col(string_len("name", 100))
                .col(ColumnDef::new("key_hash").blob().not_null().unique_key())
                .col(array("scopes", ColumnType::Text).default("{}"))
                .col(ColumnDef::new("last_used_ip").inet())
                .col(timestamp_with_time_zone_null("last_used_at"))
                .col(timestamp_with_time_zone_null("expires_at"))
                .col(boolean("revoked").default(false))
                .col(timestamp_with_time_zone_default_now("created_at"))
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-api_keys-user_id")
                        .from("api_keys", "user_id")
                        .to("users", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("idx-api_keys-user_id")
                .table("api_keys")
                .col("user_id")
                .to_owned(),
        )
        .await
}

async fn create_sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("sessions")
                .col(pk_uuid("id"))
                .col(uuid("user_id"))
                .col(ColumnDef::new("token_hash").blob().not_null().unique_key())
                .col(ColumnDef::new("ip_address").inet().not_null())
                .col(text_null("user_agent"))
                .col(timestamp_with_time_zone_default_now("created_at"))
                .col(timestamp_with_time_zone("expires_at"))
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-sessions-user_id")
                        .from("sessions", "user_id")
                        .to("users", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .to_owned(),
        )
        .await?;
    for column in ["user_id", "expires_at"] {
        manager
            .create_index(
                Index::create()
                    .name(format!("idx-sessions-{column}"))
                    .table("sessions")
                    .col(column)
                    .to_owned(),
            )
            .await?;
    }
    Ok(())
}
