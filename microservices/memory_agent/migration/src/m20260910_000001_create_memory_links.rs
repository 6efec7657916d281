//! Creates the links between memories.

use sea_orm_migration::{
    prelude::{extension::postgres::Type, *},
    schema::{big_pk_auto, custom, float, uuid},
};

/// Creates `memory_links` and the type of their kind.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_type(
                Type::create()
                    .as_enum("link_kind")
                    .values(["related", "supports", "contradicts", "supersedes"])
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("memory_links")
                    .col(big_pk_auto("id"))
                    .col(uuid("source_memory_id"))
                    .col(uuid("target_memory_id"))
                    .col(custom("kind", "link_kind"))
                    .col(float("strength").default(1.0))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-memory_links-source_memory_id")
                            .from("memory_links", "source_memory_id")
                            .to("memories", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-memory_links-target_memory_id")
                            .from("memory_links", "target_memory_id")
                            .to("memories", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-memory_links-target_memory_id")
                    .table("memory_links")
                    .col("target_memory_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-memory_links-endpoints")
                    .table("memory_links")
                    .col("source_memory_id")
                    .col("target_memory_id")
                    .col("kind")
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("memory_links").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("link_kind").to_owned())
            .await
    }
}
