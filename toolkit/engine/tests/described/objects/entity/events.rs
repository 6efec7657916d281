//! The table `events`.

use sea_orm::entity::prelude::*;

/// A row of `events`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "events")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The column `at`.
    #[sea_orm(primary_key)]
    pub at: DateTimeUtc,
    /// The column `kind`.
    #[sea_orm(column_type = "Text", indexed)]
    pub kind: String,
}

impl ActiveModelBehavior for ActiveModel {}
