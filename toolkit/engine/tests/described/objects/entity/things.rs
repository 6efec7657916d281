//! The table `things`.

use sea_orm::entity::prelude::*;

/// A row of `things`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "things")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(
        primary_key,
        auto_increment = false,
        default_expr = "Expr::cust(\"next_number()\")"
    )]
    pub id: i64,
    /// The column `number`.
    #[sea_orm(default_expr = "Expr::cust(\"nextval('numbers'::regclass)\")")]
    pub number: i64,
    /// The column `size`.
    #[sea_orm(column_type = "custom(\"positive\")")]
    pub size: Option<i32>,
    /// The column `body`.
    #[sea_orm(column_type = "Text")]
    pub body: Option<String>,
    /// The column `during`.
    #[sea_orm(
        column_type = "custom(\"tstzrange\")",
        select_as = "text",
        save_as = "tstzrange"
    )]
    pub during: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
