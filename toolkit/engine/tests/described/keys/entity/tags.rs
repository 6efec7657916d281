//! The table `tags`.

use sea_orm::entity::prelude::*;

/// A row of `tags`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "tags")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,

    /// The rows of `message_tags` that refer to this.
    #[sea_orm(has_many)]
    pub message_tags: HasMany<super::message_tags::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
