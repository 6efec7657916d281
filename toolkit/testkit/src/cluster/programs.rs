//! Where PostgreSQL's programs are, and who may run them.

use std::{
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
    toolkit_cluster::find_programs(&["initdb", "pg_ctl", "psql", "pg_dump"])
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
