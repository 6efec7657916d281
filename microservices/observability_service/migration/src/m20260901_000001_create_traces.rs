//! Creates the traces and their spans.

use sea_orm_migration::{
    prelude::{extension::postgres::Type, *},
    schema::{
        big_integer_null, custom, decimal_len, json_binary, pk_uuid, string, string_len,
        timestamp_with_time_zone, timestamp_with_time_zone_default_now,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

/// Creates `traces`, `spans` and the types of their columns.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_traces(manager).await?;
        create_spans(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("spans").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("span_kind").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("traces").to_owned())
            .await?;
        manager
            .drop_type(Type::drop().name("trace_status").to_owned())
            .await
    }
}

async fn create_traces(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_type(
            Type::create()
                .as_enum("trace_status")
                .values(["running", "ok", "error"])
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("traces")
                .col(pk_uuid("id"))
                .col(string_len("service", 100))
                .col(string("name"))
                .col(uuid_null("user_id"))
                .col(custom("status", "trace_status").default("running"))
                .col(timestamp_with_time_zone_default_now("started_at"))
                .col(big_integer_null("duration_us"))
                .col(decimal_len("cost", 14, 6).default(0))
                .to_owned(),
        )
        .await?;
    for column in ["service", "started_at"] {
        manager
            .create_index(
                Index::create()
                    .name(format!("idx-traces-{column}"))
                    .table("traces")
                    .col(column)
                    .to_owned(),
            )
            .await?;
    }
    Ok(())
}

async fn create_spans(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_type(
            Type::create()
                .as_enum("span_kind")
                .values(["internal", "server", "client", "producer", "consumer"])
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("spans")
                .col(pk_uuid("id"))
                .col(uuid("trace_id"))
                .col(uuid_null("parent_span_id"))
                .col(string("name"))
                .col(custom("kind", "span_kind").default("internal"))
                .col(json_binary("attributes").default("{}"))
                .col(timestamp_with_time_zone("started_at"))
                .col(timestamp_with_time_zone_null("ended_at"))
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-spans-trace_id")
                        .from("spans", "trace_id")
                        .to("traces", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-spans-parent_span_id")
                        .from("spans", "parent_span_id")
                        .to("spans", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .to_owned(),
        )
        .await?;
    for column in ["trace_id", "parent_span_id"] {
        manager
            .create_index(
                Index::create()
                    .name(format!("idx-spans-{column}"))
                    .table("spans")
                    .col(column)
                    .to_owned(),
            )
            .await?;
    }
    Ok(())
}
