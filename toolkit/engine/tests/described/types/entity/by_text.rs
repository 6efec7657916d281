//! The table `by_text`.

use sea_orm::entity::prelude::*;

/// A row of `by_text`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "by_text")]
pub struct Model {
    /// The column `name`.
    #[sea_orm(primary_key, column_type = "String(StringLen::N(20))")]
    pub name: String,
}

impl ActiveModelBehavior for ActiveModel {}
