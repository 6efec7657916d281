//! A throwaway PostgreSQL cluster of the machine's own binaries, with `pg_dump` as judge.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::expect_used, clippy::print_stderr, reason = "a test")]

pub mod case;
pub mod dump;
pub mod proof;

pub use dump::difference;

use std::{
    fs,
    io::Write,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use tempfile::TempDir;

/// A running server, stopped when dropped.
pub struct Cluster {
    /// The programs of the server, psql and `pg_dump`.
    programs: PathBuf,
    port: u16,
    databases: AtomicUsize,
    directory: TempDir,
}

impl Cluster {
    /// Starts a server, or says that there are no binaries to start.
    pub fn start() -> Option<Self> {
        let programs = binaries()?;
        let directory = TempDir::with_prefix("toolkit-engine-").expect("a temporary directory");
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777))
            .expect("permissions");
        let port = TcpListener::bind("127.0.0.1:0")
            .expect("a free port")
            .local_addr()
            .expect("its address")
            .port();
        let cluster = Self {
            programs,
            port,
            databases: AtomicUsize::new(0),
            directory,
        };
        cluster.run_as_server(
            "initdb",
            &[
                "-D",
                "data",
                "-A",
                "trust",
                "-U",
                "postgres",
                "-N",
                "--locale=C.UTF-8",
            ],
        );
        let options = format!(
            "-c listen_addresses=127.0.0.1 -p {port} -k {} -c fsync=off -c full_page_writes=off \
             -c synchronous_commit=off -c autovacuum=off -c max_connections=50 -c max_locks_per_transaction=4096",
            cluster.directory.path().display()
        );
        cluster.run_as_server(
            "pg_ctl",
            &["-D", "data", "-w", "-l", "log", "-o", &options, "start"],
        );
        Some(cluster)
    }

    /// Servers refuse to run as root.
    fn run_as_server(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let is_root = fs::metadata("/proc/self")
            .is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0);
        let mut command = if is_root {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        let output = command
            .args(arguments)
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let output = output.output().expect("the server's program runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// The server's version, without what comes after the point.
    pub fn major(&self) -> u32 {
        let mut postgres = Command::new(self.programs.join("postgres"));
        let output = postgres.arg("--version").output().expect("postgres runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.split(' ').nth(2).and_then(|it| it.split('.').next());
        let number = version.map(|it| it.trim().parse().expect("a number"));
        number.expect("a version")
    }

    /// A new empty database.
    pub fn create_database(&self) -> String {
        let name = format!("case_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.psql(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE template0"),
        )
        .expect("a new database");
        name
    }

    /// Drops a database of ours.
    pub fn drop_database(&self, name: &str) {
        self.psql("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"))
            .expect("the database goes");
    }

    /// One connection to `database` as `role`, never replaced: a session's settings and temporary
    /// objects stay.
    pub async fn connect_as(&self, database: &str, role: &str) -> DatabaseConnection {
        let url = format!("postgres://{role}@127.0.0.1:{}/{database}", self.port);
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .sqlx_logging(false);
        Database::connect(options).await.expect("a connection")
    }

    /// The address of `database` for its owner.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// One connection to `database` as its owner.
    pub async fn connect(&self, database: &str) -> DatabaseConnection {
        self.connect_as(database, "postgres").await
    }

    /// Runs a script in one transaction.
    pub fn transact(&self, database: &str, sql: &str) -> Result<(), String> {
        self.script(database, sql, &["--single-transaction"])
    }

    /// Runs a script.
    pub fn psql(&self, database: &str, sql: &str) -> Result<(), String> {
        self.script(database, sql, &[])
    }

    fn script(&self, database: &str, sql: &str, arguments: &[&str]) -> Result<(), String> {
        let mut command = self.client("psql", database);
        command
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1"])
            .args(arguments)
            .args(["-f", "-"])
            .stdin(Stdio::piped());
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("psql runs");
        let _ = child
            .stdin
            .take()
            .expect("psql reads")
            .write_all(sql.as_bytes());
        let output = child.wait_with_output().expect("psql ends");
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    fn client(&self, program: &str, database: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args([
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-p",
            &self.port.to_string(),
            "-d",
            database,
        ]);
        command.env("PGOPTIONS", "-c client_min_messages=warning");
        command
    }

    /// Makes `database` as empty as a new one, which is quicker than a new one.
    pub fn empty(&self, database: &str) {
        let sql = "DO $$ DECLARE drops text; BEGIN \
             FOR drops IN \
               SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace \
               WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \
               UNION ALL SELECT format('DROP PUBLICATION IF EXISTS %I', pubname) FROM pg_publication \
               UNION ALL SELECT format('DROP EVENT TRIGGER IF EXISTS %I', evtname) FROM pg_event_trigger \
               UNION ALL SELECT format('DROP EXTENSION IF EXISTS %I CASCADE', extname) FROM pg_extension \
               WHERE extname <> 'plpgsql' \
             LOOP EXECUTE drops; END LOOP; \
             FOR drops IN \
               SELECT format('DROP FOREIGN DATA WRAPPER IF EXISTS %I CASCADE', fdwname) FROM pg_foreign_data_wrapper \
               UNION ALL SELECT format('DROP ACCESS METHOD IF EXISTS %I CASCADE', amname) FROM pg_am WHERE oid >= 16384 \
               UNION ALL SELECT format('DROP CAST IF EXISTS (%s AS %s)', castsource::regtype, casttarget::regtype) \
               FROM pg_cast WHERE oid >= 16384 \
             LOOP EXECUTE drops; END LOOP; \
             FOR drops IN SELECT format('ALTER DATABASE %I RESET ALL', current_database()) \
             LOOP EXECUTE drops; END LOOP; END $$; \
             CREATE SCHEMA public; COMMENT ON SCHEMA public IS 'standard public schema'; \
             ALTER SCHEMA public OWNER TO pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC;";
        self.transact(database, sql).expect("an empty database");
    }

    /// Whether `pg_dump` is not older than the server, which it refuses.
    pub fn can_dump(&self) -> bool {
        let mut dump = self.client("pg_dump", "postgres");
        dump.arg("--schema-only")
            .output()
            .expect("pg_dump runs")
            .status
            .success()
    }

    /// What `pg_dump --schema-only` prints.
    pub fn dump(&self, database: &str) -> String {
        let Output {
            status,
            stdout,
            stderr,
        } = self
            .client("pg_dump", database)
            .arg("--schema-only")
            .output()
            .expect("pg_dump runs");
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).expect("UTF-8")
    }

    /// How many statements of clients in `database` the function runs, by the server's own log.
    pub async fn count_statements(&self, database: &str, run: impl Future<Output = ()>) -> usize {
        let logged = || {
            let log = fs::read_to_string(self.directory.path().join("log")).expect("the log");
            let is_statement = |line: &&str| {
                line.contains(" LOG:  execute ") || line.contains(" LOG:  statement: ")
            };
            log.lines().filter(is_statement).count()
        };
        let set = |value| format!("ALTER DATABASE {database} SET log_statement = {value}");
        self.psql("postgres", &set("'all'")).expect("logging");
        let before = logged();
        run.await;
        let after = logged();
        self.psql("postgres", &set("'none'")).expect("no logging");
        after - before
    }

    /// What `dump` becomes on its way through a database.
    pub fn settle(&self, dump: &str) -> Result<String, String> {
        let copy = self.create_database();
        let statements: String = dump
            .lines()
            .filter(|line| !dump::is_for_psql(line) && !dump::is_of_newer_servers(line))
            .flat_map(|l| [l, "\n"])
            .collect();
        let restored = self.psql(&copy, &statements.replace("CREATE SCHEMA public;", ""));
        let settled = restored.map(|()| self.dump(&copy));
        self.drop_database(&copy);
        settled.map_err(|error| format!("the dump cannot be restored: {error}"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run_as_server("pg_ctl", &["-D", "data", "-m", "immediate", "stop"]);
    }
}

/// `TOOLKIT_TEST_PG_BIN`, else the newest of Debian's.
fn binaries() -> Option<PathBuf> {
    match std::env::var_os("TOOLKIT_TEST_PG_BIN") {
        Some(directory) if directory.is_empty() => return None,
        Some(directory) => return Some(directory.into()),
        None => {}
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<_> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    found.retain(|binaries| Path::new(binaries).join("postgres").exists());
    found.sort();
    found.pop()
}

/// Says that a test is left out, for CI can install what is missing: there it is a failure.
pub fn skip(what: &str) {
    assert!(std::env::var("CI").is_err(), "{what}: not in CI");
    leave_out(what);
}

/// Says that a test is left out whose material is not in the repository.
#[allow(dead_code, reason = "not every test has such")]
pub fn leave_out(what: &str) {
    eprintln!("\n*** SKIPPED: {what} ***\n");
}
