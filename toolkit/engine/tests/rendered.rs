//! The rendered migrations of the pairs in `cases` and in `../shared/cases`, and of renames: compiled in one
//! crate, run both ways, judged by `pg_dump`; rows survive renames.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test"
)]

mod converge;
#[path = "rendered/crate_of_migrations.rs"]
mod crate_of_migrations;
#[path = "rendered/renames.rs"]
mod renames;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use converge::{
    alike,
    case::{self, ROLES},
    scope,
};
use crate_of_migrations::{CrateOfMigrations, Runner};
use sea_orm::DatabaseConnection;
use serde::Deserialize;
use toolkit_engine::{
    catalog::Catalog,
    diff::{Rename, diff},
    inspect::{Scope, inspect},
    plan::{Plan, plan},
    render::rust::{Options, migration},
};
use toolkit_testkit::{Cluster, not_here, server, slow_tier};

/// How many databases are worked on at a time.
const WORKERS: usize = 2;
/// Where the cases' unqualified names live.
const SCHEMA: &str = "public";

#[derive(Deserialize)]
struct Case {
    id: String,
    setup_sql: String,
    old_sql: String,
    new_sql: String,
    roles: Vec<String>,
    core: bool,
    #[serde(skip)]
    renames: Vec<Rename>,
    /// What fails where the first schema's row is not found in the second one.
    #[serde(skip)]
    finds_row: Option<String>,
}

/// A case that has something to migrate.
struct Rendered {
    id: String,
    module: String,
    source: String,
    old: Side,
    new: Side,
    finds_row: Option<String>,
}

/// One schema of a pair.
struct Side {
    sql: String,
    dump: String,
}

#[test]
fn rendered_migrations_do_what_they_say() {
    if !slow_tier("rendered_migrations_do_what_they_say") {
        return;
    }
    let mut cases = renames::cases();
    cases.retain(|case| is_selected(&case.id));
    match corpus() {
        Some(corpus) => cases.extend(corpus),
        None => not_here(
            "rendered migrations of the corpus",
            "../shared/cases is not there",
        ),
    }
    let Some(cluster) = server("rendered migrations") else {
        return;
    };
    cases.extend(own(cluster.major()));
    for role in ROLES {
        cluster.role(role);
    }
    let roles: BTreeSet<_> = cases.iter().flat_map(|case| &case.roles).collect();
    for role in roles {
        cluster.role(&format!("\"{role}\""));
    }
    let (rendered, mut failures) = render_all(cluster, &cases);
    let modules: Vec<_> = rendered
        .iter()
        .map(|it| (it.module.clone(), it.source.clone()))
        .collect();
    let migrations = CrateOfMigrations::write(&modules);
    let format = migrations.check_format();
    migrations
        .build()
        .unwrap_or_else(|error| panic!("the migrations do not compile:\n{error}"));
    failures.extend(run_all(cluster, &migrations, &rendered));
    report(rendered.len(), &failures);
    if let Err(difference) = format {
        panic!("rustfmt would change the migrations:\n{difference}");
    }
    let known = known_failures();
    let new: Vec<_> = failures.keys().filter(|id| !known.contains(*id)).collect();
    let mended: Vec<_> = known
        .iter()
        .filter(|id| !failures.contains_key(*id) && is_selected(id))
        .collect();
    assert!(
        new.is_empty(),
        "{} cases fail that did not: {new:#?}",
        new.len()
    );
    assert!(
        mended.is_empty(),
        "these pass now, strike them from rendered_known_failures.txt: {mended:#?}"
    );
}

fn report(count: usize, failures: &BTreeMap<String, String>) {
    println!(
        "{} of {count} rendered migrations run up and down, both ways",
        count - failures.len()
    );
    for (id, failure) in failures {
        println!("--- {id}\n{failure}");
    }
}

/// Calls `work` with each number below `count`, on some threads with a state of their own.
fn in_parallel<S>(count: usize, state: impl Fn() -> S + Sync, work: impl Fn(&mut S, usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let mut state = state();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    work(&mut state, number);
                }
            });
        }
    });
}

/// Two databases with a connection each, for one thread.
struct Reader {
    runtime: tokio::runtime::Runtime,
    databases: [(String, DatabaseConnection); 2],
}

impl Reader {
    fn new(cluster: &Cluster) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let databases = [(); 2].map(|()| {
            let database = cluster.create_database();
            let connection = runtime.block_on(cluster.connect(&database));
            (database, connection)
        });
        Self { runtime, databases }
    }

    fn read(&self, cluster: &Cluster, side: usize, sql: String) -> Result<(Catalog, Side), String> {
        let (database, connection) = &self.databases[side];
        load(cluster, database, &sql)?;
        let scope = Scope {
            search_path: vec![SCHEMA.to_owned()],
            ..scope()
        };
        let catalog = self
            .runtime
            .block_on(inspect(connection, &scope))
            .map_err(|error| format!("{error:?}"))?;
        Ok((
            catalog,
            Side {
                dump: cluster.dump(database, &[]),
                sql,
            },
        ))
    }
}

fn load(cluster: &Cluster, database: &str, sql: &str) -> Result<(), String> {
    cluster.empty(database);
    cluster
        .script(database, sql)
        .map_err(|error| format!("load: {error}"))
}

fn render_all(cluster: &Cluster, cases: &[Case]) -> (Vec<Rendered>, BTreeMap<String, String>) {
    let rendered = Mutex::new(BTreeMap::new());
    let failures = Mutex::new(BTreeMap::new());
    in_parallel(
        cases.len(),
        || Reader::new(cluster),
        |reader, number| match render(cluster, reader, &cases[number], number) {
            Ok(Some(it)) => drop(rendered.lock().expect("no poison").insert(number, it)),
            Ok(None) => {}
            Err(failure) => drop(
                failures
                    .lock()
                    .expect("no poison")
                    .insert(cases[number].id.clone(), failure),
            ),
        },
    );
    let rendered = rendered.into_inner().expect("no poison");
    (
        rendered.into_values().collect(),
        failures.into_inner().expect("no poison"),
    )
}

fn render(
    cluster: &Cluster,
    reader: &Reader,
    case: &Case,
    number: usize,
) -> Result<Option<Rendered>, String> {
    let (from, old) = reader.read(
        cluster,
        0,
        format!("{}\n;\n{}", case.setup_sql, case.old_sql),
    )?;
    let (to, new) = reader.read(
        cluster,
        1,
        format!("{}\n;\n{}", case.setup_sql, case.new_sql),
    )?;
    let back = Rename::reversed(&case.renames);
    let up = planned(&from, &to, &case.renames)?;
    let down = planned(&to, &from, &back)?;
    if up.is_empty() && down.is_empty() {
        return Ok(None);
    }
    let options = Options {
        schema: SCHEMA.to_owned(),
        message: None,
        prepare: Vec::new(),
    };
    let source = migration(&up, &down, &options);
    Ok(Some(Rendered {
        id: case.id.clone(),
        module: format!("case_{number}"),
        source,
        old,
        new,
        finds_row: case.finds_row.clone(),
    }))
}

fn planned(from: &Catalog, to: &Catalog, renames: &[Rename]) -> Result<Plan, String> {
    let changes = diff(from, to, renames).map_err(|error| error.to_string())?;
    plan(&changes).map_err(|error| error.to_string())
}

fn run_all(
    cluster: &Cluster,
    migrations: &CrateOfMigrations,
    rendered: &[Rendered],
) -> BTreeMap<String, String> {
    let failures = Mutex::new(BTreeMap::new());
    in_parallel(
        rendered.len(),
        || (cluster.create_database(), migrations.runner()),
        |(database, runner), number| {
            let it = &rendered[number];
            if let Err(failure) = prove(cluster, database, runner, it) {
                let failure = format!("{failure}\n{}", it.source);
                failures
                    .lock()
                    .expect("no poison")
                    .insert(it.id.clone(), failure);
            }
        },
    );
    failures.into_inner().expect("no poison")
}

/// From old to new and back, and from new to old and back.
fn prove(
    cluster: &Cluster,
    database: &str,
    runner: &mut Runner,
    it: &Rendered,
) -> Result<(), String> {
    for (start, end, ways) in [
        (&it.old, &it.new, ["up", "down"]),
        (&it.new, &it.old, ["down", "up"]),
    ] {
        load(cluster, database, &start.sql)?;
        for (way, side) in ways.into_iter().zip([end, start]) {
            let explain = |error: String| format!("{way} of {}: {error}", ways.join(", "));
            runner
                .run(way, &it.module, &cluster.url("postgres", database))
                .map_err(explain)?;
            alike(cluster, &cluster.dump(database, &[]), &side.dump).map_err(explain)?;
        }
        // The row went both ways.
        if let (["up", _], Some(finds_row)) = (ways, &it.finds_row) {
            runner.run("up", &it.module, &cluster.url("postgres", database))?;
            cluster.script(database, finds_row)?;
        }
    }
    Ok(())
}

/// The pairs in `cases` that are some of the server's version.
fn own(major: u32) -> impl Iterator<Item = Case> {
    let cases = case::asked_cases().into_iter();
    cases.filter(move |it| it.is_of(major)).map(|it| Case {
        id: it.name,
        setup_sql: String::new(),
        old_sql: it.from,
        new_sql: it.to,
        roles: Vec::new(),
        core: true,
        renames: Vec::new(),
        finds_row: None,
    })
}

fn corpus() -> Option<Vec<Case>> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/postgres.jsonl");
    let text = fs::read_to_string(path).ok()?;
    let cases = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a case"));
    Some(
        cases
            .filter(|case: &Case| case.core && is_selected(&case.id))
            .collect(),
    )
}

/// `CASE=part-of-an-id` runs only some.
fn is_selected(id: &str) -> bool {
    std::env::var("CASE").map_or(true, |part| id.contains(&part))
}

/// One id a line, a tab, and the reason.
fn known_failures() -> BTreeSet<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/rendered_known_failures.txt");
    let text = fs::read_to_string(path).expect("the list of known failures");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            line.split_once('\t')
                .expect("an id, a tab, a reason")
                .0
                .to_owned()
        })
        .collect()
}
