//! A process, a signal, and what both left.

use std::{
    env,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use toolkit_testkit::{Cluster, Database, Output, Program};

use crate::program::ROLE;

type Case = fn(&'static Cluster);

pub const ALL: [(&str, Case); 8] = [
    (
        "a_service_that_computes_holds_nobody_up_and_hears_a_signal",
        computing_beside_another,
    ),
    ("a_statement_is_cancelled_and_rolled_back", sleeping),
    (
        "a_closed_terminal_ends_a_run_outside_a_transaction",
        outside,
    ),
    ("a_second_signal_ends_whatever_is_done", second),
    ("a_command_that_computes_ends_all_the_same", blocked),
    ("who_only_reads_has_changed_nothing", reading),
    ("what_is_to_outlive_its_terminal_does", nohup),
    ("a_signal_between_two_runs_is_told_once", ended_by_two),
];

/// The program at work on a database of its own.
struct Running {
    cluster: &'static Cluster,
    database: Database,
    child: Child,
}

impl Running {
    fn start(cluster: &'static Cluster, role: &str) -> Self {
        Self::start_under(cluster, role, None)
    }

    /// `shell` says what the shell does before it becomes the program.
    fn start_under(cluster: &'static Cluster, role: &str, shell: Option<&str>) -> Self {
        let database = cluster.database();
        let this = env::current_exe().unwrap();
        let program = match shell {
            // Under `nohup`, which may have started the tests, a child ignores the signal, too.
            None if cfg!(target_os = "linux") => Program::new("env")
                .args(["--default-signal=HUP"])
                .args([&this]),
            None => Program::new(&this),
            Some(before) => {
                let script = format!("{before}; exec '{}'", this.display());
                Program::new("sh").args(["-c", &script])
            }
        };
        let url = database.url();
        let program = program.env(ROLE, role).env("DATABASE_URL", &url);
        // Nothing is waited for that a file could say.
        let folder = env::temp_dir();
        Self {
            cluster,
            child: program.folder(folder).start(),
            database,
        }
    }

    fn psql(&self, sql: &str) -> String {
        self.cluster.psql(self.database.name(), sql)
    }

    /// Waits until `sql` gives `true`.
    fn until(&self, sql: &str) {
        let started = Instant::now();
        while self.psql(&format!("SELECT ({sql})::text")) != "true" {
            assert!(started.elapsed() < Duration::from_secs(20), "{sql}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// The output of the process, which ends within `seconds`.
    fn ends_within(mut self, seconds: u64) -> (Output, Database) {
        let started = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            if started.elapsed() > Duration::from_secs(seconds) {
                let _ = self.child.kill();
                panic!("it did not end in {seconds} s");
            }
            thread::sleep(Duration::from_millis(20));
        }
        (Output::of("this".to_owned(), self.child), self.database)
    }

    fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

const TABLES: &str = "SELECT coalesce(string_agg(tablename, ',' ORDER BY tablename), '') FROM pg_tables \
                      WHERE tablename ~ '^[abcd][12]$'";
const HELD: &str = "SELECT NOT EXISTS (SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database \
                    WHERE locktype = 'advisory' AND datname = current_database())";

fn computing_beside_another(cluster: &'static Cluster) {
    let running = Running::start(cluster, "beside");
    // The one computes for a minute from its second migration on; the other is done meanwhile.
    running.until("to_regclass('quick.b2') IS NOT NULL");
    running.until("to_regclass('computing.a1') IS NOT NULL");
    thread::sleep(Duration::from_millis(500));
    let locks = "SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database \
                 WHERE locktype = 'advisory' AND datname = current_database()";
    assert_eq!(running.psql(locks), "1", "who computes holds its own lock");
    running.signal("-TERM");
    let (output, database) = running.ends_within(6);
    let output = output.code(143);
    assert!(output.stdout.contains("INTERRUPTED"), "{output:#?}");
    assert!(
        output.stdout.contains("3 migrations applied"),
        "{output:#?}"
    );
    let told = "interrupted by SIGTERM while a2 of computing was applied";
    assert!(output.stderr.contains(told), "{output:#?}");
    assert!(
        output.stderr.contains("nothing of it is left"),
        "{output:#?}"
    );
    assert_eq!(cluster.psql(database.name(), TABLES), "a1,b1,b2");
    assert_eq!(cluster.psql(database.name(), HELD), "t");
}

fn sleeping(cluster: &'static Cluster) {
    let running = Running::start(cluster, "sleeping");
    running.until("EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active' AND datname = current_database())");
    running.signal("-INT");
    let (output, database) = running.ends_within(6);
    let output = output.code(130);
    let done = output.stdout.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().take(3).collect();
        words == ["sleeping", "c1", "applied"]
    });
    assert!(done, "{output:#?}");
    let told = "interrupted by Ctrl-C while c2 of sleeping was applied";
    assert!(output.stderr.contains(told), "{output:#?}");
    assert!(output.stderr.contains("then run `up` again"), "{output:#?}");
    assert_eq!(cluster.psql(database.name(), TABLES), "c1");
    assert_eq!(cluster.psql(database.name(), HELD), "t");
}

fn outside(cluster: &'static Cluster) {
    let running = Running::start(cluster, "outside");
    running.until("EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active' AND datname = current_database())");
    running.signal("-HUP");
    let (output, database) = running.ends_within(6);
    let output = output.code(129);
    assert!(
        output.stderr.contains("interrupted by SIGHUP"),
        "{output:#?}"
    );
    let told = "resolve -s outside d1 --retry";
    assert!(output.stderr.contains(told), "{output:#?}");
    assert_eq!(cluster.psql(database.name(), TABLES), "d1");
    assert_eq!(cluster.psql(database.name(), HELD), "t");
}

fn second(cluster: &'static Cluster) {
    let mut running = Running::start(cluster, "deaf");
    thread::sleep(Duration::from_millis(500));
    running.signal("-TERM");
    thread::sleep(Duration::from_secs(3));
    assert!(running.is_alive(), "it ends what it does");
    running.signal("-INT");
    running.ends_within(2).0.code(130);
}

fn blocked(cluster: &'static Cluster) {
    let running = Running::start(cluster, "blocked");
    thread::sleep(Duration::from_millis(500));
    running.signal("-TERM");
    let output = running.ends_within(5).0.code(143);
    assert!(
        output.stderr.contains("interrupted by SIGTERM"),
        "{output:#?}"
    );
}

fn reading(cluster: &'static Cluster) {
    let running = Running::start(cluster, "reading");
    thread::sleep(Duration::from_millis(500));
    running.signal("-INT");
    let output = running.ends_within(2).0.code(130);
    assert!(output.stderr.contains("nothing was changed"), "{output:#?}");
}

fn nohup(cluster: &'static Cluster) {
    let mut running = Running::start_under(cluster, "reading", Some("trap '' HUP"));
    thread::sleep(Duration::from_millis(800));
    running.signal("-HUP");
    thread::sleep(Duration::from_millis(500));
    assert!(running.is_alive());
    running.signal("-TERM");
    running.ends_within(2).0.code(143);
}

fn ended_by_two(cluster: &'static Cluster) {
    // The first is not heard by who computes; the second does not wait for it.
    let running = Running::start(cluster, "computing");
    running.until("to_regclass('computing.a1') IS NOT NULL");
    thread::sleep(Duration::from_millis(500));
    running.signal("-INT");
    thread::sleep(Duration::from_millis(200));
    running.signal("-INT");
    let (output, database) = running.ends_within(2);
    let output = output.code(130);
    assert_eq!(output.stderr.matches("error:").count(), 1, "{output:#?}");
    assert_eq!(cluster.psql(database.name(), TABLES), "a1");
}
