//! What `init`, `new service` and `adopt --entities` write is built from the packages that are published, and every
//! command understands it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod packages;

use std::{
    fs,
    path::{Path, PathBuf},
};

use packages::Packages;
use toolkit_testkit::{Cluster, Database, Output, Program, built, cargo, server, slow_tier};

const NAME: &str = "what_is_written_is_built_and_migrates";

#[test]
fn what_is_written_is_built_and_migrates() {
    let Some(cluster) = slow_tier(NAME).then(|| server(NAME)).flatten() else {
        return;
    };
    let workspace = Workspace::create(cluster);
    workspace.build();

    let generated = workspace.toolkit(&["generate", "-s", "shop", "-m", "create examples"], 0);
    assert!(
        generated.stderr.contains("wrote services/shop"),
        "{}",
        generated.stderr
    );
    cluster.psql(workspace.database.name(), LEGACY);
    let adopted = workspace.toolkit(&["adopt", "-s", "legacy", "--entities", "--yes"], 0);
    let told = "entities of 2 tables, and declarations of what they cannot say";
    assert!(adopted.stdout.contains(told), "{}", adopted.stdout);
    workspace.toolkit(&["new", "service", "billing"], 0);
    workspace.build();

    let refused = workspace.handed_over(&["check"], 1);
    assert!(refused.stdout.contains("shop"), "{}", refused.stdout);
    workspace.toolkit(&["up-all"], 0);
    let checked = workspace.toolkit(&["check"], 0);
    assert_eq!(
        checked.stdout.matches(" ok ").count(),
        6,
        "{}",
        checked.stdout
    );
    let nothing = workspace.toolkit(&["generate", "--dry-run"], 0);
    assert_eq!(
        nothing.stdout.matches(": nothing to do").count(),
        3,
        "{}",
        nothing.stdout
    );
    workspace.toolkit(&["verify"], 0);
    init(&workspace.program, &workspace.folder, &[]);
    workspace.tells_what_the_compiler_does_not_see();
}

/// What another tool made, with its record.
const LEGACY: &str = "CREATE TYPE status AS ENUM ('draft', 'sent');
    CREATE TABLE customers (id serial PRIMARY KEY, name varchar(80) NOT NULL, joined timestamptz NOT NULL DEFAULT now());
    COMMENT ON TABLE customers IS 'Who buys';
    CREATE TABLE invoices (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), number bigint NOT NULL UNIQUE,
        customer_id integer NOT NULL REFERENCES customers ON DELETE CASCADE, status status NOT NULL DEFAULT 'draft',
        total numeric(12,2) NOT NULL, CHECK (total >= 0));
    CREATE INDEX ON invoices (customer_id, status) WHERE status = 'sent';
    CREATE VIEW sent AS SELECT id, total FROM invoices WHERE status = 'sent';
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
    INSERT INTO alembic_version VALUES ('3f');";

/// A crate as `sea-orm-cli migrate init` writes it, before its first migration.
const MIGRATOR: &str = "pub use sea_orm_migration::prelude::*;\n\npub struct Migrator;\n\n#[async_trait::async_trait]\n\
    impl MigratorTrait for Migrator {\n    fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        \
    vec![]\n    }\n}\n";
const MANIFEST: &str = "[package]\nname = \"legacy-migration\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
    [dependencies.sea-orm-migration]\nversion = \"2\"\ndefault-features = false\n";

/// A workspace that begins with nothing but a migration crate. Its place is the same in every run, and what is
/// built is beside what other tests build of copies of this repository, so that only what changed is compiled.
struct Workspace {
    folder: PathBuf,
    /// `cargo-toolkit`, as it is installed.
    program: PathBuf,
    database: Database,
}

impl Workspace {
    fn create(cluster: &'static Cluster) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changed/initialised");
        let _ = fs::remove_dir_all(&folder);
        // This repository is around that folder, so the workspace is begun elsewhere.
        let elsewhere = tempfile::tempdir().unwrap();
        let source = elsewhere.path().join("legacy/migration/src");
        fs::create_dir_all(&source).unwrap();
        fs::write(source.join("lib.rs"), MIGRATOR).unwrap();
        fs::write(source.with_file_name("Cargo.toml"), MANIFEST).unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let repository = repository.canonicalize().unwrap();
        let packages = Packages::make(&repository, &folder);
        let program = packages.install(&folder);
        init(&program, elsewhere.path(), &["--service", "shop", "--yes"]);
        move_to(elsewhere.path(), &folder);
        packages.serve(&folder);
        // The crates that are here already, in their versions.
        fs::copy(repository.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self {
            folder,
            program,
            database: cluster.database(),
        }
    }

    /// Builds all of it without the embedded PostgreSQL, which would take minutes: nothing is warned of, and
    /// nothing would be formatted otherwise.
    fn build(&self) {
        let words = ["build", "--offline", "--workspace", "--no-default-features"];
        let built = cargo(&self.folder).args(words).run().success();
        assert!(!built.stderr.contains("warning"), "{}", built.stderr);
        // Without `--all`, which would look at this repository, too.
        cargo(&self.folder)
            .args([
                "fmt",
                "--package",
                "legacy-migration",
                "--package",
                "shop-migration",
            ])
            .args([
                "--package",
                "entity",
                "--package",
                "toolkit",
                "--",
                "--check",
            ])
            .run()
            .success();
    }

    fn toolkit(&self, words: &[&str], code: i32) -> Output {
        let toolkit = Program::new(built(&self.folder, "toolkit"));
        self.on_database(toolkit.args(words)).code(code)
    }

    /// A migration and an entity in files that no `mod …` names.
    fn tells_what_the_compiler_does_not_see(&self) {
        let source = self.folder.join("services/shop/migration/src");
        fs::write(source.join("m20300101_000000_lost.rs"), "").unwrap();
        let checked = self.toolkit(&["check"], 1);
        let told = "m20300101_000000_lost: the migrator's list does not have it";
        assert!(checked.stdout.contains(told), "{}", checked.stdout);
        let entities = self.folder.join("entity/src/shop");
        fs::copy(entities.join("example.rs"), entities.join("lost.rs")).unwrap();
        let told = "files of entities that no `mod …` names: entity/src/shop/lost.rs";
        for command in ["check", "generate"] {
            let refused = self.toolkit(&[command], 2);
            assert!(refused.stderr.contains(told), "{}", refused.stderr);
        }
    }

    /// By way of `cargo toolkit`, which builds what is built already: what is embedded is left out by the test's
    /// own word.
    fn handed_over(&self, words: &[&str], code: i32) -> Output {
        let manifest = self.folder.join("toolkit/Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        let lean = text.replace("default = [\"embedded\"]", "default = []");
        fs::write(&manifest, &lean).unwrap();
        let target = built(&self.folder, "toolkit");
        let target = target.ancestors().nth(2).unwrap();
        let program = Program::new(&self.program)
            .arg("toolkit")
            .args(words)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_NET_OFFLINE", "true");
        let output = self.on_database(program).code(code);
        fs::write(&manifest, text).unwrap();
        output
    }

    fn on_database(&self, program: Program) -> Output {
        program
            .env("DATABASE_URL", self.database.url())
            .folder(&self.folder)
            .run()
    }
}

/// `init` in `folder`, with the packages of the registry. Without words there is nothing to do.
fn init(program: &Path, folder: &Path, words: &[&str]) {
    let done = Program::new(program)
        .args(["toolkit", "init"])
        .args(words)
        .folder(folder)
        .run()
        .success();
    assert_eq!(done.stdout.is_empty(), words.is_empty(), "{}", done.stdout);
}

fn move_to(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let place = to.join(path.file_name().unwrap());
        if path.is_dir() {
            move_to(&path, &place);
        } else {
            fs::copy(&path, &place).unwrap();
        }
    }
}
