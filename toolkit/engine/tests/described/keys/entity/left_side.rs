//! The table `left_side`.

use sea_orm::entity::prelude::*;

/// A row of `left_side`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "left_side")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The column `right_id`.
    pub right_id: Option<i32>,

    /// The row that `right_id` refers to.
    #[sea_orm(belongs_to, relation_enum = "Right", from = "right_id", to = "id")]
    pub right: BelongsTo<Option<super::right_side::Entity>>,
    /// The rows of `right_side` that refer to this.
    #[sea_orm(has_many, relation_enum = "LeftRightSide", via_rel = "Left")]
    pub left_right_side: HasMany<super::right_side::Entity>,
    /// The rows of `right_side` that refer to this.
    #[sea_orm(has_many, relation_enum = "OtherLeftRightSide", via_rel = "OtherLeft")]
    pub other_left_right_side: HasMany<super::right_side::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
