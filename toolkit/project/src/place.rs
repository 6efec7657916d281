//! Where the migration crate of a service is: in the workspace that the toolkit runs in, which need
//! not be the one it was built in, as after a move or in a git worktree.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toolkit_runtime::{Configuration, Service};

use crate::{Error, Result};

/// The folder of the migration crate of `service` in the workspace of `configuration`.
///
/// # Errors
/// [`Error::NoFolder`] when the service does not say it, [`Error::Elsewhere`] when the workspace has
/// no such crate.
pub fn crate_folder(service: &Service, configuration: &Configuration) -> Result<PathBuf> {
    let built = service.crate_folder().ok_or_else(|| Error::NoFolder {
        service: service.name().to_owned(),
    })?;
    let here = configuration.workspace();
    find(service.name(), built, here).ok_or_else(|| Error::Elsewhere {
        service: service.name().to_owned(),
        built: built.to_owned(),
        here: configuration.root().to_owned(),
        is_workspace: here.is_some(),
    })
}

/// `built` if it is in the workspace `here`, else what stands at the same place in it.
fn find(service: &str, built: &Path, here: Option<&Path>) -> Option<PathBuf> {
    let here = here?.canonicalize().ok()?;
    let is_here = |folder: &Path| workspace(folder).is_some_and(|workspace| workspace == here);
    if is_here(built) {
        return Some(built.to_owned());
    }
    let names: Vec<_> = built.components().skip(1).collect();
    // How much of the path is the workspace's own is not known, so the longest end that fits counts.
    (0..names.len())
        .map(|start| here.join(names[start..].iter().collect::<PathBuf>()))
        .find(|folder| is_here(folder) && is_crate_of(service, folder))
}

/// The workspace that a crate is in, by its true path.
fn workspace(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    folder
        .ancestors()
        .find(|folder| Configuration::is_workspace(folder))
        .map(Path::to_owned)
}

/// Whether a crate's sources name the service: another one may stand at a like place.
fn is_crate_of(service: &str, folder: &Path) -> bool {
    let name = format!("\"{service}\"");
    let Ok(sources) = fs::read_dir(folder.join("src")) else {
        return false;
    };
    folder.join("Cargo.toml").is_file()
        && sources.flatten().any(|file| {
            let is_source = file.path().extension().is_some_and(|end| end == "rs");
            is_source && fs::read_to_string(file.path()).is_ok_and(|text| text.contains(&name))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace with the migration crate of a service at `place`.
    fn workspace_at(root: &Path, place: &str, service: &str) -> PathBuf {
        let folder = root.join(place);
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(root.join("Cargo.toml"), "[workspace]\n").unwrap();
        fs::write(folder.join("Cargo.toml"), "[package]\n").unwrap();
        let source = format!("Service::new::<Migrator>(\"{service}\", \"data\")");
        fs::write(folder.join("src/lib.rs"), source).unwrap();
        folder.canonicalize().unwrap()
    }

    #[test]
    fn a_crate_is_looked_for_where_the_toolkit_runs() {
        const PLACE: &str = "services/orders/migration";
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let built = workspace_at(&at("built"), PLACE, "orders");
        let other = workspace_at(&at("other"), PLACE, "orders");
        // A worktree within the workspace that it is one of.
        let inner = workspace_at(&at("built/trees/one"), PLACE, "orders");
        let stranger = at("stranger");
        workspace_at(&stranger, "migration", "shipping");

        let find = |built: &Path, here: &Path| find("orders", built, Some(here));
        assert_eq!(find(&built, &at("built")), Some(built.clone()));
        assert_eq!(find(&built, &at("other")), Some(other.clone()));
        assert_eq!(find(&built, &at("built/trees/one")), Some(inner.clone()));
        assert_eq!(find(&inner, &at("built")), Some(built.clone()));
        assert_eq!(find(&built, &stranger), None);

        fs::remove_dir_all(&built).unwrap();
        assert_eq!(
            find(&built, &at("other")),
            Some(other),
            "the folder was moved"
        );
        assert_eq!(super::find("orders", &built, None), None);
    }
}
