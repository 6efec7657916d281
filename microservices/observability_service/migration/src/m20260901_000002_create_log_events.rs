//! Creates the log events.

use sea_orm_migration::{
    prelude::{extension::postgres::Type, *},
    schema::{
        big_pk_auto, custom, json_binary, string_len, text, timestamp_with_time_zone_default_now,
        uuid_null,
    },
};

/// Creates `log_events` and the type of their level.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_type(
                Type::create()
                    .as_enum("severity")
                    .values(["debug", "info", "warning", "error", "critical"])
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("log_events")
                    .col(big_pk_auto("id"))
                    .col(uuid_null("trace_id"))
                    .col(uuid_null("span_id"))
                    .col(string_len("service", 100))
                    .col(custom("level", "severity").default("info"))
                    .col(text("message"))
                    .col(json_binary("attributes").default("{}"))
                    .col(timestamp_with_time_zone_default_now("logged_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-log_events-trace_id")
                            .from("log_events", "trace_id")
                            .to("traces", "id")
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .to_owned(),
            )
            .await?;
        for column in ["trace_id", "logged_at"] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("idx-log_events-{column}"))
                        .table("log_events")
                        .col(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("log_events").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("severity").to_owned())
            .await
    }
}
