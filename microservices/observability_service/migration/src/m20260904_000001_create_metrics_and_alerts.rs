//! Creates the metrics and the alerts on them.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_pk_auto, boolean, custom, decimal_len, double, integer, json_binary, pk_auto,
        string_len, string_len_null, string_uniq, timestamp_with_time_zone_default_now,
    },
};

/// Creates `metrics` and `alerts`; an alert's level is of the type that log events have.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_metrics(manager).await?;
        create_alerts(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("alerts").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("metrics").to_owned())
            .await
    }
}

async fn create_metrics(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("metrics")
                .col(big_pk_auto("id"))
                .col(string_len("service", 100))
                .col(string_len("name", 200))
                .col(timestamp_with_time_zone_default_now("recorded_at"))
                .col(double("value"))
                .col(string_len_null("unit", 20))
                .col(json_binary("labels").default("{}"))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("idx-metrics-service_name_recorded_at")
                .table("metrics")
                .col("service")
                .col("name")
                .col("recorded_at")
                .unique()
                .to_owned(),
        )
        .await
}

async fn create_alerts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("alerts")
                .col(pk_auto("id"))
                .col(string_uniq("name"))
                .col(string_len("metric_name", 200))
                .col(decimal_len("threshold", 12, 3))
                .col(integer("window_seconds").default(300))
                .col(custom("level", "severity").default("warning"))
                .col(boolean("enabled").default(true))
                .col(timestamp_with_time_zone_default_now("updated_at"))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("idx-alerts-metric_name")
                .table("alerts")
                .col("metric_name")
                .to_owned(),
        )
        .await
}
