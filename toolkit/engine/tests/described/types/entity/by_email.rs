//! The table `by_email`.

use sea_orm::entity::prelude::*;

/// A row of `by_email`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "by_email")]
pub struct Model {
    /// The column `email`.
    #[sea_orm(primary_key, column_type = "custom(\"email\")")]
    pub email: String,
}

impl ActiveModelBehavior for ActiveModel {}
