//! A native PostgreSQL cluster that lives as long as the test process.

mod client;
mod judge;
mod log;
mod programs;

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Stdio},
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

pub use log::Logged;
pub(crate) use programs::{as_ordinary_user, free_port};

use crate::{Database, tell::skipped};
use programs::find_binaries;

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
"$BIN/initdb" -D "$DIR/data" -U postgres --no-sync --no-instructions -E UTF8 --locale=C.UTF-8 >"$DIR/initdb.log" 2>&1
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
autovacuum = off
max_connections = 200
max_locks_per_transaction = 1024
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
        skipped(
            test,
            "a PostgreSQL server; install PostgreSQL 14 or later, or set TOOLKIT_TEST_PG_BIN to the \
             folder of its programs",
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

/// A cluster of the test's own, whose settings it may change. Nothing where [`server`] is nothing.
///
/// # Panics
/// As [`server`].
pub fn own_server(test: &str) -> Option<Cluster> {
    server(test)?;
    find_binaries().map(|binaries| Cluster::start(&binaries, "primary"))
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

    /// Creates an empty database and returns its name. What is sent to it is not logged.
    ///
    /// # Panics
    /// When PostgreSQL refuses it.
    pub fn create_database(&self) -> String {
        let name = format!("case_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let made = format!("CREATE DATABASE {name} TEMPLATE template0");
        self.psql("postgres", &made);
        let quiet = format!("ALTER DATABASE {name} SET log_statement = 'none'");
        self.psql("postgres", &quiet);
        name
    }

    /// Drops a database that [`Cluster::create_database`] made.
    ///
    /// # Panics
    /// When PostgreSQL refuses it.
    pub fn drop_database(&self, name: &str) {
        self.psql("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"));
    }

    /// Makes `database` as empty as a new one, which is quicker than a new one.
    ///
    /// # Panics
    /// When something does not go.
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
               UNION ALL SELECT format('ALTER DATABASE %I SET log_statement = none', current_database()) \
             LOOP EXECUTE drops; END LOOP; END $$; \
             CREATE SCHEMA public; COMMENT ON SCHEMA public IS 'standard public schema'; \
             ALTER SCHEMA public OWNER TO pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC;";
        self.transact(database, sql).unwrap();
    }

    /// The server's version, without what comes after the point.
    ///
    /// # Panics
    /// When it is no number.
    pub fn major(&self) -> u32 {
        let number: u32 = self
            .psql("postgres", "SHOW server_version_num")
            .parse()
            .unwrap();
        number / 10000
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
