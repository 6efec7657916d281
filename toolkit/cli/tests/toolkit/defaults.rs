//! What a role or a database has as its defaults changes nothing of what is read and replayed.

use toolkit_testkit::{Workspace, server};

use crate::{toolkit, toolkit_on};

/// Settings that decide how constants and names are printed, what a statement means, or when it ends.
const SETTINGS: [(&str, &str); 24] = [
    ("quote_all_identifiers", "on"),
    ("standard_conforming_strings", "off"),
    ("escape_string_warning", "off"),
    ("backslash_quote", "off"),
    ("\"IntervalStyle\"", "sql_standard"),
    ("\"DateStyle\"", "German, DMY"),
    ("\"TimeZone\"", "'Asia/Kathmandu'"),
    ("bytea_output", "escape"),
    ("extra_float_digits", "-15"),
    ("lc_monetary", "'C.UTF-8'"),
    ("lc_numeric", "'C.UTF-8'"),
    ("xmloption", "document"),
    ("xmlbinary", "hex"),
    ("array_nulls", "off"),
    ("transform_null_equals", "on"),
    ("row_security", "off"),
    ("check_function_bodies", "off"),
    ("default_transaction_read_only", "on"),
    ("default_transaction_isolation", "serializable"),
    ("default_transaction_deferrable", "on"),
    ("search_path", "''"),
    ("enable_seqscan", "off"),
    ("jit_above_cost", "0"),
    ("client_min_messages", "debug1"),
];

const SCHEMA: &str = r"
SET search_path = app;
CREATE FUNCTION plain(x text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT x$$;
CREATE TABLE t (
    id int PRIMARY KEY, at timestamptz DEFAULT '2026-01-01 00:00:00+00', day date DEFAULT '2026-02-03',
    span interval DEFAULT '1 mon -3 days', bytes bytea DEFAULT '\x00ff', sum money DEFAULT 1.5::money,
    number float8 DEFAULT 0.1::float8, path text DEFAULT 'a\b', list text[] DEFAULT '{NULL,a}',
    CHECK (path <> 'c\d' AND at > '2020-05-06 00:00:00+00' AND number < 1e-20)
);
CREATE INDEX ON t (plain(path)) WHERE span > '1 day 02:03:04' AND day < '2030-04-05';
CREATE TABLE p (at timestamptz, f float8) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2026-02-01 00:00:00+00');
CREATE VIEW v AS SELECT id, at + '1 year 2 mons'::interval AS later, '\x01'::bytea AS b, 0.3::float8 AS f FROM t;
CREATE POLICY own ON t USING (day > '2026-03-04' AND path = E'x\\y');
";

#[test]
fn equal_schemas_are_equal_whatever_the_defaults() {
    let Some(cluster) = server("equal_schemas_are_equal_whatever_the_defaults") else {
        return;
    };
    let workspace = Workspace::create();
    let [plain, odd] = [(); 2].map(|()| {
        let database = cluster.database();
        cluster.psql(database.name(), "CREATE SCHEMA app");
        cluster.psql_file(database.name(), SCHEMA);
        database
    });
    let role = format!("odd_{}", odd.name());
    cluster.psql(odd.name(), &format!("CREATE ROLE {role} LOGIN"));
    let difference = |to: &str| {
        let words = [
            "diff",
            "--from",
            &plain.url(),
            "--to",
            to,
            "--schema",
            "app",
        ];
        toolkit(&workspace, &words).run()
    };
    for (name, value) in SETTINGS {
        let of_database = format!("ALTER DATABASE {}", odd.name());
        cluster.psql("postgres", &format!("{of_database} SET {name} TO {value}"));
        let output = difference(&odd.url());
        assert_eq!(output.stdout, "", "{name} = {value}");
        output.success();
        cluster.psql("postgres", &format!("{of_database} RESET {name}"));
        cluster.psql(
            "postgres",
            &format!("ALTER ROLE {role} SET {name} TO {value}"),
        );
    }
    // Together, as a role's.
    let output = difference(&cluster.url(&role, odd.name()));
    assert_eq!(output.stdout, "");
    output.success();
}

#[test]
fn a_replay_takes_statements_as_the_database_does() {
    let Some(cluster) = server("a_replay_takes_statements_as_the_database_does") else {
        return;
    };
    let workspace = Workspace::create();
    let database = cluster.database();
    let name = database.name();
    for (setting, value) in SETTINGS {
        cluster.psql(
            "postgres",
            &format!("ALTER DATABASE {name} SET {setting} TO {value}"),
        );
    }
    cluster.psql(
        "postgres",
        &format!("ALTER DATABASE {name} SET statement_timeout TO '1s'"),
    );
    let run = |words: &str| {
        let words: Vec<&str> = words.split_whitespace().collect();
        toolkit_on(&workspace, &database, &words).run().success()
    };
    run("up-all");
    let check = run("check").stderr;
    let (_, scratch) = check
        .rsplit_once("in database ")
        .expect("a scratch database");
    let scratch = scratch.split(' ').next().unwrap();
    let there = format!("SELECT count(*) FROM pg_database WHERE datname = '{scratch}'");
    assert_eq!(cluster.psql("postgres", &there), "0", "{scratch} is left");
    run("verify -s planning_agent");
    run("diff -s observability_service --from history --to database");
    run("generate -s memory_agent --dry-run");
    let left = "SELECT count(*) FROM pg_db_role_setting WHERE setdatabase <> 0 AND setdatabase NOT IN (SELECT oid FROM pg_database)";
    assert_eq!(cluster.psql("postgres", left), "0");
}
