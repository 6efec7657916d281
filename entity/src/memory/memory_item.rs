//! One thing that an agent remembers.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What kind of thing is remembered.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "memory_kind")]
#[serde(rename_all = "snake_case")]
pub enum MemoryKind {
    /// Something that happened.
    #[sea_orm(string_value = "episodic")]
    Episodic,
    /// Something that is so.
    #[sea_orm(string_value = "semantic")]
    Semantic,
    /// How something is done.
    #[sea_orm(string_value = "procedural")]
    Procedural,
}

/// One thing that an agent remembers.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(schema_name = "memory", table_name = "memories")]
pub struct Model {
    /// Identifies the memory.
    #[sea_orm(primary_key)]
    pub id: Uuid,
    /// The agent that remembers.
    #[sea_orm(indexed)]
    pub agent_id: Uuid,
    /// The message that it was learned from; none if it was not said, or when the message is gone.
    #[sea_orm(indexed)]
    pub source_message_id: Option<i64>,
    /// What kind of thing is remembered.
    pub kind: MemoryKind,
    /// What is remembered.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// Words to find it by.
    #[sea_orm(
        column_type = "Array(RcOrArc::new(ColumnType::Text))",
        default_value = "{}"
    )]
    pub tags: Vec<String>,
    /// How much it matters, from 0 to 1.
    #[sea_orm(default_value = 0.5)]
    pub importance: f64,
    /// Where it lies in the model's space of meanings.
    pub embedding: Option<Vec<f32>>,
    /// When it was learned.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    /// When it was last called to mind.
    pub last_accessed_at: Option<DateTimeUtc>,
    /// When it may be forgotten; none if never.
    #[sea_orm(indexed)]
    pub expires_at: Option<DateTimeUtc>,

    /// The message that it was learned from.
    #[sea_orm(
        belongs_to,
        from = "source_message_id",
        to = "id",
        on_delete = "SetNull"
    )]
    pub source_message: BelongsTo<Option<super::message::Entity>>,
    /// What this memory leads to.
    #[sea_orm(has_many, relation_enum = "OutgoingLinks", via_rel = "Source")]
    pub outgoing_links: HasMany<super::memory_link::Entity>,
    /// What leads to this memory.
    #[sea_orm(has_many, relation_enum = "IncomingLinks", via_rel = "Target")]
    pub incoming_links: HasMany<super::memory_link::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
