//! The table `by_day`.

use sea_orm::entity::prelude::*;

/// A row of `by_day`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "by_day")]
pub struct Model {
    /// The column `day`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
}

impl ActiveModelBehavior for ActiveModel {}
