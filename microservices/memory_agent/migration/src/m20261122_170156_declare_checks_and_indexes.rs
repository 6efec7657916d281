//! Declare checks and indexes.

use sea_orm_migration::prelude::*;

/// Adds check `memories_importance_range` of `memories`, index `memories_expiring` and index
/// `memories_tags`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "ALTER TABLE memories ADD CONSTRAINT memories_importance_range CHECK ((importance
                    >= (0)::double precision) AND (importance <= (1)::double precision))",
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("memories_expiring")
                    .table("memories")
                    .col("expires_at")
                    .and_where(Expr::cust("expires_at IS NOT NULL"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("memories_tags")
                    .table("memories")
                    .index_type(IndexType::Custom("gin".into_iden()))
                    .col("tags")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("memories")
                    .drop_constraint("memories_importance_range")
                    .to_owned(),
            )
            .await?;
        manager
            .drop_index(Index::drop().name("memories_expiring").to_owned())
            .await?;
        manager
            .drop_index(Index::drop().name("memories_tags").to_owned())
            .await
    }
}
