//! What a user may do in an organization.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What a member may do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "membership_role")]
#[serde(rename_all = "snake_case")]
pub enum MembershipRole {
    /// Read.
    #[sea_orm(string_value = "viewer")]
    Viewer,
    /// Read and write.
    #[sea_orm(string_value = "member")]
    Member,
    /// Also invite and remove members.
    #[sea_orm(string_value = "admin")]
    Admin,
}

/// A user's part in an organization.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "user_service", table_name = "memberships")]
pub struct Model {
    /// The organization.
    #[sea_orm(primary_key)]
    pub organization_id: Uuid,
    /// The member.
    #[sea_orm(primary_key, indexed)]
    pub user_id: Uuid,
    /// What the member may do.
    #[sea_orm(default_value = "member")]
    pub role: MembershipRole,
    /// Since when.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub joined_at: DateTimeUtc,

    /// The organization.
    #[sea_orm(belongs_to, from = "organization_id", to = "id", on_delete = "Cascade")]
    pub organization: BelongsTo<super::organization::Entity>,
    /// The member.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
