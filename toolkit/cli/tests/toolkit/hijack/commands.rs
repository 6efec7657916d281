//! Every command, one after the other, on one database.

use std::path::Path;

use toolkit_testkit::{Cluster, Database, Output, Workspace};

use crate::{planning, toolkit, toolkit_on};

const LAST: &str = "m20261125_105823_declare_views_and_a_trigger";

/// Runs every command on `database` and returns what each printed. `between` is run as superuser where
/// the schemas are there.
pub(super) fn run_all(cluster: &Cluster, database: &Database, between: &str) -> Vec<Output> {
    let workspace = Workspace::create();
    let mut outputs = Vec::new();
    let mut run = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        outputs.push(toolkit_on(&workspace, database, &words).run());
    };
    let sql = |sql: &str| cluster.psql(database.name(), sql);
    for line in [
        "bootstrap -s planning_agent",
        "bootstrap --roles --dry-run -s memory_agent",
        "bootstrap --roles -s memory_agent",
        "up -s planning_agent -n 2",
        "plan -s planning_agent",
        "plan -s planning_agent --format sql",
        "up-all",
    ] {
        run(line);
    }
    if !between.is_empty() {
        sql(between);
    }
    for line in [
        "up-all",
        "status",
        "status --format json",
        "history",
        "check",
        "verify -s user_service",
        "diff -s memory_agent --from history --to database",
        "diff -s planning_agent --from database --to entities",
        "generate --dry-run -s planning_agent",
        "adopt -s user_service --dry-run",
        "plan -s memory_agent --down 2",
        "down -s memory_agent -n 2 --yes",
        "up -s memory_agent",
    ] {
        run(line);
    }
    sql("DELETE FROM user_service.seaql_migrations");
    run("stamp -s user_service --all");
    // As a migration that was cut off outside a transaction leaves it.
    sql(&format!(
        "UPDATE planning.toolkit_ledger SET state = 'started', finished_at = NULL, transactional = false \
         WHERE migration = '{LAST}'"
    ));
    run("status");
    run("up -s planning_agent");
    run(&format!("resolve -s planning_agent {LAST} --retry"));
    for line in [
        "refresh -s planning_agent --yes",
        "fresh -s memory_agent --yes",
        "reset -s user_service --yes",
        "up-all",
    ] {
        run(line);
    }
    let url = database.url();
    run(&format!(
        "diff --from {url} --to {url} --schema memory --owners"
    ));
    let here = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap();
    outputs.push(
        toolkit(
            &workspace,
            &["squash", "-s", "observability_service", "--dry-run"],
        )
        .folder(here)
        .env("DATABASE_URL", &url)
        .run(),
    );
    outputs.push(
        planning(&workspace, &["fresh", "--yes"])
            .env("DATABASE_URL", database.url())
            .run(),
    );
    outputs
}

/// Makes all that the services have in `database`, in whose `public` anything may be.
pub(super) fn prepare(database: &Database) {
    toolkit_on(&Workspace::create(), database, &["up-all"]).run();
}
