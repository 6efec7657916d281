//! A user: a person with an account.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Whether a user may sign in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "user_status")]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// Has not answered the invitation.
    #[sea_orm(string_value = "invited")]
    Invited,
    /// May sign in.
    #[sea_orm(string_value = "active")]
    Active,
    /// May not sign in.
    #[sea_orm(string_value = "suspended")]
    Suspended,
}

/// A person with an account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "user_service", table_name = "users")]
pub struct Model {
    /// Identifies the user.
    #[sea_orm(primary_key)]
    pub id: Uuid,
    /// The user's home organization.
    #[sea_orm(indexed)]
    pub organization_id: Uuid,
    /// Where to write to; the name to sign in with.
    #[sea_orm(unique, column_type = "custom(\"email_address\")")]
    pub email: String,
    /// How to address the user.
    pub display_name: String,
    /// The hashed password; none for users who sign in elsewhere.
    #[sea_orm(column_type = "Text")]
    pub password_hash: Option<String>,
    /// Whether the user may sign in.
    #[sea_orm(default_value = "invited")]
    pub status: UserStatus,
    /// The language to answer in.
    #[sea_orm(column_type = "Char(Some(2))", default_value = "en")]
    pub language: String,
    /// When the account was made.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    /// When the user last signed in.
    pub last_login_at: Option<DateTimeUtc>,

    /// The user's home organization.
    #[sea_orm(
        belongs_to,
        relation_enum = "Organization",
        from = "organization_id",
        to = "id",
        on_delete = "Restrict"
    )]
    pub organization: BelongsTo<super::organization::Entity>,
    /// The organizations that the user answers for.
    #[sea_orm(has_many, relation_enum = "OwnedOrganizations", via_rel = "Owner")]
    pub owned_organizations: HasMany<super::organization::Entity>,
    /// What the user may do where.
    #[sea_orm(has_many)]
    pub memberships: HasMany<super::membership::Entity>,
    /// The keys of the user's programs.
    #[sea_orm(has_many)]
    pub api_keys: HasMany<super::api_key::Entity>,
    /// Where the user is signed in.
    #[sea_orm(has_many)]
    pub sessions: HasMany<super::session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

// Two relations lead to organizations, so SeaORM does not choose one for joins.
impl Related<super::organization::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Organization.def()
    }
}
