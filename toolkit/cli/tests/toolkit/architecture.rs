//! Imports go one way.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

/// What each package of the workspace may depend on within it, tests aside.
const ALLOWED: &[(&str, &[&str])] = &[
    ("entity", &[]),
    ("toolkit-embedded", &[]),
    ("toolkit-text", &[]),
    ("toolkit-schema", &["toolkit-text"]),
    ("toolkit-rust", &["toolkit-schema", "toolkit-text"]),
    ("toolkit-runtime", &["toolkit-embedded", "toolkit-text"]),
    (
        "toolkit-postgres",
        &[
            "toolkit-embedded",
            "toolkit-runtime",
            "toolkit-schema",
            "toolkit-text",
        ],
    ),
    ("toolkit-project", &["toolkit-runtime"]),
    (
        "toolkit-engine",
        &[
            "toolkit-embedded",
            "toolkit-postgres",
            "toolkit-project",
            "toolkit-rust",
            "toolkit-runtime",
            "toolkit-schema",
            "toolkit-text",
        ],
    ),
    ("toolkit-testkit", &["toolkit-embedded"]),
    ("planning-migration", &["entity", "toolkit-runtime"]),
    ("memory-migration", &["entity", "toolkit-runtime"]),
    ("user-service-migration", &["entity", "toolkit-runtime"]),
    ("observability-migration", &["entity", "toolkit-runtime"]),
    (
        "toolkit",
        &[
            "toolkit-engine",
            "planning-migration",
            "memory-migration",
            "user-service-migration",
            "observability-migration",
        ],
    ),
];

#[test]
fn packages_depend_one_way() {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let allowed = allowed
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not in the list"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let other = dependency["name"].as_str().unwrap();
            let ours = dependency["path"].is_string() && dependency["kind"].is_null();
            assert!(
                !ours || allowed.contains(&other),
                "{name} must not depend on {other}"
            );
        }
    }
}
