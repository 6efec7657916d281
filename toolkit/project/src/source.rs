//! The files of a migration, found by its name.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toolkit_runtime::checksum;
use toolkit_scaffold::failed;

use crate::{Result, name};

/// Where a migration's source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// `src/NAME.rs` or `src/NAME/mod.rs`.
    pub(crate) file: PathBuf,
    /// `src/NAME/`, if it is there.
    pub(crate) folder: Option<PathBuf>,
}

/// Finds the source of the migration `name` of the crate in `folder`.
pub(crate) fn find(folder: &Path, name: &str) -> Option<Source> {
    let beside = folder.join("src").join(name);
    let file = folder.join("src").join(format!("{name}.rs"));
    let inside = beside.join("mod.rs");
    let file = [file, inside].into_iter().find(|file| file.is_file())?;
    let folder = beside.is_dir().then_some(beside);
    Some(Source { file, folder })
}

/// The migrations that have a file in the crate in `folder`, but no `mod` in any source of it: the compiler
/// does not see them.
pub(crate) fn undeclared(folder: &Path) -> Result<Vec<String>> {
    let sources = folder.join("src");
    if !sources.is_dir() {
        return Ok(Vec::new());
    }
    let files = files_below(&sources)?;
    let is_rust = |it: &&PathBuf| it.extension().is_some_and(|end| end == "rs");
    let mut texts = Vec::new();
    for file in files.iter().filter(is_rust) {
        texts.push(String::from_utf8_lossy(&read(file)?).into_owned());
    }
    let of_file = |file: &PathBuf| {
        let inner = file.strip_prefix(&sources).ok()?;
        let name = match inner.file_name()?.to_str()? {
            "mod.rs" => inner.parent()?.to_str()?,
            _ => inner.to_str()?.strip_suffix(".rs")?,
        };
        Some(name.to_owned())
    };
    let is_declared = |name: &str| {
        let line = format!("mod {name};");
        texts.iter().any(|text| text.contains(&line))
    };
    let names = files.iter().filter_map(of_file);
    Ok(names
        .filter(|name| name::is_timed(name) && !is_declared(name))
        .collect())
}

impl Source {
    /// The checksum of the file. Where the migration has a folder, as for the SQL that it includes,
    /// each of the other files counts too, with its path.
    pub(crate) fn checksum(&self) -> Result<String> {
        let mut text = read(&self.file)?;
        for file in self.others()? {
            let path = file.strip_prefix(self.folder.as_deref().unwrap_or(Path::new("")));
            let path = path.unwrap_or(&file).to_string_lossy().replace('\\', "/");
            text.extend(format!("\n{path} {}\n", checksum(&read(&file)?)).into_bytes());
        }
        Ok(checksum(&text))
    }

    /// The files of the folder without the main one, sorted by path.
    pub(super) fn others(&self) -> Result<Vec<PathBuf>> {
        let mut files = match &self.folder {
            Some(folder) => files_below(folder)?,
            None => Vec::new(),
        };
        files.retain(|file| *file != self.file);
        Ok(files)
    }
}

/// All files below `folder`, sorted by path.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = failed("read", folder);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(&failed)? {
        let path = entry.map_err(&failed)?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    Ok(fs::read(file).map_err(failed("read", file))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_file_or_a_folder_and_what_lies_in_it_counts() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("src");
        fs::create_dir_all(source.join("m2/sql")).unwrap();
        fs::write(source.join("m1.rs"), "one\r\n").unwrap();
        fs::write(source.join("m2/mod.rs"), "two\n").unwrap();
        let sum = |name: &str| find(folder.path(), name).unwrap().checksum().unwrap();
        assert_eq!(sum("m1"), checksum(b"one\n"));
        assert_eq!(sum("m2"), checksum(b"two\n"));
        assert_eq!(find(folder.path(), "m3"), None);

        fs::write(source.join("m2/sql/up.sql"), "SELECT 1").unwrap();
        let before = sum("m2");
        assert_ne!(before, checksum(b"two\n"));
        fs::write(source.join("m2/sql/up.sql"), "SELECT 2").unwrap();
        assert_ne!(sum("m2"), before);
    }
    #[test]
    fn a_migration_that_no_module_names_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("src");
        fs::create_dir_all(source.join("m20260102_000000_folder")).unwrap();
        let library = "mod declared;\nmod m20260101_000000_known;\n";
        for (name, text) in [
            ("lib.rs", library),
            ("declared.rs", ""),
            ("undeclared.rs", ""),
            ("m20260101_000000_known.rs", ""),
            ("m20260102_000000_folder/mod.rs", ""),
            ("m20260103_000000_file.rs", ""),
        ] {
            fs::write(source.join(name), text).unwrap();
        }
        let mut found = undeclared(folder.path()).unwrap();
        found.sort();
        assert_eq!(found, ["m20260102_000000_folder", "m20260103_000000_file"]);
    }
}
