//! Small pairs of schemas in `cases/KIND/CASE`, both ways, judged by `pg_dump`.
//!
//! `to.sql` is one schema, `from.sql` the other, empty where there is none; `both.sql` is part of both.
//! `rows.sql` fills the one of `from.sql`, and `there.sql` finds a row before, there and afterwards.
//! Privileges go to the roles in `converge/case.rs`. `versions` says where the case is one: `17` and newer, or
//! `14-16`. `plan.txt` holds the statements there and back with their hazards, as PostgreSQL 15 has them.
//! `UPDATE_EXPECT=1` writes it.
//! `CASE=part-of-a-name` runs only some, as that part after `--` does.

#![allow(clippy::expect_used, clippy::panic, reason = "a test")]

mod converge;

use std::{fmt::Write, fs, process::ExitCode};

use converge::case::{Case, all_folders, cases};
use toolkit_engine::{
    plan::{HazardKind, Plan},
    render::sql::{Names, statement},
};
use toolkit_testkit::{Named, named, run};
use toolkit_text::harmless;

/// The version whose plans are kept.
const PLANNED_ON: u32 = 15;

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
        let Some(place) = self.place() else {
            return;
        };
        let proof = place.benches.prove(&self.pair());
        let kept = proof.and_then(|plans| match place.major {
            PLANNED_ON => self.expect(&plans),
            _ => Ok(()),
        });
        if let Err(failure) = kept {
            panic!("{}\n{failure}", self.name);
        }
    }

    /// Compares the plans there and back with those that are kept.
    fn expect(&self, plans: &[Plan; 2]) -> Result<(), String> {
        let path = self.folder.join("plan.txt");
        let [there, back] = plans.each_ref().map(told);
        // Hidden characters would be hidden in the file, too.
        let told = format!("-- There\n{there}\n-- Back\n{back}");
        let told = harmless(&told);
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if told == kept {
            return Ok(());
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &*told).expect("plan.txt is written");
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
            let _ = writeln!(told, "-- {:?}: {}", hazard.kind(), hazard);
        }
        if step.outside_transaction {
            told.push_str("-- outside a transaction\n");
        }
        let _ = writeln!(told, "{};", statement(&step.action, &Names::qualified()));
    }
    told
}
