//! The table `message_tags`.

use sea_orm::entity::prelude::*;

/// A row of `message_tags`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "message_tags")]
pub struct Model {
    /// The column `message_id`.
    #[sea_orm(primary_key)]
    pub message_id: i64,
    /// The column `tag_id`.
    #[sea_orm(primary_key)]
    pub tag_id: i32,

    /// The row that `message_id` refers to.
    #[sea_orm(belongs_to, from = "message_id", to = "id")]
    pub message: BelongsTo<super::messages::Entity>,
    /// The row that `tag_id` refers to.
    #[sea_orm(belongs_to, from = "tag_id", to = "id")]
    pub tag: BelongsTo<super::tags::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
