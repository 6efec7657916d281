//! MESSAGE

use sea_orm_migration::prelude::*;

/// Changes rows by a statement of its own. It holds the rows' locks until the migration ends: where they are
/// many, write it in batches.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Names, not entities: an entity goes on changing, and this migration does not.
        manager
            .execute(
                Query::update()
                    .table("users")
                    .value("language", "en")
                    .and_where(Expr::col("language").is_null())
                    .to_owned(),
            )
            .await?;
        manager
            .execute(
                Query::insert()
                    .into_table("users")
                    .columns(["name", "language"])
                    .values_panic(["guest".into(), "en".into()])
                    .on_conflict(OnConflict::column("name").do_nothing().to_owned())
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Which rows had no language is not known any more, so they keep it. Where going back would be wrong:
        // Err(DbErr::Migration("the old values are gone: restore a backup".to_owned()))
        manager
            .execute(
                Query::delete()
                    .from_table("users")
                    .and_where(Expr::col("name").eq("guest"))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }
}
