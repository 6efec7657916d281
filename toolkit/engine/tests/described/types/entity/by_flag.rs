//! The table `by_flag`.

use sea_orm::entity::prelude::*;

/// A row of `by_flag`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "by_flag")]
pub struct Model {
    /// The column `flag`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub flag: bool,
    /// The column `score`.
    pub score: Option<f32>,
}

impl ActiveModelBehavior for ActiveModel {}
