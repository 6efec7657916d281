//! A measurement.

use sea_orm::entity::prelude::*;

/// One measurement of one thing, in one service, at one moment.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(schema_name = "observability", table_name = "metrics")]
pub struct Model {
    /// Identifies the measurement.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The service that was measured.
    #[sea_orm(
        column_type = "String(StringLen::N(100))",
        unique_key = "service_name_recorded_at"
    )]
    pub service: String,
    /// What was measured.
    #[sea_orm(
        column_type = "String(StringLen::N(200))",
        unique_key = "service_name_recorded_at"
    )]
    pub name: String,
    /// When.
    #[sea_orm(
        default_expr = "Expr::current_timestamp()",
        unique_key = "service_name_recorded_at"
    )]
    pub recorded_at: DateTimeUtc,
    /// How much.
    pub value: f64,
    /// Of what: `ms`, `bytes`; none for a plain count.
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    pub unit: Option<String>,
    /// What sets it apart from others of its name.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    pub labels: Json,
}

impl ActiveModelBehavior for ActiveModel {}
