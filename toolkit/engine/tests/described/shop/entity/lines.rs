//! The table `lines`.

use sea_orm::entity::prelude::*;

/// A row of `lines`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "lines")]
pub struct Model {
    /// The column `order_id`.
    #[sea_orm(primary_key)]
    pub order_id: Uuid,
    /// The column `line`.
    #[sea_orm(primary_key)]
    pub line: i16,
    /// The column `article`.
    #[sea_orm(column_type = "Text")]
    pub article: String,
    /// The column `article_key`.
    #[sea_orm(column_type = "Text")]
    pub article_key: Option<String>,
    /// The column `price`.
    pub price: Decimal,

    /// The row that `order_id` refers to.
    #[sea_orm(
        belongs_to,
        from = "order_id",
        to = "id",
        on_update = "Cascade",
        on_delete = "Cascade"
    )]
    pub order: BelongsTo<super::orders::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
