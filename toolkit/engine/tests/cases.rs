//! Small pairs of schemas in `cases/KIND/CASE`, both ways, judged by `pg_dump`.
//!
//! `to.sql` is one schema, `from.sql` the other, empty where there is none; `both.sql` is part of both.
//! `rows.sql` fills the one of `from.sql`, and `there.sql` finds a row before, there and afterwards.
//! Privileges go to the roles in [`ROLES`]. `versions` says where the case is one: `17` and newer, or
//! `14-16`. `plan.txt` holds the statements there and back with their hazards, as PostgreSQL 15 has them.
//! `UPDATE_EXPECT=1` writes it.
//! `CASE=part-of-a-name` runs only some, as that part after `--` does.

#![allow(clippy::expect_used, clippy::panic, reason = "a test")]

mod converge;

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::LazyLock,
};

use converge::{Benches, Pair, Rows};
use toolkit_engine::{
    plan::{HazardKind, Plan},
    render::sql::{Names, statement},
};
use toolkit_testkit::{Named, named, run, server, skipped};

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

/// The cluster with databases for the cases, where there is one that `pg_dump` reads.
static PLACE: LazyLock<Option<(u32, Benches)>> = LazyLock::new(|| {
    let cluster = server("cases")?;
    if !cluster.can_dump() {
        skipped("cases", "a pg_dump that is not older than the server");
        return None;
    }
    for role in ROLES {
        cluster.role(role);
    }
    Some((cluster.major(), Benches::new(cluster)))
});

fn main() -> ExitCode {
    let mut tests = every_case_converges_both_ways();
    let kinds = "every_kind_of_hazard_is_held";
    tests.push(named(kinds, every_kind_of_hazard_is_held));
    run(tests, None)
}

fn every_case_converges_both_ways() -> Vec<Named> {
    let cases = cases().into_iter();
    let tests = cases.map(|case| named(case.name.clone(), move || case.converges_both_ways()));
    tests.collect()
}

/// A kind that is not told any more fails as many cases as tell it, and three are enough to be seen.
fn every_kind_of_hazard_is_held() {
    let plans: Vec<_> = all_folders()
        .filter_map(|folder| fs::read_to_string(folder.join("plan.txt")).ok())
        .collect();
    for kind in [
        HazardKind::DataLoss,
        HazardKind::FailsOnRows,
        HazardKind::TableRewrite,
        HazardKind::TableScan,
        HazardKind::IndexBuild,
        HazardKind::BreaksRunningCode,
        HazardKind::ExposesRows,
        HazardKind::LeavesStale,
    ] {
        let line = format!("-- {kind:?}: ");
        let holding = plans.iter().filter(|plan| plan.contains(&line)).count();
        assert!(holding >= 3, "{holding} plans tell {kind:?}");
    }
    // What is blocked has no way there and back: see `plans` and `inspect`.
}

impl Case {
    fn converges_both_ways(&self) {
        let Some((major, benches)) = &*PLACE else {
            return;
        };
        if !(self.versions[0]..=self.versions[1]).contains(major) {
            return;
        }
        let proof = benches.prove(&self.pair());
        let kept = proof.and_then(|plans| match *major {
            PLANNED_ON => self.expect(&plans),
            _ => Ok(()),
        });
        if let Err(failure) = kept {
            panic!("{}\n{failure}", self.name);
        }
    }

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
    let cases = all_folders().map(|folder| {
        let name = folder.strip_prefix(root()).expect("a case");
        (name.to_str().expect("UTF-8").to_owned(), folder)
    });
    let is_asked = |name: &str| std::env::var("CASE").map_or(true, |part| name.contains(&part));
    let cases = cases.filter(|(name, _)| is_asked(name));
    let cases: Vec<_> = cases.map(|(name, folder)| case(name, &folder)).collect();
    assert!(!cases.is_empty(), "no case");
    cases
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn all_folders() -> impl Iterator<Item = PathBuf> {
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
