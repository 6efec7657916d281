//! The table `tenants`.

use sea_orm::entity::prelude::*;

/// A row of `tenants`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "tenants")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The column `slug`.
    #[sea_orm(column_type = "Text", unique)]
    pub slug: String,
    /// The column `region`.
    #[sea_orm(column_type = "Text")]
    pub region: String,

    /// The rows of `messages` that refer to this.
    #[sea_orm(has_many, relation_enum = "TenantsMessages", via_rel = "Tenants2")]
    pub tenants_messages: HasMany<super::messages::Entity>,
    /// The rows of `messages` that refer to this.
    #[sea_orm(has_many, relation_enum = "Tenants2Messages", via_rel = "Tenants22")]
    pub tenants_2_messages: HasMany<super::messages::Entity>,
    /// The rows of `messages` that refer to this.
    #[sea_orm(has_many, relation_enum = "Tenants3Messages", via_rel = "Tenants3")]
    pub tenants_3_messages: HasMany<super::messages::Entity>,
    /// The rows of `people` that refer to this.
    #[sea_orm(has_many, relation_enum = "TenantPeople", via_rel = "Tenant")]
    pub tenant_people: HasMany<super::people::Entity>,
    /// The rows of `people` that refer to this.
    #[sea_orm(has_many, relation_enum = "TenantsPeople", via_rel = "Tenants2")]
    pub tenants_people: HasMany<super::people::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
