//! The table `customers`.

use sea_orm::entity::prelude::*;

use super::severity::Severity;

/// Who orders.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(
    schema_name = "shop",
    table_name = "customers",
    comment = "Who orders."
)]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Where to write to;
    /// also the name to sign in with.
    #[sea_orm(
        column_type = "String(StringLen::N(320))",
        unique,
        comment = "Where to write to;\nalso the name to sign in with."
    )]
    pub email: String,
    /// The column `name`.
    #[sea_orm(column_type = "Text", default_value = "")]
    pub name: String,
    /// The column `tags`.
    #[sea_orm(
        column_type = "Array(RcOrArc::new(ColumnType::Text))",
        default_value = "{}"
    )]
    pub tags: Vec<String>,
    /// The column `settings`.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    pub settings: Json,
    /// The column `rating`.
    #[sea_orm(default_expr = "Expr::cust(\"0.5\")")]
    pub rating: f64,
    /// The column `urgency`.
    #[sea_orm(default_value = "low")]
    pub urgency: Severity,
    /// The column `created_at`.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    /// The column `seen_at`.
    #[sea_orm(default_expr = "Expr::cust(\"now()\")")]
    pub seen_at: Option<DateTimeUtc>,

    /// The rows of `orders` that refer to this.
    #[sea_orm(has_many)]
    pub orders: HasMany<super::orders::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
