//! The schemas in the folder that `REAL_SCHEMAS` names.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A schema and what it needs around it; what there is no file for is empty.
pub struct Real {
    pub name: String,
    pub sql: String,
    pub setup: String,
    pub empty: String,
}

/// All of them by name, or with `CASE=part-of-a-name` some; nothing where no folder is named.
pub fn found() -> Option<Vec<Real>> {
    let folder = PathBuf::from(std::env::var_os("REAL_SCHEMAS")?);
    let files = fs::read_dir(&folder).expect("REAL_SCHEMAS can be read");
    let mut names: Vec<_> = files
        .flatten()
        .filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".sql")?.to_owned()))
        .filter(|name| !name.contains('.') && is_selected(name))
        .collect();
    names.sort();
    Some(names.into_iter().map(|name| read(&folder, name)).collect())
}

fn read(folder: &Path, name: String) -> Real {
    let beside = |kind: &str| {
        let file = folder.join(format!("{name}.{kind}.sql"));
        if file.exists() {
            fs::read_to_string(file).expect("UTF-8")
        } else {
            String::new()
        }
    };
    Real {
        sql: fs::read_to_string(folder.join(format!("{name}.sql"))).expect("UTF-8"),
        setup: beside("setup"),
        empty: beside("empty"),
        name,
    }
}

fn is_selected(name: &str) -> bool {
    std::env::var("CASE").map_or(true, |part| name.contains(&part))
}
