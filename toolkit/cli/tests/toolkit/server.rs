//! On a PostgreSQL server, judged by `psql` and `pg_dump`.

use toolkit_testkit::{Workspace, server};

use crate::{planning, toolkit_on};

const SCHEMAS: &str = "SELECT string_agg(nspname, ',' ORDER BY nspname) FROM pg_namespace \
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";
const IN_PUBLIC: &str = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";

#[test]
fn a_service_binary_makes_its_own_schema_and_nothing_else() {
    let Some(cluster) = server("a_service_binary_makes_its_own_schema") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    let workspace = Workspace::create();

    planning(&workspace, &["up"])
        .env("DATABASE_URL", database.url())
        .run()
        .success();
    assert_eq!(cluster.psql(name, SCHEMAS), "planning,public");
    assert_eq!(cluster.psql(name, IN_PUBLIC), "0");
    let planning_dump = cluster.dump(name, &["--schema=planning"]);

    let all = toolkit_on(&workspace, &database, &["up-all"])
        .run()
        .success();
    assert!(
        all.stdout
            .contains("3 schemas created, 19 migrations applied"),
        "{}",
        all.stdout
    );
    assert_eq!(
        cluster.psql(name, SCHEMAS),
        "memory,observability,planning,public,user_service"
    );
    assert_eq!(cluster.psql(name, IN_PUBLIC), "0");
    assert_eq!(cluster.dump(name, &["--schema=planning"]), planning_dump);
}

#[test]
fn down_takes_one_service_back_and_leaves_the_others() {
    let Some(cluster) = server("down_takes_one_service_back") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    let workspace = Workspace::create();
    toolkit_on(&workspace, &database, &["up-all"])
        .run()
        .success();
    let others = cluster.dump(name, &["--exclude-schema=memory"]);
    let whole = cluster.dump(name, &[]);

    let words = ["down", "--service", "memory_agent", "-n", "99", "--yes"];
    let down = toolkit_on(&workspace, &database, &words).run().success();
    assert!(
        down.stdout.contains("6 migrations rolled back"),
        "{}",
        down.stdout
    );
    assert_eq!(cluster.dump(name, &["--exclude-schema=memory"]), others);
    let left = "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class \
                WHERE relnamespace = 'memory'::regnamespace";
    assert_eq!(
        cluster.psql(name, left),
        "seaql_migrations,seaql_migrations_pkey,toolkit_ledger,toolkit_ledger_pkey"
    );
    let types = "SELECT count(*) FROM pg_type WHERE typnamespace = 'memory'::regnamespace \
                 AND typname !~ 'seaql_migrations|toolkit_ledger'";
    assert_eq!(cluster.psql(name, types), "0");

    toolkit_on(&workspace, &database, &["up", "-s", "memory-agent"])
        .run()
        .success();
    assert_eq!(cluster.dump(name, &[]), whole);
}

#[test]
fn reset_and_refresh_and_fresh_of_every_service_end_where_up_all_does() {
    let Some(cluster) = server("reset_and_refresh_and_fresh_of_every_service") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    let workspace = Workspace::create();
    toolkit_on(&workspace, &database, &["up-all"])
        .run()
        .success();
    let whole = cluster.dump(name, &[]);
    for service in [
        "planning_agent",
        "memory_agent",
        "user_service",
        "observability_service",
    ] {
        for command in ["refresh", "fresh", "reset"] {
            let words = [command, "--service", service, "--yes"];
            toolkit_on(&workspace, &database, &words).run().success();
        }
    }
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname IN ('planning', 'memory', \
                  'user_service', 'observability')";
    assert_eq!(cluster.psql(name, tables), "0");
    toolkit_on(&workspace, &database, &["up-all"])
        .run()
        .success();
    assert_eq!(cluster.dump(name, &[]), whole);
}

#[test]
fn reading_commands_write_nothing() {
    let Some(cluster) = server("reading_commands_write_nothing") else {
        return;
    };
    let database = cluster.database();
    let workspace = Workspace::create();
    let before = cluster.dump(database.name(), &[]);
    toolkit_on(&workspace, &database, &["status"])
        .run()
        .success();
    toolkit_on(&workspace, &database, &["status", "--exit-code"])
        .run()
        .code(1);
    planning(&workspace, &["status"])
        .env("DATABASE_URL", database.url())
        .run()
        .success();
    assert_eq!(cluster.dump(database.name(), &[]), before);
    let written: Vec<String> = cluster
        .statements(database.name())
        .into_iter()
        .map(|statement| {
            let settings =
                "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL statement_timeout = 0; ";
            statement.replace(settings, "")
        })
        .filter(|statement| statement.contains("toolkit") && !statement.contains(": SELECT"))
        .collect();
    assert_eq!(written, [] as [&str; 0]);
    assert!(!workspace.path().join(".toolkit").exists());
}

#[test]
fn a_run_with_nothing_to_do_sends_two_statements_per_service() {
    let Some(cluster) = server("a_run_with_nothing_to_do_sends_two_statements") else {
        return;
    };
    let database = cluster.database();
    let workspace = Workspace::create();
    toolkit_on(&workspace, &database, &["up-all"])
        .run()
        .success();
    let before = cluster.statements(database.name()).len();
    toolkit_on(&workspace, &database, &["up-all"])
        .run()
        .success();
    let sent = cluster.statements(database.name()).split_off(before);
    assert_eq!(sent.len(), 8, "{sent:#?}");
}

#[test]
fn bootstrap_creates_what_is_missing_and_says_what_was_there() {
    let Some(cluster) = server("bootstrap_creates_what_is_missing") else {
        return;
    };
    let database = cluster.database();
    let workspace = Workspace::create();
    cluster.psql(database.name(), "CREATE SCHEMA memory");
    let first = toolkit_on(&workspace, &database, &["bootstrap"])
        .run()
        .success();
    let line = |text: &str| {
        first
            .stdout
            .lines()
            .any(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") == text)
    };
    assert!(
        line("planning_agent schema planning created"),
        "{}",
        first.stdout
    );
    assert!(
        line("memory_agent schema memory already there"),
        "{}",
        first.stdout
    );
    let words = ["bootstrap", "--service", "user_service"];
    let second = toolkit_on(&workspace, &database, &words).run().success();
    assert!(second.stdout.contains("already there"), "{}", second.stdout);
    assert!(!second.stdout.contains("planning"), "{}", second.stdout);
}
