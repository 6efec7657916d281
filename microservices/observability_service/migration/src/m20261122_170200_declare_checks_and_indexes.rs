//! Declare checks and indexes.

use sea_orm_migration::prelude::*;

/// Adds check `alerts_quiet_hours_complete` of `alerts`, check `spans_end_after_start` of `spans`,
/// index `log_events_attributes` and index `log_events_traced`; changes `log_events`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("ALTER TABLE log_events SET (fillfactor=100)")
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "ALTER TABLE alerts ADD CONSTRAINT alerts_quiet_hours_complete CHECK ((quiet_from
                    IS NULL) = (quiet_until IS NULL))",
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "ALTER TABLE spans ADD CONSTRAINT spans_end_after_start CHECK (ended_at >=
                    started_at)",
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("log_events_attributes")
                    .table("log_events")
                    .index_type(IndexType::Custom("gin".into_iden()))
                    .col("attributes")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("log_events_traced")
                    .table("log_events")
                    .col("trace_id")
                    .col(("logged_at", IndexOrder::Desc))
                    .and_where(Expr::cust("trace_id IS NOT NULL"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("alerts")
                    .drop_constraint("alerts_quiet_hours_complete")
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("spans")
                    .drop_constraint("spans_end_after_start")
                    .to_owned(),
            )
            .await?;
        manager
            .drop_index(Index::drop().name("log_events_attributes").to_owned())
            .await?;
        manager
            .drop_index(Index::drop().name("log_events_traced").to_owned())
            .await?;
        manager
            .get_connection()
            .execute_unprepared("ALTER TABLE log_events RESET (fillfactor)")
            .await?;
        Ok(())
    }
}
