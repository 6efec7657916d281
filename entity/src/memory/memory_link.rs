//! How two memories belong together.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// In which way one memory leads to another.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "link_kind")]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Both are about the same.
    #[sea_orm(string_value = "related")]
    Related,
    /// The source speaks for the target.
    #[sea_orm(string_value = "supports")]
    Supports,
    /// The source speaks against the target.
    #[sea_orm(string_value = "contradicts")]
    Contradicts,
    /// The source takes the target's place.
    #[sea_orm(string_value = "supersedes")]
    Supersedes,
}

/// One memory leads to another, in at most one way of each kind.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(schema_name = "memory", table_name = "memory_links")]
pub struct Model {
    /// Identifies the link.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The memory that the link starts from.
    #[sea_orm(unique_key = "endpoints")]
    pub source_memory_id: Uuid,
    /// The memory that it leads to.
    #[sea_orm(indexed, unique_key = "endpoints")]
    pub target_memory_id: Uuid,
    /// In which way.
    #[sea_orm(unique_key = "endpoints")]
    pub kind: LinkKind,
    /// How strongly, from 0 to 1.
    #[sea_orm(default_value = 1.0)]
    pub strength: f32,

    /// The memory that the link starts from.
    #[sea_orm(
        belongs_to,
        relation_enum = "Source",
        from = "source_memory_id",
        to = "id",
        on_delete = "Cascade"
    )]
    pub source: BelongsTo<super::memory_item::Entity>,
    /// The memory that it leads to.
    #[sea_orm(
        belongs_to,
        relation_enum = "Target",
        from = "target_memory_id",
        to = "id",
        on_delete = "Cascade"
    )]
    pub target: BelongsTo<super::memory_item::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
