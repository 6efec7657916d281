//! An organization: who pays.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What an organization pays for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "subscription_tier")]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionTier {
    /// Nothing.
    #[sea_orm(string_value = "free")]
    Free,
    /// Each seat.
    #[sea_orm(string_value = "team")]
    Team,
    /// By contract.
    #[sea_orm(string_value = "enterprise")]
    Enterprise,
}

/// An organization. It has to exist before its first user, so its owner is filled in afterwards.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "user_service", table_name = "organizations")]
pub struct Model {
    /// Identifies the organization.
    #[sea_orm(primary_key)]
    pub id: Uuid,
    /// The organization's name.
    #[sea_orm(column_type = "String(StringLen::N(120))")]
    pub name: String,
    /// The name in addresses.
    #[sea_orm(unique, column_type = "String(StringLen::N(63))")]
    pub slug: String,
    /// What it pays for.
    #[sea_orm(default_value = "free")]
    pub tier: SubscriptionTier,
    /// What it has left to spend, in euros.
    #[sea_orm(column_type = "Decimal(Some((12, 2)))", default_value = 0)]
    pub credit_balance: Decimal,
    /// What its administrators have set.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    pub settings: Json,
    /// When it signed up.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    /// The user who answers for it; none until the first user is there, or when that user is gone.
    #[sea_orm(indexed)]
    pub owner_id: Option<Uuid>,

    /// The user who answers for it.
    #[sea_orm(
        belongs_to,
        relation_enum = "Owner",
        from = "owner_id",
        to = "id",
        on_delete = "SetNull"
    )]
    pub owner: BelongsTo<Option<super::user::Entity>>,
    /// The users whose home it is.
    #[sea_orm(has_many, relation_enum = "Users", via_rel = "Organization")]
    pub users: HasMany<super::user::Entity>,
    /// Who may do what in it.
    #[sea_orm(has_many)]
    pub memberships: HasMany<super::membership::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
