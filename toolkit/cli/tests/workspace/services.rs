//! The services of this workspace are what their entities say, and run.

use serde_json::Value;
use toolkit_testkit::{Database, Program, Workspace};

/// The toolkit of this workspace.
fn toolkit(workspace: &Workspace, database: &Database, words: &[&str]) -> Program {
    workspace
        .program(env!("CARGO_BIN_EXE_toolkit"))
        .args(words)
        .env("DATABASE_URL", database.url())
}

/// Runs a command and returns the services that its document tells of, each by its name.
pub(crate) fn told(
    workspace: &Workspace,
    database: &Database,
    words: &[&str],
    code: i32,
) -> Vec<(String, Value)> {
    let words = [words, &["--format", "json"]].concat();
    let output = toolkit(workspace, database, &words).run().code(code);
    let document: Value = serde_json::from_str(&output.stdout).unwrap();
    let services = document["services"].as_array().unwrap().iter();
    services
        .map(|service| {
            (
                service["service"].as_str().unwrap().to_owned(),
                service.clone(),
            )
        })
        .collect()
}

#[test]
fn every_service_is_what_its_entities_say_and_goes_up_and_down() {
    let (workspace, database) = (Workspace::create(), Database::create());
    let run = |words: &[&str]| toolkit(&workspace, &database, words).run();

    let before = told(&workspace, &database, &["status"], 0);
    assert!(!before.is_empty(), "the toolkit lists no service");
    for (name, service) in told(&workspace, &database, &["up-all"], 0) {
        assert_eq!(service["result"], "done", "{name}");
        let applied = service["migrations"].as_array().unwrap().len();
        let (_, pending) = before.iter().find(|(other, _)| *other == name).unwrap();
        assert_eq!(pending["pending"], applied, "{name}");
    }
    for (name, service) in told(&workspace, &database, &["up-all"], 0) {
        assert_eq!(service["result"], "nothing_to_do", "{name}");
    }
    run(&["status", "--exit-code"]).success();
    run(&["check"]).success();
    run(&["verify"]).success();
    for (name, _) in before {
        let generate = run(&["generate", "--dry-run", "--service", &name]).success();
        let nothing = format!("{name}: nothing to do");
        assert!(generate.stdout.starts_with(&nothing), "{}", generate.stdout);
    }
}
