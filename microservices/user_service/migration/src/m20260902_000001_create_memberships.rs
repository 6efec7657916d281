//! Creates the memberships.

use sea_orm_migration::{
    prelude::{extension::postgres::Type, *},
    schema::{custom, timestamp_with_time_zone_default_now, uuid},
};

/// Creates `memberships` and the type of a member's role.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_type(
                Type::create()
                    .as_enum("membership_role")
                    .values(["viewer", "member", "admin"])
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("memberships")
                    .col(uuid("organization_id"))
                    .col(uuid("user_id"))
                    .col(custom("role", "membership_role").default("member"))
                    .col(timestamp_with_time_zone_default_now("joined_at"))
                    .primary_key(
                        Index::create()
                            .name("pk-memberships")
                            .col("organization_id")
                            .col("user_id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-memberships-organization_id")
                            .from("memberships", "organization_id")
                            .to("organizations", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-memberships-user_id")
                            .from("memberships", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-memberships-user_id")
                    .table("memberships")
                    .col("user_id")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("memberships").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("membership_role").to_owned())
            .await
    }
}
