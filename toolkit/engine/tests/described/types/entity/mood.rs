//! The type `mood`.

use sea_orm::entity::prelude::*;

/// The type `mood`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "mood")]
pub enum Mood {
    /// `sad`.
    #[sea_orm(string_value = "sad")]
    Sad,
    /// `ok`.
    #[sea_orm(string_value = "ok")]
    Ok,
}
