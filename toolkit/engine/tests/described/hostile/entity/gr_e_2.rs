//! The table `Größe-2`.

use sea_orm::entity::prelude::*;

/// A row of `Größe-2`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "Größe-2")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,

    /// The row that `id` refers to.
    #[sea_orm(belongs_to, from = "id", to = "id")]
    pub gr_e: BelongsTo<super::gr_e::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
