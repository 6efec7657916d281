//! A native PostgreSQL cluster that lives as long as the test process.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::Database;

/// A running cluster. Role `postgres` logs in without a password; members of the role
/// `with_password` need theirs.
#[derive(Debug)]
pub struct Cluster {
    binaries: PathBuf,
    folder: PathBuf,
    port: u16,
    databases: AtomicUsize,
    keeper: Mutex<Keeper>,
}

/// The shell that keeps the cluster. Its input closes with this process, and then it stops the
/// server.
#[derive(Debug)]
struct Keeper {
    input: ChildStdin,
    answers: BufReader<ChildStdout>,
    _process: Child,
}

/// Sets the cluster up, says so, and tears it down when its input ends. It runs as a user that
/// PostgreSQL accepts and outlives a killed test process, so nothing is left behind.
const KEEPER: &str = r#"
set -eu
trap '' INT TERM HUP
"$BIN/initdb" -D "$DIR/data" -U postgres --no-sync --no-instructions -E UTF8 --locale=C >"$DIR/initdb.log" 2>&1
cat >"$DIR/data/pg_hba.conf" <<END
local all all trust
host all +with_password 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
END
cat >>"$DIR/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $PORT
unix_socket_directories = '$DIR'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
log_destination = 'stderr'
log_statement = 'all'
log_line_prefix = '%d|%a|%p|'
END
"$BIN/pg_ctl" -D "$DIR/data" -l "$DIR/log" -w start >"$DIR/start.log" 2>&1
"$BIN/psql" -h "$DIR" -p "$PORT" -U postgres -qc 'CREATE ROLE with_password' postgres
if [ "$KIND" = standby ]; then
    "$BIN/pg_ctl" -D "$DIR/data" -m fast -w stop >>"$DIR/start.log" 2>&1
    touch "$DIR/data/standby.signal"
    "$BIN/pg_ctl" -D "$DIR/data" -l "$DIR/log" -w start >>"$DIR/start.log" 2>&1
fi
echo ready
while read -r word; do
    # As after a crash: nothing is closed, and the server recovers from its log.
    "$BIN/pg_ctl" -D "$DIR/data" -l "$DIR/log" -m immediate -w "$word" >>"$DIR/start.log" 2>&1
    echo ready
done
"$BIN/pg_ctl" -D "$DIR/data" -m immediate stop >/dev/null 2>&1 || true
rm -rf "$DIR"
"#;

/// The process's cluster, for a test that needs a real server.
///
/// Without an installed PostgreSQL, says that `test` is skipped and returns nothing; under
/// `CI=true` that is a failure.
///
/// # Panics
/// Under `CI=true` without PostgreSQL, and when an installed PostgreSQL does not start.
pub fn server(test: &str) -> Option<&'static Cluster> {
    let cluster = cluster();
    if cluster.is_none() {
        assert!(
            std::env::var_os("CI").is_none_or(|ci| ci != "true"),
            "{test} needs a PostgreSQL server, and none is installed"
        );
        // Not through eprintln!, which the test harness captures.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: {test} needs a PostgreSQL server; install PostgreSQL 14 or later, or set \
             TOOLKIT_TEST_PG_BIN to the folder of its programs"
        );
    }
    cluster
}

pub(crate) fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: LazyLock<Option<Cluster>> =
        LazyLock::new(|| find_binaries().map(|binaries| Cluster::start(&binaries, "primary")));
    CLUSTER.as_ref()
}

/// A cluster of the test's own that is in recovery, as a replica is: it can only be read. Nothing
/// where [`server`] is nothing.
///
/// # Panics
/// As [`server`].
pub fn standby(test: &str) -> Option<Cluster> {
    server(test)?;
    find_binaries().map(|binaries| Cluster::start(&binaries, "standby"))
}

impl Cluster {
    /// Starts a cluster of the PostgreSQL whose programs are in `binaries`.
    fn start(binaries: &Path, kind: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("toolkit-test-")
            .tempdir()
            .unwrap()
            .keep();
        let port = free_port();
        let mut command = as_ordinary_user(&folder);
        command
            .args(["sh", "-c", KEEPER])
            .env("BIN", binaries)
            .env("DIR", &folder)
            .env("KIND", kind)
            .env("PORT", port.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut keeper = command.spawn().unwrap();
        let mut keeper = Keeper {
            input: keeper.stdin.take().unwrap(),
            answers: BufReader::new(keeper.stdout.take().unwrap()),
            _process: keeper,
        };
        keeper.wait_until_ready(&folder);
        let binaries = binaries.to_owned();
        Self {
            binaries,
            folder,
            port,
            databases: AtomicUsize::new(0),
            keeper: Mutex::new(keeper),
        }
    }

    /// Stops the server as a crash does and starts it again.
    ///
    /// # Panics
    /// When it does not start.
    pub fn crash(&self) {
        let mut keeper = self.keeper.lock().unwrap();
        writeln!(keeper.input, "restart").unwrap();
        keeper.wait_until_ready(&self.folder);
    }

    /// Creates an empty database of the test's own.
    pub fn database(&'static self) -> Database {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        self.psql("postgres", &format!("CREATE DATABASE {name}"));
        Database::on_server(self, name)
    }

    /// The path of one of PostgreSQL's programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.binaries.join(name)
    }

    /// The port on the loopback address.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of `database` for `role`.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs `sql` through psql as superuser and returns what it prints, unaligned and without
    /// headers.
    ///
    /// # Panics
    /// When psql fails.
    pub fn psql(&self, database: &str, sql: &str) -> String {
        self.tool("psql")
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
                "-c",
                sql,
            ])
            .run()
            .success()
            .stdout
            .trim()
            .to_owned()
    }

    /// Runs `script` as `psql -f` does, psql's own commands included.
    ///
    /// # Panics
    /// When psql fails, as far as the script lets it.
    pub fn psql_file(&self, database: &str, script: &str) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(script.as_bytes()).unwrap();
        self.tool("psql")
            .args(["-X", "-q", "-d", database, "-f"])
            .arg(file.path())
            .run()
            .success();
    }

    /// `pg_dump --schema-only` of `database` with more `options`, without comments and without
    /// what differs from call to call.
    ///
    /// # Panics
    /// When `pg_dump` fails.
    pub fn dump(&self, database: &str, options: &[&str]) -> String {
        let output = self
            .tool("pg_dump")
            .args(["--schema-only"])
            .args(options)
            .arg(database)
            .run()
            .success();
        let is_content = |line: &&str| {
            !line.is_empty()
                && !line.starts_with("--")
                // Random in each dump.
                && !line.starts_with("\\restrict")
                && !line.starts_with("\\unrestrict")
        };
        output
            .stdout
            .lines()
            .filter(is_content)
            .fold(String::new(), |dump, line| dump + line + "\n")
    }

    /// The statements that sessions sent to `database` so far, as the server logged them, each behind
    /// the application that sent it.
    pub fn statements(&self, database: &str) -> Vec<String> {
        let logged = self.logged().into_iter();
        logged
            .filter(|logged| logged.database == database)
            .filter(|logged| {
                logged.message.starts_with("statement: ") || logged.message.starts_with("execute ")
            })
            .map(|logged| format!("{}: {}", logged.application, logged.message))
            .collect()
    }

    /// What the server logged so far of its sessions.
    pub fn logged(&self) -> Vec<Logged> {
        let log = fs::read(self.folder.join("log")).unwrap();
        let mut logged: Vec<Logged> = Vec::new();
        for line in String::from_utf8_lossy(&log).lines() {
            // A message of several lines goes on behind a tab.
            if let (Some(rest), Some(last)) = (line.strip_prefix('\t'), logged.last_mut()) {
                last.message.push('\n');
                last.message.push_str(rest);
            } else {
                logged.extend(Logged::parse(line));
            }
        }
        logged
    }

    fn tool(&self, name: &str) -> crate::Program {
        crate::Program::new(self.binaries.join(name)).args([
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
            "-U",
            "postgres",
        ])
    }
}

/// A line of the server's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The session's database.
    pub database: String,
    /// Its `application_name`.
    pub application: String,
    /// Its process.
    pub process: String,
    /// `statement: …`, `execute …`, or what an error or a notice says.
    pub message: String,
}

impl Logged {
    fn parse(line: &str) -> Option<Self> {
        let (prefix, message) = line.split_once("|LOG:  ")?;
        let (rest, process) = prefix.rsplit_once('|')?;
        let (database, application) = rest.split_once('|')?;
        Some(Self {
            database: database.to_owned(),
            application: application.to_owned(),
            process: process.to_owned(),
            message: message.to_owned(),
        })
    }
}

impl Keeper {
    fn wait_until_ready(&mut self, folder: &Path) {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert_eq!(
            line.trim(),
            "ready",
            "PostgreSQL did not start: see {}",
            folder.display()
        );
    }
}

/// PostgreSQL refuses to run as root; then another user runs it, who must own the folder.
pub(crate) fn as_ordinary_user(folder: &Path) -> Command {
    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if output("id", &["-u"]).as_deref() != Some("0") {
        return Command::new("env");
    }
    let user = ["postgres", "nobody"]
        .into_iter()
        .find(|user| output("id", &["-u", user]).is_some())
        .expect("a user other than root");
    let owner = output(
        "chown",
        &[&format!("{user}:"), &folder.display().to_string()],
    );
    assert!(
        owner.is_some(),
        "cannot give {} to {user}",
        folder.display()
    );
    let mut command = Command::new("setpriv");
    let group = output("id", &["-gn", user]).expect("the user's group");
    command.args(["--reuid", user, "--regid", &group, "--clear-groups"]);
    command
}

fn find_binaries() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    match std::env::var_os("TOOLKIT_TEST_PG_BIN") {
        // Set to nothing: the tests run as on a machine without PostgreSQL.
        Some(folder) if folder.is_empty() => return None,
        folder => folders.extend(folder.map(PathBuf::from)),
    }
    folders.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin")))
        })
        .collect();
    versions.sort();
    folders.extend(versions.into_iter().rev().map(|(_, folder)| folder));
    folders.push(PathBuf::from("/opt/homebrew/bin"));
    let has = |folder: &PathBuf, name| folder.join(name).is_file();
    folders.into_iter().find(|folder| {
        ["initdb", "pg_ctl", "psql", "pg_dump"]
            .into_iter()
            .all(|name| has(folder, name))
    })
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
