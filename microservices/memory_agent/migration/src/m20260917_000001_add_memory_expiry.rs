//! Lets memories be forgotten.

use sea_orm_migration::{prelude::*, schema::timestamp_with_time_zone_null};

/// Adds `memories.expires_at`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("memories")
                    .add_column(timestamp_with_time_zone_null("expires_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-memories-expires_at")
                    .table("memories")
                    .col("expires_at")
                    .to_owned(),
            )
            .await
    }

    // The index goes with its column.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("memories")
                    .drop_column("expires_at")
                    .to_owned(),
            )
            .await
    }
}
