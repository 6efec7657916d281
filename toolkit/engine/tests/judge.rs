//! The judge of the other tests sees what differs in a dump, and nothing else.
#![allow(clippy::expect_used, reason = "a test")]

use toolkit_testkit::{difference, server, skipped, statements};

const DUMP: &str = r#"
--
-- Name: f(); Type: FUNCTION
--

\restrict abc
SET row_security = off;
CREATE FUNCTION public.f() RETURNS integer
    LANGUAGE plpgsql
    AS $_$
BEGIN

    -- A line; of the body.
    SET a.b = 'c';
    PERFORM $1;
    RETURN 1;
END;
$_$;

CREATE FUNCTION public.g() RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT 'a;
END';
 SELECT
         CASE
             WHEN true THEN 'b;'
             ELSE 'c'
         END;
END;

CREATE RULE r AS
    ON UPDATE TO public.v DO INSTEAD ( SELECT 1;
 SELECT 2;
);

COMMENT ON TABLE public."t;
t" IS 'one;
another''s;
-- and a third';
\unrestrict abc
"#;

#[test]
fn a_statement_ends_where_psql_ends_it() {
    let found = statements(DUMP);
    let begins: Vec<_> = found.iter().map(|it| &it[..12]).collect();
    let expected = [
        "SET row_secu",
        "CREATE FUNCT",
        "CREATE FUNCT",
        "CREATE RULE ",
        "COMMENT ON T",
    ];
    assert_eq!(begins, expected, "{found:#?}");
    assert!(found[1].contains("\n\n    -- A line; of the body.\n    SET a.b"));
    assert!(found[2].ends_with("END;\nEND;"), "{}", found[2]);
    assert!(found[4].ends_with("\n-- and a third';"));
}

#[test]
fn what_differs_in_a_body_is_seen() {
    for (part, other) in [
        ("-- A line; of the body.", "-- Another line of it."),
        ("    SET a.b = 'c';\n", ""),
        ("BEGIN\n\n", "BEGIN\n"),
        ("SELECT 2;", "SELECT 3;"),
        ("-- and a third", "-- and a last"),
    ] {
        let changed = DUMP.replacen(part, other, 1);
        assert!(difference(DUMP, &changed).is_some(), "{part}");
    }
    let lines = "    PERFORM $1;\n    RETURN 1;\n";
    let swapped = DUMP.replacen(lines, "    RETURN 1;\n    PERFORM $1;\n", 1);
    assert!(difference(DUMP, &swapped).is_some(), "the order of lines");
}

#[test]
fn what_has_no_order_is_no_difference() {
    let table = |columns: &str, options: &str| {
        format!("CREATE TABLE public.t (\n{columns}\n)\nPARTITION BY HASH (a)\nWITH ({options});\n")
    };
    let one = table("    a integer,\n    b text", "x='1', y='2'");
    let other = table("    b text,\n    a integer", "y='2', x='1'");
    assert_eq!(difference(&one, &other), None);
    let composite = |list: &str| format!("CREATE TYPE public.c AS (\n{list}\n);\n");
    let (one, other) = (
        composite("\ta text,\n\tb text"),
        composite("\tb text,\n\ta text"),
    );
    assert!(
        difference(&one, &other).is_some(),
        "attributes have an order"
    );
}

#[test]
fn privileges_are_judged() {
    let Some(cluster) = server("the judge") else {
        return;
    };
    if !cluster.can_dump() {
        return skipped("the judge", "a pg_dump that is not older than the server");
    }
    let (one, other) = (cluster.create_database(), cluster.create_database());
    let table = "CREATE TABLE t (a integer); CREATE FUNCTION f() RETURNS integer RETURN 1;";
    cluster.script(&one, table).expect("a table");
    cluster.script(&other, table).expect("a table");
    assert_eq!(
        difference(&cluster.dump(&one, &[]), &cluster.dump(&other, &[])),
        None
    );
    for sql in [
        "GRANT SELECT (a) ON t TO PUBLIC",
        "REVOKE ALL ON FUNCTION f() FROM PUBLIC",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    ] {
        let before = cluster.dump(&other, &[]);
        cluster.script(&other, sql).expect("a privilege");
        assert!(
            difference(&before, &cluster.dump(&other, &[])).is_some(),
            "{sql}"
        );
    }
}
