//! The table `parent`.

use sea_orm::entity::prelude::*;

/// A row of `parent`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "parent")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The column `name`.
    #[sea_orm(column_type = "Text")]
    pub name: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
