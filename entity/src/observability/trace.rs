//! A trace: one request, all through the platform.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// How a trace ended.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "trace_status")]
#[serde(rename_all = "snake_case")]
pub enum TraceStatus {
    /// It has not.
    #[sea_orm(string_value = "running")]
    Running,
    /// Well.
    #[sea_orm(string_value = "ok")]
    Ok,
    /// With an error.
    #[sea_orm(string_value = "error")]
    Error,
}

/// One request, all through the platform.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "observability", table_name = "traces")]
pub struct Model {
    /// Identifies the trace, in all services.
    #[sea_orm(primary_key)]
    pub id: Uuid,
    /// The service where it began.
    #[sea_orm(column_type = "String(StringLen::N(100))", indexed)]
    pub service: String,
    /// What was asked for.
    pub name: String,
    /// The user who asked; a row of the user service.
    pub user_id: Option<Uuid>,
    /// How it ended.
    #[sea_orm(default_value = "running")]
    pub status: TraceStatus,
    /// When it began.
    #[sea_orm(default_expr = "Expr::current_timestamp()", indexed)]
    pub started_at: DateTimeUtc,
    /// How long it took, in microseconds.
    pub duration_us: Option<i64>,
    /// What the models cost, in euros.
    #[sea_orm(column_type = "Decimal(Some((14, 6)))", default_value = 0)]
    pub cost: Decimal,

    /// The trace's parts.
    #[sea_orm(has_many)]
    pub spans: HasMany<super::span::Entity>,
    /// What was logged on the way.
    #[sea_orm(has_many)]
    pub log_events: HasMany<super::log_event::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
