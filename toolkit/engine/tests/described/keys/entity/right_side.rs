//! The table `right_side`.

use sea_orm::entity::prelude::*;

/// A row of `right_side`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "right_side")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The column `left_id`.
    #[sea_orm(unique)]
    pub left_id: i32,
    /// The column `other_left_id`.
    pub other_left_id: Option<i32>,

    /// The rows of `left_side` that refer to this.
    #[sea_orm(has_many, relation_enum = "RightLeftSide", via_rel = "Right")]
    pub right_left_side: HasMany<super::left_side::Entity>,
    /// The row that `left_id` refers to.
    #[sea_orm(belongs_to, relation_enum = "Left", from = "left_id", to = "id")]
    pub left: BelongsTo<super::left_side::Entity>,
    /// The row that `other_left_id` refers to.
    #[sea_orm(
        belongs_to,
        relation_enum = "OtherLeft",
        from = "other_left_id",
        to = "id"
    )]
    pub other_left: BelongsTo<Option<super::left_side::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
