//! ARCHITECTURE.md names the tests that hold what must not change: they are there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn each_invariant_names_tests_that_are_there() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut tests = BTreeSet::new();
    collect(&root().join("toolkit"), &mut tests);
    let invariants: Vec<&str> = text
        .split("\n\n")
        .filter(|paragraph| paragraph.starts_with("*Invariant:*"))
        .collect();
    assert!(invariants.len() > 10, "the section has another form");
    for invariant in invariants {
        let names: Vec<&str> = invariant
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| is_test_name(name))
            .collect();
        assert!(!names.is_empty(), "no test holds this: {invariant}");
        for name in names {
            assert!(tests.contains(name), "there is no test {name}: {invariant}");
        }
    }
}

/// Not a word of the sentence, such as an option or a module.
fn is_test_name(name: &str) -> bool {
    name.matches('_').count() > 1 && !name.contains(['-', ':', '/', ' '])
}

/// The names of the functions in the sources below `folder`.
fn collect(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") {
                collect(&path, names);
            }
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let functions = text.split("fn ").skip(1);
            names.extend(functions.filter_map(|it| Some(it.split_once('(')?.0.to_owned())));
        }
    }
}
