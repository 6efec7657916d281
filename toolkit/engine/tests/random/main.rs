//! Random pairs of schemas with rows in them, both ways: up, no second difference, down, and every
//! row and value that should have survived is there. `pg_dump` judges one pair in ten.
//!
//! `PROPTEST_CASES=5000` says how many pairs, `RANDOM_SEED=7` where they begin: a failure prints the
//! seed that leads to it again, and the pair shrunk to what matters. `RANDOM_SHARE=60` says how many
//! pairs of a hundred have more than tables with what belongs to them, `RANDOM_KINDS=views,domains`
//! what they may have.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test"
)]

mod about;
mod bytes;
mod column;
mod composite;
mod constraint;
#[path = "../converge/mod.rs"]
mod converge;
mod domain;
mod function;
mod further;
mod index;
mod loads;
mod pair;
mod partition;
mod policy;
mod proof;
mod reader;
mod relation;
mod rows;
mod schema;
mod sequence;
mod table;
mod trigger;
mod typed;
mod values;
mod view;

use std::{
    cell::{Cell, RefCell},
    thread::ScopedJoinHandle,
    time::Instant,
};

use pair::{Pair, Pairs};
use proof::{Bench, Filled, prove};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use toolkit_testkit::{Cluster, server, tell, unless_slow};

/// Pairs in a run where nobody says how many.
const PAIRS: u32 = 400;
/// The same outside the slow tier.
const FEW_PAIRS: u32 = 60;
/// Where a run begins where nobody says it: always with the same pairs, so that a change alone decides
/// whether they pass. Runs that look for more begin elsewhere.
const SEED: u64 = 8003;
/// How many pairs are worked on at a time, each in two databases of its own.
const WORKERS: u32 = 2;
/// How many pairs of a hundred have more than tables, where nobody says how many.
const SHARE: u8 = 60;
/// How often a failing pair is made smaller, at most.
const SHRINKS: u32 = 1_500;
/// One pair in so many is judged by `pg_dump` too.
const DUMPED: u32 = 10;

#[test]
fn every_random_pair_converges_both_ways_and_keeps_its_rows() {
    let Some(cluster) = server("random pairs") else {
        return;
    };
    let pairs = number("PROPTEST_CASES").map_or(unless_slow(FEW_PAIRS, PAIRS), |pairs| {
        u32::try_from(pairs).expect("a number of pairs")
    });
    prepare(cluster);
    let seed = seed();
    let start = Instant::now();
    let runs: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| {
                let share = (pairs + worker) / WORKERS;
                let (seed, cluster) = (seed + u64::from(worker), cluster);
                scope.spawn(move || Worker::new(cluster, seed).run(share))
            })
            .collect();
        let ended = workers.into_iter().map(ScopedJoinHandle::join);
        ended.map(|run| run.expect("a worker ends")).collect()
    });
    let count = |of: fn(&Run) -> usize| runs.iter().map(of).sum::<usize>();
    let (kept, filled) = (count(|run| run.filled.kept), count(|run| run.filled.filled));
    tell(&format!(
        "random: {} pairs from seed {seed} in {:.1} s, rows in {filled} of {kept} kept tables",
        count(|run| run.proved),
        start.elapsed().as_secs_f64(),
    ));
    let failures: Vec<_> = runs.into_iter().filter_map(|run| run.failure).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(filled * 2 > kept || pairs < 20, "too few tables have rows");
}

/// Creates the roles that privileges go to.
fn prepare(cluster: &Cluster) {
    for role in about::ROLES {
        cluster.role(role);
    }
}

/// The pairs that the environment asks for.
fn chosen_pairs(cluster: &Cluster) -> Pairs {
    let share = number("RANDOM_SHARE").map_or(SHARE, |it| u8::try_from(it).expect("a percentage"));
    let wanted = std::env::var("RANDOM_KINDS").ok();
    let is_wanted = |name: &str| {
        let wanted = wanted.as_ref();
        wanted.is_none_or(|wanted| wanted.split(',').any(|it| it == name))
    };
    let kinds = further::KINDS.iter().enumerate();
    let kinds = kinds.filter(|(_, (name, _))| is_wanted(name));
    Pairs {
        share,
        kinds: kinds.map(|(place, _)| place).collect(),
        major: cluster.major(),
    }
}

fn seed() -> u64 {
    number("RANDOM_SEED").unwrap_or(SEED)
}

fn random_numbers(seed: u64) -> TestRng {
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed.to_le_bytes().repeat(4))
}

fn number(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(value.parse().expect("a number"))
}

/// What a worker did.
#[derive(Default)]
struct Run {
    proved: usize,
    /// The first failure, and those of its shrunk forms.
    failed: usize,
    class: Option<String>,
    filled: Filled,
    failure: Option<String>,
}

/// What a failure has in common with those of its smaller forms: PostgreSQL's code, or how it begins.
fn class(failure: &str) -> String {
    let line = failure.lines().next().unwrap_or_default();
    let line = line.trim_start_matches("reversed: ");
    let line = line.trim_start_matches("up: ").trim_start_matches("down: ");
    match line.split_once("(SQLSTATE ") {
        Some((_, code)) => code.to_owned(),
        None => line.chars().take(30).collect(),
    }
}

struct Worker<'c> {
    seed: u64,
    cluster: &'c Cluster,
    runtime: tokio::runtime::Runtime,
    benches: [Bench; 2],
    can_dump: bool,
}

impl<'c> Worker<'c> {
    fn new(cluster: &'c Cluster, seed: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let benches =
            runtime.block_on(async { [Bench::new(cluster).await, Bench::new(cluster).await] });
        Self {
            seed,
            cluster,
            runtime,
            benches,
            can_dump: cluster.can_dump(),
        }
    }

    fn run(&self, pairs: u32) -> Run {
        let seed = self.seed;
        let config = Config {
            cases: pairs,
            max_shrink_iters: Config::default().max_shrink_iters.min(SHRINKS),
            failure_persistence: None,
            ..Config::default()
        };
        let all = chosen_pairs(self.cluster);
        let (run, number) = (RefCell::new(Run::default()), Cell::new(0));
        let mut runner = TestRunner::new_with_rng(config, random_numbers(seed));
        let outcome = runner.run(&all, |pair| {
            number.set(number.get() + 1);
            // What only the judge sees is shrunk under its eyes.
            let is_judged = number.get() % DUMPED == 0 || run.borrow().failed > 0;
            let is_dumped = self.can_dump && is_judged;
            self.prove(&pair, all.major, is_dumped, &mut run.borrow_mut())
        });
        let mut run = run.into_inner();
        run.failure = outcome.err().map(|failure| match failure {
            TestError::Abort(reason) | TestError::Fail(reason, _) => {
                format!("seed {seed}: {reason}")
            }
        });
        run
    }

    fn prove(
        &self,
        pair: &Pair,
        major: u32,
        is_dumped: bool,
        run: &mut Run,
    ) -> Result<(), TestCaseError> {
        let [from, to] = pair.schemas(major);
        let proof = prove(self.cluster, &self.benches, [&from, &to], is_dumped);
        match self.runtime.block_on(proof) {
            Ok(filled) => {
                run.proved += 1;
                run.filled.kept += filled.kept;
                run.filled.filled += filled.filled;
                Ok(())
            }
            // Another failure is none of this one's smaller forms.
            Err(failure) if run.class.as_ref().is_some_and(|it| *it != class(&failure)) => Ok(()),
            Err(failure) => {
                if run.failed == 0 {
                    run.class = Some(class(&failure));
                    eprintln!("random: seed {}, being shrunk: {failure}", self.seed);
                }
                run.failed += 1;
                Err(TestCaseError::fail(format!(
                    "{failure}\n--- from\n{}\n--- to\n{}",
                    from.sql, to.sql
                )))
            }
        }
    }
}
