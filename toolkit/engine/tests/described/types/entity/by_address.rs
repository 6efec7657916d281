//! The table `by_address`.

use sea_orm::entity::prelude::*;

/// A row of `by_address`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "by_address")]
pub struct Model {
    /// The column `address`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub address: IpNetwork,
}

impl ActiveModelBehavior for ActiveModel {}
