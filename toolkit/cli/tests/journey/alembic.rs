//! The real Alembic, from `PyPI`, in a virtual environment of its own.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use toolkit_testkit::{Output, Program};

/// What is installed. A change of this line makes a new environment.
const PACKAGES: &[&str] = &["alembic==1.20.1", "psycopg[binary]==3.3.9"];

/// An environment with Alembic in it.
#[derive(Debug)]
pub struct Alembic(PathBuf);

impl Alembic {
    /// Makes the environment, or takes the one that an earlier run made.
    ///
    /// Where Python or its packages cannot be had, says that `test` is not run and why; in CI that
    /// is a failure.
    pub fn install(test: &str) -> Option<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("journey/venv");
        match install(&folder) {
            Ok(()) => Some(Self(folder)),
            Err(why) => {
                assert!(
                    std::env::var_os("CI").is_none(),
                    "{test} needs Alembic: {why}"
                );
                // Not through eprintln!, which the test harness captures.
                let _ = writeln!(std::io::stderr(), "NOT RUN: {test} needs Alembic: {why}");
                None
            }
        }
    }

    /// `alembic upgrade head` of `project` on the database at `url`.
    pub fn upgrade(&self, project: &str, url: &str) -> Output {
        let settings = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/journey/alembic")
            .join(project)
            .join("alembic.ini");
        Program::new(self.0.join("bin/alembic"))
            .arg("-c")
            .arg(settings)
            .args(["upgrade", "head"])
            .env(
                "ALEMBIC_URL",
                url.replacen("postgres://", "postgresql+psycopg://", 1),
            )
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .run()
            .success()
    }
}

fn install(folder: &Path) -> Result<(), String> {
    let stamp = folder.join("installed");
    let wanted = PACKAGES.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    run(Command::new(folder.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(PACKAGES))?;
    fs::write(stamp, wanted).map_err(|error| error.to_string())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?} failed: {}", stderr.trim()))
}
