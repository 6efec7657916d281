//! MESSAGE

use sea_orm_migration::prelude::*;

/// Changes many rows, some at a time, so that nobody waits for all of them. Each statement is a transaction
/// of its own: what is done stays when a later one fails, and the next run goes on from there.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The condition must leave out what is done already, or this has no end.
        loop {
            let done = manager
                .get_connection()
                .execute_unprepared(
                    "UPDATE users SET language = 'en' WHERE id IN
                     (SELECT id FROM users WHERE language IS NULL ORDER BY id LIMIT 1000)",
                )
                .await?;
            if done.rows_affected() == 0 {
                break;
            }
        }
        Ok(())
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        // Nothing has to be taken back where old code can read the new values, too.
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}
