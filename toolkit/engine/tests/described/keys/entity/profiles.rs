//! The table `profiles`.

use sea_orm::entity::prelude::*;

/// A row of `profiles`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "profiles")]
pub struct Model {
    /// The column `tenant_id`.
    #[sea_orm(primary_key)]
    pub tenant_id: i32,
    /// The column `number`.
    #[sea_orm(primary_key)]
    pub number: i32,
    /// The column `about`.
    #[sea_orm(column_type = "Text")]
    pub about: Option<String>,

    /// The row that `tenant_id`, `number` refers to.
    #[sea_orm(
        belongs_to,
        from = "(tenant_id, number)",
        to = "(tenant_id, number)",
        on_delete = "Cascade"
    )]
    pub people: BelongsTo<super::people::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
