//! A rule that calls for somebody.

use sea_orm::entity::prelude::*;

use super::severity::Severity;

/// A rule: when a metric stays above its threshold, somebody is called.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "observability", table_name = "alerts")]
pub struct Model {
    /// Identifies the rule.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// What the rule is called.
    #[sea_orm(unique)]
    pub name: String,
    /// The metric that is watched.
    #[sea_orm(column_type = "String(StringLen::N(200))", indexed)]
    pub metric_name: String,
    /// The value that it must not stay above.
    #[sea_orm(column_type = "Decimal(Some((12, 3)))")]
    pub threshold: Decimal,
    /// For how long, in seconds.
    #[sea_orm(default_value = 300)]
    pub window_seconds: i32,
    /// How much it matters.
    #[sea_orm(default_value = "warning")]
    pub level: Severity,
    /// Whether it is watched at all.
    #[sea_orm(default_value = true)]
    pub enabled: bool,
    /// When it was last changed.
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub updated_at: DateTimeUtc,
    /// From when on nobody is called, in UTC; none if always somebody is.
    pub quiet_from: Option<Time>,
    /// Until when nobody is called, in UTC.
    pub quiet_until: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
