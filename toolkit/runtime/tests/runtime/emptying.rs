//! `fresh`: everything in the schema goes, everything outside it stays.

use toolkit_runtime::{Error, Extent};
use toolkit_testkit::server;

use crate::service::{connect, migrator, orders, run, tables};

migrator!(Tables, "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"]);

/// One object of every kind that PostgreSQL lets a superuser create in a schema.
const CLUTTER: &str = r#"
SET search_path = orders, public;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b mood);
CREATE TYPE span AS RANGE (subtype = int);
CREATE SEQUENCE counter;
CREATE TABLE "Mixed ""Case" (id int PRIMARY KEY DEFAULT nextval('counter'), mood mood, p positive);
CREATE TABLE child (id int GENERATED ALWAYS AS IDENTITY, parent int REFERENCES "Mixed ""Case");
CREATE TABLE measures (at date, n int) PARTITION BY RANGE (at);
CREATE TABLE measures_2026 PARTITION OF measures FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE VIEW seen AS SELECT * FROM child;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM seen;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE PROCEDURE nothing() LANGUAGE sql AS '';
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON child FOR EACH ROW EXECUTE FUNCTION touch();
CREATE INDEX doubled ON child (twice(id));
CREATE STATISTICS correlated ON id, parent FROM child;
CREATE COLLATION german (provider = icu, locale = 'de');
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = pg_catalog.simple);
CREATE TEXT SEARCH CONFIGURATION search (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION search ALTER MAPPING FOR word WITH plain;
CREATE EXTENSION IF NOT EXISTS plpgsql;
"#;

#[tokio::test]
async fn fresh_empties_the_schema_of_every_kind_of_object_and_touches_nothing_else() {
    let Some(cluster) = server("fresh_empties_the_schema") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    let connection = connect(&database).await;
    let service = orders::<Tables>();
    let up = async |runner: &toolkit_runtime::Runner<'_>, report: &mut toolkit_runtime::Report| {
        runner.up(report, &Extent::All).await
    };
    run(&connection, &service, up).await.1.unwrap();
    cluster.psql(
        name,
        "COMMENT ON SCHEMA orders IS 'kept'; GRANT USAGE ON SCHEMA orders TO PUBLIC",
    );
    cluster.psql(
        name,
        "CREATE SCHEMA other; CREATE TABLE other.orders (id int PRIMARY KEY); \
         CREATE VIEW other.seen AS SELECT * FROM other.orders; CREATE TYPE mood AS ENUM ('x')",
    );
    let clean = cluster.dump(name, &[]);
    cluster.psql(name, CLUTTER);
    assert_ne!(cluster.dump(name, &[]), clean);

    let (report, result) = run(&connection, &service, async |runner, report| {
        runner.fresh(report).await
    })
    .await;
    result.unwrap();
    assert!(report.dropped.unwrap() > 15, "{report:?}");
    assert_eq!(cluster.dump(name, &[]), clean);
}

#[tokio::test]
async fn fresh_refuses_to_drop_what_another_schema_depends_on() {
    let Some(cluster) = server("fresh_refuses_to_drop_what_another_schema_depends_on") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    let connection = connect(&database).await;
    cluster.psql(
        name,
        "CREATE SCHEMA orders; CREATE TYPE orders.mood AS ENUM ('good'); \
         CREATE TABLE orders.a (id int PRIMARY KEY); CREATE SCHEMA other; \
         CREATE TABLE other.b (a int CONSTRAINT to_a REFERENCES orders.a, m orders.mood); \
         CREATE VIEW other.seen AS SELECT * FROM orders.a",
    );
    let before = cluster.dump(name, &[]);
    let (_, result) = run(&connection, &orders::<Tables>(), async |runner, report| {
        runner.fresh(report).await
    })
    .await;

    let error = result.unwrap_err();
    assert!(error.is_refusal());
    let Error::Dependants { dependants, .. } = &error else {
        panic!("{error}")
    };
    let text = dependants.join("\n");
    for needle in ["to_a on other.b", "other.seen", "other.b"] {
        assert!(text.contains(needle), "{text}");
    }
    assert_eq!(cluster.dump(name, &[]), before);
}

#[tokio::test]
async fn fresh_creates_a_schema_that_is_not_there() {
    let database = toolkit_testkit::Database::create();
    let connection = connect(&database).await;
    let (report, result) = run(&connection, &orders::<Tables>(), async |runner, report| {
        runner.fresh(report).await
    })
    .await;
    result.unwrap();
    assert!(
        report.schema_created && report.dropped.is_none(),
        "{report:?}"
    );
    assert_eq!(
        tables(&connection, "orders").await,
        "a,seaql_migrations,toolkit_ledger"
    );
}
