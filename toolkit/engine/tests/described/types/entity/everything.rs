//! The table `everything`.

use sea_orm::entity::prelude::*;

use super::mood::Mood;

/// A row of `everything`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(schema_name = "shop", table_name = "everything")]
pub struct Model {
    /// The column `id`.
    #[sea_orm(primary_key)]
    pub id: i16,
    /// The column `a`.
    #[sea_orm(default_value = true)]
    pub a: bool,
    /// The column `b`.
    pub b: Option<i16>,
    /// The column `c`.
    pub c: Option<i32>,
    /// The column `d`.
    #[sea_orm(default_expr = "Expr::cust(\"'-5'::bigint\")")]
    pub d: Option<i64>,
    /// The column `e`.
    #[sea_orm(default_expr = "Expr::cust(\"1.5\")")]
    pub e: Option<f32>,
    /// The column `f`.
    pub f: Option<f64>,
    /// The column `g`.
    pub g: Option<Decimal>,
    /// The column `h`.
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub h: Option<Decimal>,
    /// The column `i`.
    #[sea_orm(column_type = "Decimal(Some((4, 0)))")]
    pub i: Option<Decimal>,
    /// The column `j`.
    #[sea_orm(column_type = "Text")]
    pub j: Option<String>,
    /// The column `k`.
    pub k: Option<String>,
    /// The column `l`.
    #[sea_orm(column_type = "String(StringLen::N(40))")]
    pub l: Option<String>,
    /// The column `m`.
    #[sea_orm(
        column_type = "Char(Some(3))",
        default_expr = "Expr::cust(\"'abc'::bpchar\")"
    )]
    pub m: Option<String>,
    /// The column `n`.
    #[sea_orm(column_type = "Char(Some(1))")]
    pub n: Option<String>,
    /// The column `o`.
    #[sea_orm(default_expr = "Expr::cust(\"'\\\\x00'::bytea\")")]
    pub o: Option<Vec<u8>>,
    /// The column `p`.
    pub p: Option<Uuid>,
    /// The column `q`.
    #[sea_orm(default_expr = "Expr::cust(\"CURRENT_DATE\")")]
    pub q: Option<Date>,
    /// The column `r`.
    pub r: Option<Time>,
    /// The column `s`.
    #[sea_orm(column_type = "custom(\"time(3) without time zone\")")]
    pub s: Option<Time>,
    /// The column `t`.
    #[sea_orm(
        column_type = "custom(\"time with time zone\")",
        select_as = "text",
        save_as = "time with time zone"
    )]
    pub t: Option<String>,
    /// The column `u`.
    pub u: Option<DateTime>,
    /// The column `v`.
    #[sea_orm(column_type = "custom(\"timestamp(3) without time zone\")")]
    pub v: Option<DateTime>,
    /// The column `w`.
    pub w: Option<DateTimeUtc>,
    /// The column `x`.
    #[sea_orm(column_type = "custom(\"timestamp(0) with time zone\")")]
    pub x: Option<DateTimeUtc>,
    /// The column `y`.
    #[sea_orm(
        column_type = "custom(\"interval\")",
        select_as = "text",
        save_as = "interval"
    )]
    pub y: Option<String>,
    /// The column `z`.
    #[sea_orm(
        column_type = "custom(\"interval day to second\")",
        select_as = "text",
        save_as = "interval day to second"
    )]
    pub z: Option<String>,
    /// The column `aa`.
    pub aa: Option<Json>,
    /// The column `ab`.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    pub ab: Option<Json>,
    /// The column `ac`.
    pub ac: Option<IpNetwork>,
    /// The column `ad`.
    #[sea_orm(column_type = "Cidr")]
    pub ad: Option<IpNetwork>,
    /// The column `ae`.
    #[sea_orm(
        column_type = "custom(\"macaddr\")",
        select_as = "text",
        save_as = "macaddr"
    )]
    pub ae: Option<String>,
    /// The column `af`.
    #[sea_orm(
        column_type = "custom(\"bit(3)\")",
        select_as = "text",
        save_as = "bit(3)"
    )]
    pub af: Option<String>,
    /// The column `ag`.
    #[sea_orm(
        column_type = "custom(\"bit varying\")",
        select_as = "text",
        save_as = "bit varying"
    )]
    pub ag: Option<String>,
    /// The column `ah`.
    #[sea_orm(
        column_type = "custom(\"money\")",
        select_as = "text",
        save_as = "money"
    )]
    pub ah: Option<String>,
    /// The column `ai`.
    #[sea_orm(column_type = "custom(\"xml\")", select_as = "text", save_as = "xml")]
    pub ai: Option<String>,
    /// The column `aj`.
    #[sea_orm(
        column_type = "custom(\"tsvector\")",
        select_as = "text",
        save_as = "tsvector"
    )]
    pub aj: Option<String>,
    /// The column `ak`.
    #[sea_orm(
        column_type = "custom(\"point\")",
        select_as = "text",
        save_as = "point"
    )]
    pub ak: Option<String>,
    /// The column `al`.
    #[sea_orm(
        column_type = "custom(\"int4range\")",
        select_as = "text",
        save_as = "int4range"
    )]
    pub al: Option<String>,
    /// The column `am`.
    #[sea_orm(
        column_type = "custom(\"tstzmultirange\")",
        select_as = "text",
        save_as = "tstzmultirange"
    )]
    pub am: Option<String>,
    /// The column `an`.
    #[sea_orm(column_type = "custom(\"oid\")", select_as = "text", save_as = "oid")]
    pub an: Option<String>,
    /// The column `ao`.
    #[sea_orm(column_type = "custom(\"name\")", select_as = "text", save_as = "name")]
    pub ao: Option<String>,
    /// The column `ap`.
    #[sea_orm(
        column_type = "custom(\"\\\"char\\\"\")",
        select_as = "text",
        save_as = "\"char\""
    )]
    pub ap: Option<String>,
    /// The column `aq`.
    #[sea_orm(
        column_type = "custom(\"pg_lsn\")",
        select_as = "text",
        save_as = "pg_lsn"
    )]
    pub aq: Option<String>,
    /// The column `ar`.
    #[sea_orm(default_value = "{1,2}")]
    pub ar: Option<Vec<i32>>,
    /// The column `at`.
    #[sea_orm(column_type = "Array(RcOrArc::new(ColumnType::Text))")]
    pub at: Option<Vec<String>>,
    /// The column `au`.
    #[sea_orm(column_type = "Array(RcOrArc::new(ColumnType::String(StringLen::N(3))))")]
    pub au: Option<Vec<String>>,
    /// The column `av`.
    #[sea_orm(column_type = "Array(RcOrArc::new(ColumnType::Decimal(Some((3, 1)))))")]
    pub av: Option<Vec<Decimal>>,
    /// The column `aw`.
    pub aw: Option<Vec<Vec<u8>>>,
    /// The column `ax`.
    pub ax: Option<Vec<Uuid>>,
    /// The column `ay`.
    pub ay: Option<Vec<DateTimeUtc>>,
    /// The column `az`.
    #[sea_orm(column_type = "Array(RcOrArc::new(ColumnType::JsonBinary))")]
    pub az: Option<Vec<Json>>,
    /// The column `ba`.
    pub ba: Option<Vec<IpNetwork>>,
    /// The column `bb`.
    #[sea_orm(
        column_type = "Array(RcOrArc::new(ColumnType::custom(\"interval\")))",
        select_as = "text[]",
        save_as = "interval[]"
    )]
    pub bb: Option<Vec<String>>,
    /// The column `bc`.
    pub bc: Option<Vec<bool>>,
    /// The column `bd`.
    pub bd: Option<Vec<f64>>,
    /// The column `be`.
    #[sea_orm(column_type = "custom(\"email\")")]
    pub be: String,
    /// The column `bf`.
    #[sea_orm(column_type = "custom(\"\\\"Short Name\\\"\")")]
    pub bf: Option<String>,
    /// The column `bg`.
    #[sea_orm(
        column_type = "Array(RcOrArc::new(ColumnType::custom(\"email\")))",
        select_as = "text[]",
        save_as = "email[]"
    )]
    pub bg: Option<Vec<String>>,
    /// The column `bh`.
    #[sea_orm(default_value = "ok")]
    pub bh: Option<Mood>,
    /// The column `bi`.
    #[sea_orm(default_value = "{ok}")]
    pub bi: Option<Vec<Mood>>,
    /// The column `bj`.
    #[sea_orm(column_type = "custom(\"good_mood\")")]
    pub bj: Option<Mood>,
    /// The column `bk`.
    #[sea_orm(
        column_type = "custom(\"address\")",
        select_as = "text",
        save_as = "address"
    )]
    pub bk: Option<String>,
    /// The column `bl`.
    #[sea_orm(
        column_type = "Array(RcOrArc::new(ColumnType::custom(\"address\")))",
        select_as = "text[]",
        save_as = "address[]"
    )]
    pub bl: Option<Vec<String>>,
    /// The column `bm`.
    #[sea_orm(
        column_type = "custom(\"price_range\")",
        select_as = "text",
        save_as = "price_range"
    )]
    pub bm: Option<String>,
    /// The column `bn`.
    #[sea_orm(column_type = "Text", extra = "COLLATE \"C\"")]
    pub bn: Option<String>,
    /// The column `bo`.
    #[sea_orm(extra = "GENERATED ALWAYS AS IDENTITY (START WITH 10)")]
    pub bo: i32,
    /// The column `bp`.
    #[sea_orm(extra = "GENERATED BY DEFAULT AS IDENTITY")]
    pub bp: i32,
    /// The column `bq`.
    #[sea_orm(extra = "GENERATED BY DEFAULT AS IDENTITY")]
    pub bq: i32,
    /// The column `br`.
    #[sea_orm(default_expr = "Expr::cust(\"'9999999999'::bigint\")")]
    pub br: Option<i64>,
    /// The column `bs`.
    #[sea_orm(
        column_type = "Decimal(Some((5, 0)))",
        default_expr = "Expr::cust(\"0\")"
    )]
    pub bs: Option<Decimal>,
    /// The column `bt`.
    #[sea_orm(column_type = "Text")]
    pub bt: Option<String>,
    /// The column `bu`.
    #[sea_orm(default_expr = "Expr::cust(\"(1 + 1)\")")]
    pub bu: Option<i32>,
    /// The column `bv`.
    #[sea_orm(
        column_type = "Text",
        default_expr = "Expr::cust(\"('x'::text || 'y'::text)\")"
    )]
    pub bv: Option<String>,
    /// The column `bw`.
    #[sea_orm(
        column_type = "custom(\"bpchar\")",
        select_as = "text",
        save_as = "bpchar"
    )]
    pub bw: Option<String>,
    /// The column `bx`.
    #[sea_orm(column_type = "Decimal(Some((2, 2)))")]
    pub bx: Option<Decimal>,
}

impl ActiveModelBehavior for ActiveModel {}
