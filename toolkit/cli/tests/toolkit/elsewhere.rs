//! The toolkit run in another workspace than the one that it was built in: a second checkout.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toolkit_testkit::Workspace;

use crate::toolkit;

const CRATE: &str = "microservices/user_service/migration";

fn built() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(CRATE)
}

/// The names of the files in `folder` and in its `src`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: PathBuf| {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let mut files: Vec<PathBuf> = list(folder.to_owned())
        .chain(list(folder.join("src")))
        .collect();
    files.sort();
    files
}

/// A workspace with a copy of the migration crate.
fn checkout() -> Workspace {
    let workspace = Workspace::create();
    fs::create_dir_all(workspace.path().join(CRATE).join("src")).unwrap();
    for file in files(&built()).into_iter().filter(|file| file.is_file()) {
        let name = file.strip_prefix(built()).unwrap();
        fs::copy(&file, workspace.path().join(CRATE).join(name)).unwrap();
    }
    workspace
}

#[test]
fn files_are_written_to_the_workspace_that_the_toolkit_runs_in() {
    let workspace = checkout();
    let there = workspace.path().join(CRATE);
    let (before, copied) = (files(&built()), files(&there));
    let lockfile = fs::read_to_string(built().join("migrations.lock")).unwrap();

    let words = ["generate", "-s", "user_service", "--empty", "-m", "by hand"];
    let generate = toolkit(&workspace, &words)
        .folder(there.join("src"))
        .run()
        .success();
    let wrote = |line: &&str| line.starts_with(&format!("wrote {CRATE}/"));
    assert_eq!(
        generate.stderr.lines().filter(wrote).count(),
        3,
        "{}",
        generate.stderr
    );
    assert_eq!(files(&there).len(), copied.len() + 1);
    let locked = fs::read_to_string(there.join("migrations.lock")).unwrap();
    assert_eq!(locked.lines().count(), lockfile.lines().count() + 1);

    // The toolkit does not know the new one: it was not built of these sources.
    let lock = toolkit(&workspace, &["lock", "-s", "user_service"])
        .run()
        .code(1);
    assert!(
        lock.stdout.contains("the migrator's list does not have it"),
        "{}",
        lock.stdout
    );
    let check = toolkit(&workspace, &["check", "-s", "user_service"])
        .run()
        .code(1);
    assert!(
        check.stdout.contains("build the toolkit again"),
        "{}",
        check.stdout
    );

    assert_eq!(files(&built()), before);
    assert_eq!(
        fs::read_to_string(built().join("migrations.lock")).unwrap(),
        lockfile
    );
}

#[test]
fn a_workspace_without_the_crate_is_told_and_nothing_is_written() {
    let before = files(&built());
    let workspace = Workspace::create();
    let outside = Workspace::create();
    fs::remove_file(outside.path().join("Cargo.toml")).unwrap();
    for (workspace, what) in [
        (
            &workspace,
            "does not have the migration crate of user_service",
        ),
        (
            &outside,
            "is in no workspace that has the migration crate of user_service",
        ),
    ] {
        for words in [
            &["generate", "-s", "user_service", "--empty"][..],
            &["lock", "-s", "user_service"],
            &["rebase", "-s", "user_service"],
            &["squash", "-s", "user_service", "--dry-run"],
        ] {
            let output = toolkit(workspace, words).run().code(2);
            assert!(output.stderr.contains(what), "{}", output.stderr);
            assert!(
                output
                    .stderr
                    .contains("change into the one that has the crate")
            );
        }
        let check = toolkit(workspace, &["check", "-s", "user_service"])
            .run()
            .success();
        assert!(
            check.stderr.contains("its migrations.lock is not compared"),
            "{}",
            check.stderr
        );
    }
    assert_eq!(files(&built()), before);
}
