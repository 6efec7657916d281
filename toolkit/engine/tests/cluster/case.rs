//! The pairs of schemas in `tests/cases`.
#![allow(clippy::expect_used, clippy::panic, reason = "a test")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::proof::{Pair, Rows};

/// The roles of the cluster.
pub const ROLES: [&str; 2] = ["reader", "\"Writer 1\""];

/// A pair of schemas.
pub struct Case {
    pub name: String,
    pub from: String,
    pub to: String,
    pub rows: Option<[String; 2]>,
    /// The first and the last major version.
    pub versions: [u32; 2],
    pub folder: PathBuf,
}

impl Case {
    /// What is proved of it.
    pub fn pair(&self) -> Pair<'_> {
        Pair {
            from: &self.from,
            to: &self.to,
            noop: false,
            rows: self.rows.as_ref().map(|[made, found]| Rows {
                made,
                found: Some(found),
            }),
        }
    }
}

/// The cases of `tests/cases`, of which `CASE` names some.
pub fn cases() -> Vec<Case> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for kind in folders(&root) {
        for folder in folders(&kind) {
            let name = folder.strip_prefix(&root).expect("a case");
            let name = name.to_str().expect("UTF-8").to_owned();
            if std::env::var("CASE").map_or(true, |part| name.contains(&part)) {
                cases.push(case(name, &folder));
            }
        }
    }
    assert!(!cases.is_empty(), "no case");
    cases
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).expect("a folder of cases");
    let mut folders: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

fn case(name: String, folder: &Path) -> Case {
    let read = |file: &str| fs::read_to_string(folder.join(file));
    let both = read("both.sql").unwrap_or_default();
    let from = read("from.sql").unwrap_or_default();
    let to = read("to.sql").unwrap_or_else(|error| panic!("{name}/to.sql: {error}"));
    let rows = read("rows.sql").ok().map(|rows| {
        let there = read("there.sql");
        [
            rows,
            there.unwrap_or_else(|error| panic!("{name}/there.sql: {error}")),
        ]
    });
    let versions = read("versions").map_or([14, u32::MAX], |text| {
        let number = |text: &str| text.trim().parse().expect("a version");
        match text.split_once('-') {
            Some((first, last)) => [number(first), number(last)],
            None => [number(&text), u32::MAX],
        }
    });
    Case {
        versions,
        folder: folder.to_owned(),
        name,
        from: format!("{both}\n{from}"),
        to: format!("{both}\n{to}"),
        rows,
    }
}
