//! The table `type`.

use sea_orm::entity::prelude::*;

/// The type `model`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "model")]
pub enum ModelType {
    /// `type`.
    #[sea_orm(string_value = "type")]
    Type,
    /// ``.
    #[sea_orm(string_value = "")]
    Value,
    /// ` `.
    #[sea_orm(string_value = " ")]
    Value2,
}

/// A "comment" with ''' fences, \backslashes
/// and lines.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    schema_name = "shop",
    table_name = "type",
    comment = "A \"comment\" with ``` fences, \\backslashes\n    and lines."
)]
pub struct Model {
    /// The column `self`.
    #[sea_orm(primary_key, auto_increment = false, column_name = "self")]
    pub self_: i32,
    /// ein "Wort" \n ü
    #[sea_orm(
        column_name = "type",
        column_type = "Text",
        unique,
        unique_key = "type_fn",
        comment = "ein \"Wort\" \\n ü"
    )]
    pub type_: String,
    /// The column `Type`.
    #[sea_orm(column_name = "Type", column_type = "Text")]
    pub type_2: Option<String>,
    /// The column `fn`.
    #[sea_orm(column_name = "fn", column_type = "Text", unique_key = "type_fn")]
    pub fn_: String,
    /// The column `gen`.
    #[sea_orm(column_name = "gen", default_value = 0)]
    pub gen_: i32,
    /// The column `field_1`.
    #[sea_orm(column_type = "Text")]
    pub field_1: Option<String>,
    /// The column `field1`.
    #[sea_orm(column_name = "field1", column_type = "Text")]
    pub field1_2: Option<String>,
    /// The column `createdAt`.
    #[sea_orm(column_name = "createdAt", default_expr = "Expr::cust(\"now()\")")]
    pub created_at: DateTimeUtc,
    /// The column `größe`.
    #[sea_orm(
        column_name = "größe",
        column_type = "Text",
        default_expr = "Expr::cust(\"'ü''\\\"\\\\'::text\")"
    )]
    pub gr_e: Option<String>,
    /// The column `quote"d`.
    #[sea_orm(column_name = "quote\"d", column_type = "Text", indexed)]
    pub quote_d: Option<String>,
    /// The column `2nd`.
    #[sea_orm(column_name = "2nd")]
    pub n2nd: Option<i32>,
    /// The column ` `.
    #[sea_orm(column_name = " ", column_type = "Text")]
    pub field: Option<String>,
    /// The column `day`.
    #[sea_orm(
        column_type = "custom(\"\\\"Date\\\"\")",
        select_as = "text",
        save_as = "\"Date\"",
        default_expr = "Expr::cust(\"'a\\\"b'::\\\"Date\\\"\")"
    )]
    pub day: String,
    /// The column `status`.
    #[sea_orm(
        column_type = "custom(\"status\")",
        select_as = "text",
        save_as = "status"
    )]
    pub status: Option<String>,
    /// The column `kind`.
    pub kind: Option<ModelType>,
    /// The column `entity`.
    #[sea_orm(column_type = "Text")]
    pub entity: Option<String>,
    /// The column `column`.
    #[sea_orm(column_type = "Text")]
    pub column: Option<String>,

    /// The rows of `type_` that refer to this.
    #[sea_orm(has_many, relation_enum = "MatchType", via_rel = "Match")]
    pub match_type: HasMany<super::type_::Entity>,
    /// The rows of `type_` that refer to this.
    #[sea_orm(has_many, relation_enum = "Type2Type", via_rel = "Type22")]
    pub type_2_type: HasMany<super::type_::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
