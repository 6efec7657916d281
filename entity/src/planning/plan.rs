//! A plan: a goal, and the tasks that lead to it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// How far a plan has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "plan_status")]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// Being drawn up; no task may start.
    #[sea_orm(string_value = "draft")]
    Draft,
    /// Tasks are worked on.
    #[sea_orm(string_value = "active")]
    Active,
    /// Held back; running tasks finish, no other starts.
    #[sea_orm(string_value = "paused")]
    Paused,
    /// The goal is reached.
    #[sea_orm(string_value = "completed")]
    Completed,
    /// Given up.
    #[sea_orm(string_value = "abandoned")]
    Abandoned,
}

/// A goal of an agent, and what is known about reaching it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "planning", table_name = "plans")]
pub struct Model {
    /// Identifies the plan; the database draws one if none is given.
    #[sea_orm(primary_key, default_expr = "Expr::cust(\"gen_random_uuid()\")")]
    pub id: Uuid,
    /// The agent that follows the plan.
    #[sea_orm(indexed)]
    pub agent_id: Uuid,
    /// A line to recognise the plan by.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub title: String,
    /// What is to be reached, in full.
    #[sea_orm(column_type = "Text")]
    pub goal: String,
    /// How far the plan has come.
    #[sea_orm(default_value = "draft")]
    pub status: PlanStatus,
    /// What the agent was told when it made the plan.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    pub context: Json,
    /// When the plan was made.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    /// When the plan last changed.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub updated_at: DateTimeUtc,

    /// The plan's tasks, subtasks included.
    #[sea_orm(has_many)]
    pub tasks: HasMany<super::task::Entity>,
    /// The plan's earlier and present wordings.
    #[sea_orm(has_many)]
    pub revisions: HasMany<super::plan_revision::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
