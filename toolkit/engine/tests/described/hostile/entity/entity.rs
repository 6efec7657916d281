//! The table `entity`.

use sea_orm::entity::prelude::*;

/// A row of `entity`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "entity")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The column `model`.
    pub model: Option<i32>,
    /// The column `relation`.
    #[sea_orm(column_type = "Text")]
    pub relation: Option<String>,
    /// The column `v`.
    pub v: Option<i32>,
    /// The column `Column`.
    #[sea_orm(column_name = "Column")]
    pub column: Option<bool>,
}

impl ActiveModelBehavior for ActiveModel {}
