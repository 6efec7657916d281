//! The table `self`.

use sea_orm::entity::prelude::*;

/// A row of `self`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "self")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The column `value`.
    #[sea_orm(column_type = "Text")]
    pub value: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
