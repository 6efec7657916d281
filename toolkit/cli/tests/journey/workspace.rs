//! A workspace of two services without migrations, made for the test and built.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toolkit_testkit::{Output, Program};

const SHOP: &str = "{
            entities![
                journey_entity::shop::category::Entity,
                journey_entity::shop::product::Entity
            ]
        }";
const BILLING: &str = "entities![journey_entity::billing::invoice::Entity]";

/// The workspace. Its place is the same in every run, so that only what changed is compiled.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Writes it.
    pub fn create() -> Self {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let workspace = Self {
            folder: temporary.join("journey/workspace"),
            // The libraries that this workspace needs are built here already.
            target: temporary.parent().unwrap().to_owned(),
        };
        let _ = fs::remove_dir_all(&workspace.folder);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap();
        workspace.write("Cargo.lock", &lock);
        workspace.write("Cargo.toml", &manifest(&root));
        workspace.package(
            "entity",
            "journey-entity",
            &["sea-orm"],
            "lib.rs",
            include_str!("crates/entity.rs"),
        );
        for (name, entities) in [("shop", SHOP), ("billing", BILLING)] {
            let source = include_str!("crates/migration.rs")
                .replace("NAME", name)
                .replace("ENTITIES", entities);
            let needs = ["journey-entity", "sea-orm-migration", "toolkit-runtime"];
            workspace.package(
                name,
                &format!("{name}-migration"),
                &needs,
                "lib.rs",
                &source,
            );
        }
        let needs = ["shop-migration", "billing-migration", "toolkit-engine"];
        let source = include_str!("crates/toolkit.rs");
        workspace.package("toolkit", "journey-toolkit", &needs, "main.rs", source);
        workspace
    }

    fn package(&self, folder: &str, name: &str, needs: &[&str], file: &str, source: &str) {
        let needs = needs.join(".workspace = true\n") + ".workspace = true\n";
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{needs}"
        );
        self.write(&format!("{folder}/Cargo.toml"), &manifest);
        self.write(&format!("{folder}/src/{file}"), source);
    }

    /// Writes the file `name`.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces `old` in the file `name`, where it is exactly once.
    pub fn edit(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert_eq!(text.matches(old).count(), 1, "{old} in {name}");
        self.write(name, &text.replace(old, new));
    }

    /// The text of the file `name`.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap()
    }

    /// The names of the files in the folder `name`, in order.
    pub fn files(&self, name: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.join(name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Builds the workspace's toolkit, without warnings.
    pub fn build(&self) {
        let build = Program::new(env!("CARGO"))
            .args(["build", "--offline", "--package", "journey-toolkit"])
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never")
            .folder(&self.folder)
            .run()
            .success();
        let warns = ["shop/src", "billing/src"]
            .iter()
            .any(|folder| build.stderr.contains(&format!("--> {folder}")));
        assert!(!warns, "{}", build.stderr);
    }

    /// The workspace's toolkit on the database at `url`, which ends with `code`.
    pub fn toolkit(&self, url: &str, words: &[&str], code: i32) -> Output {
        Program::new(self.target.join("debug/journey-toolkit"))
            .args(words)
            .env("DATABASE_URL", url)
            .folder(&self.folder)
            .run()
            .code(code)
    }

    /// Makes sure that rustfmt has nothing against the file `name`.
    pub fn formatted(&self, name: &str) {
        let words = [
            "--check",
            "--edition",
            "2024",
            "--config",
            "skip_children=true",
        ];
        Program::new("rustfmt")
            .args(words)
            .arg(self.folder.join(name))
            .run()
            .success();
    }
}

/// The manifest of this repository with other members and the same libraries.
fn manifest(root: &Path) -> String {
    let text = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let root = fs::canonicalize(root).unwrap();
    let mut lines = vec![
        "[workspace]".to_owned(),
        "resolver = \"3\"".to_owned(),
        "members = [\"billing\", \"entity\", \"shop\", \"toolkit\"]".to_owned(),
        "[workspace.dependencies]".to_owned(),
        "journey-entity = { path = \"entity\" }".to_owned(),
        "shop-migration = { path = \"shop\" }".to_owned(),
        "billing-migration = { path = \"billing\" }".to_owned(),
        format!(
            "toolkit-engine = {{ path = {:?} }}",
            root.join("toolkit/engine")
        ),
        format!(
            "toolkit-runtime = {{ path = {:?} }}",
            root.join("toolkit/runtime")
        ),
    ];
    let mut section = "";
    for line in text.lines() {
        if line.starts_with('[') && !line.starts_with("[dependencies") {
            section = line;
        }
        let is_library = section == "[workspace.dependencies]" && !line.starts_with('[');
        let is_ours = line.contains("{ path = ");
        if (is_library && !is_ours) || section.starts_with("[profile") {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n") + "\n"
}
