//! What plans tell beforehand, and what becomes of it on a server.
#![allow(clippy::expect_used, reason = "a test")]

mod converge;
#[path = "told/refused.rs"]
mod refused;

use converge::{Bench, attempt, planned};
use toolkit_engine::{
    inspect::{Scope, inspect},
    plan::HazardKind,
    render::sql::{Names, script},
};
use toolkit_testkit::server;

#[tokio::test]
async fn what_postgresql_refuses_under_two_levels_of_partitions_is_told_beforehand() {
    let Some(cluster) = server("what PostgreSQL refuses") else {
        return;
    };
    let partitions = "CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (id);
        CREATE TABLE q PARTITION OF p FOR VALUES IN (1);";
    let schema = |generated: &str| {
        format!(
            "CREATE TABLE t (id bigint, a integer, b integer {generated}) PARTITION BY LIST (id); {partitions}"
        )
    };
    let from = schema("GENERATED ALWAYS AS (a * 2) STORED");
    let benches = [Bench::new(cluster).await, Bench::new(cluster).await];
    let attempt = attempt(cluster, &benches, &from, &schema("")).await;
    let (plan, said) = attempt.expect("a plan");
    let hazards = plan.steps.iter().flat_map(|step| &step.hazards);
    let blocked: Vec<_> = hazards
        .filter(|hazard| hazard.kind() == HazardKind::Blocked)
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        blocked,
        ["public.p, which inherits public.t.b, has children of its own"]
    );
    assert!(said.is_err(), "PostgreSQL does it now: {said:?}");
}

#[tokio::test]
async fn rows_of_the_default_partition_are_told_of_beside_a_new_or_a_wider_one() {
    let Some(cluster) = server("rows of the default partition") else {
        return;
    };
    let schema = |partitions: &str| {
        format!(
            "CREATE TABLE t (id bigint) PARTITION BY LIST (id);
             CREATE TABLE rest PARTITION OF t DEFAULT; {partitions}"
        )
    };
    let from = schema("CREATE TABLE p PARTITION OF t FOR VALUES IN (1)");
    let to = schema(
        "CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2);
         CREATE TABLE q PARTITION OF t FOR VALUES IN (3)",
    );
    let benches = [Bench::new(cluster).await, Bench::new(cluster).await];
    let (plan, said) = attempt(cluster, &benches, &from, &to)
        .await
        .expect("a plan");
    said.expect("no rows are in the way");
    let hazards = plan.steps.iter().flat_map(|step| &step.hazards);
    let mut told: Vec<_> = hazards
        .filter(|hazard| hazard.kind() == HazardKind::FailsOnRows)
        .map(ToString::to_string)
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "public.p is locked while rows are checked; fails where one does not belong into this \
             partition of public.t",
            "public.rest is locked while rows are checked; fails where one belongs into public.p",
            "public.rest is locked while rows are checked; fails where one belongs into public.q",
        ]
    );
}

#[tokio::test]
async fn what_is_made_again_keeps_its_owner_though_owners_are_not_compared() {
    let Some(cluster) = server("owners") else {
        return;
    };
    cluster.role("reader");
    cluster.role("other");
    let schema = |argument: &str, column: &str, values: &str| {
        format!(
            "GRANT CREATE ON SCHEMA public TO reader;
             CREATE TYPE e AS ENUM ({values});
             CREATE TABLE t (a int, e e); GRANT SELECT ON t TO reader;
             CREATE FUNCTION f({argument} int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
             CREATE VIEW v AS SELECT {column} AS a FROM t;
             CREATE MATERIALIZED VIEW m AS SELECT a FROM v;
             GRANT SELECT ON v TO other;
             ALTER FUNCTION f(int) OWNER TO reader; ALTER VIEW v OWNER TO reader;
             ALTER TYPE e OWNER TO reader; ALTER MATERIALIZED VIEW m OWNER TO reader;"
        )
    };
    let databases = [cluster.create_database(), cluster.create_database()];
    let sides = [
        schema("x", "a", "'a', 'b'"),
        schema("y", "a::bigint", "'b'"),
    ];
    let mut catalogs = Vec::new();
    for (database, sql) in databases.iter().zip(&sides) {
        cluster.script(database, sql).expect("a schema");
        let connection = cluster.connect(database).await;
        let catalog = inspect(&connection, &Scope::default()).await;
        catalogs.push(catalog.expect("a catalog"));
    }
    let plan = planned(&catalogs[0], &catalogs[1]).expect("a plan");
    let done = cluster.transact(&databases[0], &script(&plan, &Names::qualified()));
    done.expect("it is done");
    let check = "SELECT 1 / (SELECT count(*) FROM pg_proc WHERE proname = 'f' AND proowner = 'reader'::regrole),
         1 / (SELECT count(*) FROM pg_type WHERE typname = 'e' AND typowner = 'reader'::regrole),
         1 / (SELECT (count(*) = 2)::int FROM pg_class WHERE relname IN ('v', 'm') AND relowner = 'reader'::regrole),
         1 / (SELECT (count(*) = 1)::int FROM pg_class WHERE relname = 'v' AND relacl::text LIKE '%other=r/reader%')";
    cluster
        .script(&databases[0], check)
        .expect("the owners are those before");
}

#[tokio::test]
async fn what_is_kept_in_a_schema_is_told_before_the_schema_goes() {
    let Some(cluster) = server("what is kept in a schema") else {
        return;
    };
    let benches = [Bench::new(cluster).await, Bench::new(cluster).await];
    let from = "CREATE SCHEMA s; CREATE OPERATOR FAMILY s.alone USING btree";
    let (plan, said) = attempt(cluster, &benches, from, "SELECT 1")
        .await
        .expect("a plan");
    let hazards = plan.steps.iter().flat_map(|step| &step.hazards);
    let blocked: Vec<_> = hazards
        .filter(|hazard| hazard.kind() == HazardKind::Blocked)
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        blocked,
        ["operator family s.alone is in schema s and is not managed"]
    );
    assert!(said.is_err(), "PostgreSQL drops it now: {said:?}");
}
