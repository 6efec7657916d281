//! What is published says what a registry asks for; what is not says that.

use std::{collections::BTreeSet, path::Path, process::Command};

use serde_json::Value;

/// Packages in `toolkit` that only this workspace uses.
const PRIVATE: [&str; 3] = ["fixtures", "testkit", "cli"];

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline"])
        .args(["--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Its folder, from the root.
fn place(package: &Value) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let folder = manifest.parent().unwrap();
    let place = folder.strip_prefix(root.canonicalize().unwrap()).unwrap();
    place.to_str().unwrap().to_owned()
}

fn is_published(package: &Value) -> bool {
    package["publish"].is_null()
}

#[test]
fn what_users_need_is_published_and_nothing_else() {
    let packages = packages();
    for package in &packages {
        let place = place(package);
        let inner = place.strip_prefix("toolkit/");
        let is_for_users = inner.is_some_and(|it| !it.contains('/') && !PRIVATE.contains(&it));
        assert_eq!(is_published(package), is_for_users, "{place}");
    }
    let published: Vec<_> = packages.iter().filter(|it| is_published(it)).collect();
    let names = published.iter().map(|it| it["name"].as_str().unwrap());
    let names: BTreeSet<_> = names.collect();
    for package in &published {
        for dependency in package["dependencies"].as_array().unwrap() {
            let other = dependency["name"].as_str().unwrap();
            let is_of_tests = dependency["kind"] == "dev";
            let is_ours = !dependency["path"].is_null();
            assert!(
                !is_ours || is_of_tests || names.contains(other),
                "{} needs {other}, which is not published",
                package["name"]
            );
            // Cargo leaves out a test's dependency that has no version.
            assert_eq!(
                is_ours && dependency["req"] == "*",
                is_ours && !names.contains(other),
                "{} needs {other}",
                package["name"]
            );
        }
    }
}

#[test]
fn what_is_published_says_what_it_is() {
    for package in packages().iter().filter(|it| is_published(it)) {
        let name = package["name"].as_str().unwrap();
        for key in [
            "description",
            "documentation",
            "license",
            "readme",
            "rust_version",
        ] {
            assert!(package[key].is_string(), "{name} has no {key}");
        }
        for key in ["keywords", "categories"] {
            let words = package[key].as_array().unwrap();
            assert!((1..=5).contains(&words.len()), "{key} of {name}");
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = root.join(place(package));
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let text = |path: &Path| std::fs::read_to_string(path).unwrap();
            assert_eq!(
                text(&folder.join(licence)),
                text(&root.join(licence)),
                "{name}"
            );
        }
    }
}
