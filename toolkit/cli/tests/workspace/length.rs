//! No file is longer than one can keep in mind.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The most lines that a source has; about 400 are what one should aim at.
const LONGEST: usize = 450;

#[test]
fn no_file_is_longer_than_one_can_keep_in_mind() {
    let toolkit = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = Vec::new();
    collect(&toolkit, &mut sources);
    assert!(sources.len() > 300, "{} sources", sources.len());
    let lines = |path: &Path| fs::read_to_string(path).unwrap().lines().count();
    let long: Vec<_> = sources
        .iter()
        .map(|path| (path, lines(path)))
        .filter(|(_, lines)| *lines > LONGEST)
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines: {long:#?}");
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, sources);
        } else if path.extension().is_some_and(|it| it == "rs") {
            sources.push(path);
        }
    }
}
