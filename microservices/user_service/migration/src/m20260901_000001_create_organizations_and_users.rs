//! Creates the organizations and their users.

use sea_orm_migration::{
    prelude::{extension::postgres::Type, *},
    schema::{
        char_len, custom, decimal_len, json_binary, pk_uuid, string, string_len, string_len_uniq,
        text_null, timestamp_with_time_zone_default_now, timestamp_with_time_zone_null, uuid,
    },
};

/// Creates `organizations`, `users` and the types of their columns.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_organizations(manager).await?;
        create_users(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("users").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("user_status").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("organizations").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("subscription_tier").to_owned())
            .await
    }
}

async fn create_organizations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_type(
            Type::create()
                .as_enum("subscription_tier")
                .values(["free", "team", "enterprise"])
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("organizations")
                .col(pk_uuid("id"))
                .col(string_len("name", 120))
                .col(string_len_uniq("slug", 63))
                .col(custom("tier", "subscription_tier").default("free"))
                .col(decimal_len("credit_balance", 12, 2).default(0))
                .col(json_binary("settings").default("{}"))
                .col(timestamp_with_time_zone_default_now("created_at"))
                .to_owned(),
        )
        .await
}

async fn create_users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_type(
            Type::create()
                .as_enum("user_status")
                .values(["invited", "active", "suspended"])
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("users")
                .col(pk_uuid("id"))
                .col(uuid("organization_id"))
                .col(string_len_uniq("email", 320))
                .col(string("display_name"))
                .col(text_null("password_hash"))
                .col(custom("status", "user_status").default("invited"))
                .col(char_len("language", 2).default("en"))
                .col(timestamp_with_time_zone_default_now("created_at"))
                .col(timestamp_with_time_zone_null("last_login_at"))
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-users-organization_id")
                        .from("users", "organization_id")
                        .to("organizations", "id")
                        .on_delete(ForeignKeyAction::Restrict),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("idx-users-organization_id")
                .table("users")
                .col("organization_id")
                .to_owned(),
        )
        .await
}
