//! Entities of the shop and of billing.

#![allow(missing_docs, reason = "an example")]

/// The shop.
pub mod shop {
    /// Kinds of products.
    pub mod category {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(schema_name = "shop", table_name = "categories")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i32,
            #[sea_orm(column_type = "Text", unique)]
            pub name: String,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    /// What is sold.
    pub mod product {
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "product_status")]
        pub enum ProductStatus {
            #[sea_orm(string_value = "draft")]
            Draft,
            #[sea_orm(string_value = "live")]
            Live,
        }

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(schema_name = "shop", table_name = "products")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i32,
            pub category_id: i32,
            #[sea_orm(column_type = "custom(\"citext\")", unique)]
            pub sku: String,
            #[sea_orm(column_type = "String(StringLen::N(200))", comment = "What customers read")]
            pub title: String,
            #[sea_orm(default_value = "draft")]
            pub status: ProductStatus,
            #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
            pub price: Decimal,
            #[sea_orm(default_expr = "Expr::cust(\"now()\")")]
            pub created_at: DateTimeUtc,
            // A new field goes here.
            #[sea_orm(belongs_to, from = "category_id", to = "id", on_delete = "Cascade")]
            pub category: HasOne<super::category::Entity>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }
}

/// Billing.
pub mod billing {
    /// What customers owe.
    pub mod invoice {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(
            schema_name = "billing",
            table_name = "invoices",
            comment = "What customers owe"
        )]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false, default_expr = "Expr::cust(\"gen_random_uuid()\")")]
            pub id: Uuid,
            #[sea_orm(unique)]
            pub number: i64,
            #[sea_orm(column_type = "Array(RcOrArc::new(ColumnType::Text))", default_value = "{}")]
            pub tags: Vec<String>,
            #[sea_orm(column_type = "JsonBinary")]
            pub details: Option<Json>,
            pub due: Date,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }
}
