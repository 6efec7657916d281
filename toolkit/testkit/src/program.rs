//! Running a program as a user would, with an environment that the test controls.

use std::{
    ffi::OsStr,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use crate::cluster::as_ordinary_user;

/// Every password that a test uses holds one of these, so that no program may print one unnoticed.
pub const PASSWORDS: [&str; 2] = ["hunter2", "s3cret"];

/// A program to be run. Variables that would steer it, such as `DATABASE_URL`, are removed.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    command: Command,
}

/// What a program printed and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The program and its arguments, for messages.
    pub program: String,
    /// The exit code; nothing if a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Program {
    /// The program at `path`.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let mut command = Command::new(path.as_ref());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let steering = |name: &str| {
            name.ends_with("DATABASE_URL")
                || name.starts_with("TOOLKIT_")
                || name.starts_with("PG")
                // Cargo sets these for a test, and a build that sees them differs from a user's.
                || name.starts_with("CARGO_MANIFEST_")
                || name.starts_with("CARGO_PKG_")
        };
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(steering) {
                command.env_remove(name);
            }
        }
        Self {
            path: path.as_ref().to_owned(),
            command,
        }
    }

    /// The program at `path`, to be run by a user who is not root and has `folder`: by this one, or where the
    /// tests run as root by another.
    ///
    /// # Panics
    /// When there is no such user.
    pub fn by_ordinary_user(path: impl AsRef<Path>, folder: &Path) -> Self {
        let user = as_ordinary_user(folder);
        let mut program = Self::new(user.get_program());
        program.command.args(user.get_args()).arg(path.as_ref());
        program
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it in `folder`.
    #[must_use]
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Its path and its arguments, as a shell takes them.
    pub(crate) fn words(&self) -> Vec<String> {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        words
            .map(|word| format!("'{}'", word.to_string_lossy().replace('\'', "'\\''")))
            .collect()
    }

    /// `program` with `arguments`, in its folder and with its environment.
    pub(crate) fn within(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments);
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        command
    }

    /// Starts it and does not wait.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(mut self) -> Child {
        self.command
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", self.path.display()))
    }

    /// Likewise with an input that goes on until it is closed.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start_with_input(mut self) -> Child {
        self.command.stdin(Stdio::piped());
        self.start()
    }

    /// Runs it to its end with `input` to read.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn fed(mut self, input: &str) -> Output {
        let program = format!("{:?}", self.command);
        self.command.stdin(Stdio::piped());
        let mut child = self.start();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // It may stop reading, and then says itself why.
        let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = Output::of(program, child);
        let _ = writer.join();
        output
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn run(self) -> Output {
        let program = format!("{:?}", self.command);
        Output::of(program, self.start())
    }
}

impl Output {
    /// Waits for `child` to end.
    ///
    /// # Panics
    /// When waiting fails, and when the program shows a password.
    pub fn of(program: String, child: Child) -> Self {
        let output = child.wait_with_output().unwrap();
        let output = Self {
            program,
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        output.without_passwords()
    }

    /// Itself, after making sure that it shows no password.
    pub(crate) fn without_passwords(self) -> Self {
        for password in PASSWORDS {
            let shown = self.stdout.contains(password) || self.stderr.contains(password);
            assert!(!shown, "a password is shown: {self:#?}");
        }
        self
    }

    /// Itself, after making sure that it ended with `code`.
    ///
    /// # Panics
    /// When it did not.
    #[allow(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "an assertion"
    )]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "{}\n--- stdout\n{}\n--- stderr\n{}",
            self.program,
            self.stdout,
            self.stderr
        );
        self
    }

    /// Itself, after making sure that it ended with 0.
    ///
    /// # Panics
    /// When it did not.
    #[allow(clippy::return_self_not_must_use, reason = "an assertion")]
    pub fn success(self) -> Self {
        self.code(0)
    }
}
