//! The pairs of schemas in `../shared/cases`, both ways, judged by `pg_dump`.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test")]

mod cluster;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use cluster::{Cluster, difference, skip};
use sea_orm::DatabaseConnection;
use serde::Deserialize;
use toolkit_engine::{
    catalog::Catalog,
    diff::diff,
    inspect::{Scope, inspect},
    plan::{Plan, plan},
    render::sql::{Names, script},
};

/// How many databases are worked on at a time.
const WORKERS: usize = 2;

#[derive(Deserialize)]
struct PostgresCase {
    id: String,
    setup_sql: String,
    old_sql: String,
    new_sql: String,
    roles: Vec<String>,
    core: bool,
    noop: bool,
}

#[derive(Deserialize)]
struct AlembicCase {
    id: String,
    before: Vec<String>,
    after: Vec<String>,
}

/// A pair of schemas, whatever suite it comes from.
struct Case {
    id: String,
    setup: String,
    from: String,
    to: String,
    roles: Vec<String>,
    noop: bool,
}

#[test]
fn every_pair_converges_both_ways() {
    let Some(cases) = cases() else {
        return skip("the corpus: ../shared/cases is not there");
    };
    let Some(cluster) = Cluster::start() else {
        return skip("the corpus: no PostgreSQL binaries");
    };
    let roles: BTreeSet<_> = cases.iter().flat_map(|case| &case.roles).collect();
    for role in roles {
        cluster
            .psql("postgres", &format!("CREATE ROLE \"{role}\""))
            .expect("a role");
    }
    let failures = run(&cluster, &cases);
    report(&cases, &failures);
    let known = known_failures();
    let new: Vec<_> = failures
        .keys()
        .filter(|id| !known.contains_key(*id))
        .collect();
    let mended: Vec<_> = known
        .keys()
        .filter(|id| !failures.contains_key(*id) && is_selected(id))
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
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                let benches = runtime
                    .block_on(async { [Bench::new(cluster).await, Bench::new(cluster).await] });
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = runtime.block_on(prove(cluster, &benches, case)) {
                        failures
                            .lock()
                            .expect("no poison")
                            .insert(case.id.clone(), failure);
                    }
                }
            });
        }
    });
    failures.into_inner().expect("no poison")
}

fn report(cases: &[Case], failures: &BTreeMap<String, String>) {
    for suite in ["postgres", "alembic"] {
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

/// A database that one case after the other uses.
struct Bench {
    database: String,
    connection: DatabaseConnection,
}

impl Bench {
    async fn new(cluster: &Cluster) -> Self {
        let database = cluster.create_database();
        let connection = cluster.connect(&database).await;
        Self {
            database,
            connection,
        }
    }

    async fn read(&self) -> Result<Catalog, String> {
        inspect(&self.connection, &Scope::default())
            .await
            .map_err(|error| format!("{error}: {error:?}"))
    }
}

/// One schema of a pair, in a database of its own.
struct Side<'b> {
    bench: &'b Bench,
    catalog: Catalog,
    dump: String,
}

impl<'b> Side<'b> {
    async fn new(
        cluster: &Cluster,
        bench: &'b Bench,
        case: &Case,
        sql: &str,
    ) -> Result<Self, String> {
        cluster.empty(&bench.database);
        cluster
            .psql(&bench.database, &format!("{}\n;\n{sql}", case.setup))
            .map_err(|error| format!("load: {error}"))?;
        let catalog = bench.read().await?;
        let dump = cluster.dump(&bench.database);
        Ok(Self {
            bench,
            catalog,
            dump,
        })
    }
}

async fn prove(cluster: &Cluster, benches: &[Bench; 2], case: &Case) -> Result<(), String> {
    let from = Side::new(cluster, &benches[0], case, &case.from).await?;
    let to = Side::new(cluster, &benches[1], case, &case.to).await?;
    let up = planned(&from.catalog, &to.catalog)?;
    let down = planned(&to.catalog, &from.catalog)?;
    if case.noop && !(up.is_empty() && down.is_empty()) {
        return Err(format!(
            "a plan where nothing differs:\n{}",
            script(&up, &Names::qualified())
        ));
    }
    if up.is_empty() && down.is_empty() {
        return same(cluster, &from.dump, &to).map_err(|error| format!("unseen: {error}"));
    }
    let (up, down) = (
        script(&up, &Names::qualified()),
        script(&down, &Names::qualified()),
    );
    there_and_back(cluster, &from, &to, &up, &down).await?;
    there_and_back(cluster, &to, &from, &down, &up)
        .await
        .map_err(|error| format!("reversed: {error}"))
}

fn planned(from: &Catalog, to: &Catalog) -> Result<Plan, String> {
    let changes = diff(from, to, &[]).map_err(|error| error.to_string())?;
    plan(&changes).map_err(|error| error.to_string())
}

/// Brings the database of `from` to `to` and back.
async fn there_and_back(
    cluster: &Cluster,
    from: &Side<'_>,
    to: &Side<'_>,
    up: &str,
    down: &str,
) -> Result<(), String> {
    let database = &from.bench.database;
    let explain = |way: &str, error: String, sql: &str| format!("{way}: {error}\n{sql}");
    cluster
        .transact(database, up)
        .map_err(|error| explain("up", error, up))?;
    same(cluster, &cluster.dump(database), to).map_err(|error| explain("up", error, up))?;
    let second = planned(&from.bench.read().await?, &to.catalog)?;
    if !second.is_empty() {
        return Err(format!(
            "a second diff is not empty:\n{}",
            script(&second, &Names::qualified())
        ));
    }
    cluster
        .transact(database, down)
        .map_err(|error| explain("down", error, down))?;
    same(cluster, &cluster.dump(database), from).map_err(|error| explain("down", error, down))
}

/// Whether a dump is what `expected` was, as it was or as PostgreSQL keeps it.
fn same(cluster: &Cluster, dump: &str, expected: &Side<'_>) -> Result<(), String> {
    if difference(dump, &expected.dump).is_none() {
        return Ok(());
    }
    let verdict = difference(&cluster.settle(dump), &cluster.settle(&expected.dump));
    verdict.map_or(Ok(()), |difference| {
        Err(format!(
            "differs from the schema built directly:\n{difference}"
        ))
    })
}

fn cases() -> Option<Vec<Case>> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    let postgres = fs::read_to_string(directory.join("postgres.jsonl")).ok()?;
    let alembic = fs::read_to_string(directory.join("alembic.jsonl")).ok()?;
    let postgres = postgres
        .lines()
        .map(|line| serde_json::from_str(line).expect("a case"));
    let postgres = postgres
        .filter(|case: &PostgresCase| case.core)
        .map(|case| Case {
            id: format!("postgres/{}", case.id),
            setup: case.setup_sql,
            from: case.old_sql,
            to: case.new_sql,
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
        roles: Vec::new(),
        noop: false,
    });
    Some(
        postgres
            .chain(alembic)
            .filter(|case| is_selected(&case.id))
            .collect(),
    )
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

/// `CASE=part-of-an-id` runs only some.
fn is_selected(id: &str) -> bool {
    std::env::var("CASE").map_or(true, |part| id.contains(&part))
}

/// One id a line, a tab, and the reason.
fn known_failures() -> BTreeMap<String, String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/known_failures.txt");
    let text = fs::read_to_string(path).expect("the list of known failures");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (id, reason) = line.split_once('\t').expect("an id, a tab, a reason");
            (id.to_owned(), reason.to_owned())
        })
        .collect()
}
