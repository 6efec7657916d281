//! Every column type and every form of default that SeaORM offers.

use toolkit_runtime::entities;

use crate::{Bench, service};

/// A table with a column of each type, each with a default where the type has literals.
mod sample {
    use sea_orm::entity::prelude::*;

    /// A small enum.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "Mixed Mood")]
    pub enum Mood {
        /// Good.
        #[sea_orm(string_value = "it's good")]
        Good,
        /// Bad.
        #[sea_orm(string_value = "Bad")]
        Bad,
    }

    /// A string with known values.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(1))")]
    pub enum Size {
        /// Small.
        #[sea_orm(string_value = "S")]
        Small,
    }

    /// A number with known values.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "i32", db_type = "Integer")]
    pub enum Level {
        /// High.
        #[sea_orm(num_value = 9)]
        High,
    }

    /// One column of each type.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(
        schema_name = "shop",
        table_name = "Sample \"rows\"",
        comment = "It's one of each"
    )]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(default_value = -5)]
        pub tiny: i8,
        #[sea_orm(default_value = 0)]
        pub small: i16,
        #[sea_orm(default_value = 7, comment = "a 'comment'")]
        pub int: i32,
        pub big: Option<i64>,
        pub tiny_unsigned: u8,
        pub small_unsigned: u16,
        pub unsigned: u32,
        pub big_unsigned: u64,
        #[sea_orm(default_value = 1.5)]
        pub float: f32,
        #[sea_orm(default_value = -0.25)]
        pub double: f64,
        #[sea_orm(default_value = true)]
        pub flag: bool,
        #[sea_orm(default_value = "it's a \\ default")]
        pub string: String,
        #[sea_orm(column_type = "String(StringLen::N(12))", unique)]
        pub short: String,
        #[sea_orm(column_type = "Char(Some(3))", default_value = "abc")]
        pub letters: String,
        #[sea_orm(column_type = "Char(None)")]
        pub letter: String,
        #[sea_orm(column_type = "Text", default_value = "")]
        pub text: Option<String>,
        #[sea_orm(column_type = "Decimal(Some((12, 3)))", default_value = 0)]
        pub amount: Decimal,
        pub free_amount: Decimal,
        #[sea_orm(column_type = "Money(None)")]
        pub money: String,
        #[sea_orm(column_type = "Money(Some((10, 2)))")]
        pub money_with_precision: String,
        #[sea_orm(default_expr = "Expr::current_timestamp()")]
        pub at: DateTimeUtc,
        #[sea_orm(default_expr = "Expr::cust(\"now()\")")]
        pub zoned: DateTimeWithTimeZone,
        pub local: DateTime,
        #[sea_orm(column_type = "Timestamp")]
        pub stamp: DateTime,
        #[sea_orm(default_expr = "Expr::current_date()")]
        pub day: Date,
        pub time: Time,
        #[sea_orm(column_type = "Interval(None, None)")]
        pub interval: Option<String>,
        #[sea_orm(
            column_type = "Interval(Some(sea_orm::sea_query::PgInterval::YearToMonth), None)"
        )]
        pub months: Option<String>,
        #[sea_orm(column_type = "Interval(None, Some(3))")]
        pub precise: Option<String>,
        pub bytes: Vec<u8>,
        #[sea_orm(column_type = "VarBinary(StringLen::N(16))")]
        pub few_bytes: Vec<u8>,
        #[sea_orm(column_type = "Bit(Some(4))")]
        pub bits: String,
        #[sea_orm(column_type = "VarBit(8)")]
        pub some_bits: String,
        #[sea_orm(default_expr = "Expr::cust(\"gen_random_uuid()\")", unique)]
        pub uuid: Uuid,
        #[sea_orm(column_type = "Json")]
        pub json: Json,
        #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
        pub jsonb: Json,
        pub numbers: Vec<i32>,
        #[sea_orm(
            default_expr = "Expr::cust(\"'{}'::text[]\")",
            column_type = "Array(RcOrArc::new(ColumnType::Text))"
        )]
        pub words: Vec<String>,
        #[sea_orm(column_type = "Array(RcOrArc::new(ColumnType::Decimal(Some((6, 2)))))")]
        pub prices: Vec<Decimal>,
        #[sea_orm(column_type = "Inet")]
        pub inet: String,
        #[sea_orm(column_type = "Cidr")]
        pub cidr: String,
        #[sea_orm(column_type = "MacAddr")]
        pub mac: String,
        #[sea_orm(column_type = "custom(\"tsvector\")")]
        pub words_of: Option<String>,
        #[sea_orm(column_type = "custom(\"int4range\")")]
        pub range: Option<String>,
        #[sea_orm(default_value = "it's good", indexed)]
        pub mood: Mood,
        pub maybe: Option<Mood>,
        pub moods: Vec<Mood>,
        #[sea_orm(default_value = "S")]
        pub size: Size,
        #[sea_orm(default_value = 9)]
        pub level: Level,
        #[sea_orm(extra = "CHECK (\"checked\" > 0)")]
        pub checked: i32,
        #[sea_orm(extra = "GENERATED ALWAYS AS (int * 2) STORED")]
        pub doubled: Option<i32>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn no_difference_is_invented_for_any_type_default_or_option() {
    let service = service(|| entities![sample::Entity]);
    let bench = Bench::create(&service).await;
    let applied = bench.settle(&service).await;
    assert!(
        applied
            .iter()
            .any(|sql| sql.starts_with("CREATE TYPE \"Mixed Mood\"")),
        "{applied:#?}"
    );
    assert!(
        applied
            .iter()
            .any(|sql| sql.contains("moods \"Mixed Mood\"[] NOT NULL")),
        "{applied:#?}"
    );
    assert!(
        applied
            .iter()
            .any(|sql| sql == "COMMENT ON TABLE \"Sample \"\"rows\"\"\" IS 'It''s one of each'")
    );
}
