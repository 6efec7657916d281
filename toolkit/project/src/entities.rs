//! The files of entities: where they are, which are new, and the list of their modules.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toolkit_runtime::{Configuration, Service};
use toolkit_scaffold::{
    FileChanges,
    manifest::{with_dependency, with_workspace_dependency},
    refused, relative, with_declared, with_entities, with_modules,
};

use super::{read, source::files_below};
use crate::{Error, Result};

/// Sources of entities.
#[derive(Debug, Default)]
pub struct EntitySources<'s> {
    /// The modules, each by name.
    pub modules: Vec<(&'s str, &'s str)>,
    /// What attributes cannot say.
    pub declared: Option<&'s str>,
}

/// What is to be written of entities.
#[derive(Debug, Default)]
pub struct EntityFiles {
    /// The changes of files.
    pub changes: FileChanges,
    /// The files that are new or replaced.
    pub written: Vec<PathBuf>,
    /// The files that stay although their text would be another one.
    pub kept: Vec<PathBuf>,
    /// The folder of the entities.
    pub folder: PathBuf,
    /// The same as a Rust path: `entity::shop`.
    pub path: String,
}

impl EntityFiles {
    /// Works out the files of `written` in `folder`, and `declared`, the file of declarations. What is
    /// there stays, unless it shall be overwritten.
    ///
    /// # Errors
    /// [`Error::Files`] when a file cannot be read, or a list of modules cannot be understood.
    pub fn plan(
        folder: &Path,
        declared: Option<&Path>,
        written: &EntitySources<'_>,
        overwrite: bool,
    ) -> Result<Self> {
        let mut files = Self {
            folder: folder.to_owned(),
            path: rust_path(folder),
            ..Self::default()
        };
        files.changes.folder(folder);
        for (name, source) in &written.modules {
            files.file(folder.join(format!("{name}.rs")), source, overwrite)?;
        }
        if let (Some(path), Some(text)) = (declared, written.declared) {
            files.file(path.to_owned(), text, overwrite)?;
        }
        let names: Vec<&str> = written.modules.iter().map(|(name, _)| *name).collect();
        let title = folder.file_name().unwrap_or_default().to_string_lossy();
        let title = format!("//! Entities of {title}.\n\n");
        files.list(&list_of_modules(folder), &title, &names)?;
        // The crate's root says that the folder is part of it.
        if let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) {
            let root = parent.join("lib.rs");
            if root.is_file() {
                files.list(&root, "", &[&name.to_string_lossy()])?;
            }
        }
        Ok(files)
    }

    fn file(&mut self, path: PathBuf, text: &str, overwrite: bool) -> Result<()> {
        if !path.exists() {
            self.changes.create(path.clone(), text.to_owned());
            self.written.push(path);
            return Ok(());
        }
        let before = read(&path)?;
        if before == text {
            return Ok(());
        }
        if overwrite {
            self.changes.replace(path.clone(), before, text.to_owned());
            self.written.push(path);
        } else {
            self.kept.push(path);
        }
        Ok(())
    }

    /// Declares the modules `names` in the file at `path`, where it does not do so yet.
    fn list(&mut self, path: &Path, title: &str, names: &[&str]) -> Result<()> {
        let is_new = !path.is_file();
        if is_new {
            let text = with_modules(title, names).map_err(refused(path))?;
            self.changes.create(path.to_owned(), text);
        }
        if is_new || self.changes.edit(path, |text| with_modules(text, names))? {
            self.written.push(path.to_owned());
        }
        Ok(())
    }
}

/// Where what is written of entities has to be known.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'l> {
    /// The root of the workspace.
    pub root: &'l Path,
    /// The service's migration crate.
    pub migrations: &'l Path,
    /// The folder of the entities.
    pub entities: &'l Path,
    /// Their Rust paths.
    pub paths: &'l [String],
    /// Whether something is declared beside them.
    pub is_declared: bool,
}

impl Listing<'_> {
    /// Makes the service's definition list them, and its crate depend on theirs.
    ///
    /// # Errors
    /// [`Error::Files`] when a file cannot be understood.
    pub fn add(&self, changes: &mut FileChanges) -> Result<()> {
        changes.edit(&self.migrations.join("src/lib.rs"), |text| {
            let text = with_entities(text, self.paths)?;
            if self.is_declared {
                with_declared(&text)
            } else {
                Ok(text)
            }
        })?;
        let mut above = self.entities.ancestors();
        let package = above.find_map(|folder| Some((folder, package_name(folder)?)));
        let Some((folder, name)) = package.filter(|(folder, _)| *folder != self.migrations) else {
            return Ok(());
        };
        let is_new = changes.edit(&self.migrations.join("Cargo.toml"), |text| {
            with_dependency(text, &name)
        })?;
        if is_new {
            let says = format!("{{ path = {:?} }}", relative(folder, self.root));
            changes.edit(&self.root.join("Cargo.toml"), |text| {
                with_workspace_dependency(text, &name, &says)
            })?;
        }
        Ok(())
    }
}

/// The folder of the entities of `service`: that of the ones that it lists, else a module `schema` of the
/// crate `entity`.
///
/// # Errors
/// [`Error::EntityFolder`] when there is no such crate in the workspace.
pub fn entity_folder(service: &Service, configuration: &Configuration) -> Result<PathBuf> {
    let root = configuration.root();
    let listed = service.entity_tables();
    let place = match listed.first().map(toolkit_runtime::EntityTable::module) {
        Some(module) => {
            let mut parts: Vec<&str> = module.split("::").collect();
            parts.pop();
            let name = parts.first().copied().unwrap_or("entity").to_owned();
            let inner: PathBuf = parts.iter().skip(1).collect();
            let folders = [name.clone(), name.replace('_', "-")];
            let there = folders.iter().map(|it| root.join(it).join("src"));
            let found = there.clone().find(|it| it.is_dir());
            found
                .map(|folder| folder.join(&inner))
                .ok_or_else(|| root.join(name))
        }
        None if root.join("entity/src").is_dir() => {
            Ok(root.join("entity/src").join(service.schema()))
        }
        None => Err(root.join("entity/src")),
    };
    place.map_err(|looked| Error::EntityFolder {
        service: service.name().to_owned(),
        looked,
    })
}

/// The files of entities beside those of `service` that no `mod …` names: the compiler does not see them. None
/// where the sources are not here.
///
/// # Errors
/// [`Error::Files`] when a source cannot be read.
pub fn undeclared_entities(
    service: &Service,
    configuration: &Configuration,
) -> Result<Vec<PathBuf>> {
    match entity_folder(service, configuration) {
        Ok(folder) if folder.is_dir() => undeclared(&folder),
        Ok(_) | Err(_) => Ok(Vec::new()),
    }
}

fn undeclared(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_rust = |it: &PathBuf| it.extension().is_some_and(|end| end == "rs");
    let mut files = files_below(folder)?;
    files.retain(is_rust);
    let mut lists: Vec<PathBuf> = files.clone();
    // What says that the folder is a module, or stands in the place of its `mod.rs`.
    let beside = folder.parent().map(|parent| parent.join("lib.rs"));
    lists.extend(beside.into_iter().chain([folder.with_extension("rs")]));
    lists.retain(|it| it.is_file());
    let texts: Vec<String> = lists.iter().map(|it| read(it)).collect::<Result<_>>()?;
    let is_named = |file: &PathBuf| {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let name = match (&*stem, file.parent()) {
            ("lib" | "main", _) => return true,
            ("mod", Some(parent)) => parent.file_name().unwrap_or_default().to_string_lossy(),
            _ => stem,
        };
        // A path of its own names the file.
        let words = [
            format!("mod {name};"),
            format!("mod r#{name};"),
            format!("{name}.rs\""),
        ];
        texts
            .iter()
            .any(|text| words.iter().any(|word| text.contains(word)))
    };
    let mut undeclared = Vec::new();
    for file in files.into_iter().filter(|it| !is_named(it)) {
        if read(&file)?.contains("DeriveEntityModel") {
            undeclared.push(file);
        }
    }
    Ok(undeclared)
}

/// The file that lists the modules of `folder`: the crate's root where it is that.
fn list_of_modules(folder: &Path) -> PathBuf {
    let sibling = folder.with_extension("rs");
    if folder.join("lib.rs").is_file() {
        folder.join("lib.rs")
    } else if sibling.is_file() {
        sibling
    } else {
        folder.join("mod.rs")
    }
}

/// `entity::shop` for `…/entity/src/shop`.
fn rust_path(folder: &Path) -> String {
    let mut inner = Vec::new();
    let mut place = Some(folder);
    while let Some(folder) = place {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let parent = folder.parent();
        if name == "src" {
            let package = parent.and_then(package_name);
            inner.extend(package.map(|name| name.replace('-', "_")));
            break;
        }
        if inner.len() > 3 {
            break;
        }
        inner.push(name.into_owned());
        place = parent;
    }
    inner.reverse();
    inner.join("::")
}

/// The name of the package in `folder`.
fn package_name(folder: &Path) -> Option<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let mut lines = manifest
        .lines()
        .skip_while(|line| line.trim() != "[package]");
    lines.find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "name").then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::undeclared;

    #[test]
    fn an_entity_that_no_module_names_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("src");
        let shop = source.join("shop");
        std::fs::create_dir_all(shop.join("order")).unwrap();
        let model = "#[derive(DeriveEntityModel)]\npub struct Model {}\n";
        for (name, text) in [
            ("lib.rs", "pub mod shop;\n"),
            (
                "shop/mod.rs",
                "pub mod cart;\npub mod r#type;\n#[path = \"old.rs\"]\nmod new;\n",
            ),
            ("shop/cart.rs", model),
            ("shop/type.rs", model),
            ("shop/old.rs", model),
            ("shop/notes.rs", "// nothing\n"),
            ("shop/customer.rs", model),
            ("shop/order/mod.rs", model),
        ] {
            std::fs::write(source.join(name), text).unwrap();
        }
        let found = undeclared(&shop).unwrap();
        assert_eq!(found, [shop.join("customer.rs"), shop.join("order/mod.rs")]);
        assert_eq!(undeclared(&source).unwrap(), found);
    }
}
