//! Lets a user answer for an organization.

use sea_orm_migration::{prelude::*, schema::uuid_null};

/// Adds `organizations.owner_id`. It refers to `users`, which refers to `organizations`, so it can
/// only be added when both are there.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("organizations")
                    .add_column(uuid_null("owner_id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_foreign_key(
                ForeignKey::create()
                    .name("fk-organizations-owner_id")
                    .from("organizations", "owner_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::SetNull)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-organizations-owner_id")
                    .table("organizations")
                    .col("owner_id")
                    .to_owned(),
            )
            .await
    }

    // The index and the foreign key go with their column.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("organizations")
                    .drop_column("owner_id")
                    .to_owned(),
            )
            .await
    }
}
