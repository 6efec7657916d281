//! What PostgreSQL refuses whatever the order, and what it takes in one order alone.

use toolkit_testkit::server;

use crate::converge::{Bench, attempt};

#[tokio::test]
async fn what_postgresql_refuses_whatever_the_order_is_refused_with_its_name() {
    let Some(cluster) = server("what is refused") else {
        return;
    };
    let benches = [Bench::new(cluster).await, Bench::new(cluster).await];
    for (from, to, object, user) in [
        (
            "CREATE TYPE c AS (x int); CREATE TABLE t (a c)",
            "CREATE TABLE c (x int); CREATE TABLE t (a c)",
            "type public.c",
            "column public.t.a",
        ),
        (
            "CREATE TABLE c (x int); CREATE TABLE t (a c[])",
            "CREATE TYPE c AS (x int); CREATE TABLE t (a c[])",
            "table public.c",
            "column public.t.a",
        ),
        (
            "CREATE VIEW c AS SELECT 1 AS x; CREATE TABLE t (a c)",
            "CREATE VIEW c AS SELECT 1::bigint AS x; CREATE TABLE t (a c)",
            "view public.c",
            "column public.t.a",
        ),
        (
            "CREATE TABLE c (x int); CREATE DOMAIN d AS c",
            "CREATE TABLE c (x int) PARTITION BY LIST (x); CREATE DOMAIN d AS c",
            "table public.c",
            "type public.d",
        ),
        (
            "CREATE TABLE c (x int); CREATE TYPE k AS (c c)",
            "CREATE TABLE c (x bigint); CREATE TYPE k AS (c c)",
            "column public.c.x",
            "type public.k",
        ),
        (
            "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (a e) PARTITION BY LIST (a)",
            "CREATE TYPE e AS ENUM ('b', 'a'); CREATE TABLE t (a e) PARTITION BY LIST (a)",
            "type public.e",
            "the partition key of public.t",
        ),
        (
            "CREATE COLLATION l (provider = icu, locale = 'de');
             CREATE TABLE t (a text COLLATE l) PARTITION BY LIST (a)",
            "CREATE COLLATION l (provider = icu, locale = 'en');
             CREATE TABLE t (a text COLLATE l) PARTITION BY LIST (a)",
            "column public.t.a",
            "the partition key of public.t",
        ),
        (
            "CREATE TABLE t (a int) PARTITION BY LIST (a);
             CREATE TABLE p PARTITION OF t (CONSTRAINT k UNIQUE (a)) FOR VALUES IN (1);
             CREATE UNIQUE INDEX i ON t (a)",
            "CREATE TABLE t (a int) PARTITION BY LIST (a);
             CREATE TABLE p PARTITION OF t (CONSTRAINT k UNIQUE (a)) FOR VALUES IN (1)",
            "index i of public.t",
            "constraint k of public.p",
        ),
        (
            "CREATE TABLE a (x int); CREATE TABLE b (x int, y int); CREATE TABLE c () INHERITS (a, b)",
            "CREATE TABLE a (x bigint); CREATE TABLE b (x bigint, y int); CREATE TABLE c () INHERITS (a, b)",
            "column public.a.x",
            "public.c, which has column public.c.y from other parents,",
        ),
        (
            "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (a e) PARTITION BY LIST (a);
             CREATE TABLE p PARTITION OF t FOR VALUES IN ('a', 'b')",
            "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (a e) PARTITION BY LIST (a);
             CREATE TABLE p PARTITION OF t FOR VALUES IN ('a')",
            "type public.e",
            "the partition key of public.t",
        ),
    ] {
        let attempt = attempt(cluster, &benches, from, to).await;
        let expected = format!("{object} cannot be changed while {user} uses it");
        assert_eq!(attempt.err(), Some(expected), "{from}");
    }
}

#[tokio::test]
async fn a_new_enum_value_is_there_before_a_partition_bound_says_it() {
    let Some(cluster) = server("a new enum value in a bound") else {
        return;
    };
    let schema = |values: &str, bound: &str, more: &str| {
        format!(
            "CREATE TYPE e AS ENUM ({values});
             CREATE TABLE t (a e, b int) PARTITION BY LIST (a);
             CREATE TABLE p PARTITION OF t FOR VALUES IN ({bound}); {more}"
        )
    };
    let from = schema("'a', 'b'", "'a'", "");
    let benches = [Bench::new(cluster).await, Bench::new(cluster).await];
    for to in [
        schema(
            "'a', 'n', 'b'",
            "'a'",
            "CREATE TABLE q PARTITION OF t FOR VALUES IN ('n');
             CREATE VIEW v AS SELECT b FROM t WHERE a = 'n'",
        ),
        schema("'a', 'n', 'b'", "'a', 'n'", ""),
    ] {
        let attempt = attempt(cluster, &benches, &from, &to).await;
        let (plan, said) = attempt.expect("a plan");
        said.expect("PostgreSQL takes it");
        assert!(plan.leaves_transaction());
    }
}
