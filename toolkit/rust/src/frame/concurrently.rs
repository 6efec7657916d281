//! MESSAGE

use sea_orm_migration::prelude::*;

/// Builds an index while others go on writing, which no transaction can do. When it fails, it leaves an
/// invalid index, and `toolkit resolve --retry` drops that and lets `up` build it anew.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One statement a call: several in one would be a transaction.
        manager
            .get_connection()
            .execute_unprepared("CREATE INDEX CONCURRENTLY users_language ON users (language)")
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP INDEX CONCURRENTLY users_language")
            .await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}
