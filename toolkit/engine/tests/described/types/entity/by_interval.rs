//! The table `by_interval`.

use sea_orm::entity::prelude::*;

/// A row of `by_interval`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "by_interval")]
pub struct Model {
    /// The column `every`.
    #[sea_orm(
        primary_key,
        column_type = "custom(\"interval\")",
        select_as = "text",
        save_as = "interval"
    )]
    pub every: String,
    /// The column `n`.
    #[sea_orm(primary_key, extra = "GENERATED ALWAYS AS IDENTITY")]
    pub n: i32,
}

impl ActiveModelBehavior for ActiveModel {}
