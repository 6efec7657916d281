//! MESSAGE

use sea_orm_migration::prelude::*;

/// Sends SQL as it stands here. Names need no schema: the service's own comes first in `search_path`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Several statements may stand in one text, each ended by a semicolon.
        manager
            .get_connection()
            .execute_unprepared(
                "ALTER TABLE users ADD CONSTRAINT users_name_not_empty CHECK (name <> '');
                 COMMENT ON COLUMN users.name IS 'As others see it';",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "COMMENT ON COLUMN users.name IS NULL;
                 ALTER TABLE users DROP CONSTRAINT users_name_not_empty;",
            )
            .await?;
        Ok(())
    }
}
