//! One round: a run, a fault, and the way back.

use std::{
    env, fmt,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use toolkit_testkit::{Cluster, Database, Line, Output, Pooler, Program};

use crate::{
    fault::Fault,
    judge::{decide, judge},
    service::NAMES,
};

/// Set for this program when it is to be the service's binary.
pub const RUNNER: &str = "FAULTS_RUNNER";

/// How often a person decides at most: once for each migration outside a transaction.
const DECISIONS: usize = 2;

/// How the rounds of one fault went.
#[derive(Debug, Default)]
pub struct Tally {
    rounds: usize,
    interrupted: usize,
    decided: usize,
    decisions: [usize; 3],
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [applied, rolled_back, retry] = self.decisions;
        write!(
            f,
            "{:>6} {:>11} {:>8} {applied:>7} {rolled_back:>11} {retry:>6}",
            self.rounds, self.interrupted, self.decided
        )
    }
}

/// A run that nothing disturbed.
pub struct Reference {
    /// What `pg_dump` saw afterwards.
    dump: String,
    /// How long it took.
    duration: Duration,
}

pub struct Round {
    cluster: &'static Cluster,
    pooler: &'static Pooler,
    database: Database,
    random: fastrand::Rng,
}

impl Round {
    pub fn new(cluster: &'static Cluster, pooler: &'static Pooler, seed: u64) -> Self {
        Self {
            cluster,
            pooler,
            database: cluster.database(),
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Runs without a fault.
    pub fn undisturbed(self) -> Reference {
        let started = Instant::now();
        let output = runner(&self.database.url()).run();
        let duration = started.elapsed();
        assert_eq!(output.code, Some(0), "{output:?}");
        let dump = judge(self.cluster, self.database.name(), "undisturbed");
        self.drop_database();
        Reference { dump, duration }
    }

    /// Runs with `fault`, then as an operator would, and compares with `reference`.
    pub fn run(mut self, fault: Fault, reference: &Reference, tally: &mut Tally) {
        let moment = self.random.f64() * reference.duration.as_secs_f64();
        let name = fault.name();
        let told = format!("{name} after {moment:.3} s in {}", self.database.name());
        let outputs = self.disturb(fault, Duration::from_secs_f64(moment));
        for output in &outputs {
            let panicked = output.stderr.contains("panicked");
            assert!(!panicked, "{told}: {output:?}");
        }
        tally.rounds += 1;
        let done = "SELECT count(*) FROM pg_class WHERE relname = 'seaql_migrations'";
        let begun = self.cluster.psql(self.database.name(), done) != "0";
        tally.interrupted += usize::from(outputs.iter().any(|output| output.code != Some(0)));
        let (decisions, log) = self.finish(&told);
        tally.decided += usize::from(!decisions.is_empty());
        for decision in decisions {
            let place = ["--applied", "--rolled-back", "--retry"]
                .iter()
                .position(|option| *option == decision);
            tally.decisions[place.unwrap()] += 1;
        }
        let told = format!("{told}; begun: {begun}\n{outputs:#?}\n{log}");
        let dump = judge(self.cluster, self.database.name(), &told);
        assert_eq!(dump, reference.dump, "{told}");
        self.drop_database();
    }

    /// Starts the runners, lets `fault` happen after `moment`, and waits until they have ended.
    fn disturb(&mut self, fault: Fault, moment: Duration) -> Vec<Output> {
        let line = Line::to(self.cluster.port());
        let url = match fault {
            Fault::Cut => format!(
                "postgres://postgres@127.0.0.1:{}/{}",
                line.port(),
                self.database.name()
            ),
            fault if fault.is_pooled() => self.pooler.url(self.database.name()),
            _ => self.database.url(),
        };
        let count = fault.runners(&mut self.random);
        let mut runners: Vec<Child> = (0..count).map(|_| runner(&url).start()).collect();
        thread::sleep(moment);
        match fault {
            Fault::Kill | Fault::Many | Fault::Pooler => {
                let victim = self.random.usize(..count);
                runners[victim].kill().unwrap();
            }
            Fault::Terminate => {
                let pid = runners[0].id().to_string();
                // It may have ended already.
                let _ = Command::new("kill").args(["-TERM", &pid]).output();
            }
            Fault::EndSessions | Fault::PoolerEndSessions => {
                let sql = format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
                    self.database.name()
                );
                self.cluster.psql("postgres", &sql);
            }
            Fault::Crash => self.cluster.crash(),
            Fault::Cut => line.cut(),
        }
        let outputs = runners
            .into_iter()
            .map(|runner| Output::of("the disturbed runner".to_owned(), runner))
            .collect();
        line.cut();
        outputs
    }

    /// Runs a plain `up`, and what a person decides if it asks for that, until it is done.
    fn finish(&self, told: &str) -> (Vec<&'static str>, String) {
        let mut decisions = Vec::new();
        let mut log = String::new();
        loop {
            let started = Instant::now();
            let output = runner(&self.database.url()).run();
            log += &format!("{output:#?} in {:?}\n", started.elapsed());
            match output.code {
                Some(0) => return (decisions, log),
                Some(1) if decisions.len() < DECISIONS => {
                    let unfinished = NAMES
                        .into_iter()
                        .find(|name| output.stderr.contains(&format!("{name} --retry")))
                        .unwrap_or_else(|| panic!("{told}: {log}"));
                    let decision = decide(self.cluster, self.database.name(), unfinished);
                    let resolve = runner(&self.database.url())
                        .args(["resolve", unfinished, decision])
                        .run();
                    assert_eq!(resolve.code, Some(0), "{told}: {log} {resolve:?}");
                    decisions.push(decision);
                }
                _ => panic!("{told}: {log}"),
            }
        }
    }

    fn drop_database(&self) {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.database.name());
        self.cluster.psql("postgres", &sql);
    }
}

/// This program as the service's binary.
fn runner(url: &str) -> Program {
    Program::new(env::current_exe().unwrap())
        .env(RUNNER, "1")
        .env("DATABASE_URL", url)
        .folder(env::temp_dir())
}
