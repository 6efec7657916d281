//! One wording of a plan.

use sea_orm::entity::prelude::*;

/// What a plan said at one time. Revisions of a plan are numbered from 1 and never change.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "planning", table_name = "plan_revisions")]
pub struct Model {
    /// Identifies the revision.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// The plan.
    #[sea_orm(unique_key = "plan_revision")]
    pub plan_id: Uuid,
    /// The revision's number within its plan.
    #[sea_orm(unique_key = "plan_revision")]
    pub revision: i32,
    /// Who changed the plan: an agent or a user.
    pub author_id: Uuid,
    /// Why it was changed.
    #[sea_orm(column_type = "Text")]
    pub reason: Option<String>,
    /// The whole plan as it was.
    #[sea_orm(column_type = "JsonBinary")]
    pub document: Json,
    /// When the revision was written.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,

    /// The plan.
    #[sea_orm(belongs_to, from = "plan_id", to = "id", on_delete = "Cascade")]
    pub plan: BelongsTo<super::plan::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
