//! The table `Type`.

use sea_orm::entity::prelude::*;

/// A row of `Type`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "Type")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// The column `type`.
    #[sea_orm(column_name = "type", default_value = 0)]
    pub type_: i32,
    /// The column `match_id`.
    #[sea_orm(column_type = "Text")]
    pub match_id: String,

    /// The row that `match_id` refers to.
    #[sea_orm(belongs_to, relation_enum = "Match", from = "match_id", to = "type_")]
    pub match_: BelongsTo<super::type_2::Entity>,
    /// The row that `type` refers to.
    #[sea_orm(
        belongs_to,
        relation_enum = "Type22",
        from = "type_",
        to = "self_",
        on_delete = "SetDefault"
    )]
    pub type_2: BelongsTo<super::type_2::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
