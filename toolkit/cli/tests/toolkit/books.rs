//! What the ledger keeps, as the commands show it.

use toolkit_testkit::{Database, Workspace, server};

use crate::{planning, toolkit_on};

#[test]
fn history_tells_what_was_done_the_newest_first_and_creates_nothing() {
    let database = Database::create();
    let workspace = Workspace::create();
    let history = |words: &[&str]| {
        let words = [&["history", "--service", "planning_agent"], words].concat();
        toolkit_on(&workspace, &database, &words).run().success()
    };
    let nothing = history(&[]).stdout;
    assert_eq!(nothing, "planning_agent: nothing is recorded\n");
    let status = toolkit_on(&workspace, &database, &["status"])
        .run()
        .success();
    assert!(
        status.stdout.contains("schema planning does not exist yet"),
        "{}",
        status.stdout
    );

    let own = |words: &[&str]| {
        planning(&workspace, words)
            .env("DATABASE_URL", database.url())
            .run()
            .success()
    };
    own(&["up", "-n", "2"]);
    own(&["down", "--yes"]);
    let text = history(&[]).stdout;
    let lines: Vec<Vec<&str>> = text
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect())
        .collect();
    let told: Vec<(&str, &str)> = lines.iter().map(|line| (line[4], line[5])).collect();
    assert_eq!(
        told,
        [
            ("m20260901_000002_create_tasks", "down"),
            ("m20260901_000002_create_tasks", "up"),
            ("m20260901_000001_create_plans", "up"),
        ],
        "{text}"
    );
    assert_eq!(own(&["history", "-n", "1"]).stdout.lines().count(), 2);

    let json = history(&["--format", "json"]).stdout;
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let runs = document["services"][0]["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 3);
    assert_eq!(runs[0]["state"], "finished");
    assert_eq!(runs[1]["run"], runs[2]["run"]);
    assert_eq!(runs[0]["checksum"].as_str().unwrap().len(), 64);
}

#[test]
fn there_is_nothing_to_resolve_where_everything_is_finished() {
    let database = Database::create();
    let workspace = Workspace::create();
    let own = |words: &[&str]| planning(&workspace, words).env("DATABASE_URL", database.url());
    own(&["up"]).run().success();
    let words = ["resolve", "m20260901_000001_create_plans", "--retry"];
    let refused = own(&words).run().code(1);
    assert!(
        refused.stderr.contains("is not unfinished"),
        "{}",
        refused.stderr
    );
    own(&["resolve", "m20260901_000001_create_plans"])
        .run()
        .code(2);
}

#[test]
fn roles_can_be_seen_before_they_are_made() {
    let Some(cluster) = server("roles_can_be_seen_before_they_are_made") else {
        return;
    };
    let database = cluster.database();
    let workspace = Workspace::create();
    let bootstrap = |words: &[&str]| {
        let words = [&["bootstrap", "--roles"], words].concat();
        toolkit_on(&workspace, &database, &words).run().success()
    };
    let roles = "SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles \
                 WHERE rolname !~ '^pg_' AND rolname ~ '_(owner|app)$'";
    let statements = bootstrap(&["--dry-run", "-s", "memory_agent"]).stdout;
    assert_eq!(cluster.psql(database.name(), roles), "");
    cluster.psql(database.name(), &statements);
    assert_eq!(
        cluster.psql(database.name(), roles),
        "memory_app,memory_owner",
        "what is shown can be run"
    );

    let all = bootstrap(&[]).stdout;
    assert!(all.contains("next: give the roles passwords"), "{all}");
    assert!(!bootstrap(&[]).stdout.contains("next:"));
    for service in ["planning", "memory", "user_service", "observability"] {
        let url = cluster.url(&format!("{service}_owner"), database.name());
        let name = match service {
            "planning" => "planning_agent",
            "memory" => "memory_agent",
            "observability" => "observability_service",
            own => own,
        };
        let words = ["up", "-s", name, "-u", &url];
        crate::toolkit(&workspace, &words).run().success();
    }
}
