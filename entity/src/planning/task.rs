//! A task: one step of a plan, which may have steps of its own.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// How far a task has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "task_status")]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Not started.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// Being worked on.
    #[sea_orm(string_value = "in_progress")]
    InProgress,
    /// Waits for another task or a person.
    #[sea_orm(string_value = "blocked")]
    Blocked,
    /// Finished.
    #[sea_orm(string_value = "done")]
    Done,
    /// Tried, and given up.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// No longer wanted.
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
}

/// Which of two tasks comes first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "task_priority")]
#[serde(rename_all = "snake_case")]
pub enum TaskPriority {
    /// When nothing else is left.
    #[sea_orm(string_value = "low")]
    Low,
    /// In its turn.
    #[sea_orm(string_value = "normal")]
    Normal,
    /// Before the others.
    #[sea_orm(string_value = "high")]
    High,
    /// Now.
    #[sea_orm(string_value = "urgent")]
    Urgent,
}

/// One step of a plan.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "planning", table_name = "tasks")]
pub struct Model {
    /// Identifies the task.
    #[sea_orm(primary_key)]
    pub id: Uuid,
    /// The plan that the task is part of.
    #[sea_orm(indexed)]
    pub plan_id: Uuid,
    /// The task that this one is a part of; none at the top of a plan, or when that task is gone.
    #[sea_orm(indexed)]
    pub parent_task_id: Option<Uuid>,
    /// A line to recognise the task by.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub title: String,
    /// What is to be done, in full.
    #[sea_orm(column_type = "Text")]
    pub description: Option<String>,
    /// How far the task has come.
    #[sea_orm(indexed, default_value = "pending")]
    pub status: TaskStatus,
    /// How often it was tried.
    #[sea_orm(default_value = 0)]
    pub attempts: i16,
    /// What came of it.
    #[sea_orm(column_type = "JsonBinary")]
    pub result: Option<Json>,
    /// When the task was made.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    /// Which of two tasks comes first.
    #[sea_orm(default_value = "normal")]
    pub priority: TaskPriority,
    /// When it has to be finished.
    pub due_at: Option<DateTimeUtc>,

    /// The plan that the task is part of.
    #[sea_orm(belongs_to, from = "plan_id", to = "id", on_delete = "Cascade")]
    pub plan: BelongsTo<super::plan::Entity>,
    /// The task that this one is a part of.
    #[sea_orm(
        self_ref,
        relation_enum = "Parent",
        relation_reverse = "Subtasks",
        from = "parent_task_id",
        to = "id",
        on_delete = "SetNull"
    )]
    pub parent: BelongsTo<Option<Entity>>,
    /// The tasks that this one consists of.
    #[sea_orm(self_ref, relation_enum = "Subtasks", relation_reverse = "Parent")]
    pub subtasks: HasMany<Entity>,
    /// The tasks that have to be done before this one.
    #[sea_orm(self_ref, via = "task_dependency", from = "Task", to = "DependsOn")]
    pub depends_on: HasMany<Entity>,
    /// The tasks that wait for this one.
    #[sea_orm(self_ref, via = "task_dependency", reverse)]
    pub dependents: HasMany<Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
