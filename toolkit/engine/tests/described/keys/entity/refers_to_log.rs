//! The table `refers_to_log`.

use sea_orm::entity::prelude::*;

/// A row of `refers_to_log`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "refers_to_log")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The column `person`.
    pub person: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
