//! Scratch databases: where they are made, that they go, and what a file may do in one.

use std::{process::Command, thread, time::Duration};

use toolkit_testkit::{Cluster, Output, Program, Workspace, server};

use crate::{toolkit, toolkit_on};

/// How many scratch databases a role has left.
const LEFT: &str = "SELECT count(*) FROM pg_database WHERE starts_with(datname::text, 'toolkit_scratch_') \
    AND datdba = 'hasty'::regrole";

fn diff(workspace: &Workspace, url: &str, from: &str, to: &str) -> Output {
    toolkit(workspace, &["diff", "--from", from, "--to", to])
        .env("DATABASE_URL", url)
        .run()
}

fn dump(cluster: &Cluster, database: &str, options: &[&str]) -> String {
    let port = cluster.port().to_string();
    Program::new(cluster.program("pg_dump"))
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-U",
            "postgres",
            "-d",
            database,
        ])
        .args(options)
        .run()
        .success()
        .stdout
}

/// Of what `pg_dump` writes, what is not easily read.
const SHOP: &str = r"
CREATE SCHEMA shop;
CREATE TYPE shop.size AS ENUM ('s', 'm\\');
CREATE TABLE shop.items (id serial PRIMARY KEY, size shop.size, text text DEFAULT E'a\n\\.\n\\i b' CHECK (text <> 'x;'));
CREATE TABLE shop.parts (item int REFERENCES shop.items, name text, UNIQUE (item, name));
CREATE FUNCTION shop.body() RETURNS text LANGUAGE sql AS $$
\i is no command
$$;
SET check_function_bodies = off;
CREATE FUNCTION shop.lines() RETURNS text LANGUAGE plpgsql AS $f$BEGIN RETURN '
\connect nowhere
\.
'; END$f$;
CREATE VIEW shop.named AS SELECT id, text FROM shop.items;
CREATE MATERIALIZED VIEW shop.counted AS SELECT count(*) FROM shop.items;
INSERT INTO shop.items (text) VALUES (E'tab\t\\.'), (E'\n\\.\n'), (NULL), ('COPY x FROM stdin;');
INSERT INTO shop.parts VALUES (1, 'a'), (2, E'\\N');
";

#[test]
fn what_pg_dump_writes_is_read_with_and_without_rows() {
    let Some(cluster) = server("what_pg_dump_writes_is_read") else {
        return;
    };
    let (workspace, database) = (Workspace::create(), cluster.database());
    let script = SHOP.replace("\\i is no command", "SELECT 'no command'");
    cluster.psql_file(database.name(), &script);
    for options in [
        &[][..],
        &["--schema-only"],
        &["--clean"],
        &["--clean", "--if-exists"],
        &["--inserts"],
        &["--no-owner", "--no-privileges", "--quote-all-identifiers"],
    ] {
        workspace.write("dump.sql", &dump(cluster, database.name(), options));
        let equal = diff(
            &workspace,
            &database.url(),
            "file:dump.sql",
            &database.url(),
        );
        assert_eq!(equal.stdout, "", "{options:?}: {equal:#?}");
        assert_eq!(equal.code, Some(0), "{options:?}: {equal:#?}");
        let other = diff(
            &workspace,
            &database.url(),
            "file:dump.sql",
            &cluster.url("postgres", "postgres"),
        );
        assert!(
            other.stdout.contains("shop.items"),
            "{options:?}: {other:#?}"
        );
    }
}

#[test]
fn other_commands_of_psql_are_refused_by_name_and_line() {
    let workspace = Workspace::create();
    for (text, told) in [
        (
            "CREATE TABLE a (b int);\n\\i other.sql\n",
            "wrong.sql line 2: \\i is a command of psql's own",
        ),
        (
            "\\connect live\nDROP TABLE x;\n",
            "wrong.sql line 1: \\connect is a command of psql's own",
        ),
        (
            "SELECT 'DROP TABLE x' \\gexec\n",
            "wrong.sql line 1: \\gexec is a command of psql's own",
        ),
    ] {
        workspace.write("wrong.sql", text);
        let refused = toolkit(
            &workspace,
            &["diff", "--from", "file:wrong.sql", "--to", "file:wrong.sql"],
        )
        .run()
        .code(2);
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
    }
}

#[test]
fn two_files_are_compared_on_one_server() {
    let Some(cluster) = server("two_files_are_compared_on_one_server") else {
        return;
    };
    let (workspace, database) = (Workspace::create(), cluster.database());
    workspace.write("one.sql", "CREATE TABLE a (b int CHECK (b IN (1, 2)));");
    for way in [
        ["file:one.sql", "file:one.sql"],
        ["history", "entities"],
        ["entities", "file:one.sql"],
    ] {
        let words = [
            "diff",
            "-v",
            "--from",
            way[0],
            "--to",
            way[1],
            "-s",
            "planning_agent",
        ];
        let compared = toolkit_on(&workspace, &database, &words).run();
        let places: Vec<&str> = compared
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("scratch database: database toolkit_scratch_"))
            .collect();
        assert_eq!(places.len(), 2, "{compared:#?}");
        assert_ne!(places[0], places[1]);
    }
    // Where none can be made on the server, both are somewhere else, and that is told.
    cluster.psql("postgres", "CREATE ROLE modest LOGIN");
    let url = cluster.url("modest", database.name());
    let compared = diff(&workspace, &url, "file:one.sql", "file:one.sql");
    assert_eq!(compared.code, Some(0), "{compared:#?}");
    assert!(
        compared
            .stderr
            .contains("permission denied to create database"),
        "{compared:#?}"
    );
    assert!(
        compared
            .stderr
            .contains("an embedded PostgreSQL is used instead"),
        "{compared:#?}"
    );
}

#[test]
fn a_scratch_server_spares_the_live_one() {
    let Some(cluster) = server("a_scratch_server_spares_the_live_one") else {
        return;
    };
    let (workspace, database) = (Workspace::create(), cluster.database());
    cluster.psql("postgres", "CREATE ROLE frugal LOGIN");
    cluster.psql(
        "postgres",
        &format!("GRANT CREATE ON DATABASE {} TO frugal", database.name()),
    );
    let url = cluster.url("frugal", database.name());
    let plan = |words: &[&str]| {
        let words = [&["plan", "-v", "-s", "planning_agent"], words].concat();
        toolkit(&workspace, &words).env("DATABASE_URL", &url)
    };
    let scratch = cluster
        .url("postgres", "postgres")
        .replace("postgres@", "postgres:hunter2@");
    for planned in [
        plan(&["--scratch", &scratch]).run().code(1),
        plan(&[]).env("TOOLKIT_SCRATCH_URL", &scratch).run().code(1),
    ] {
        let told = "on postgres://postgres:***@127.0.0.1";
        assert!(planned.stderr.contains(told), "{}", planned.stderr);
        assert!(!planned.stderr.contains("embedded"), "{}", planned.stderr);
    }
    let wrong = plan(&[])
        .env("TOOLKIT_SCRATCH_URL", "mysql://x")
        .run()
        .code(2);
    assert!(
        wrong.stderr.contains("TOOLKIT_SCRATCH_URL"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_leftover_goes_and_one_in_use_stays() {
    let Some(cluster) = server("a_leftover_goes_and_one_in_use_stays") else {
        return;
    };
    let (workspace, database) = (Workspace::create(), cluster.database());
    for name in [
        "toolkit_scratch_1000000000_4711",
        "toolkit_scratch_1000000001_00ff",
    ] {
        cluster.psql("postgres", &format!("CREATE DATABASE {name}"));
    }
    // A session of a machine whose clock is decades behind.
    let port = cluster.port().to_string();
    let mut session = Program::new(cluster.program("psql"))
        .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-Xqc"])
        .args(["SELECT pg_sleep(60)", "toolkit_scratch_1000000001_00ff"])
        .start();
    let there =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'toolkit_scratch_1000000001_00ff'";
    while cluster.psql("postgres", there) == "0" {
        thread::sleep(Duration::from_millis(20));
    }
    let words = ["plan", "-s", "planning_agent"];
    toolkit_on(&workspace, &database, &words).run().code(1);
    let left =
        "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE 'toolkit_scratch_10%'";
    assert_eq!(
        cluster.psql("postgres", left),
        "toolkit_scratch_1000000001_00ff"
    );
    session.kill().unwrap();
    session.wait().unwrap();
    cluster.psql(
        "postgres",
        "DROP DATABASE toolkit_scratch_1000000001_00ff WITH (FORCE)",
    );
}

/// More of them where somebody measures.
fn tries() -> u32 {
    let tries = std::env::var("TOOLKIT_TEST_TRIES").ok();
    tries.and_then(|tries| tries.parse().ok()).unwrap_or(12)
}

#[test]
fn an_interrupted_command_leaves_no_scratch_database() {
    let Some(cluster) = server("an_interrupted_command_leaves_no_scratch_database") else {
        return;
    };
    let (workspace, database) = (Workspace::create(), cluster.database());
    // Its own role: other tests have scratch databases, too.
    cluster.psql("postgres", "CREATE ROLE hasty LOGIN CREATEDB");
    let url = cluster.url("hasty", database.name());
    let commands = [
        &["check", "-s", "planning_agent"][..],
        &["verify", "-s", "planning_agent"],
        &["generate", "-s", "planning_agent", "--dry-run"],
        &[
            "diff",
            "-s",
            "planning_agent",
            "--from",
            "history",
            "--to",
            "entities",
        ],
    ];
    let mut left = Vec::new();
    for attempt in 0..tries() {
        let words = commands[attempt as usize % commands.len()];
        let signal = if attempt % 2 == 0 { "-INT" } else { "-TERM" };
        let child = toolkit(&workspace, words).env("DATABASE_URL", &url).start();
        // Spread over the run, and over the making and dropping above all.
        let pause = u64::from(attempt * 7919 % 97) * 12;
        thread::sleep(Duration::from_millis(pause));
        let pid = child.id().to_string();
        Command::new("kill").args([signal, &pid]).status().unwrap();
        let output = Output::of(words.join(" "), child);
        // Whoever is told how to drop it knows of it; that happens where the server is gone.
        let count = cluster.psql("postgres", LEFT);
        if count != "0" {
            left.push(format!("{signal} after {pause} ms: {count}, {output:#?}"));
            let drop = "SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database \
                        WHERE datdba = 'hasty'::regrole";
            for statement in cluster.psql("postgres", drop).lines() {
                cluster.psql("postgres", statement);
            }
        }
    }
    assert!(left.is_empty(), "{} of {}: {left:#?}", left.len(), tries());
}
