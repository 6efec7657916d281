//! `init` in an empty folder, beside what other tools wrote, and in a workspace: what it writes, once.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use toolkit_testkit::{Output, Program};

/// A folder that `init` runs in.
struct Folder(TempDir);

impl Folder {
    fn create(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = folder.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn init_in(&self, inner: &str, words: &[&str]) -> Output {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Program::new(env!("CARGO_BIN_EXE_cargo-toolkit"))
            .args(["toolkit", "init", "--path"])
            .arg(repository)
            .args(words)
            .folder(self.0.path().join(inner))
            .run()
    }

    fn init(&self, words: &[&str]) -> Output {
        self.init_in("", words)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = fs::read(&path).unwrap();
                    files.insert(path, text);
                }
            }
        }
        files
    }

    /// A second run has nothing to do, wherever it runs; and cargo and rustfmt understand what is written.
    fn is_complete(&self, inner: &str, words: &[&str]) {
        let before = self.files();
        for folder in ["", inner] {
            let again = self.init_in(folder, words).success();
            assert_eq!(again.stdout, "");
            assert!(
                again.stderr.ends_with("nothing to do\n"),
                "{}",
                again.stderr
            );
        }
        assert_eq!(self.files(), before);
        let cargo = |words: &[&str]| {
            Program::new(env!("CARGO"))
                .args(words)
                .folder(self.0.path())
                .run()
        };
        cargo(&[
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .success();
        let sources = before.keys().filter(|path| {
            path.extension().is_some_and(|it| it == "rs") && !path.ends_with("src/m1.rs")
        });
        Program::new("rustfmt")
            .args([
                "--check",
                "--edition",
                "2024",
                "--config",
                "skip_children=true",
            ])
            .args(sources)
            .run()
            .success();
    }
}

#[test]
fn an_empty_folder_becomes_a_workspace_when_that_is_confirmed() {
    let folder = Folder::create(&[]);
    let words = ["--service", "billing-agent", "--schema", "billing"];
    let shown = folder
        .init(&[&words[..], &["--dry-run"]].concat())
        .success();
    let refused = folder.init(&words).code(1);
    assert!(
        refused.stderr.contains("hint: pass --yes"),
        "{}",
        refused.stderr
    );
    assert_eq!(folder.files().len(), 0);

    let written = folder.init(&[&words[..], &["--yes"]].concat()).success();
    assert_eq!(written.stdout, shown.stdout);
    assert_eq!(folder.files().len(), written.stdout.lines().count());
    let library = folder.read("services/billing_agent/migration/src/lib.rs");
    let new = "Service::new::<Migrator>(\"billing_agent\", \"billing\")";
    assert!(library.contains(new), "{library}");
    let entity = folder.read("entity/src/billing_agent/example.rs");
    assert!(entity.contains("schema_name = \"billing\""), "{entity}");
    let toolkit = folder.read("toolkit/src/main.rs");
    assert!(
        toolkit.contains("&[billing_agent_migration::service()]"),
        "{toolkit}"
    );
    folder.is_complete("services/billing_agent", &[]);

    folder.init(&["--service", "orders", "--yes"]).success();
    assert!(
        folder
            .read("entity/src/lib.rs")
            .contains("pub mod orders;\n")
    );
    folder.is_complete("entity/src", &[]);
}

const MODEL: &str = "use sea_orm::entity::prelude::*;\n\n#[sea_orm::model]\n#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]\n\
    #[sea_orm(SCHEMAtable_name = \"posts\")]\npub struct Model {\n    #[sea_orm(primary_key)]\n    pub id: i32,\n}\n\n\
    impl ActiveModelBehavior for ActiveModel {}\n";

/// The manifest of the package `name` that needs `needs`.
fn package(name: &str, needs: &str) -> String {
    format!(
        "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{needs}\n"
    )
}

/// What `sea-orm-cli migrate init` writes.
const MIGRATOR: &str = "pub use sea_orm_migration::prelude::*;\n\nmod m1;\n\npub struct Migrator;\n\n#[async_trait::async_trait]\n\
    impl MigratorTrait for Migrator {\n    fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        \
    vec![Box::new(m1::Migration)]\n    }\n}\n";
const MAIN: &str = "use sea_orm_migration::prelude::*;\n\n#[tokio::main]\nasync fn main() {\n    \
    cli::run_cli(migration::Migrator).await;\n}\n";

#[test]
fn a_crate_of_sea_orm_cli_gets_one_function_and_its_dependencies() {
    let migration = package(
        "migration",
        "tokio = \"1\"\n\n[dependencies.sea-orm-migration]\nversion = \"2\"",
    );
    let folder = Folder::create(&[
        ("Cargo.toml", &package("blog", "")),
        ("src/main.rs", "fn main() {}\n"),
        ("entity/Cargo.toml", &package("entity", "sea-orm = \"2\"")),
        ("entity/src/lib.rs", "pub mod post;\n"),
        ("entity/src/post.rs", &MODEL.replace("SCHEMA", "")),
        ("migration/Cargo.toml", &migration),
        ("migration/src/lib.rs", MIGRATOR),
        ("migration/src/main.rs", MAIN),
        ("migration/src/m1.rs", ""),
    ]);
    folder.init(&["--yes", "--no-ci"]).success();
    let library = folder.read("migration/src/lib.rs");
    let (start, rest) = library.split_once("/// The service as").unwrap();
    let (function, end) = rest.split_once("\n}\n\n").unwrap();
    assert_eq!(format!("{start}{end}"), MIGRATOR);
    for told in ["(\"blog\", \"public\")", "entities![entity::post::Entity]"] {
        assert!(function.contains(told), "{library}");
    }
    let added = "entity.workspace = true\ntoolkit-runtime.workspace = true\n";
    assert_eq!(
        folder.read("migration/Cargo.toml").replace(added, ""),
        migration
    );
    assert_eq!(folder.read("migration/src/main.rs"), MAIN);
    let toolkit = folder.read("toolkit/src/main.rs");
    assert!(toolkit.contains("&[migration::service()]"), "{toolkit}");
    assert!(!folder.0.path().join(".github").exists());
    folder.is_complete("migration", &["--no-ci"]);
}

#[test]
fn services_are_found_by_the_schemas_of_their_entities() {
    let entities = "pub mod billing;\npub mod shop;\n";
    let folder = Folder::create(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"entity\", \"users/*\"] # all\nresolver = \"3\"\n",
        ),
        (".gitignore", "target"),
        ("entity/Cargo.toml", &package("entity", "sea-orm = \"2\"")),
        ("entity/src/lib.rs", entities),
        (
            "entity/src/shop/mod.rs",
            "pub mod cart;\npub mod customer;\n",
        ),
        (
            "entity/src/shop/cart.rs",
            &MODEL.replace("SCHEMA", "schema_name = \"store\", "),
        ),
        (
            "entity/src/shop/customer.rs",
            &MODEL.replace("SCHEMA", "schema_name = \"store\", "),
        ),
        (
            "entity/src/billing.rs",
            &MODEL.replace("SCHEMA", "schema_name = \"billing\", "),
        ),
        (
            "users/models/Cargo.toml",
            &package("users-models", "sea-orm = \"2\""),
        ),
        (
            "users/models/src/lib.rs",
            &MODEL.replace("SCHEMA", "schema_name = \"users\", "),
        ),
        (
            "users/migration/Cargo.toml",
            &package("users-migration", "sea-orm-migration = \"2\""),
        ),
        ("users/migration/src/lib.rs", MIGRATOR),
        ("users/migration/src/m1.rs", ""),
    ]);
    folder.init(&["--yes"]).success();
    let shop = folder.read("services/shop/migration/src/lib.rs");
    for told in [
        "(\"shop\", \"store\")",
        "entity::shop::cart::Entity",
        "entity::shop::customer::Entity",
    ] {
        assert!(shop.contains(told), "{shop}");
    }
    let billing = folder.read("services/billing/migration/src/lib.rs");
    assert!(billing.contains("(\"billing\", \"billing\")"), "{billing}");
    let users = folder.read("users/migration/src/lib.rs");
    for told in ["(\"users\", \"users\")", "entities![users_models::Entity]"] {
        assert!(users.contains(told), "{users}");
    }
    let toolkit = folder.read("toolkit/src/main.rs");
    for service in ["shop_migration", "billing_migration", "users_migration"] {
        assert!(
            toolkit.contains(&format!("{service}::service()")),
            "{toolkit}"
        );
    }
    assert_eq!(folder.read("entity/src/lib.rs"), entities);
    assert_eq!(folder.read(".gitignore"), "target\n/.toolkit\n/.env\n");
    folder.is_complete("services/shop/migration", &[]);
}

#[test]
fn what_cannot_be_understood_is_refused_before_anything_is_written() {
    let old = Folder::create(&[
        ("Cargo.toml", &package("blog", "sea-orm = \"1.1\"")),
        ("src/lib.rs", &MODEL.replace("SCHEMA", "")),
    ]);
    let taken = Folder::create(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"toolkit\"]\n"),
        ("toolkit/Cargo.toml", &package("tools", "")),
        ("toolkit/src/lib.rs", ""),
    ]);
    let broken = Folder::create(&[("Cargo.toml", "[workspace\n")]);
    for (folder, code, told) in [
        (&old, 1, "blog uses SeaORM 1.1, and the toolkit SeaORM 2"),
        (&taken, 1, "toolkit is another package already"),
        (&broken, 2, "Cargo.toml"),
    ] {
        let before = folder.files();
        let refused = folder.init(&["--yes"]).code(code);
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
        assert_eq!(folder.files(), before);
    }
    let other = Program::new(env!("CARGO_BIN_EXE_cargo-toolkit"));
    let refused = other
        .args(["toolkit", "status"])
        .folder(broken.0.path())
        .run();
    let refused = refused.code(2);
    assert!(
        refused.stderr.contains("`cargo toolkit init` makes one"),
        "{}",
        refused.stderr
    );
}

#[test]
fn what_is_written_of_libraries_is_what_this_repository_has() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let ours = fs::read_to_string(root).unwrap();
    let folder = Folder::create(&[]);
    folder.init(&["--yes"]).success();
    let written = folder.read("Cargo.toml");
    let profiles = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|it| it.starts_with("[profile.dev.package."));
        lines
            .filter(|it| !it.contains('*'))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(profiles(&written), profiles(&ours));
    for name in ["sea-orm", "sea-orm-migration"] {
        let says = |text: &str| -> String {
            let begin = format!("\n{name} = {{");
            let (_, rest) = text.split_once(&begin).unwrap();
            rest.split_once("\n] }").unwrap().0.to_owned()
        };
        assert_eq!(says(&written), says(&ours), "{name}");
    }
}

/// What the package's page says to type, in an empty folder, with the packages of the registry.
#[test]
fn the_page_of_the_package_begins_a_workspace() {
    let page = include_str!("../README.md");
    let line = "$ cargo toolkit init ";
    let words = page.lines().find_map(|it| it.strip_prefix(line)).unwrap();
    let folder = Folder::create(&[]);
    Program::new(env!("CARGO_BIN_EXE_cargo-toolkit"))
        .args(["toolkit", "init", "--yes"])
        .args(words.split(' '))
        .folder(folder.0.path())
        .run()
        .success();
    let version = env!("CARGO_PKG_VERSION");
    for package in ["engine", "runtime"] {
        let says =
            format!("toolkit-{package} = {{ version = \"{version}\", default-features = false }}");
        assert!(folder.read("Cargo.toml").contains(&says), "{says}");
    }
    assert!(
        folder
            .files()
            .keys()
            .any(|it| it.ends_with("services/shop/migration/Cargo.toml"))
    );
}

/// Asked at each Tab, it asks the workspace's own toolkit where that is built, and builds nothing.
#[cfg(unix)]
#[test]
fn a_tab_is_answered_by_the_toolkit_that_is_built() {
    use std::{os::unix::fs::PermissionsExt, process::Command};

    let folder = Folder::create(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"tools\"]\n",
        ),
        (
            "tools/Cargo.toml",
            "[package]\nname = \"tools\"\nedition = \"2024\"\n",
        ),
        (
            "tools/src/main.rs",
            "fn main() { toolkit_engine::main(&[]); }\n",
        ),
    ]);
    let program = env!("CARGO_BIN_EXE_cargo-toolkit");
    let script = Program::new(program)
        .args(["toolkit", "completions", "bash"])
        .run()
        .success();
    let ask = |words: &str| {
        let line = words.split(' ').count() - 1;
        let ask = format!(
            "{}\nCOMP_WORDS=({words}); COMP_CWORD={line}; _cargo_toolkit; printf '%s ' \"${{COMPREPLY[@]}}\"",
            script.stdout
        );
        let path = Path::new(program).parent().unwrap().display().to_string();
        let path = format!("{path}:{}", std::env::var("PATH").unwrap());
        let bash = Command::new("bash")
            .args(["-c", &ask])
            .env("PATH", path)
            .current_dir(folder.0.path())
            .output()
            .unwrap();
        String::from_utf8(bash.stdout).unwrap()
    };
    assert_eq!(ask("cargo toolkit in"), "init ");
    let built = folder.0.path().join("target/debug/tools");
    fs::create_dir_all(built.parent().unwrap()).unwrap();
    fs::write(
        &built,
        "#!/bin/sh\necho \"$TOOLKIT_COMPLETE\"; printf '%s\\n' \"$@\"\n",
    )
    .unwrap();
    fs::set_permissions(&built, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(ask("cargo toolkit up us"), "bash -- toolkit up us ");
    assert_eq!(ask("cargo-toolkit up us"), "bash -- cargo-toolkit up us ");
    // The other words are cargo's own.
    assert_eq!(ask("cargo bui"), " ");
    for shell in ["zsh", "fish"] {
        let script = Program::new(program)
            .args(["toolkit", "completions", shell])
            .run()
            .success();
        assert!(
            script.stdout.contains("cargo-toolkit --"),
            "{}",
            script.stdout
        );
    }
}
