//! The table `by_mood`.

use sea_orm::entity::prelude::*;

use super::mood::Mood;

/// A row of `by_mood`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "by_mood")]
pub struct Model {
    /// The column `mood`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mood: Mood,
    /// The column `n`.
    #[sea_orm(default_expr = "Expr::cust(\"'0'::numeric\")")]
    pub n: Option<Decimal>,
}

impl ActiveModelBehavior for ActiveModel {}
