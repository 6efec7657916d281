//! The table `by_always`.

use sea_orm::entity::prelude::*;

/// A row of `by_always`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "by_always")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(
        primary_key,
        auto_increment = false,
        extra = "GENERATED ALWAYS AS IDENTITY (INCREMENT BY 10)"
    )]
    pub id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
