//! Every kind of declared object comes to what the same SQL by hand comes to, in whatever order it
//! is declared.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use toolkit_engine::desired;
use toolkit_runtime::{Declarations, Service, entities};

use crate::{Bench, service};

/// What customers ordered.
pub(crate) mod order {
    use sea_orm::entity::prelude::*;

    /// An order. Its key has the column by which the table is partitioned.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "shop", table_name = "orders")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(primary_key, auto_increment = false, indexed)]
        pub placed_on: Date,
        #[sea_orm(column_type = "custom(\"email_address\")", default_value = "a@b.c")]
        pub customer: String,
        pub total: i32,
        #[sea_orm(column_type = "custom(\"place\")")]
        pub destination: Option<String>,
        pub slug: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) fn orders() -> Service {
    service(|| entities![order::Entity])
}

/// What is declared needs what is declared below it.
fn backwards(declared: &mut Declarations) {
    declared
        .grant("SELECT (id, total)", "orders", "PUBLIC")
        .revoke("EXECUTE", "FUNCTION slug(text, integer)", "PUBLIC")
        .comment("VIEW large_orders", "It's more than 100")
        .index_sql("CREATE UNIQUE INDEX sales_by_day ON sales (placed_on)")
        .view_option("large_orders", "security_barrier", "true")
        .trigger(
            "large_orders",
            "large_orders_refuse",
            "INSTEAD OF DELETE",
            "FOR EACH ROW EXECUTE FUNCTION refuse('delete')",
        )
        .view(
            "large_orders",
            Query::select()
                .columns(["id", "total"])
                .from("all_orders")
                .and_where(Expr::col("total").gt(100)),
        )
        .materialized_view_sql(
            "sales",
            "SELECT placed_on, product(total) FROM all_orders GROUP BY 1",
        )
        .view_sql("all_orders", "SELECT * FROM orders")
        .view(
            "orders_of_a",
            order::Entity::find()
                .select_only()
                .columns([order::Column::Id, order::Column::Customer])
                .filter(order::Column::Customer.eq("a@b.c"))
                .as_query(),
        )
        .aggregate(
            "product(integer)",
            "(SFUNC = times, STYPE = integer, INITCOND = '1')",
        )
        .function(
            "times(integer, integer)",
            "RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 * $2",
        )
        .procedure(
            "forget(before date)",
            "LANGUAGE sql AS 'DELETE FROM orders WHERE placed_on < before'",
        )
        .constraint_trigger(
            "orders",
            "orders_refuse",
            "AFTER DELETE",
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()",
        )
        .function(
            "refuse()",
            "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$",
        )
        .row_level_security("orders")
        .force_row_level_security("orders")
        .policy("orders", "own", "FOR SELECT USING (is_own(orders))")
        .function(
            "is_own(orders)",
            "RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT $1.customer = current_user $$",
        )
        .partition(
            "orders_old",
            "orders_oldest",
            "FOR VALUES IN ('2020-01-01')",
        )
        .partition(
            "orders",
            "orders_old",
            "FOR VALUES FROM (MINVALUE) TO ('2026-01-01') PARTITION BY LIST (placed_on)",
        )
        .partition("orders", "orders_new", "DEFAULT")
        .partition_by("orders", "RANGE (placed_on)")
        .generated("orders", "slug", "slug(customer, total)")
        .function(
            "slug(customer text, total integer)",
            "RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT total || clean(customer) $$",
        )
        .function(
            "clean(text)",
            "RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower($1) $$",
        )
        .composite_type("place", "street street, city text")
        .domain("street", "text CHECK (VALUE = clean(VALUE))")
        .domain(
            "email_address",
            "text COLLATE \"C\" CHECK (VALUE LIKE '%_@_%')",
        )
        .range_type("days", "subtype = date")
        .file("rules.sql", RULES);
}

const RULES: &str = "
    -- Nobody forgets what was large.
    CREATE RULE keep AS ON UPDATE TO sales_by_hand DO INSTEAD NOTHING;
    CREATE STATISTICS orders_total ON total, customer FROM orders;
";

/// The same by hand, in an order that PostgreSQL accepts.
const BY_HAND: &str = "
    CREATE FUNCTION clean(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower($1) $$;
    CREATE FUNCTION slug(customer text, total integer) RETURNS text LANGUAGE sql IMMUTABLE
        AS $$ SELECT total || clean(customer) $$;
    REVOKE EXECUTE ON FUNCTION slug(text, integer) FROM PUBLIC;
    CREATE DOMAIN email_address AS text COLLATE \"C\" CHECK (VALUE LIKE '%_@_%');
    CREATE DOMAIN street AS text CHECK (VALUE = clean(VALUE));
    CREATE TYPE place AS (street street, city text);
    CREATE TYPE days AS RANGE (subtype = date);
    CREATE TABLE orders (
        id bigint NOT NULL,
        placed_on date NOT NULL,
        customer email_address NOT NULL DEFAULT 'a@b.c',
        total integer NOT NULL,
        destination place,
        slug varchar NOT NULL GENERATED ALWAYS AS (slug(customer, total)) STORED,
        CONSTRAINT \"pk-orders\" PRIMARY KEY (id, placed_on)
    ) PARTITION BY RANGE (placed_on);
    CREATE TABLE orders_old PARTITION OF orders FOR VALUES FROM (MINVALUE) TO ('2026-01-01')
        PARTITION BY LIST (placed_on);
    CREATE TABLE orders_oldest PARTITION OF orders_old FOR VALUES IN ('2020-01-01');
    CREATE TABLE orders_new PARTITION OF orders DEFAULT;
    CREATE INDEX \"idx-orders-placed_on\" ON orders (placed_on);
    CREATE FUNCTION is_own(orders) RETURNS boolean LANGUAGE sql STABLE
        AS $$ SELECT $1.customer = current_user $$;
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON orders FOR SELECT USING (is_own(orders));
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
    CREATE CONSTRAINT TRIGGER orders_refuse AFTER DELETE ON orders DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION refuse();
    CREATE PROCEDURE forget(before date) LANGUAGE sql
        AS 'DELETE FROM orders WHERE placed_on < before';
    CREATE FUNCTION times(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 * $2;
    CREATE AGGREGATE product(integer) (SFUNC = times, STYPE = integer, INITCOND = '1');
    CREATE VIEW all_orders AS SELECT * FROM orders;
    CREATE VIEW orders_of_a AS SELECT id, customer FROM orders WHERE customer = 'a@b.c';
    CREATE MATERIALIZED VIEW sales AS
        SELECT placed_on, product(total) FROM all_orders GROUP BY 1;
    CREATE UNIQUE INDEX sales_by_day ON sales (placed_on);
    CREATE VIEW large_orders WITH (security_barrier = true) AS
        SELECT id, total FROM all_orders WHERE total > 100;
    COMMENT ON VIEW large_orders IS 'It''s more than 100';
    CREATE TRIGGER large_orders_refuse INSTEAD OF DELETE ON large_orders
        FOR EACH ROW EXECUTE FUNCTION refuse('delete');
    GRANT SELECT (id, total) ON orders TO PUBLIC;
    CREATE VIEW sales_by_hand AS SELECT 1 AS one;
    CREATE RULE keep AS ON UPDATE TO sales_by_hand DO INSTEAD NOTHING;
    CREATE STATISTICS orders_total ON total, customer FROM orders;
";

#[tokio::test]
async fn declarations_come_to_what_the_same_sql_comes_to_in_any_order() {
    let service = orders().declare(|declared| {
        backwards(declared);
        declared.view_sql("sales_by_hand", "SELECT 1 AS one");
    });
    let bench = Bench::create(&service).await;
    bench.send(BY_HAND).await;
    let by_hand = bench.current(&service).await;
    let declared = desired::read(bench.connection.db(), &service)
        .await
        .unwrap();
    assert_eq!(declared.tables, by_hand.tables);
    assert_eq!(declared, by_hand);
}

#[test]
fn what_is_declared_of_no_entity_is_refused() {
    let told = |service: &Service| desired::statements(service).unwrap_err().to_string();
    let partitioned = orders().declare(|declared| {
        declared.partition_by("ordres", "RANGE (placed_on)");
    });
    assert_eq!(
        told(&partitioned),
        "the declaration .partition_by(…) of table ordres: no listed entity has it"
    );
    let generated = orders().declare(|declared| {
        declared.generated("orders", "slugg", "lower(customer)");
    });
    assert_eq!(
        told(&generated),
        "the declaration .generated(…) of column orders.slugg: no listed entity has it"
    );
}

/// A name whose case does not matter, by an extension's type.
mod label {
    use sea_orm::entity::prelude::*;

    /// A label.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "shop", table_name = "labels")]
    pub struct Model {
        #[sea_orm(
            primary_key,
            auto_increment = false,
            column_type = "custom(\"citext\")"
        )]
        pub name: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Needs a server: the embedded PostgreSQL does not have the extension.
#[tokio::test]
async fn an_extension_is_made_before_the_columns_that_use_it_and_in_public() {
    if toolkit_testkit::server("an_extension_is_made_before_the_columns_that_use_it").is_none() {
        return;
    }
    let service = service(|| entities![label::Entity]).declare(|declared| {
        declared.extension("citext");
    });
    let bench = Bench::create(&service).await;
    let declared = desired::read(bench.connection.db(), &service)
        .await
        .unwrap();
    let labels = declared.tables.values().next().unwrap();
    let data_type = &labels.columns[0].data_type;
    assert_eq!((&*data_type.schema, &*data_type.name), ("public", "citext"));
}
