//! The packages as a registry would have them: what `cargo package` makes, served from a folder.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
};

use serde_json::Value;
use toolkit_testkit::{Program, cargo};

/// What every package has inside.
const INSIDE: [&str; 5] = [
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "src",
];

/// Packages in a folder.
pub(crate) struct Packages {
    /// What cargo made and installed.
    target: PathBuf,
    /// What has cargo take the packages for those of the registry.
    config: PathBuf,
}

impl Packages {
    /// Makes all packages that are published, in a folder beside `workspace`.
    pub(crate) fn make(repository: &Path, workspace: &Path) -> Self {
        let packages = published(repository);
        let target = workspace.with_file_name("packaged");
        let _ = fs::remove_dir_all(&target);
        let names = packages.iter().flat_map(|it| ["--package", &it.name]);
        cargo(repository)
            .args(["package", "--offline", "--allow-dirty", "--no-verify"])
            .args(names)
            .arg("--target-dir")
            .arg(&target)
            .run()
            .success();
        let unpacked = target.join("unpacked");
        fs::create_dir(&unpacked).unwrap();
        for Package { name, version, .. } in &packages {
            unpack(name, version, &target, &unpacked);
        }
        let folder = by_content(&unpacked, workspace);
        let config = target.join("config.toml");
        fs::write(&config, source(&packages, &folder)).unwrap();
        Self { target, config }
    }

    /// Has the workspace build with these packages.
    pub(crate) fn serve(&self, workspace: &Path) {
        fs::create_dir_all(workspace.join(".cargo")).unwrap();
        fs::copy(&self.config, workspace.join(".cargo/config.toml")).unwrap();
    }

    /// Installs `cargo-toolkit` as `cargo install` does, and returns the program.
    pub(crate) fn install(&self, workspace: &Path) -> PathBuf {
        // It looks for no configuration in the folder where it runs.
        cargo(workspace.parent().unwrap())
            .args(["install", "--offline", "--debug", "--config"])
            .arg(&self.config)
            .args(["--registry", "packages", "cargo-toolkit"])
            .args(["--no-track", "--root"])
            .arg(&self.target)
            .run()
            .success();
        self.target.join("bin/cargo-toolkit")
    }
}

/// Unpacks a package, and tells whether it is whole.
fn unpack(name: &str, version: &str, target: &Path, unpacked: &Path) {
    Program::new("tar")
        .arg("-xzf")
        .arg(target.join(format!("package/{name}-{version}.crate")))
        .arg("-C")
        .arg(unpacked)
        .run()
        .success();
    let package = unpacked.join(format!("{name}-{version}"));
    for inside in INSIDE {
        assert!(package.join(inside).exists(), "{name} has no {inside}");
    }
    // It differs from commit to commit.
    let _ = fs::remove_file(package.join(".cargo_vcs_info.json"));
    fs::write(package.join(".cargo-checksum.json"), "{\"files\":{}}").unwrap();
}

/// A registry that is the folder. Only our packages are taken from it: SeaORM and all others stay where they are, so
/// that they are not built anew.
fn source(packages: &[Package], folder: &Path) -> String {
    let registry = "\"sparse+https://registry.invalid/\"";
    let mut config = format!(
        "[registries.packages]\nindex = {registry}\n\n[source.registry]\nregistry = {registry}\n\
         replace-with = \"folder\"\n\n[source.folder]\ndirectory = {:?}\n\n[patch.crates-io]\n",
        folder.to_str().unwrap()
    );
    // Cargo warns of one that nothing depends on.
    let libraries = packages.iter().filter(|it| it.is_needed);
    for Package { name, version, .. } in libraries {
        let line = format!("{name} = {{ version = {version:?}, registry = \"packages\" }}\n");
        config.push_str(&line);
    }
    config
}

/// What a workspace that `init` writes names itself.
const NAMED: [&str; 2] = ["toolkit-engine", "toolkit-runtime"];

/// A package that is published.
struct Package {
    name: String,
    version: String,
    /// Whether a workspace builds with it.
    is_needed: bool,
}

/// The packages of the repository that are published.
fn published(repository: &Path) -> Vec<Package> {
    let told = cargo(repository)
        .args(["metadata", "--no-deps", "--offline"])
        .args(["--format-version", "1"])
        .run()
        .success();
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    let packages = told["packages"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut needed: Vec<String> = NAMED.map(str::to_owned).into();
    let mut at = 0;
    while let Some(name) = needed.get(at) {
        let package = packages.iter().find(|it| it["name"] == **name).unwrap();
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let ours = dependencies.filter(|it| it["kind"] != "dev" && !it["path"].is_null());
        let new: Vec<_> = ours.map(|it| text(&it["name"])).collect();
        needed.extend(
            new.into_iter()
                .filter(|it| !needed.contains(it))
                .collect::<Vec<_>>(),
        );
        at += 1;
    }
    let published = packages.iter().filter(|it| it["publish"].is_null());
    published
        .map(|it| Package {
            name: text(&it["name"]),
            version: text(&it["version"]),
            is_needed: needed.contains(&text(&it["name"])),
        })
        .collect()
}

/// Moves `unpacked` to a folder beside `workspace` that is named by what is in it: what a registry has never changes
/// in one place, so cargo builds nothing anew there.
fn by_content(unpacked: &Path, workspace: &Path) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    hash(unpacked, unpacked, &mut hasher);
    let name = format!("packages-{:016x}", hasher.finish());
    let folder = workspace.with_file_name(&name);
    for entry in fs::read_dir(workspace.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        let other = path.file_name().and_then(|it| it.to_str()).unwrap();
        if other.starts_with("packages-") && other != name {
            fs::remove_dir_all(path).unwrap();
        }
    }
    if !folder.exists() {
        fs::rename(unpacked, &folder).unwrap();
    }
    folder
}

fn hash(folder: &Path, top: &Path, hasher: &mut DefaultHasher) {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        path.strip_prefix(top).unwrap().hash(hasher);
        if path.is_dir() {
            hash(&path, top, hasher);
        } else {
            fs::read(&path).unwrap().hash(hasher);
        }
    }
}
