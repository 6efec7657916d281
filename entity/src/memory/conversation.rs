//! A conversation between a user and an agent.

use sea_orm::entity::prelude::*;

/// A conversation between a user and an agent.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "memory", table_name = "conversations")]
pub struct Model {
    /// Identifies the conversation.
    #[sea_orm(primary_key)]
    pub id: Uuid,
    /// The user who talks; a row of the user service.
    #[sea_orm(indexed)]
    pub user_id: Uuid,
    /// The agent that answers.
    pub agent_id: Uuid,
    /// A line to recognise the conversation by.
    pub title: Option<String>,
    /// What the channel tells about the conversation.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    pub metadata: Json,
    /// Whether the user put it away.
    #[sea_orm(default_value = false)]
    pub archived: bool,
    /// When it began.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub started_at: DateTimeUtc,
    /// When it ended; none while it goes on.
    pub ended_at: Option<DateTimeUtc>,

    /// What was said.
    #[sea_orm(has_many)]
    pub messages: HasMany<super::message::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
