//! A message of a conversation.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Who speaks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "message_role")]
#[serde(rename_all = "snake_case")]
pub enum MessageRole {
    /// The instructions that the conversation starts from.
    #[sea_orm(string_value = "system")]
    System,
    /// The user.
    #[sea_orm(string_value = "user")]
    User,
    /// The agent.
    #[sea_orm(string_value = "assistant")]
    Assistant,
    /// A tool that the agent called.
    #[sea_orm(string_value = "tool")]
    Tool,
}

/// A message of a conversation. Positions start at 0 and leave no gap.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "memory", table_name = "messages")]
pub struct Model {
    /// Identifies the message.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The conversation.
    #[sea_orm(unique_key = "conversation_position")]
    pub conversation_id: Uuid,
    /// The message's place in its conversation.
    #[sea_orm(unique_key = "conversation_position")]
    pub position: i32,
    /// Who speaks.
    pub role: MessageRole,
    /// What is said.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// The tools that the agent calls with this message.
    #[sea_orm(column_type = "JsonBinary")]
    pub tool_calls: Option<Json>,
    /// The message's length for the model.
    pub token_count: Option<i32>,
    /// When it was said.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,

    /// The conversation.
    #[sea_orm(belongs_to, from = "conversation_id", to = "id", on_delete = "Cascade")]
    pub conversation: BelongsTo<super::conversation::Entity>,
    /// What was remembered of it.
    #[sea_orm(has_many)]
    pub memories: HasMany<super::memory_item::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
