//! Creates the revisions of plans.

use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, json_binary, pk_auto, text_null, timestamp_with_time_zone_default_now, uuid,
    },
};

/// Creates `plan_revisions`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("plan_revisions")
                    .col(pk_auto("id"))
                    .col(uuid("plan_id"))
                    .col(integer("revision"))
                    .col(uuid("author_id"))
                    .col(text_null("reason"))
                    .col(json_binary("document"))
                    .col(timestamp_with_time_zone_default_now("created_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-plan_revisions-plan_id")
                            .from("plan_revisions", "plan_id")
                            .to("plans", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-plan_revisions-plan_revision")
                    .table("plan_revisions")
                    .col("plan_id")
                    .col("revision")
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("plan_revisions").to_owned())
            .await
    }
}
