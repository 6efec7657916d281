//! The pairs of schemas in `../shared/cases`, both ways, judged by `pg_dump`.
//!
//! `CASE=part-of-an-id` runs only some, `CORPUS_SHARE=10` every tenth, as every twentieth runs outside
//! the slow tier. All of them are ones for
//! PostgreSQL 15; on another one those that do not load are left out, and counted.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test")]

mod cluster;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use cluster::{
    Cluster, leave_out,
    proof::{Bench, Pair, Rows, prove, work_off},
    skip,
};
use serde::Deserialize;
use toolkit_testkit::unless_slow;

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

#[test]
fn every_pair_converges_both_ways() {
    let Some(cluster) = Cluster::start() else {
        return skip("the corpus: no PostgreSQL binaries");
    };
    let Some(cases) = cases(cluster.major()) else {
        return leave_out("the corpus: ../shared/cases is not there");
    };
    let roles: BTreeSet<_> = cases.iter().flat_map(|case| &case.roles).collect();
    for role in roles {
        // Some stand in quotes already.
        let quoted = format!("\"{}\"", role.trim_matches('"'));
        cluster
            .psql("postgres", &format!("CREATE ROLE {quoted}"))
            .expect("a role");
    }
    let mut failures = run(&cluster, &cases);
    if cluster.major() != WRITTEN_FOR {
        let all = failures.len();
        failures.retain(|_, failure| !failure.starts_with("load: "));
        println!("{} pairs do not load", all - failures.len());
    }
    report(&cases, &failures);
    let known = known_failures(cluster.major());
    let new: Vec<_> = failures
        .keys()
        .filter(|id| !known.contains_key(*id))
        .collect();
    let mended: Vec<_> = known
        .keys()
        .filter(|id| !failures.contains_key(*id) && cases.iter().any(|case| case.id == **id))
        .collect();
    assert!(
        new.is_empty(),
        "{} cases fail that did not: {new:#?}",
        new.len()
    );
    assert!(
        mended.is_empty(),
        "these pass now, strike them from known_failures.txt: {mended:#?}"
    );
}

fn run(cluster: &Cluster, cases: &[Case]) -> BTreeMap<String, String> {
    let prove = async |benches: &[Bench; 2], case: &Case| {
        let [from, to] = [&case.from, &case.to].map(|sql| format!("{}\n;\n{sql}", case.setup));
        let rows = (!case.rows.is_empty()).then_some(Rows {
            made: &case.rows,
            found: None,
        });
        let pair = Pair {
            from: &from,
            to: &to,
            noop: case.noop,
            rows,
        };
        prove(cluster, benches, &pair).await.map(drop)
    };
    let failures = work_off(cluster, cases, prove).into_iter();
    failures
        .map(|(case, failure)| (case.id.clone(), failure))
        .collect()
}

fn report(cases: &[Case], failures: &BTreeMap<String, String>) {
    for suite in ["postgres", "alembic", "found"] {
        let of_suite = |id: &&str| id.starts_with(suite);
        let all = cases
            .iter()
            .map(|case| case.id.as_str())
            .filter(of_suite)
            .count();
        let failed = failures.keys().map(String::as_str).filter(of_suite).count();
        println!(
            "{suite}: {} of {all} pairs converge both ways",
            all - failed
        );
    }
    for (id, failure) in failures {
        println!("--- {id}\n{failure}");
    }
}

fn cases(major: u32) -> Option<Vec<Case>> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    let postgres = fs::read_to_string(directory.join("postgres.jsonl")).ok()?;
    let alembic = fs::read_to_string(directory.join("alembic.jsonl")).ok()?;
    let found = fs::read_to_string(directory.join("found.jsonl")).ok()?;
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
    Some(selected.filter(|case| is_selected(&case.id)).collect())
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
