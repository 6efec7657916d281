//! The table `by_bytes`.

use sea_orm::entity::prelude::*;

/// A row of `by_bytes`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "by_bytes")]
pub struct Model {
    /// The column `hash`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
