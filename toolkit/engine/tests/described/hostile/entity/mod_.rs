//! The table `mod`.

use sea_orm::entity::prelude::*;

/// A row of `mod`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "mod")]
pub struct Model {
    /// The column `crate`.
    #[sea_orm(primary_key, column_name = "crate")]
    pub crate_: Uuid,
    /// The column `super`.
    #[sea_orm(column_name = "super")]
    pub super_: Option<Uuid>,
    /// The column `mod`.
    #[sea_orm(column_name = "mod")]
    pub mod_: Option<Uuid>,

    /// The row that `mod` refers to.
    #[sea_orm(
        self_ref,
        relation_enum = "Parent",
        relation_reverse = "ParentChildren",
        from = "mod_",
        to = "crate_"
    )]
    pub parent: BelongsTo<Option<Entity>>,
    /// The rows that refer to this by `parent`.
    #[sea_orm(
        self_ref,
        relation_enum = "ParentChildren",
        relation_reverse = "Parent"
    )]
    pub parent_children: HasMany<Entity>,
    /// The row that `super` refers to.
    #[sea_orm(
        self_ref,
        relation_enum = "Parent2",
        relation_reverse = "Parent2Children",
        from = "super_",
        to = "crate_"
    )]
    pub parent_2: BelongsTo<Option<Entity>>,
    /// The rows that refer to this by `parent_2`.
    #[sea_orm(
        self_ref,
        relation_enum = "Parent2Children",
        relation_reverse = "Parent2"
    )]
    pub parent_2_children: HasMany<Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
