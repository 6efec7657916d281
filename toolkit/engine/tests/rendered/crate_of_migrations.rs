//! One crate that holds rendered migrations as modules, compiled, formatted and run.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

const MANIFEST: &str = r#"[package]
name = "rendered-migrations"
version = "0.0.0"
edition = "2024"

[dependencies]
sea-orm-migration = { version = "2.0.4", default-features = false, features = ["runtime-tokio-rustls", "sqlx-postgres"] }
tokio = { version = "1", features = ["macros", "rt"] }

[profile.dev]
debug = false

[lints.clippy]
pedantic = "deny"

[workspace]
"#;

/// Reads `way module url` lines, answers each with a line: `ok` or what went wrong.
const MAIN: &str = r#"
use sea_orm_migration::{prelude::*, sea_orm::{Database, DatabaseConnection, TransactionTrait}};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for line in std::io::stdin().lines() {
        let line = line.expect("a line");
        let mut words = line.split(' ');
        let mut word = || words.next().expect("a word").to_owned();
        let (way, module, url) = (word(), word(), word());
        let migration = migration(&module).expect("a module");
        let db = Database::connect(url).await.expect("a connection");
        match run(&way, &*migration, &db).await {
            Ok(()) => println!("ok"),
            Err(error) => println!("{}", error.to_string().replace('\n', " ")),
        }
        let _ = db.close().await;
    }
}

async fn run(way: &str, migration: &dyn MigrationTrait, db: &DatabaseConnection) -> Result<(), DbErr> {
    if migration.use_transaction() == Some(false) {
        return step(way, migration, &SchemaManager::new(db)).await;
    }
    let transaction = db.begin().await?;
    step(way, migration, &SchemaManager::new(&transaction)).await?;
    transaction.commit().await
}

async fn step(way: &str, migration: &dyn MigrationTrait, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if way == "up" { migration.up(manager).await } else { migration.down(manager).await }
}
"#;

/// The crate.
pub struct CrateOfMigrations {
    directory: PathBuf,
    modules: Vec<String>,
}

impl CrateOfMigrations {
    /// Writes the crate; its dependencies are compiled once and kept between runs.
    pub fn write(modules: &[(String, String)]) -> Self {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("rendered");
        let source = directory.join("src");
        let _ = fs::remove_dir_all(&source);
        fs::create_dir_all(&source).expect("a folder");
        fs::write(directory.join("Cargo.toml"), MANIFEST).expect("a manifest");
        let lock = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
        fs::copy(lock, directory.join("Cargo.lock")).expect("the workspace's versions");
        for (module, text) in modules {
            fs::write(source.join(format!("{module}.rs")), text).expect("a module");
        }
        let modules: Vec<_> = modules.iter().map(|(module, _)| module.clone()).collect();
        fs::write(source.join("main.rs"), main_file(&modules)).expect("the main file");
        Self { directory, modules }
    }

    /// What `cargo build` says where it fails.
    pub fn build(&self) -> Result<(), String> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["build", "--offline", "--quiet"])
            .current_dir(&self.directory);
        cargo.env("CARGO_TARGET_DIR", self.directory.join("target"));
        succeed(&mut cargo)
    }

    /// What rustfmt would change.
    pub fn check_format(&self) -> Result<(), String> {
        let files = self
            .modules
            .iter()
            .map(|module| self.directory.join("src").join(format!("{module}.rs")));
        let mut rustfmt = Command::new("rustfmt");
        rustfmt
            .args(["--edition", "2024", "--check"])
            .args(files)
            .current_dir(&self.directory);
        succeed(&mut rustfmt)
    }

    /// A process that runs the migrations.
    pub fn runner(&self) -> Runner {
        let program = self.directory.join("target/debug/rendered-migrations");
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the crate runs");
        let (input, output) = (
            child.stdin.take().expect("its input"),
            child.stdout.take().expect("its output"),
        );
        Runner {
            child,
            input,
            output: BufReader::new(output),
        }
    }
}

fn main_file(modules: &[String]) -> String {
    let mut text = String::from(MAIN);
    text.push_str(
        "\nfn migration(module: &str) -> Option<Box<dyn MigrationTrait>> {\n    match module {\n",
    );
    for module in modules {
        writeln!(
            text,
            "        \"{module}\" => Some(Box::new({module}::Migration)),"
        )
        .expect("memory");
    }
    text.push_str("        _ => None,\n    }\n}\n");
    for module in modules {
        writeln!(text, "mod {module};").expect("memory");
    }
    text
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let output = command.output().expect("the program runs");
    let said = || [&output.stdout[..], &output.stderr[..]].concat();
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&said()).into_owned())
    }
}

/// A process of the crate.
pub struct Runner {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Runner {
    /// Runs `up` or `down` of a module on a database.
    pub fn run(&mut self, way: &str, module: &str, url: &str) -> Result<(), String> {
        writeln!(self.input, "{way} {module} {url}").map_err(|error| error.to_string())?;
        let mut answer = String::new();
        self.output
            .read_line(&mut answer)
            .map_err(|error| error.to_string())?;
        if answer.trim() == "ok" {
            Ok(())
        } else {
            Err(answer)
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
