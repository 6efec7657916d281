//! Declare recent errors.

use sea_orm_migration::prelude::*;

/// Adds view `recent_errors`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE VIEW recent_errors AS SELECT log_events.service, log_events.message,
                    log_events.trace_id, log_events.logged_at FROM log_events WHERE
                    ((log_events.level >= 'error'::severity) AND (log_events.logged_at > (now() -
                    '1 day'::interval)))",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP VIEW recent_errors")
            .await?;
        Ok(())
    }
}
