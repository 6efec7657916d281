//! Where PostgreSQL's programs are.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Where a folder of programs is named that is to be taken before all others.
const VARIABLE: &str = "TOOLKIT_TEST_PG_BIN";

/// The first folder that has all of `programs`: the one that `TOOLKIT_TEST_PG_BIN` names, those of `PATH`,
/// those where packages of Debian and Homebrew put them, the newest version first. Nothing when the variable
/// is set to nothing: as on a machine without PostgreSQL.
pub fn find_programs(programs: &[&str]) -> Option<PathBuf> {
    let named = env::var_os(VARIABLE);
    if named.as_ref().is_some_and(|folder| folder.is_empty()) {
        return None;
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = named.map(PathBuf::from).into_iter().collect();
    folders.extend(env::split_paths(&path));
    folders.extend(versions(Path::new("/usr/lib/postgresql")));
    folders.push(PathBuf::from("/opt/homebrew/bin"));
    let has_all = |folder: &PathBuf| programs.iter().all(|name| folder.join(name).is_file());
    folders.into_iter().find(has_all)
}

/// The folders of programs below `parent`, where each version has a folder, the newest first.
fn versions(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin")))
        })
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        for version in ["9", "15", "17", "common"] {
            fs::create_dir(folder.path().join(version)).unwrap();
        }
        let expected = ["17", "15", "9"].map(|version| folder.path().join(version).join("bin"));
        assert_eq!(versions(folder.path()), expected);
    }
}
