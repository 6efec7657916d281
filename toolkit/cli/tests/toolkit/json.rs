//! `--format json`: one document on stdout, whatever happens.

use serde_json::{Value, json};
use toolkit_testkit::{Database, Output, Workspace};

use crate::{planning, toolkit, toolkit_on};

fn document(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:#?}"))
}

#[test]
fn a_runs_document_says_what_was_done() {
    let database = Database::create();
    let workspace = Workspace::create();
    let words = [
        "up",
        "--service",
        "planning_agent",
        "-n",
        "1",
        "--format",
        "json",
    ];
    let mut first = document(&toolkit_on(&workspace, &database, &words).run().success());
    let milliseconds = first["services"][0]["migrations"][0]["milliseconds"].take();
    assert!(milliseconds.is_u64());
    assert_eq!(
        first,
        json!({
            "command": "up",
            "ok": true,
            "services": [{
                "service": "planning_agent",
                "schema": "planning",
                "result": "done",
                "schema_created": true,
                "objects_dropped": null,
                "migrations": [{
                    "name": "m20260901_000001_create_plans",
                    "direction": "up",
                    "milliseconds": null,
                }],
                "error": null,
            }],
        })
    );
    let status = ["status", "--format", "json"];
    let status = planning(&workspace, &status)
        .env("DATABASE_URL", database.url())
        .run()
        .success();
    let status = document(&status);
    assert_eq!(status["services"][0]["pending"], 5);
    assert_eq!(status["services"][0]["migrations"][0]["state"], "applied");
    assert_eq!(status["services"][0]["migrations"][1]["state"], "pending");
    assert_eq!(
        status["services"][0]["migrations"][1]["applied_at"],
        Value::Null
    );
}

#[test]
fn a_failures_document_has_the_error_and_what_to_do() {
    let workspace = Workspace::create();
    let nowhere = "postgres://u@127.0.0.1:1/d";
    let words = ["up-all", "--wait", "0s", "--format", "json", "-u", nowhere];
    let run = document(&toolkit(&workspace, &words).run().code(2));
    assert_eq!(run["ok"], false);
    assert_eq!(run["services"][0]["result"], "failed");
    let error = &run["services"][0]["error"];
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .starts_with("cannot reach PostgreSQL"),
        "{error}"
    );
    assert!(error["hint"].is_string());

    let words = ["up", "--format", "json", "--service", "nobody"];
    let unknown = document(&toolkit(&workspace, &words).run().code(2));
    assert_eq!(unknown["ok"], false);
    assert_eq!(unknown["error"]["message"], "there is no service nobody");
}
