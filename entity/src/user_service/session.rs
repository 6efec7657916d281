//! A session: a user signed in on one device.

use sea_orm::entity::prelude::*;

/// A user signed in on one device. Only the token's hash is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "user_service", table_name = "sessions")]
pub struct Model {
    /// Identifies the session.
    #[sea_orm(primary_key)]
    pub id: Uuid,
    /// The user.
    #[sea_orm(indexed)]
    pub user_id: Uuid,
    /// SHA-256 of the session's token.
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    /// Where the user signed in from.
    pub ip_address: IpNetwork,
    /// What the device calls itself.
    #[sea_orm(column_type = "Text")]
    pub user_agent: Option<String>,
    /// When the user signed in.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    /// When the session ends.
    #[sea_orm(indexed)]
    pub expires_at: DateTimeUtc,

    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
