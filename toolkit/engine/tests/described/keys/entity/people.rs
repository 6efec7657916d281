//! The table `people`.

use sea_orm::entity::prelude::*;

/// A row of `people`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "people")]
pub struct Model {
    /// The column `tenant_id`.
    #[sea_orm(primary_key)]
    pub tenant_id: i32,
    /// The column `number`.
    #[sea_orm(primary_key)]
    pub number: i32,
    /// The column `boss`.
    pub boss: Option<i32>,
    /// The column `mentor`.
    pub mentor: Option<i32>,
    /// The column `tenant_slug`.
    #[sea_orm(column_type = "Text")]
    pub tenant_slug: Option<String>,

    /// The rows of `messages` that refer to this.
    #[sea_orm(has_many, relation_enum = "PeopleMessages", via_rel = "People2")]
    pub people_messages: HasMany<super::messages::Entity>,
    /// The rows of `messages` that refer to this.
    #[sea_orm(has_many, relation_enum = "People2Messages", via_rel = "People22")]
    pub people_2_messages: HasMany<super::messages::Entity>,
    /// The row that `tenant_id`, `boss` refers to.
    #[sea_orm(
        self_ref,
        relation_enum = "Parent",
        relation_reverse = "ParentChildren",
        from = "(tenant_id, boss)",
        to = "(tenant_id, number)"
    )]
    pub parent: BelongsTo<Option<Entity>>,
    /// The rows that refer to this by `parent`.
    #[sea_orm(
        self_ref,
        relation_enum = "ParentChildren",
        relation_reverse = "Parent"
    )]
    pub parent_children: HasMany<Entity>,
    /// The row that `tenant_id` refers to.
    #[sea_orm(
        belongs_to,
        relation_enum = "Tenant",
        from = "tenant_id",
        to = "id",
        on_delete = "Restrict"
    )]
    pub tenant: BelongsTo<super::tenants::Entity>,
    /// The row that `tenant_id`, `mentor` refers to.
    #[sea_orm(
        self_ref,
        relation_enum = "Parent2",
        relation_reverse = "Parent2Children",
        from = "(tenant_id, mentor)",
        to = "(tenant_id, number)"
    )]
    pub parent_2: BelongsTo<Option<Entity>>,
    /// The rows that refer to this by `parent_2`.
    #[sea_orm(
        self_ref,
        relation_enum = "Parent2Children",
        relation_reverse = "Parent2"
    )]
    pub parent_2_children: HasMany<Entity>,
    /// The row that `tenant_slug` refers to.
    #[sea_orm(
        belongs_to,
        relation_enum = "Tenants2",
        from = "tenant_slug",
        to = "slug",
        on_update = "Cascade"
    )]
    pub tenants: BelongsTo<Option<super::tenants::Entity>>,
    /// The row of `profiles` that refers to this.
    #[sea_orm(has_one)]
    pub profiles: HasOne<super::profiles::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
