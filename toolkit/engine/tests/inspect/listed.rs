//! What is set of what is compared and is not compared itself: listed, and in nobody's way.

use toolkit_engine::{
    catalog::ObjectRef,
    inspect::{Scope, inspect},
};

use toolkit_testkit::server;

const SCHEMA: &str = "
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE fast LOCATION '';
CREATE SCHEMA s;
CREATE TABLE s.t (id int, name text) TABLESPACE fast;
CREATE INDEX i ON s.t (id) TABLESPACE fast;
CREATE INDEX j ON s.t (name);
CREATE MATERIALIZED VIEW s.m TABLESPACE fast AS SELECT 1 AS one;
CREATE VIEW s.v AS SELECT id FROM s.t;
CREATE EXTENSION hstore SCHEMA s;
ALTER INDEX s.j DEPENDS ON EXTENSION hstore;
CREATE LANGUAGE other HANDLER plpgsql_call_handler;
CREATE FUNCTION s.from_sql(internal) RETURNS internal IMMUTABLE LANGUAGE internal AS 'dsimple_init';
CREATE TRANSFORM FOR point LANGUAGE plpgsql (FROM SQL WITH FUNCTION s.from_sql(internal));
CREATE SUBSCRIPTION n CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = NONE);
-- No provider of labels is here, so what it would have noted is written by hand.
INSERT INTO pg_seclabel VALUES ('s.t'::regclass, 'pg_class'::regclass, 0, 'none', 'secret');
";

#[tokio::test]
async fn what_is_set_beside_what_is_compared_is_listed() {
    let Some(cluster) = server("what is listed") else {
        return;
    };
    let database = cluster.create_database();
    let schema = format!("SET allow_system_table_mods = on; {SCHEMA}");
    cluster.script(&database, &schema).expect("the schema");
    let listed = async |scope: Scope| {
        let connection = cluster.connect(&database).await;
        let catalog = inspect(&connection, &scope).await.expect("a catalog");
        let view = catalog.definitions.values().find(|it| it.name.name == "v");
        let view = view.expect("the view");
        let table = catalog.tables.keys().next().expect("the table");
        assert!(
            view.uses.contains(&ObjectRef::column(table, "id")),
            "a label does not stand for its table"
        );
        let listed = catalog.unmanaged.iter();
        listed.map(ToString::to_string).collect::<Vec<_>>()
    };
    let of_schema = [
        "security label s.none on table s.t",
        "tablespace s.fast of i",
        "tablespace s.fast of m",
        "tablespace s.fast of t",
        "index that depends on extension s.hstore: j",
    ];
    let scope = Scope {
        schemas: vec!["s".to_owned()],
        ..Scope::default()
    };
    assert_eq!(listed(scope).await, of_schema);
    let of_database = [
        "language other",
        "transform point for plpgsql",
        "subscription n",
    ];
    let all: Vec<_> = of_schema.iter().chain(&of_database).copied().collect();
    assert_eq!(listed(Scope::default()).await, all);
}
