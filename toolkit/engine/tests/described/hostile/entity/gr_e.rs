//! The table `größe`.

use sea_orm::entity::prelude::*;

/// A row of `größe`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "größe")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The column `größe`.
    #[sea_orm(column_name = "größe")]
    pub gr_e: Option<i64>,

    /// The row of `gr_e_2` that refers to this.
    #[sea_orm(has_one)]
    pub gr_e_2: HasOne<super::gr_e_2::Entity>,
    /// The row that `größe` refers to.
    #[sea_orm(
        self_ref,
        relation_enum = "Parent",
        relation_reverse = "ParentChildren",
        from = "gr_e",
        to = "id"
    )]
    pub parent: BelongsTo<Option<Entity>>,
    /// The rows that refer to this by `parent`.
    #[sea_orm(
        self_ref,
        relation_enum = "ParentChildren",
        relation_reverse = "Parent"
    )]
    pub parent_children: HasMany<Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
