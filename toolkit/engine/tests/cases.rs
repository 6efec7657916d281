//! Small pairs of schemas in `cases/KIND/CASE`, both ways, judged by `pg_dump`.
//!
//! `to.sql` is one schema, `from.sql` the other, empty where there is none; `both.sql` is part of both.
//! `CASE=part-of-a-name` runs only some.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test"
)]

mod cluster;

use std::{
    fs,
    path::{Path, PathBuf},
};

use cluster::{
    Cluster,
    proof::{Bench, prove},
    skip,
};

/// A pair of schemas.
struct Case {
    name: String,
    from: String,
    to: String,
}

#[test]
fn every_case_converges_both_ways() {
    let cases = cases();
    let Some(cluster) = Cluster::start() else {
        return skip("cases: no PostgreSQL binaries");
    };
    if !cluster.can_dump() {
        return skip("cases: pg_dump is older than the server");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let benches =
        runtime.block_on(async { [Bench::new(&cluster).await, Bench::new(&cluster).await] });
    let mut failures = Vec::new();
    for case in &cases {
        let proof = prove(&cluster, &benches, &case.from, &case.to, false);
        if let Err(failure) = runtime.block_on(proof) {
            failures.push(format!("--- {}\n{failure}", case.name));
        }
    }
    println!(
        "{} of {} cases converge both ways",
        cases.len() - failures.len(),
        cases.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn cases() -> Vec<Case> {
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
    Case {
        name,
        from: format!("{both}\n{from}"),
        to: format!("{both}\n{to}"),
    }
}
