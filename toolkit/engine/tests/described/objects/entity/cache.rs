//! The table `cache`.

use sea_orm::entity::prelude::*;

/// A row of `cache`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "cache")]
pub struct Model {
    /// The column `key`.
    #[sea_orm(primary_key, column_type = "Text")]
    pub key: String,
    /// The column `value`.
    #[sea_orm(column_type = "JsonBinary")]
    pub value: Option<Json>,
}

impl ActiveModelBehavior for ActiveModel {}
