//! Where PostgreSQL's programs are, and who may run them.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
};

/// PostgreSQL refuses to run as root; then another user runs it, who must own the folder.
pub(crate) fn as_ordinary_user(folder: &Path) -> Command {
    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if output("id", &["-u"]).as_deref() != Some("0") {
        return Command::new("env");
    }
    let user = ["postgres", "nobody"]
        .into_iter()
        .find(|user| output("id", &["-u", user]).is_some())
        .expect("a user other than root");
    let owner = output(
        "chown",
        &[&format!("{user}:"), &folder.display().to_string()],
    );
    assert!(
        owner.is_some(),
        "cannot give {} to {user}",
        folder.display()
    );
    let mut command = Command::new("setpriv");
    let group = output("id", &["-gn", user]).expect("the user's group");
    command.args(["--reuid", user, "--regid", &group, "--clear-groups"]);
    command
}

pub(super) fn find_binaries() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    match std::env::var_os("TOOLKIT_TEST_PG_BIN") {
        // Set to nothing: the tests run as on a machine without PostgreSQL.
        Some(folder) if folder.is_empty() => return None,
        folder => folders.extend(folder.map(PathBuf::from)),
    }
    folders.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin")))
        })
        .collect();
    versions.sort();
    folders.extend(versions.into_iter().rev().map(|(_, folder)| folder));
    folders.push(PathBuf::from("/opt/homebrew/bin"));
    let has = |folder: &PathBuf, name| folder.join(name).is_file();
    folders.into_iter().find(|folder| {
        ["initdb", "pg_ctl", "psql", "pg_dump"]
            .into_iter()
            .all(|name| has(folder, name))
    })
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
