//! Imports go one way.

use std::process::Command;

use serde_json::Value;

/// What each package may depend on within the workspace, tests aside. Those that are a service's, or
/// stand in its place where tests need some, are judged by where they are.
const ALLOWED: &[(&str, &[&str])] = &[
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
    ("toolkit", &["toolkit-engine", MIGRATIONS]),
    ("fixture-toolkit", &["toolkit-engine", MIGRATIONS]),
];
/// Any service's migration crate.
const MIGRATIONS: &str = "<service>-migration";
/// The entities of all services.
const ENTITIES: &str = "entity";

/// What a package is called in the rules.
fn role<'n>(name: &'n str, folder: &str) -> &'n str {
    if folder.ends_with("/migration") && folder.contains("/microservices/") {
        MIGRATIONS
    } else if folder.ends_with("/entity") {
        ENTITIES
    } else {
        name
    }
}

fn allowed(role: &str) -> &'static [&'static str] {
    match role {
        MIGRATIONS => &[ENTITIES, "toolkit-runtime"],
        ENTITIES => &[],
        name => {
            let found = ALLOWED.iter().find(|(known, _)| *known == name);
            found
                .unwrap_or_else(|| panic!("{name} is not in the list"))
                .1
        }
    }
}

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
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let manifest = package["manifest_path"].as_str().unwrap();
        let folder = manifest.strip_suffix("/Cargo.toml").unwrap();
        let allowed = allowed(role(name, folder));
        for dependency in package["dependencies"].as_array().unwrap() {
            let other = dependency["name"].as_str().unwrap();
            let Some(path) = dependency["path"].as_str() else {
                continue;
            };
            assert!(
                !dependency["kind"].is_null() || allowed.contains(&role(other, path)),
                "{name} must not depend on {other}"
            );
        }
    }
}
