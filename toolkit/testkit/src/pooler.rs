//! PgBouncer in transaction mode before the process's cluster.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

use crate::{
    cluster::{as_ordinary_user, cluster, free_port},
    tell::skipped,
};

/// A running PgBouncer. It lives as long as the test process.
#[derive(Debug)]
pub struct Pooler {
    port: u16,
    // Its input closes with this process, and then it stops the pooler.
    _keeper: Child,
}

const KEEPER: &str = r#"
set -eu
trap '' INT TERM HUP
echo '"postgres" ""' >"$DIR/users"
cat >"$DIR/pgbouncer.ini" <<END
[databases]
* = host=127.0.0.1 port=$SERVER
sessions = host=127.0.0.1 port=$SERVER dbname=postgres pool_mode=session
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $PORT
unix_socket_dir =
auth_type = trust
auth_file = $DIR/users
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
END
"$PGBOUNCER" -q "$DIR/pgbouncer.ini" >"$DIR/log" 2>&1 &
pooler=$!
for _ in $(seq 100); do
    if "$PSQL" -h 127.0.0.1 -p "$PORT" -U postgres -Atqc 'SELECT 1' postgres >/dev/null 2>&1; then
        echo ready
        break
    fi
    sleep 0.1
done
cat >/dev/null
kill "$pooler" 2>/dev/null || true
rm -rf "$DIR"
"#;

/// The process's pooler, for a test that needs one.
///
/// Without an installed `PgBouncer` or server, says that `test` is skipped and returns nothing;
/// under `CI=true` that is a failure.
///
/// # Panics
/// Under `CI=true` without `PgBouncer`, and when an installed one does not start.
pub fn pooler(test: &str) -> Option<&'static Pooler> {
    static POOLER: LazyLock<Option<Pooler>> = LazyLock::new(Pooler::start);
    if POOLER.is_none() {
        skipped(test, "PgBouncer before a PostgreSQL server; install both");
    }
    POOLER.as_ref()
}

impl Pooler {
    fn start() -> Option<Self> {
        let (cluster, program) = (cluster()?, find()?);
        let folder = tempfile::Builder::new()
            .prefix("toolkit-pooler-")
            .tempdir()
            .unwrap()
            .keep();
        let port = free_port();
        let mut command: Command = as_ordinary_user(&folder);
        command
            .args(["sh", "-c", KEEPER])
            .env("PGBOUNCER", program)
            .env("PSQL", cluster.program("psql"))
            .env("DIR", &folder)
            .env("SERVER", cluster.port().to_string())
            .env("PORT", port.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut keeper = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert_eq!(
            line.trim(),
            "ready",
            "PgBouncer did not start: {}",
            fs::read_to_string(folder.join("log")).unwrap_or_default()
        );
        Some(Self {
            port,
            _keeper: keeper,
        })
    }

    /// The URL of the database `postgres` through the pooler, which gives each client a session.
    pub fn url_of_session(&self) -> String {
        self.url("sessions")
    }

    /// The URL of `database`, a database of the process's cluster, through the pooler.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        // Debian puts it where only root's path leads.
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join("pgbouncer"))
        .find(|program| program.is_file())
}
