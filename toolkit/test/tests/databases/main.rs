//! Databases for tests: made, copied, kept, dropped and swept. The tests of `inner` are run as users run theirs.

#![allow(
    clippy::expect_used,
    clippy::explicit_write,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "this is a test; what passes the harness is written to stderr itself"
)]

mod inner;
mod service;
mod speed;

use std::{collections::BTreeSet, io::BufRead};

use toolkit_testkit::{Cluster, Output, PASSWORDS, Program, server};

/// A role of a test's own on the cluster of all: what is one role's is swept, copied and counted for it alone.
struct Case {
    cluster: &'static Cluster,
    role: &'static str,
}

impl Case {
    /// Nothing where there is no server. The role may make databases, and nothing else.
    fn new(test: &str, role: &'static str) -> Option<Self> {
        let cluster = server(test)?;
        cluster.psql("postgres", &format!("CREATE ROLE {role} LOGIN CREATEDB"));
        let case = Self { cluster, role };
        case.create("precious");
        Some(case)
    }

    fn create(&self, name: &str) -> String {
        let name = format!("{name}_{}", self.role);
        let create = format!("CREATE DATABASE {name} OWNER {}", self.role);
        self.cluster.psql("postgres", &create);
        name
    }

    fn url(&self, login: &str) -> String {
        self.cluster.url(login, &format!("precious_{}", self.role))
    }

    /// A process that runs tests of `inner`.
    fn process(&self, tests: &[&str]) -> Program {
        Program::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--test-threads", "3"])
            .args(tests)
            .env("TEST_DATABASE_URL", self.url(self.role))
            .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/other")
            .env("RUST_BACKTRACE", "0")
    }

    fn run(&self, tests: &[&str]) -> Output {
        self.process(tests).run()
    }

    /// The role's databases that are there, whose names begin so.
    fn databases(&self, prefix: &str) -> Vec<String> {
        let sql = format!(
            "SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}') \
             AND datdba = '{}'::regrole ORDER BY 1",
            self.role
        );
        let names = self.cluster.psql("postgres", &sql);
        names.lines().map(str::to_owned).collect()
    }
}

/// The database that each test had, and what its migration drew.
fn told(output: &Output) -> Vec<(String, String)> {
    let told = output
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("told "));
    told.map(|line| line.split_once(' ').unwrap())
        .map(|(name, drawn)| (name.to_owned(), drawn.to_owned()))
        .collect()
}

#[test]
fn each_test_has_a_database_of_its_own_and_migrations_run_once() {
    let Some(case) = Case::new(
        "each_test_has_a_database_of_its_own_and_migrations_run_once",
        "each",
    ) else {
        return;
    };
    let count = "SELECT count(*) FROM pg_class WHERE oid >= 16384";
    let empty = || case.cluster.psql("precious_each", count);
    assert_eq!(empty(), "0");
    let first = case.run(&["inner::cooks_"]).success();
    let second = case.run(&["inner::cooks_"]).success();
    let told = [told(&first), told(&second)].concat();
    let names: BTreeSet<_> = told.iter().map(|(name, _)| name).collect();
    let drawn: BTreeSet<_> = told.iter().map(|(_, drawn)| drawn).collect();
    assert_eq!(
        (told.len(), names.len(), drawn.len()),
        (12, 12, 1),
        "{told:?}"
    );
    // Nothing stays but the template and what is ready for the next run; and nothing else was touched.
    assert_eq!(case.databases("toolkit_test"), [""; 0]);
    assert_eq!(case.databases("toolkit_template").len(), 1);
    let ready = case.databases("toolkit_ready").len();
    // Those that were being made when a process ended are there, too.
    assert!((1..=8).contains(&ready), "{ready}");
    assert_eq!(empty(), "0");
    // A template is never used, so nobody can be in it when it is copied.
    let template = &case.databases("toolkit_template")[0];
    let sql = format!("SELECT datallowconn FROM pg_database WHERE datname = '{template}'");
    assert_eq!(case.cluster.psql("postgres", &sql), "f");
}

#[test]
fn processes_that_start_together_migrate_once() {
    let Some(case) = Case::new("processes_that_start_together_migrate_once", "together") else {
        return;
    };
    let started = [1, 2, 3].map(|number| {
        let test = format!("inner::cooks_{number}");
        case.process(&[&test]).start()
    });
    let ended = started.map(|child| Output::of("cooks".to_owned(), child).success());
    let drawn: BTreeSet<_> = ended
        .iter()
        .flat_map(told)
        .map(|(_, drawn)| drawn)
        .collect();
    assert_eq!(drawn.len(), 1, "{drawn:?}");
    assert_eq!(case.databases("toolkit_test"), [""; 0]);
}

#[test]
fn what_tests_say_of_their_database_is_so() {
    let Some(case) = Case::new("what_tests_say_of_their_database_is_so", "says") else {
        return;
    };
    let tests = [
        "inner::has_several",
        "inner::has_one",
        "inner::has_fixtures",
        "inner::is_a_test_of",
    ];
    let tests = [&tests[..], &["inner::ends_well", "--skip", "fails"]].concat();
    let output = case.run(&tests).success();
    assert!(output.stdout.contains("8 passed"), "{}", output.stdout);
    assert_eq!(case.databases("toolkit_test"), [""; 0]);
    assert_eq!(case.databases("toolkit_failed"), [""; 0]);
}

#[test]
fn a_test_that_fails_keeps_its_database_and_says_how_to_open_it() {
    let Some(case) = Case::new(
        "a_test_that_fails_keeps_its_database_and_says_how_to_open_it",
        "keeps",
    ) else {
        return;
    };
    let password = PASSWORDS[0];
    let alter = format!("ALTER ROLE keeps PASSWORD '{password}'; GRANT with_password TO keeps");
    case.cluster.psql("postgres", &alter);
    let tests = [
        "inner::ends_in_one_way",
        "inner::is_a_test_of_tokio_that_fails",
        "inner::has_a_fixture",
    ];
    let url = case.url(&format!("keeps:{password}"));
    let run = || case.process(&tests).env("TEST_DATABASE_URL", &url);
    let output = run().run().code(101);
    let kept = case.databases("toolkit_failed");
    assert_eq!(kept.len(), 4, "{output:#?}");
    assert_eq!(case.databases("toolkit_test"), [""; 0]);
    // What is told opens it, with the path that the test had.
    let told = output
        .stdout
        .lines()
        .filter_map(|line| line.trim().strip_prefix("psql '"));
    let told: Vec<_> = told.map(|line| line.trim_end_matches('\'')).collect();
    assert_eq!(told.len(), 4, "{}", output.stdout);
    let burnt = told.iter().find(|url| url.contains("panic")).unwrap();
    let seen = Program::new(case.cluster.program("psql"))
        .args([burnt, "-Atc", "SELECT name FROM dishes"])
        .env("PGPASSWORD", password)
        .run()
        .success();
    assert_eq!(seen.stdout.trim(), "burnt");
    // Failing again, each takes the place of the one before; passing, it goes.
    run().run().code(101);
    assert_eq!(case.databases("toolkit_failed"), kept);
    case.process(&["--exact", "inner::ends_in_one_way_panic"])
        .env("TEST_DATABASE_URL", &url)
        .env("PASSES", "1")
        .run()
        .success();
    assert_eq!(case.databases("toolkit_failed").len(), 3);
}

#[test]
fn what_a_killed_run_left_is_swept_and_what_others_use_is_not() {
    let Some(case) = Case::new(
        "what_a_killed_run_left_is_swept_and_what_others_use_is_not",
        "sweeps",
    ) else {
        return;
    };
    let mine = [
        "toolkit_test_mine",
        "toolkit_ready_mine",
        "toolkit_test_1_2",
    ];
    let mine = mine.map(|name| case.create(name));
    let mut going_on = case.process(&["inner::goes_on"]).start_with_input();
    let mut stderr = std::io::BufReader::new(going_on.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("told ") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended");
    }
    let used = line.split(' ').nth(1).unwrap().to_owned();
    let killed = case.run(&["inner::is_killed"]);
    assert_eq!(killed.code, None);
    let left = told(&killed)[0].0.clone();
    assert!(case.databases("toolkit_test").contains(&left));
    case.run(&["inner::cooks_1"]).success();
    let there = case.databases("toolkit_test");
    assert!(there.contains(&used), "{there:?}");
    assert!(!there.contains(&left), "{there:?}");
    let all = case.databases("toolkit");
    assert!(mine.iter().all(|name| all.contains(name)), "{all:?}");
    drop(going_on.stdin.take());
    Output::of("goes on".to_owned(), going_on).success();
    assert!(!case.databases("toolkit_test").contains(&used));
}

#[test]
fn a_program_that_was_built_anew_migrates_anew() {
    let Some(case) = Case::new("a_program_that_was_built_anew_migrates_anew", "anew") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("tests");
    let drawn = || {
        std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        let output = Program::new(&program)
            .args(["--ignored", "inner::cooks_1"])
            .env("TEST_DATABASE_URL", case.url(case.role))
            .run()
            .success();
        told(&output)[0].1.clone()
    };
    assert_ne!(drawn(), drawn());
    // That of the program that is no more is gone, with what waited.
    assert_eq!(case.databases("toolkit_template").len(), 1);
}

#[test]
fn what_cannot_be_is_said_with_what_to_do() {
    let Some(case) = Case::new("what_cannot_be_is_said_with_what_to_do", "said") else {
        return;
    };
    let broken = case.run(&["inner::has_a_migration_that_fails"]).code(101);
    assert!(
        broken
            .stdout
            .contains("type \"no_such_type\" does not exist"),
        "{}",
        broken.stdout
    );
    assert_eq!(case.databases("toolkit_"), [""; 0]);
    case.cluster.psql("postgres", "ALTER ROLE said NOCREATEDB");
    let refused = case.run(&["inner::cooks_1"]).code(101);
    let expected = "role \"said\" may not create databases on the server of TEST_DATABASE_URL";
    assert!(refused.stdout.contains(expected), "{}", refused.stdout);
    assert!(refused.stdout.contains("hint: "), "{}", refused.stdout);
}

#[test]
fn without_a_url_a_private_cluster_is_started_shared_and_ended() {
    let test = "without_a_url_a_private_cluster_is_started_shared_and_ended";
    if server(test).is_none() {
        return;
    }
    let workspace = toolkit_testkit::Workspace::create();
    let program = workspace.path().join("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let run = |test: &str| {
        let program = Program::by_ordinary_user(&program, workspace.path());
        let bin = std::env::var_os("TOOLKIT_TEST_PG_BIN");
        let program = bin
            .into_iter()
            .fold(program, |it, bin| it.env("TOOLKIT_TEST_PG_BIN", bin));
        let program = program
            .env("TOOLKIT_TEST_LINGER", "1")
            .folder(workspace.path());
        program.args(["--ignored", test]).start()
    };
    let both = ["inner::cooks_", "inner::has_"].map(run);
    let [cooked, had] = both.map(|child| Output::of("tests".to_owned(), child));
    let cooked = cooked.success();
    let drawn: BTreeSet<_> = told(&cooked).into_iter().map(|(_, drawn)| drawn).collect();
    assert_eq!(drawn.len(), 1, "{drawn:?}");
    // Of these, two fail as they should.
    assert!(had.code(101).stdout.contains("3 passed; 2 failed"));
    let folder = std::fs::read_dir(workspace.path().join(".toolkit/toolkit-test")).unwrap();
    let cluster = folder.map(|it| it.unwrap().path()).next().unwrap();
    let failed = Output::of("tests".to_owned(), run("inner::ends_in_one_way_panic")).code(101);
    assert!(
        failed.stdout.contains("to start it again:"),
        "{}",
        failed.stdout
    );
    assert!(cluster.join("users").is_dir());
    // It ends with the last of them, after a while.
    let ended = (0..300).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        !cluster.join("data/postmaster.pid").exists()
    });
    assert!(ended, "the private cluster goes on");
}
