//! The pairs of schemas in `../shared/cases`, both ways, judged by `pg_dump`.
//!
//! `CASE=part-of-an-id` runs only some, `CORPUS_SHARE=10` every tenth, as every twentieth runs outside
//! the slow tier. All of them are ones for
//! PostgreSQL 15; on another one those that do not load are left out, and counted.

#![allow(clippy::expect_used, reason = "a test")]

mod converge;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use converge::{Benches, Pair, Rows};
use serde::Deserialize;
use toolkit_testkit::{named, not_here, run, server, tell, unless_slow};

/// The PostgreSQL that all pairs load on.
const WRITTEN_FOR: u32 = 15;

#[derive(Deserialize)]
struct PostgresCase {
    id: String,
    setup_sql: String,
    old_sql: String,
    new_sql: String,
    roles: Vec<String>,
    noop: bool,
}

#[derive(Deserialize)]
struct AlembicCase {
    id: String,
    before: Vec<String>,
    after: Vec<String>,
}

#[derive(Deserialize)]
struct FoundCase {
    id: String,
    pg: String,
    setup_sql: String,
    old_sql: String,
    new_sql: String,
    roles: Vec<String>,
    rows_sql: String,
}

impl FoundCase {
    /// Whether it is a case of PostgreSQL `major`: `14 only`, `17+`, `18`, or `15`, where all run.
    fn is_of(&self, major: u32) -> bool {
        let digits = self.pg.trim_end_matches(|it: char| !it.is_ascii_digit());
        let since: u32 = digits.parse().expect("a version");
        if self.pg.ends_with("only") {
            major == since
        } else {
            major >= since || self.pg == WRITTEN_FOR.to_string()
        }
    }
}

/// A pair of schemas, whatever suite it comes from.
struct Case {
    id: String,
    setup: String,
    from: String,
    to: String,
    rows: String,
    roles: Vec<String>,
    noop: bool,
}

/// The cluster with databases for the cases, and the failures that are known on it.
struct Place {
    major: u32,
    benches: Benches,
    known: BTreeMap<String, String>,
}

fn main() -> ExitCode {
    if !directory().is_dir() {
        not_here("the corpus", "../shared/cases is not there");
        return run(Vec::new(), None);
    }
    let Some(cluster) = server("the corpus") else {
        return run(Vec::new(), None);
    };
    let major = cluster.major();
    let cases = cases(major);
    for role in cases
        .iter()
        .flat_map(|case| &case.roles)
        .collect::<BTreeSet<_>>()
    {
        // Some stand in quotes already.
        cluster.role(&format!("\"{}\"", role.trim_matches('"')));
    }
    let place = Arc::new(Place {
        major,
        benches: Benches::new(cluster),
        known: known_failures(major),
    });
    let tests = cases.into_iter().map(|case| {
        let place = Arc::clone(&place);
        named(case.id.clone(), move || place.proves(&case))
    });
    run(tests.collect(), None)
}

impl Place {
    fn proves(&self, case: &Case) {
        let [from, to] = [&case.from, &case.to].map(|sql| format!("{}\n;\n{sql}", case.setup));
        let rows = (!case.rows.is_empty()).then_some(Rows {
            made: &case.rows,
            found: None,
        });
        let proof = self.benches.prove(&Pair {
            from: &from,
            to: &to,
            noop: case.noop,
            rows,
        });
        let known = self.known.contains_key(&case.id);
        match proof {
            Ok(_) => assert!(!known, "it passes now: strike it from known_failures.txt"),
            Err(failure) if self.major != WRITTEN_FOR && failure.starts_with("load: ") => {
                tell(&format!("{} does not load", case.id));
            }
            Err(failure) => assert!(known, "{}\n{failure}", case.id),
        }
    }
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases")
}

fn cases(major: u32) -> Vec<Case> {
    let read = |file| fs::read_to_string(directory().join(file)).expect("the corpus");
    let postgres = read("postgres.jsonl");
    let alembic = read("alembic.jsonl");
    let found = read("found.jsonl");
    let postgres = postgres
        .lines()
        .map(|line| serde_json::from_str(line).expect("a case"));
    let postgres = postgres.map(|case: PostgresCase| Case {
        id: format!("postgres/{}", case.id),
        setup: case.setup_sql,
        from: case.old_sql,
        to: case.new_sql,
        rows: String::new(),
        roles: case.roles,
        noop: case.noop,
    });
    let alembic = alembic
        .lines()
        .map(|line| serde_json::from_str(line).expect("a case"));
    let alembic = alembic.map(|case: AlembicCase| Case {
        id: format!("alembic/{}", case.id),
        setup: alembic_setup(&case.before, &case.after),
        from: case.before.join("\n"),
        to: case.after.join("\n"),
        rows: String::new(),
        roles: Vec::new(),
        noop: false,
    });
    let found = found
        .lines()
        .map(|line| serde_json::from_str(line).expect("a case"))
        .filter(|case: &FoundCase| case.is_of(major));
    let found = found.map(|case| Case {
        id: case.id,
        setup: case.setup_sql,
        from: case.old_sql,
        to: case.new_sql,
        rows: case.rows_sql,
        roles: case.roles,
        noop: false,
    });
    let share = std::env::var("CORPUS_SHARE").ok();
    let share = share.map_or(unless_slow(20, 1), |it| it.parse().expect("a number"));
    // What outside use found is one of a kind each.
    let selected = postgres.chain(alembic).step_by(share).chain(found);
    selected.filter(|case| is_selected(&case.id)).collect()
}

/// What Alembic's own test databases bring along.
fn alembic_setup(before: &[String], after: &[String]) -> String {
    const NEEDS: &[(&str, &str)] = &[
        ("CITEXT", "CREATE EXTENSION citext;"),
        ("EXCLUDE", "CREATE EXTENSION btree_gist;"),
        (
            "en_US",
            "CREATE COLLATION \"en_US\" (provider = icu, locale = 'en-US');",
        ),
    ];
    let names = |word: &str| {
        before
            .iter()
            .chain(after)
            .any(|statement| statement.contains(word))
    };
    NEEDS
        .iter()
        .filter(|(word, _)| names(word))
        .map(|(_, setup)| *setup)
        .collect()
}

fn is_selected(id: &str) -> bool {
    std::env::var("CASE").map_or(true, |part| id.contains(&part))
}

/// One id a line, a tab, and the reason; `ID@18` is one from PostgreSQL 18 on.
fn known_failures(major: u32) -> BTreeMap<String, String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/known_failures.txt");
    let text = fs::read_to_string(path).expect("the list of known failures");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let (id, reason) = line.split_once('\t').expect("an id, a tab, a reason");
            let (id, since) = id.split_once('@').unwrap_or((id, "0"));
            let since: u32 = since.parse().expect("a version");
            (major >= since).then(|| (id.to_owned(), reason.to_owned()))
        })
        .collect()
}
