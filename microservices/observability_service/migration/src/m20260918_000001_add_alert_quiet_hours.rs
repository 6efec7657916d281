//! Lets people sleep.

use sea_orm_migration::{prelude::*, schema::time_null};

/// Adds `alerts.quiet_from` and `alerts.quiet_until`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("alerts")
                    .add_column(time_null("quiet_from"))
                    .add_column(time_null("quiet_until"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("alerts")
                    .drop_column("quiet_until")
                    .drop_column("quiet_from")
                    .to_owned(),
            )
            .await
    }
}
