//! What there is: the workspace, its packages, and what each has of entities and migrations. Reads only.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, Item, TableLike};
use toolkit_scaffold::{CALL, read, refused, relative};

use crate::{error::Error, sources::Sources};

/// How deep in a workspace packages are looked for.
const DEPTH: usize = 5;

/// What was found.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The root of the workspace, or what becomes one.
    pub(crate) root: PathBuf,
    /// The root's manifest.
    pub(crate) manifest: Option<Manifest>,
    pub(crate) packages: Vec<Package>,
}

/// A package.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// Where it is, from the root.
    pub(crate) place: String,
    /// Its library as a Rust path, where it has one.
    pub(crate) library: Option<String>,
    pub(crate) sources: Sources,
    pub(crate) manifest: Manifest,
    /// Whether it is a toolkit.
    pub(crate) is_toolkit: bool,
    /// Whether it has no library, but a program that has entities.
    pub(crate) has_entities_in_program: bool,
}

/// A manifest, as far as it matters.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) name: Option<String>,
    document: DocumentMut,
}

impl Manifest {
    /// Reads the manifest at `path`.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let text = read(path)?;
        let document: Result<DocumentMut, _> = text.parse();
        let document = document
            .map_err(|error: toml_edit::TomlError| refused(path)(error.message().to_owned()))?;
        let name = document.get("package").and_then(|it| it.get("name"));
        Ok(Self {
            name: name.and_then(Item::as_str).map(str::to_owned),
            document,
        })
    }

    /// Whether it is that of a workspace.
    pub(crate) fn is_workspace(&self) -> bool {
        self.document.contains_key("workspace")
    }

    fn inner(&self, keys: &[&str]) -> Option<&Item> {
        let mut item = self.document.as_item();
        for key in keys {
            item = item.get(key)?;
        }
        Some(item)
    }

    fn dependencies(&self) -> Option<&dyn TableLike> {
        self.inner(&["dependencies"])?.as_table_like()
    }

    /// Whether it depends on the package `name`.
    pub(crate) fn needs(&self, name: &str) -> bool {
        let Some(dependencies) = self.dependencies() else {
            return false;
        };
        dependencies.iter().any(|(key, item)| {
            let package = item.get("package").and_then(Item::as_str);
            package.unwrap_or(key) == name
        })
    }

    /// Which version of `name` it asks for, itself or by the workspace's word.
    fn version(&self, name: &str, workspace: Option<&Self>) -> Option<String> {
        let says = |item: &Item| {
            let version = item.as_str().or_else(|| item.get("version")?.as_str());
            version.map(str::to_owned)
        };
        let own = self.dependencies()?.get(name)?;
        let shared = || {
            workspace?
                .inner(&["workspace", "dependencies", name])
                .and_then(says)
        };
        says(own).or_else(shared)
    }

    /// The folders that the workspace leaves out.
    fn excluded(&self) -> Vec<String> {
        let list = self.inner(&["workspace", "exclude"]);
        let list = list.and_then(Item::as_array).into_iter().flatten();
        list.filter_map(|it| it.as_str().map(str::to_owned))
            .collect()
    }
}

/// The root of the workspace that `here` is in: else of the package, else `here` itself.
pub(crate) fn root(here: &Path) -> PathBuf {
    let manifests = here
        .ancestors()
        .filter(|it| it.join("Cargo.toml").is_file());
    let is_workspace = |folder: &&Path| {
        Manifest::read(&folder.join("Cargo.toml")).is_ok_and(|it| it.is_workspace())
    };
    let root = manifests.clone().find(is_workspace);
    root.or_else(|| manifests.clone().next())
        .unwrap_or(here)
        .to_owned()
}

impl Survey {
    /// Looks at the workspace that `here` is in.
    pub(crate) fn of(here: &Path) -> Result<Self, Error> {
        let root = root(here);
        let path = root.join("Cargo.toml");
        let manifest = path.is_file().then(|| Manifest::read(&path)).transpose()?;
        let excluded = manifest
            .as_ref()
            .map(Manifest::excluded)
            .unwrap_or_default();
        let mut folders = vec![root.clone()];
        let mut packages = Vec::new();
        for _ in 0..=DEPTH {
            let mut inner = Vec::new();
            for folder in &folders {
                let place = relative(folder, &root);
                if *folder != root && (excluded.contains(&place) || is_other_workspace(folder)) {
                    continue;
                }
                packages.extend(Package::read(folder, place)?);
                inner.extend(folders_in(folder));
            }
            folders = inner;
        }
        Ok(Self {
            root,
            manifest,
            packages,
        })
    }

    /// Refuses packages whose entities or migrations are of another SeaORM.
    pub(crate) fn refuse_other_sea_orm(&self) -> Result<(), Error> {
        for package in &self.packages {
            let sources = &package.sources;
            if sources.entities.is_empty() && sources.migrator.is_none() {
                continue;
            }
            for name in ["sea-orm", "sea-orm-migration"] {
                let version = package.manifest.version(name, self.manifest.as_ref());
                let number = version.as_deref().unwrap_or("2");
                let number = number.trim_start_matches(|it: char| !it.is_ascii_digit());
                let major = number.split('.').next().unwrap_or_default();
                if major == "0" || major == "1" {
                    return Err(Error::SeaOrm {
                        package: package.name.clone(),
                        version: number.to_owned(),
                    });
                }
            }
        }
        Ok(())
    }
}

impl Package {
    fn read(folder: &Path, place: String) -> Result<Option<Self>, Error> {
        let path = folder.join("Cargo.toml");
        if !path.is_file() {
            return Ok(None);
        }
        let manifest = Manifest::read(&path)?;
        let Some(name) = manifest.name.clone() else {
            return Ok(None);
        };
        let says = |key: &str| {
            let word = manifest.inner(&["lib", key]).and_then(Item::as_str);
            word.map(str::to_owned)
        };
        let file = folder.join(says("path").unwrap_or_else(|| "src/lib.rs".to_owned()));
        let library = file
            .is_file()
            .then(|| says("name").unwrap_or_else(|| name.replace('-', "_")));
        let main = fs::read_to_string(folder.join("src/main.rs")).unwrap_or_default();
        Ok(Some(Self {
            name,
            folder: folder.to_owned(),
            place,
            sources: Sources::read(&file),
            is_toolkit: main.contains(CALL),
            has_entities_in_program: library.is_none() && {
                let sources = Sources::read(&folder.join("src/main.rs"));
                !sources.entities.is_empty()
            },
            library,
            manifest,
        }))
    }
}

fn is_other_workspace(folder: &Path) -> bool {
    let path = folder.join("Cargo.toml");
    path.is_file() && Manifest::read(&path).is_ok_and(|it| it.is_workspace())
}

/// The folders in `folder`, in order, without those that hold no packages.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let holds_packages = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_other = ["target", "src", "node_modules"].contains(&&*name);
        path.is_dir() && !path.is_symlink() && !name.starts_with('.') && !is_other
    };
    let mut folders: Vec<PathBuf> = entries.map(|it| it.path()).filter(holds_packages).collect();
    folders.sort();
    folders
}
