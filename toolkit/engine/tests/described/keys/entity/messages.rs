//! The table `messages`.

use sea_orm::entity::prelude::*;

/// A row of `messages`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "messages")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The column `tenant_id`.
    pub tenant_id: i32,
    /// The column `sender`.
    #[sea_orm(unique_key = "overlapping")]
    pub sender: i32,
    /// The column `receiver`.
    pub receiver: Option<i32>,
    /// The column `reply_to_id`.
    #[sea_orm(unique)]
    pub reply_to_id: Option<i64>,
    /// The column `late`.
    pub late: Option<i32>,
    /// The column `unchecked`.
    #[sea_orm(unique)]
    pub unchecked: Option<i32>,
    /// The column `pair_a`.
    #[sea_orm(column_type = "Text")]
    pub pair_a: Option<String>,
    /// The column `pair_b`.
    #[sea_orm(column_type = "Text", unique_key = "overlapping")]
    pub pair_b: Option<String>,

    /// The rows of `message_tags` that refer to this.
    #[sea_orm(has_many)]
    pub message_tags: HasMany<super::message_tags::Entity>,
    /// The row that `late` refers to.
    #[sea_orm(
        belongs_to,
        relation_enum = "Tenants2",
        from = "late",
        to = "id",
        skip_fk
    )]
    pub tenants: BelongsTo<Option<super::tenants::Entity>>,
    /// The row that `pair_a`, `pair_b` refers to.
    #[sea_orm(
        belongs_to,
        relation_enum = "Tenants22",
        from = "(pair_a, pair_b)",
        to = "(region, slug)",
        skip_fk
    )]
    pub tenants_2: BelongsTo<Option<super::tenants::Entity>>,
    /// The row that `reply_to_id` refers to.
    #[sea_orm(
        self_ref,
        relation_enum = "ReplyTo",
        relation_reverse = "ReplyToChildren",
        from = "reply_to_id",
        to = "id",
        on_delete = "SetNull"
    )]
    pub reply_to: BelongsTo<Option<Entity>>,
    /// The rows that refer to this by `reply_to`.
    #[sea_orm(
        self_ref,
        relation_enum = "ReplyToChildren",
        relation_reverse = "ReplyTo"
    )]
    pub reply_to_children: HasMany<Entity>,
    /// The row that `tenant_id`, `receiver` refers to.
    #[sea_orm(
        belongs_to,
        relation_enum = "People2",
        from = "(tenant_id, receiver)",
        to = "(tenant_id, number)",
        skip_fk
    )]
    pub people: BelongsTo<Option<super::people::Entity>>,
    /// The row that `tenant_id`, `sender` refers to.
    #[sea_orm(
        belongs_to,
        relation_enum = "People22",
        from = "(tenant_id, sender)",
        to = "(tenant_id, number)"
    )]
    pub people_2: BelongsTo<super::people::Entity>,
    /// The row that `unchecked` refers to.
    #[sea_orm(
        belongs_to,
        relation_enum = "Tenants3",
        from = "unchecked",
        to = "id",
        skip_fk
    )]
    pub tenants_3: BelongsTo<Option<super::tenants::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
