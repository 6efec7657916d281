//! A key that lets a program act for a user.

use sea_orm::entity::prelude::*;

/// A key that lets a program act for a user. Only its hash is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "user_service", table_name = "api_keys")]
pub struct Model {
    /// Identifies the key.
    #[sea_orm(primary_key)]
    pub id: Uuid,
    /// The user.
    #[sea_orm(indexed)]
    pub user_id: Uuid,
    /// What the user calls it.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub name: String,
    /// SHA-256 of the key.
    #[sea_orm(unique)]
    pub key_hash: Vec<u8>,
    /// What the program may do.
    #[sea_orm(
        column_type = "Array(RcOrArc::new(ColumnType::Text))",
        default_value = "{}"
    )]
    pub scopes: Vec<String>,
    /// Where it was last used from.
    pub last_used_ip: Option<IpNetwork>,
    /// When it was last used.
    pub last_used_at: Option<DateTimeUtc>,
    /// When it ends; none if never.
    pub expires_at: Option<DateTimeUtc>,
    /// Whether it was withdrawn.
    #[sea_orm(default_value = false)]
    pub revoked: bool,
    /// When it was made.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,

    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
