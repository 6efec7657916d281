//! The order among tasks.

use sea_orm::entity::prelude::*;

/// One task waits for another.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "planning", table_name = "task_dependencies")]
pub struct Model {
    /// The task that waits.
    #[sea_orm(primary_key)]
    pub task_id: Uuid,
    /// The task that it waits for.
    #[sea_orm(primary_key, indexed)]
    pub depends_on_task_id: Uuid,
    /// When this was found out.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,

    /// The task that waits.
    #[sea_orm(
        belongs_to,
        relation_enum = "Task",
        from = "task_id",
        to = "id",
        on_delete = "Cascade"
    )]
    pub task: BelongsTo<super::task::Entity>,
    /// The task that it waits for.
    #[sea_orm(
        belongs_to,
        relation_enum = "DependsOn",
        from = "depends_on_task_id",
        to = "id",
        on_delete = "Cascade"
    )]
    pub depends_on: BelongsTo<super::task::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
