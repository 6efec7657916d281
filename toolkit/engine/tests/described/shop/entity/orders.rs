//! The table `orders`.

use sea_orm::entity::prelude::*;

use super::severity::Severity;

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "order_status")]
pub enum OrderStatus {
    /// `draft`.
    #[sea_orm(string_value = "draft")]
    Draft,
    /// `sent`.
    #[sea_orm(string_value = "sent")]
    Sent,
    /// `in transit`.
    #[sea_orm(string_value = "in transit")]
    InTransit,
    /// `done`.
    #[sea_orm(string_value = "done")]
    Done,
}

/// A row of `orders`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "orders")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key, default_expr = "Expr::cust(\"gen_random_uuid()\")")]
    pub id: Uuid,
    /// The column `customer_id`.
    #[sea_orm(unique_key = "customer_id_number")]
    pub customer_id: i64,
    /// The column `number`.
    #[sea_orm(unique_key = "customer_id_number")]
    pub number: i32,
    /// The column `status`.
    #[sea_orm(indexed, default_value = "draft")]
    pub status: OrderStatus,
    /// The column `history`.
    #[sea_orm(default_value = "{}")]
    pub history: Vec<OrderStatus>,
    /// The column `total`.
    #[sea_orm(
        column_type = "Decimal(Some((12, 2)))",
        default_expr = "Expr::cust(\"0\")"
    )]
    pub total: Decimal,
    /// The column `note`.
    #[sea_orm(column_type = "Text")]
    pub note: Option<String>,
    /// The column `urgency`.
    pub urgency: Option<Severity>,

    /// The rows of `lines` that refer to this.
    #[sea_orm(has_many)]
    pub lines: HasMany<super::lines::Entity>,
    /// The row that `customer_id` refers to.
    #[sea_orm(belongs_to, from = "customer_id", to = "id", on_delete = "Cascade")]
    pub customer: BelongsTo<super::customers::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
