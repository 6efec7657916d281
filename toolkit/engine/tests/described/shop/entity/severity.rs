//! The type `severity`.

use sea_orm::entity::prelude::*;

/// The type `severity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "severity")]
pub enum Severity {
    /// `low`.
    #[sea_orm(string_value = "low")]
    Low,
    /// `high`.
    #[sea_orm(string_value = "high")]
    High,
}
