//! The pairs of schemas in `tests/cases`.
#![allow(clippy::expect_used, clippy::panic, reason = "a test")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use toolkit_testkit::{server, skipped};

use super::{Benches, Pair, Rows};

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

/// Where cases are proved.
pub struct Place {
    /// The server's major version.
    pub major: u32,
    pub benches: Benches,
}

/// The cluster with databases for the cases, where there is one that `pg_dump` reads.
static PLACE: LazyLock<Option<Place>> = LazyLock::new(|| {
    let cluster = server("cases")?;
    if !cluster.can_dump() {
        skipped("cases", "a pg_dump that is not older than the server");
        return None;
    }
    for role in ROLES {
        cluster.role(role);
    }
    Some(Place {
        major: cluster.major(),
        benches: Benches::new(cluster),
    })
});

/// Where cases are proved, if this is possible here.
pub fn place() -> Option<&'static Place> {
    PLACE.as_ref()
}

impl Case {
    /// Where the case is proved, if it is one of the server's version.
    pub fn place(&self) -> Option<&'static Place> {
        place().filter(|place| self.is_of(place.major))
    }

    /// Whether it is one of a server's version.
    pub fn is_of(&self, major: u32) -> bool {
        (self.versions[0]..=self.versions[1]).contains(&major)
    }

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

/// The cases of `tests/cases`, of which `CASE` names some at least.
pub fn cases() -> Vec<Case> {
    let cases = asked_cases();
    assert!(!cases.is_empty(), "no case");
    cases
}

/// The cases of `tests/cases`, of which `CASE` may name some.
pub fn asked_cases() -> Vec<Case> {
    let cases = all_folders().map(|folder| {
        let name = folder.strip_prefix(root()).expect("a case");
        (name.to_str().expect("UTF-8").to_owned(), folder)
    });
    let is_asked = |name: &str| std::env::var("CASE").map_or(true, |part| name.contains(&part));
    let cases = cases.filter(|(name, _)| is_asked(name));
    cases.map(|(name, folder)| case(name, &folder)).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The folders of all cases.
pub fn all_folders() -> impl Iterator<Item = PathBuf> {
    folders(&root()).into_iter().flat_map(|kind| folders(&kind))
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
