//! A cluster that test processes share: whoever comes first starts it, and it ends with the last.
//!
//! While it runs there is a folder `users` with a file for each process that uses it. A process that comes
//! puts its file there; that fails when the folder is not there, and then it starts the server. A watcher, a
//! shell whose input ends with its process however that ends, takes the file out again, and who can remove
//! the folder, which only works when it is empty, stops the server. So nobody stops one that somebody joined.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write},
    os::unix::{
        fs::{DirBuilderExt, MetadataExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use crate::ClusterError;

/// The programs that are needed.
const PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "postgres"];
/// The port in the socket's name.
const PORT: u16 = 5432;
/// How many bytes a socket's path may have.
const LONGEST_SOCKET: usize = 103;
/// How long the server outlives the last process, so that the next one finds it: runners that give each test
/// a process of its own, and a run that follows at once. In seconds; a variable may say another number.
const LINGER: &str = "10";
const LINGER_VARIABLE: &str = "TOOLKIT_TEST_LINGER";

/// What is thrown away need not survive a crash. Without a worker that vacuums, nobody is in a database that is
/// to be cloned.
const SETTINGS: &str = "
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
max_connections = 300
";

/// `LC_ALL` of the first try is what every Linux has; macOS has the second.
const MAKE: &str = r#"
set -u
for locale in C.UTF-8 en_US.UTF-8 C; do
    rm -rf "$DATA.new"
    "$BIN/initdb" -D "$DATA.new" -U postgres -A trust --no-sync --no-instructions -E UTF8 --locale="$locale" && exit 0
done
exit 1
"#;

/// Waits for the end of its process, and then takes it out of the users.
const WATCHER: &str = r#"
trap '' INT TERM HUP
# Files of processes whose watcher was killed, too.
find "$USERS" -type f -mmin +1 2>/dev/null | while read -r user; do
    pid=${user##*/}; pid=${pid%%-*}
    kill -0 "$pid" 2>/dev/null || rm -f "$user"
done
while read -r _; do :; done
sleep "$LINGER"
rm -f "$USERS/$USER_FILE"
# This server, and not one that somebody starts when the folder is gone.
server=$(head -n 1 "$DATA/postmaster.pid" 2>/dev/null)
rmdir "$USERS" 2>/dev/null && kill -INT "$server"
exit 0
"#;

/// A private cluster that runs at least as long as this value. Its only role is the superuser `postgres`, who
/// needs no password.
#[derive(Debug)]
pub struct SharedCluster {
    programs: PathBuf,
    data: PathBuf,
    socket: PathBuf,
    /// Its input ends with this value.
    _watcher: Child,
}

/// What is in a cluster's folder.
struct Layout<'a> {
    programs: &'a Path,
    folder: PathBuf,
    data: PathBuf,
    users: PathBuf,
    log: PathBuf,
}

impl SharedCluster {
    /// Joins the cluster of the PostgreSQL whose programs are found, with its data below `parent`; makes it
    /// and starts it where it is not there. Nothing where PostgreSQL is not installed.
    ///
    /// # Errors
    /// [`ClusterError`].
    pub fn join(parent: &Path) -> Result<Option<Self>, ClusterError> {
        let Some(programs) = crate::find_programs(&PROGRAMS) else {
            return Ok(None);
        };
        let folder = parent.join(format!("postgres-{}", version(&programs)?));
        private(&folder)?;
        let layout = Layout {
            programs: &programs,
            data: folder.join("data"),
            users: folder.join("users"),
            log: folder.join("log"),
            folder,
        };
        let owner = metadata(&layout.folder)?.uid();
        if owner == 0 {
            return Err(ClusterError::Root);
        }
        // Two that come at once would both start it.
        let lock = layout.folder.join("lock");
        let lock_file = File::create(&lock).and_then(|file| file.lock().map(|()| file));
        let _lock = lock_file.map_err(failed("lock", &lock))?;
        let socket = layout.socket(owner)?;
        let user = user();
        if !layout.enter(&user)? {
            layout.start(&user, &socket)?;
        }
        let watcher = layout.watch(&user)?;
        Ok(Some(Self {
            data: layout.data,
            programs,
            socket,
            _watcher: watcher,
        }))
    }

    /// The folder of its socket.
    pub fn socket_folder(&self) -> &Path {
        &self.socket
    }

    /// The port in its socket's name.
    pub fn port(&self) -> u16 {
        PORT
    }

    /// What a person runs to start it when no test does.
    pub fn start_command(&self) -> String {
        format!(
            "{} -D {} -o \"{}\" start",
            self.programs.join("pg_ctl").display(),
            self.data.display(),
            socket_option(&self.socket)
        )
    }
}

impl Layout<'_> {
    /// Whether the server runs, and is held now by `user`.
    fn enter(&self, user: &str) -> Result<bool, ClusterError> {
        let path = self.users.join(user);
        match File::create_new(&path) {
            // After a crash of the machine there are files of users, and no server.
            Ok(_) => Ok(self.is_running()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(failed("create", &path)(error)),
        }
    }

    fn is_running(&self) -> bool {
        let mut status = self.pg_ctl("status");
        status.output().is_ok_and(|output| output.status.success())
    }

    fn start(&self, user: &str, socket: &Path) -> Result<(), ClusterError> {
        if self.is_running() {
            // The last one is stopping it, or somebody looked at it by hand.
            run(self.pg_ctl("stop").args(["-m", "fast", "-w"]))?;
        }
        remove(&self.users)?;
        if !self.data.join("PG_VERSION").exists() {
            self.make()?;
        }
        // The server keeps what its parent's output goes to.
        let started = self
            .pg_ctl("start")
            .arg("-l")
            .arg(&self.log)
            .args(["-w", "-o", &socket_option(socket)])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let program = self.programs.join("pg_ctl");
        if !started.map_err(failed("run", &program))?.success() {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let said = last_lines(&log);
            return Err(ClusterError::Program { program, said });
        }
        self.open_to_users(user)
    }

    /// Puts the folder of users there with one in it.
    fn open_to_users(&self, user: &str) -> Result<(), ClusterError> {
        let first = self.folder.join("users.new");
        remove(&first)?;
        private(&first)?;
        let file = first.join(user);
        File::create(&file).map_err(failed("create", &file))?;
        fs::rename(&first, &self.users).map_err(failed("create", &self.users))
    }

    fn make(&self) -> Result<(), ClusterError> {
        let mut make = Command::new("sh");
        make.args(["-c", MAKE])
            .env("BIN", self.programs)
            .env("DATA", &self.data);
        run(&mut make)?;
        let fresh = self.data.with_extension("new");
        let path = fresh.join("postgresql.conf");
        File::options()
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(SETTINGS.as_bytes()))
            .map_err(failed("write", &path))?;
        // One that was cut off before this is made anew.
        remove(&self.data)?;
        fs::rename(&fresh, &self.data).map_err(failed("create", &self.data))
    }

    fn watch(&self, user: &str) -> Result<Child, ClusterError> {
        Command::new("sh")
            .args(["-c", WATCHER])
            .env("DATA", &self.data)
            .env("USERS", &self.users)
            .env("USER_FILE", user)
            .env("LINGER", linger())
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed("run", Path::new("sh")))
    }

    fn pg_ctl(&self, verb: &str) -> Command {
        let mut command = Command::new(self.programs.join("pg_ctl"));
        command.arg("-D").arg(&self.data).arg(verb);
        command
    }

    /// The folder of the socket, whose path may not be long: the cluster's own, or one of this user's for
    /// temporary files, always the same.
    fn socket(&self, owner: u32) -> Result<PathBuf, ClusterError> {
        let name = format!(".s.PGSQL.{PORT}");
        if self.folder.join(&name).as_os_str().len() <= LONGEST_SOCKET {
            return Ok(self.folder.clone());
        }
        let metadata_of = metadata(&self.folder)?;
        let number = format!(
            "toolkit-{owner}-{:x}-{:x}",
            metadata_of.dev(),
            metadata_of.ino()
        );
        let folder = std::env::temp_dir().join(number);
        private(&folder)?;
        let found = metadata(&folder)?;
        if found.uid() != owner || found.mode() & 0o077 != 0 || !found.is_dir() {
            return Err(ClusterError::NotPrivate { folder });
        }
        Ok(folder)
    }
}

/// The file of this process among the users.
fn user() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanoseconds = now.unwrap_or_default().as_nanos();
    format!("{}-{nanoseconds}", std::process::id())
}

/// As `sleep` takes it.
fn linger() -> String {
    let named = std::env::var(LINGER_VARIABLE).unwrap_or_default();
    let is_number = !named.is_empty() && named.bytes().all(|it| it.is_ascii_digit());
    if is_number { named } else { LINGER.to_owned() }
}

/// Where the server is to put its socket.
fn socket_option(folder: &Path) -> String {
    format!("-k '{}'", folder.display())
}

/// The version without what comes after the point: `15`, of `postgres (PostgreSQL) 15.18 (Debian …)`.
fn version(programs: &Path) -> Result<String, ClusterError> {
    let said = run(Command::new(programs.join("postgres")).arg("--version"))?;
    let words = said.split_whitespace();
    let number = words.filter_map(|word| word.split('.').next());
    let mut number =
        number.filter(|word| word.bytes().next().is_some_and(|it| it.is_ascii_digit()));
    Ok(number.next().unwrap_or("unknown").to_owned())
}

/// Makes a folder into which nobody else may look, unless it is there.
fn private(folder: &Path) -> Result<(), ClusterError> {
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(folder);
    made.map_err(failed("create", folder))
}

fn metadata(path: &Path) -> Result<fs::Metadata, ClusterError> {
    fs::symlink_metadata(path).map_err(failed("look at", path))
}

fn remove(folder: &Path) -> Result<(), ClusterError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed("remove", folder)(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Runs a program to its end, and returns what it wrote to its output.
fn run(command: &mut Command) -> Result<String, ClusterError> {
    let program = PathBuf::from(command.get_program());
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(failed("run", &program))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = last_lines(&String::from_utf8_lossy(&output.stderr));
    Err(ClusterError::Program { program, said })
}

fn last_lines(text: &str) -> String {
    const LINES: usize = 5;
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LINES)..].join("; ")
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ClusterError + use<> {
    let path = path.to_owned();
    move |source| ClusterError::File {
        action,
        path,
        source,
    }
}
