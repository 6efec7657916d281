//! `new service`: its files stand beside the others, formatted and registered; twice it refuses.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use toolkit_testkit::{Database, Program, Workspace};

use crate::services::told;

/// No workspace has a service of this name.
const NAME: &str = "one_service_more";
/// What the command reads.
const PLACES: [&str; 4] = ["Cargo.toml", "entity", "microservices", "toolkit/cli"];

#[test]
fn a_service_is_added_once_where_the_others_are() {
    let (workspace, database) = (Workspace::create(), Database::create());
    for place in PLACES {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        copy(&root.join(place), &workspace.path().join(place));
    }
    let run = |words: &[&str]| {
        let words = [&["new", "service"], words].concat();
        let program = workspace.program(env!("CARGO_BIN_EXE_toolkit"));
        program.args(words).run()
    };
    let before = texts(workspace.path());
    let shown = run(&["one-service-more", "--schema", "more", "--dry-run"]).success();
    assert_eq!(shown.stdout.lines().count(), 11, "{}", shown.stdout);
    let services = told(&workspace, &database, &["status"], 0);
    let (taken, service) = services.first().unwrap();
    let schema = service["schema"].as_str().unwrap();
    for refused in [
        &[taken.as_str()][..],
        &[NAME, "--schema", schema],
        &["X-1"],
        &["1"],
    ] {
        run(refused).code(1);
    }
    assert_eq!(texts(workspace.path()), before);

    run(&["one-service-more", "--schema", "more"]).success();
    let after = texts(workspace.path());
    assert_eq!(after.len(), before.len() + 7);
    let again = run(&[NAME, "--schema", "other"]).code(1);
    assert!(again.stderr.contains("is there"), "{}", again.stderr);
    assert_eq!(texts(workspace.path()), after);

    let changed = (after.iter()).filter(|(path, text)| before.get(*path) != Some(text));
    assert_eq!(changed.count(), 11);
    let written = after.keys().filter(|path| !before.contains_key(*path));
    let sources = written.filter(|path| path.extension().is_some_and(|it| it == "rs"));
    Program::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(sources)
        .run()
        .success();
    let place = "microservices/one_service_more/migration/Cargo.toml";
    let manifest = String::from_utf8(after[&workspace.path().join(place)].clone()).unwrap();
    assert!(
        manifest.contains("\n[[bin]]\nname = \"one-service-more-migration\"\n"),
        "{manifest}"
    );
    let read = |name: &str| fs::read_to_string(workspace.path().join(name)).unwrap();
    let module = format!("pub mod {NAME};\n");
    assert!(read("entity/src/lib.rs").contains(&module));
    let call = format!("{NAME}_migration::service()");
    assert!(read("toolkit/cli/src/main.rs").contains(&call));
}

fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
        return;
    }
    for entry in fs::read_dir(from).unwrap() {
        let name = entry.unwrap().file_name();
        copy(&from.join(&name), &to.join(&name));
    }
}

/// The text of every file.
fn texts(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap();
    let texts = entries.flat_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path)
        } else {
            let text = fs::read(&path).unwrap();
            BTreeMap::from([(path, text)])
        }
    });
    texts.collect()
}
