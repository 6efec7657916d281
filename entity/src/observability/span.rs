//! A span: one part of a trace.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Which side of a call a span is on, in the words of `OpenTelemetry`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "span_kind")]
#[serde(rename_all = "snake_case")]
pub enum SpanKind {
    /// Neither: within one service.
    #[sea_orm(string_value = "internal")]
    Internal,
    /// The service that is called.
    #[sea_orm(string_value = "server")]
    Server,
    /// The service that calls.
    #[sea_orm(string_value = "client")]
    Client,
    /// The service that sends a message.
    #[sea_orm(string_value = "producer")]
    Producer,
    /// The service that receives one.
    #[sea_orm(string_value = "consumer")]
    Consumer,
}

/// One part of a trace.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "observability", table_name = "spans")]
pub struct Model {
    /// Identifies the span.
    #[sea_orm(primary_key)]
    pub id: Uuid,
    /// The trace.
    #[sea_orm(indexed)]
    pub trace_id: Uuid,
    /// The span that this one happened in; none at the top of a trace.
    #[sea_orm(indexed)]
    pub parent_span_id: Option<Uuid>,
    /// What was done.
    pub name: String,
    /// Which side of a call it is.
    #[sea_orm(default_value = "internal")]
    pub kind: SpanKind,
    /// What else is known about it.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    pub attributes: Json,
    /// When it began.
    pub started_at: DateTimeUtc,
    /// When it ended; none while it goes on.
    pub ended_at: Option<DateTimeUtc>,

    /// The trace.
    #[sea_orm(belongs_to, from = "trace_id", to = "id", on_delete = "Cascade")]
    pub trace: BelongsTo<super::trace::Entity>,
    /// The span that this one happened in.
    #[sea_orm(
        self_ref,
        relation_enum = "Parent",
        relation_reverse = "Children",
        from = "parent_span_id",
        to = "id",
        on_delete = "Cascade"
    )]
    pub parent: BelongsTo<Option<Entity>>,
    /// The spans that happened in this one.
    #[sea_orm(self_ref, relation_enum = "Children", relation_reverse = "Parent")]
    pub children: HasMany<Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
