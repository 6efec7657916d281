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
    ("toolkit-pictures", &["toolkit-schema", "toolkit-text"]),
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
    ("toolkit-scaffold", &[]),
    ("cargo-toolkit", &["toolkit-scaffold"]),
    ("toolkit-project", &["toolkit-runtime", "toolkit-scaffold"]),
    (
        "toolkit-engine",
        &[
            "toolkit-embedded",
            "toolkit-pictures",
            "toolkit-postgres",
            "toolkit-project",
            "toolkit-rust",
            "toolkit-runtime",
            "toolkit-schema",
            "toolkit-text",
        ],
    ),
    ("toolkit-cluster", &[]),
    ("toolkit-test-macros", &[]),
    (
        "toolkit-test",
        &[
            "toolkit-cluster",
            "toolkit-embedded",
            "toolkit-runtime",
            "toolkit-test-macros",
            "toolkit-text",
        ],
    ),
    ("toolkit-testkit", &["toolkit-cluster", "toolkit-embedded"]),
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

/// What only a command line needs.
const OF_THE_TERMINAL: [&str; 7] = [
    "anstream",
    "clap",
    "comfy-table",
    "dialoguer",
    "indicatif",
    "strsim",
    "textwrap",
];

#[test]
fn a_service_that_migrates_itself_compiles_no_terminal() {
    let names = |features: &[&str]| {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--package", "toolkit-runtime", "--offline"])
            .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
            .args(["--no-default-features"])
            .args(features)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let names = text.lines().filter_map(|line| line.split(' ').next());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let (with, without) = (names(&["--features", "cli"]), names(&[]));
    for name in OF_THE_TERMINAL.map(str::to_owned) {
        assert!(with.contains(&name), "{name} is not there with `cli`");
        assert!(!without.contains(&name), "{name} is there without `cli`");
    }
}

#[test]
fn the_schema_knows_of_no_database_and_no_event_loop() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "toolkit-schema", "--offline"])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("toolkit-text"), "{text}");
    for name in [
        "tokio",
        "sea-",
        "sqlx",
        "futures",
        "serde",
        "toolkit-runtime",
    ] {
        assert!(!text.lines().any(|line| line.starts_with(name)), "{text}");
    }
}
