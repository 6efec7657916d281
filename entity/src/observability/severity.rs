//! How much something matters.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// How much a log event or an alert matters; one PostgreSQL type for both.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "severity")]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// For those who look for a fault.
    #[sea_orm(string_value = "debug")]
    Debug,
    /// As it should be.
    #[sea_orm(string_value = "info")]
    Info,
    /// Somebody should look when there is time.
    #[sea_orm(string_value = "warning")]
    Warning,
    /// Something did not work.
    #[sea_orm(string_value = "error")]
    Error,
    /// Somebody has to get up.
    #[sea_orm(string_value = "critical")]
    Critical,
}
