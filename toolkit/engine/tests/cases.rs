//! Small pairs of schemas in `cases/KIND/CASE`, both ways, judged by `pg_dump`.
//!
//! `to.sql` is one schema, `from.sql` the other, empty where there is none; `both.sql` is part of both.
//! `rows.sql` fills the one of `from.sql`, and `there.sql` finds a row before, there and afterwards.
//! Privileges go to the roles in [`ROLES`]. `versions` says where the case is one: `17` and newer, or
//! `14-16`. `plan.txt` holds the statements there and back with their hazards, as PostgreSQL 15 has them.
//! `UPDATE_EXPECT=1` writes it.
//! `CASE=part-of-a-name` runs only some.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test"
)]

mod cluster;
#[path = "told/refused.rs"]
mod refused;

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use cluster::{
    Cluster,
    proof::{Bench, Pair, Rows, attempt, planned, prove, work_off},
    skip,
};
use toolkit_engine::{
    inspect::{Scope, inspect},
    plan::{HazardKind, Plan},
    render::sql::{Names, script, statement},
};

/// The roles of the cluster.
const ROLES: [&str; 2] = ["reader", "\"Writer 1\""];

/// A pair of schemas.
struct Case {
    name: String,
    from: String,
    to: String,
    rows: Option<[String; 2]>,
    /// The first and the last major version.
    versions: [u32; 2],
    folder: PathBuf,
}

/// The version whose plans are kept.
const PLANNED_ON: u32 = 15;

impl Case {
    fn pair(&self) -> Pair<'_> {
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

    /// Compares the plans there and back with those that are kept.
    fn expect(&self, plans: &[Plan; 2]) -> Result<(), String> {
        let path = self.folder.join("plan.txt");
        let [there, back] = plans.each_ref().map(told);
        let told = format!("-- There\n{there}\n-- Back\n{back}");
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if told == kept {
            return Ok(());
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, told).expect("plan.txt is written");
            return Ok(());
        }
        Err(format!(
            "the plan is not that of {}:\n{told}\nUPDATE_EXPECT=1 writes it",
            path.display()
        ))
    }
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
    for role in ROLES {
        let made = cluster.psql("postgres", &format!("CREATE ROLE {role}"));
        made.expect("a role");
    }
    let major = cluster.major();
    let is_of = |case: &Case| (case.versions[0]..=case.versions[1]).contains(&major);
    let cases: Vec<Case> = cases.into_iter().filter(is_of).collect();
    let prove = async |benches: &[Bench; 2], case: &Case| {
        let plans = prove(&cluster, benches, &case.pair()).await?;
        match major {
            PLANNED_ON => case.expect(&plans),
            _ => Ok(()),
        }
    };
    let failures = work_off(&cluster, &cases, prove).into_iter();
    let failures: Vec<_> = failures
        .map(|(case, failure)| format!("--- {}\n{failure}", case.name))
        .collect();
    println!(
        "{} of {} cases converge both ways",
        cases.len() - failures.len(),
        cases.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[tokio::test]
async fn what_postgresql_refuses_under_two_levels_of_partitions_is_told_beforehand() {
    let Some(cluster) = Cluster::start() else {
        return skip("what PostgreSQL refuses: no PostgreSQL binaries");
    };
    let partitions = "CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (id);
        CREATE TABLE q PARTITION OF p FOR VALUES IN (1);";
    let schema = |generated: &str| {
        format!(
            "CREATE TABLE t (id bigint, a integer, b integer {generated}) PARTITION BY LIST (id); {partitions}"
        )
    };
    let from = schema("GENERATED ALWAYS AS (a * 2) STORED");
    let benches = [Bench::new(&cluster).await, Bench::new(&cluster).await];
    let attempt = attempt(&cluster, &benches, &from, &schema("")).await;
    let (plan, said) = attempt.expect("a plan");
    let hazards = plan.steps.iter().flat_map(|step| &step.hazards);
    let blocked: Vec<_> = hazards
        .filter(|hazard| hazard.kind == HazardKind::Blocked)
        .map(|hazard| hazard.reason.as_str())
        .collect();
    assert_eq!(
        blocked,
        ["public.p, which inherits public.t.b, has children of its own"]
    );
    assert!(said.is_err(), "PostgreSQL does it now: {said:?}");
}

#[tokio::test]
async fn rows_of_the_default_partition_are_told_of_beside_a_new_or_a_wider_one() {
    let Some(cluster) = Cluster::start() else {
        return skip("rows of the default partition: no PostgreSQL binaries");
    };
    let schema = |partitions: &str| {
        format!(
            "CREATE TABLE t (id bigint) PARTITION BY LIST (id);
             CREATE TABLE rest PARTITION OF t DEFAULT; {partitions}"
        )
    };
    let from = schema("CREATE TABLE p PARTITION OF t FOR VALUES IN (1)");
    let to = schema(
        "CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2);
         CREATE TABLE q PARTITION OF t FOR VALUES IN (3)",
    );
    let benches = [Bench::new(&cluster).await, Bench::new(&cluster).await];
    let (plan, said) = attempt(&cluster, &benches, &from, &to)
        .await
        .expect("a plan");
    said.expect("no rows are in the way");
    let hazards = plan.steps.iter().flat_map(|step| &step.hazards);
    let mut told: Vec<_> = hazards
        .filter(|hazard| hazard.kind == HazardKind::FailsOnRows)
        .map(|hazard| hazard.reason.as_str())
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "public.p is locked while rows are checked; fails where one does not belong into this \
             partition of public.t",
            "public.rest is locked while rows are checked; fails where one belongs into public.p",
            "public.rest is locked while rows are checked; fails where one belongs into public.q",
        ]
    );
}

#[tokio::test]
async fn what_is_made_again_keeps_its_owner_though_owners_are_not_compared() {
    let Some(cluster) = Cluster::start() else {
        return skip("owners: no PostgreSQL binaries");
    };
    let made = cluster.psql("postgres", "CREATE ROLE reader; CREATE ROLE other");
    made.expect("roles");
    let schema = |argument: &str, column: &str, values: &str| {
        format!(
            "GRANT CREATE ON SCHEMA public TO reader;
             CREATE TYPE e AS ENUM ({values});
             CREATE TABLE t (a int, e e); GRANT SELECT ON t TO reader;
             CREATE FUNCTION f({argument} int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
             CREATE VIEW v AS SELECT {column} AS a FROM t;
             CREATE MATERIALIZED VIEW m AS SELECT a FROM v;
             GRANT SELECT ON v TO other;
             ALTER FUNCTION f(int) OWNER TO reader; ALTER VIEW v OWNER TO reader;
             ALTER TYPE e OWNER TO reader; ALTER MATERIALIZED VIEW m OWNER TO reader;"
        )
    };
    let databases = [cluster.create_database(), cluster.create_database()];
    let sides = [
        schema("x", "a", "'a', 'b'"),
        schema("y", "a::bigint", "'b'"),
    ];
    let mut catalogs = Vec::new();
    for (database, sql) in databases.iter().zip(&sides) {
        cluster.psql(database, sql).expect("a schema");
        let connection = cluster.connect(database).await;
        let catalog = inspect(&connection, &Scope::default()).await;
        catalogs.push(catalog.expect("a catalog"));
    }
    let plan = planned(&catalogs[0], &catalogs[1]).expect("a plan");
    let done = cluster.transact(&databases[0], &script(&plan, &Names::qualified()));
    done.expect("it is done");
    let check = "SELECT 1 / (SELECT count(*) FROM pg_proc WHERE proname = 'f' AND proowner = 'reader'::regrole),
         1 / (SELECT count(*) FROM pg_type WHERE typname = 'e' AND typowner = 'reader'::regrole),
         1 / (SELECT (count(*) = 2)::int FROM pg_class WHERE relname IN ('v', 'm') AND relowner = 'reader'::regrole),
         1 / (SELECT (count(*) = 1)::int FROM pg_class WHERE relname = 'v' AND relacl::text LIKE '%other=r/reader%')";
    cluster
        .psql(&databases[0], check)
        .expect("the owners are those before");
}

/// A plan, a statement a paragraph, each below its hazards.
fn told(plan: &Plan) -> String {
    let mut told = String::new();
    for step in &plan.steps {
        for hazard in &step.hazards {
            let _ = writeln!(told, "-- {:?}: {}", hazard.kind, hazard.reason);
        }
        if step.outside_transaction {
            told.push_str("-- outside a transaction\n");
        }
        let _ = writeln!(told, "{};", statement(&step.action, &Names::qualified()));
    }
    told
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
