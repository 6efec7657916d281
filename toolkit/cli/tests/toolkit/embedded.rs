//! Without a URL: the embedded PostgreSQL in `.toolkit/`.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use toolkit_testkit::{Output, Program, Workspace, server};

use crate::{planning, toolkit};

#[test]
fn the_first_command_migrates_everything_and_the_second_finds_nothing_to_do() {
    let workspace = Workspace::create();

    let status = toolkit(&workspace, &["status", "--exit-code"])
        .run()
        .code(1);
    assert!(
        status
            .stdout
            .contains("planning_agent: 0 applied, 6 pending"),
        "{}",
        status.stdout
    );
    assert!(
        !workspace.path().join(".toolkit").exists(),
        "a reading command wrote"
    );

    let first = toolkit(&workspace, &["up-all"]).run().success();
    assert!(
        first
            .stdout
            .contains("4 schemas created, 25 migrations applied"),
        "{}",
        first.stdout
    );

    let started = Instant::now();
    let second = toolkit(&workspace, &["up-all"]).run().success();
    assert!(
        second.stdout.ends_with(": nothing to do\n"),
        "{}",
        second.stdout
    );
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "{:?}",
        started.elapsed()
    );

    let status = planning(&workspace, &["status", "--exit-code"])
        .run()
        .success();
    assert!(
        status.stdout.ends_with("planning_agent: 6 applied\n"),
        "{}",
        status.stdout
    );
}

#[test]
fn a_second_process_waits_as_long_as_told_and_then_says_for_whom() {
    let workspace = Workspace::create();
    let mut server = Serving::start(&workspace, &["db"]);

    let waiting = toolkit(&workspace, &["up-all", "--wait", "300ms"])
        .run()
        .code(2);
    assert!(
        waiting.stderr.contains("is in use by process"),
        "{}",
        waiting.stderr
    );
    assert!(
        waiting.stderr.contains("(toolkit db)"),
        "{}",
        waiting.stderr
    );
    assert!(
        waiting.stderr.contains("hint: wait for process"),
        "{}",
        waiting.stderr
    );

    let waiting = toolkit(&workspace, &["bootstrap"]).start();
    std::thread::sleep(Duration::from_millis(500));
    server.interrupt();
    let waited = Output::of("bootstrap".to_owned(), waiting).success();
    assert!(
        waited.stdout.contains("4 schemas created"),
        "{}",
        waited.stdout
    );
}

#[test]
fn db_serves_other_clients_and_what_they_see_is_what_up_all_made() {
    let workspace = Workspace::create();
    toolkit(&workspace, &["up-all"]).run().success();
    let mut server = Serving::start(&workspace, &["db"]);
    let url = server.url.clone();
    let status = toolkit(&workspace, &["status", "--exit-code", "-u", &url])
        .run()
        .success();
    assert!(
        status.stdout.contains("user_service: 6 applied"),
        "{}",
        status.stdout
    );
    let started = Instant::now();
    let output = server.interrupt();
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    let failed = output.stderr.contains("error");
    assert_eq!((output.code, failed), (Some(0), false), "{output:?}");
}

#[test]
fn a_killed_process_leaves_the_data_usable() {
    let workspace = Workspace::create();
    toolkit(&workspace, &["up", "--service", "planning_agent"])
        .run()
        .success();
    let mut server = Serving::start(&workspace, &["db"]);
    let url = server.url.clone();
    toolkit(&workspace, &["up", "--service", "memory_agent", "-u", &url])
        .run()
        .success();
    server.child.kill().unwrap();
    server.child.wait().unwrap();

    toolkit(&workspace, &["up-all"]).run().success();
    let status = toolkit(&workspace, &["status", "--exit-code"])
        .run()
        .success();
    assert!(
        status.stdout.contains("memory_agent: 6 applied"),
        "{}",
        status.stdout
    );
}

#[test]
fn reset_deletes_the_data_after_it_was_confirmed() {
    let workspace = Workspace::create();
    toolkit(&workspace, &["up-all", "-q"]).run().success();
    toolkit(&workspace, &["db", "--reset"]).run().code(1);
    let status = toolkit(&workspace, &["status", "--exit-code"])
        .run()
        .success();
    assert!(status.stdout.contains("6 applied"), "{}", status.stdout);

    toolkit(&workspace, &["db", "--reset", "--yes"])
        .run()
        .success();
    let status = toolkit(&workspace, &["status", "--exit-code"])
        .run()
        .code(1);
    assert!(status.stdout.contains("0 applied"), "{}", status.stdout);
    let again = toolkit(&workspace, &["db", "--reset", "--yes"])
        .run()
        .success();
    assert!(again.stdout.contains("nothing to do"), "{}", again.stdout);
}

/// psql, to run `sql` at `url`; nothing without PostgreSQL.
fn psql(test: &str, url: &str, sql: &str) -> Option<Program> {
    let program = server(test)?.program("psql");
    Some(Program::new(program).args(["-X", "-A", "-t", "-q", "-d", url, "-c", sql]))
}

#[test]
fn clients_of_db_are_served_one_after_the_other() {
    let test = "clients_of_db_are_served_one_after_the_other";
    let (workspace, sql) = (Workspace::create(), "SELECT 'served' FROM pg_sleep(0.5)");
    let serving = Serving::start(&workspace, &["db"]);
    let clients: Vec<Child> = (0..4)
        .filter_map(|_| psql(test, &serving.url, sql).map(Program::start))
        .collect();
    for client in clients {
        let output = Output::of("psql".to_owned(), client).success();
        assert_eq!(output.stdout, "served\n");
    }
}

#[test]
fn a_client_that_waits_too_long_is_refused_and_one_that_breaks_off_hurts_nobody() {
    let test = "a_client_that_waits_too_long_is_refused";
    let workspace = Workspace::create();
    let serving = Serving::start(&workspace, &["db"]);
    let Some(holding) = psql(test, &serving.url, "SELECT pg_sleep(60)") else {
        return;
    };
    let mut holding = holding.start();
    std::thread::sleep(Duration::from_secs(2));
    let refused = psql(test, &serving.url, "SELECT 1").unwrap().run().code(2);
    let told = "FATAL:  sorry, too many clients already";
    assert!(refused.stderr.contains(told), "{}", refused.stderr);
    holding.kill().unwrap();
    holding.wait().unwrap();
}

#[test]
fn a_client_that_was_killed_leaves_its_turn_to_the_next() {
    let test = "a_client_that_was_killed_leaves_its_turn_to_the_next";
    let workspace = Workspace::create();
    let serving = Serving::start(&workspace, &["db"]);
    let Some(cluster) = server(test) else {
        return;
    };
    let mut idle = Command::new(cluster.program("psql"))
        .args(["-X", "-q", "-d", &serving.url])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(2));
    idle.kill().unwrap();
    idle.wait().unwrap();
    let next = psql(test, &serving.url, "SELECT 'next'").unwrap();
    assert_eq!(next.run().success().stdout, "next\n");
}

#[cfg(unix)]
#[test]
fn nobody_else_is_superuser_in_the_embedded_database() {
    use std::os::unix::fs::PermissionsExt;

    let test = "nobody_else_is_superuser_in_the_embedded_database";
    let workspace = Workspace::create();
    let serving = Serving::start(&workspace, &["db"]);
    let socket = serving.url.split("host=").nth(1).unwrap();
    let socket = socket.split('&').next().unwrap();
    for folder in [workspace.path().join(".toolkit"), socket.into()] {
        let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
    }
    drop(serving);

    let serving = Serving::start(&workspace, &["db", "--port", "0"]);
    assert!(!serving.url.contains("host="), "{}", serving.url);
    let Some(stranger) = psql(test, &serving.url, "SELECT 1") else {
        return;
    };
    let refused = stranger.args(["-w"]).run().code(2);
    assert!(refused.stderr.contains("no password"), "{}", refused.stderr);
    let known = std::fs::read_to_string(workspace.path().join(".toolkit/password")).unwrap();
    for (password, code) in [("a guess", 2), (known.trim(), 0)] {
        let client = psql(test, &serving.url, "SELECT 'served'").unwrap();
        let output = client.env("PGPASSWORD", password).run().code(code);
        assert_eq!(output.stdout == "served\n", code == 0, "{output:?}");
    }
}

/// A running `toolkit db`.
struct Serving {
    child: Child,
    url: String,
}

impl Serving {
    fn start(workspace: &Workspace, words: &[&str]) -> Self {
        let mut child = toolkit(workspace, words).start();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        Self {
            child,
            url: url.trim().to_owned(),
        }
    }

    /// Presses Ctrl-C.
    fn interrupt(&mut self) -> Output {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
        let stub = Command::new("true").stdout(Stdio::null()).spawn().unwrap();
        let child = std::mem::replace(&mut self.child, stub);
        Output::of("toolkit db".to_owned(), child)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
