//! The book and the pages beside it: links lead somewhere, every page is listed, and what is marked as run is run.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use toolkit_testkit::{Database, Workspace};

/// The most lines that the first page has.
const LONGEST: usize = 200;
/// Pages that are no chapters.
const APART: [&str; 2] = ["docs/SUMMARY.md", "docs/skill/SKILL.md"];

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().unwrap()
}

/// The pages, from the root.
fn pages() -> BTreeSet<PathBuf> {
    let root = root();
    let mut found = BTreeSet::from([PathBuf::from("llms.txt")]);
    let mut folders = vec![root.join("docs"), root.join("deploy")];
    let top = fs::read_dir(&root).unwrap().map(|it| it.unwrap().path());
    let mut paths: Vec<_> = top.filter(|it| it.is_file()).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                paths.push(path);
            }
        }
    }
    let written = paths
        .iter()
        .filter(|it| it.extension().is_some_and(|it| it == "md"));
    found.extend(written.map(|it| it.strip_prefix(&root).unwrap().to_owned()));
    found
}

fn read(page: &Path) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

/// Lines outside blocks of code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// Where the links of a page lead, without those to other sites.
fn links(text: &str) -> Vec<String> {
    let text = prose(text).collect::<Vec<_>>().join("\n");
    // Of what stands in backticks every second piece is code.
    let bare: String = text.split('`').step_by(2).collect();
    let targets = bare.split("](").skip(1);
    let targets = targets.filter_map(|it| it.split_once(')').map(|(target, _)| target));
    targets
        .filter(|it| !it.contains("://") && !it.starts_with("mailto:"))
        .map(str::to_owned)
        .collect()
}

/// The anchors that GitHub and mdBook give the headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    let slugs = headings.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title
            .chars()
            .filter(|it| it.is_alphanumeric() || " -_".contains(*it));
        kept.map(|it| if it == ' ' { '-' } else { it }).collect()
    });
    slugs.collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in pages() {
        let text = read(&page);
        for link in links(&text) {
            count += 1;
            let (place, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let folder = page.parent().unwrap();
            let target = if place.is_empty() {
                page.clone()
            } else {
                folder.join(place)
            };
            let path = root().join(&target);
            let is_there = path.exists()
                && (anchor.is_empty()
                    || anchors(&fs::read_to_string(path).unwrap()).contains(anchor));
            if !is_there {
                wrong.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(count > 100, "{count} links");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_summary_lists_every_page_once() {
    let mut listed = links(&read(Path::new("docs/SUMMARY.md")));
    listed.sort();
    let in_docs = pages().into_iter().filter(|it| it.starts_with("docs"));
    let in_docs = in_docs.map(|it| it.to_str().unwrap().to_owned());
    let mut there: Vec<_> = in_docs
        .filter(|it| !APART.contains(&it.as_str()))
        .map(|it| it["docs/".len()..].to_owned())
        .collect();
    there.sort();
    assert_eq!(listed, there);
}

#[test]
fn the_first_page_is_short() {
    let lines = read(Path::new("README.md")).lines().count();
    assert!(
        lines <= LONGEST,
        "README.md has {lines} lines; move what is more into docs/"
    );
}

/// A block of commands, and what the line above it says of it.
struct Block<'t> {
    mark: &'t str,
    commands: Vec<&'t str>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let (mut blocks, mut above) = (Vec::new(), "");
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "```console" {
            let inner = lines.by_ref().take_while(|it| it.trim() != "```");
            let commands = inner.filter_map(|it| it.trim().strip_prefix("$ "));
            blocks.push(Block {
                mark: above,
                commands: commands.collect(),
            });
        }
        above = line;
    }
    blocks
}

/// Every block of commands is marked: `<!-- run -->` is done here, in the order of the pages, on one database;
/// `<!-- run by FILE -->` by that test; `<!-- not run -->` by nobody.
#[test]
fn commands_that_are_marked_as_run_are_run() {
    let (workspace, database) = (Workspace::create(), Database::create());
    let mut count = 0;
    for page in pages()
        .iter()
        .filter(|it| it.starts_with("docs") || it.ends_with("README.md"))
    {
        let text = read(page);
        for Block { mark, commands } in blocks(&text) {
            let page = page.display();
            let word = mark
                .strip_prefix("<!-- ")
                .and_then(|it| it.strip_suffix(" -->"));
            match word {
                Some("run") => {
                    for command in commands {
                        count += 1;
                        run(command, &workspace, &database);
                    }
                }
                Some("not run") => {}
                Some(word) => {
                    let test = word.strip_prefix("run by ").map(|it| root().join(it));
                    assert!(test.is_some_and(|it| it.is_file()), "{page}: {mark}");
                }
                None => panic!("{page}: nothing says whether {commands:?} is run"),
            }
        }
    }
    assert!(count >= 5, "{count} commands were run");
}

fn run(command: &str, workspace: &Workspace, database: &Database) {
    let (command, _) = command.split_once('#').unwrap_or((command, ""));
    let words = command.strip_prefix("cargo toolkit ");
    let words = words.or_else(|| command.strip_prefix("cargo run -p toolkit -- "));
    let words = words.unwrap_or_else(|| panic!("only the toolkit's commands are run: {command}"));
    workspace
        .program(env!("CARGO_BIN_EXE_toolkit"))
        .args(words.split_whitespace())
        .env("DATABASE_URL", database.url())
        .run()
        .success();
}
