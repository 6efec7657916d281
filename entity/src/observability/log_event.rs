//! A log event.

use sea_orm::entity::prelude::*;

use super::severity::Severity;

/// A line that a service logged.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "observability", table_name = "log_events")]
pub struct Model {
    /// Identifies the event.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The trace that it is part of; none if there is none, or when that trace is gone.
    #[sea_orm(indexed)]
    pub trace_id: Option<Uuid>,
    /// The span that it is part of. Spans arrive later than events, so there is no foreign key.
    pub span_id: Option<Uuid>,
    /// The service that logged it.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub service: String,
    /// How much it matters.
    #[sea_orm(default_value = "info")]
    pub level: Severity,
    /// The line.
    #[sea_orm(column_type = "Text")]
    pub message: String,
    /// What else is known about it.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    pub attributes: Json,
    /// When it was logged.
    #[sea_orm(default_expr = "Expr::current_timestamp()", indexed)]
    pub logged_at: DateTimeUtc,

    /// The trace that it is part of.
    #[sea_orm(belongs_to, from = "trace_id", to = "id", on_delete = "SetNull")]
    pub trace: BelongsTo<Option<super::trace::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
