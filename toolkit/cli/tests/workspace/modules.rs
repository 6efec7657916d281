//! No circle of modules: what the `use` lines and paths of modules beside each other say.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::{
    File, ItemUse, UseTree,
    visit::{self, Visit},
};

/// The folders of modules with circles that are known; new ones are refused, and so is one of these that is
/// no longer there.
const KNOWN: &[(&str, &[&[&str]])] = &[
    ("embedded", &[&["error", "lock", "private"]]),
    ("project", &[&["finding", "words"]]),
    (
        "runtime",
        &[&[
            "config", "database", "error", "migrate", "output", "service",
        ]],
    ),
    (
        "rust",
        &[&["builder", "statement"], &["code", "layout", "literal"]],
    ),
    // The types of a catalog refer to each other.
    (
        "schema/catalog",
        &[&[
            "column",
            "constraint",
            "definition",
            "index",
            "object",
            "sequence",
            "table",
            "unmanaged",
        ]],
    ),
    (
        "schema/plan/drafts",
        &[
            &["collations", "definitions", "enums", "types"],
            &[
                "columns",
                "constraints",
                "defaults",
                "identities",
                "indexes",
                "inheritance",
                "not_null",
                "partitions",
            ],
            &["owners", "privileges"],
        ],
    ),
    (
        "schema/plan/facts",
        &[&["context", "indexes", "partitions", "pieces"]],
    ),
];

/// The packages in which the modules below the top are looked at, too.
const DEEP: &[&str] = &["schema"];

/// What each module uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

const PACKAGES: &[&str] = &[
    "text",
    "schema",
    "rust",
    "postgres",
    "scaffold",
    "project",
    "engine",
    "runtime",
    "embedded",
    "cluster",
    "test",
    "test-macros",
];

#[test]
fn modules_are_in_no_circle_but_the_known_ones() {
    let mut found = BTreeMap::new();
    for package in PACKAGES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(package)
            .join("src");
        let read = read(&folder);
        walk(&read, &folder, &mut vec![(*package).to_owned()], &mut found);
    }
    let known = KNOWN.iter().map(|(folder, circles)| {
        let circles = circles
            .iter()
            .map(|it| it.iter().map(ToString::to_string).collect());
        ((*folder).to_owned(), circles.collect::<Vec<Vec<_>>>())
    });
    let known: BTreeMap<_, _> = known.collect();
    let wrong: BTreeMap<_, _> = found
        .iter()
        .filter(|(at, it)| known.get(*at) != Some(*it))
        .collect();
    let gone: Vec<_> = known.keys().filter(|it| !found.contains_key(*it)).collect();
    assert!(
        wrong.is_empty() && gone.is_empty(),
        "circles of modules: {wrong:#?}; no longer there: {gone:?}"
    );
}

/// Finds the circles of the modules in `folder`, and in each folder below it.
fn walk(
    read: &Files,
    folder: &Path,
    place: &mut Vec<String>,
    found: &mut BTreeMap<String, Vec<Vec<String>>>,
) {
    let circles = circles(&uses(read, folder, &place[1..]));
    if !circles.is_empty() {
        found.insert(place.join("/"), circles);
    }
    if !DEEP.contains(&place[0].as_str()) {
        return;
    }
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name != "tests" {
            place.push(name);
            walk(read, &path, place, found);
            place.pop();
        }
    }
}

/// The file of the module whose modules are in `folder`.
fn own_file(folder: &Path) -> Option<PathBuf> {
    let files = [
        folder.join("lib.rs"),
        folder.join("mod.rs"),
        folder.with_extension("rs"),
    ];
    files.into_iter().find(|it| it.is_file())
}

/// The modules in `folder`, which is at `place` in its package, and which of them each uses.
fn uses(read: &Files, folder: &Path, place: &[String]) -> Uses {
    let exported = own_file(folder).map_or_else(BTreeMap::new, |it| exported(&parse(&it)));
    let mut uses = Uses::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if ["lib", "main", "mod", "tests"].contains(&name.as_str())
            || path.is_file() && path.extension().is_none_or(|it| it != "rs")
        {
            continue;
        }
        for (file, depth) in files(&path) {
            let of_module = uses.entry(name.clone()).or_default();
            let firsts = read[&file].iter();
            for first in firsts.filter_map(|it| it.first(place, depth)) {
                let from = exported.get(first).unwrap_or(first);
                of_module.insert(from.clone());
            }
        }
    }
    let modules: BTreeSet<String> = uses.keys().cloned().collect();
    for (module, used) in &mut uses {
        used.retain(|other| other != module && modules.contains(other));
    }
    uses
}

/// The files of a module, each with how many modules it is below the package.
fn files(path: &Path) -> Vec<(PathBuf, usize)> {
    if path.is_file() {
        let is_code = path.extension().is_some_and(|it| it == "rs");
        return is_code.then(|| (path.to_owned(), 1)).into_iter().collect();
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_owned();
        for (file, depth) in files(&path) {
            let is_own = stem == "mod" && path.is_file();
            if stem != "tests" {
                found.push((file, if is_own { depth } else { depth + 1 }));
            }
        }
    }
    found
}

fn parse(path: &Path) -> File {
    let text = fs::read_to_string(path).unwrap();
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The module that each name comes from which a module takes from those in its folder.
fn exported(module: &File) -> BTreeMap<String, String> {
    let mut exported = BTreeMap::new();
    for item in &module.items {
        if let syn::Item::Use(ItemUse { tree, .. }) = item {
            let mut paths = Vec::new();
            flatten(tree, &mut Vec::new(), &mut paths);
            for path in paths {
                let names = path.iter().filter(|it| *it != "crate" && *it != "self");
                let names: Vec<&String> = names.collect();
                if let [first, .., last] = names[..] {
                    exported.insert(last.clone(), first.clone());
                }
            }
        }
    }
    exported
}

/// A path that a file says, and how many modules it is below the file's own.
struct Said {
    path: Vec<String>,
    inner: usize,
}

impl Said {
    /// The first name below the module at `place`, where the file is `depth` modules below that.
    fn first(&self, place: &[String], depth: usize) -> Option<&String> {
        let path = &self.path;
        let ups = path.iter().take_while(|it| *it == "super").count();
        match path.first()?.as_str() {
            "crate" if path[1..].starts_with(place) => path.get(1 + place.len()),
            "super" if ups == depth + self.inner => path.get(ups),
            _ => None,
        }
    }
}

/// What each file says.
type Files = BTreeMap<PathBuf, Vec<Said>>;

/// Reads all files below `folder`.
fn read(folder: &Path) -> Files {
    let said = |(file, _): (PathBuf, usize)| {
        let mut paths = Paths::default();
        paths.visit_file(&parse(&file));
        (file, paths.found)
    };
    files(folder).into_iter().map(said).collect()
}

/// Collects the paths of a file.
#[derive(Default)]
struct Paths {
    inner: usize,
    found: Vec<Said>,
}

impl Paths {
    fn add(&mut self, path: Vec<String>) {
        let inner = self.inner;
        self.found.push(Said { path, inner });
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        // Tests may use whatever they like.
        if module.ident != "tests" {
            self.inner += 1;
            visit::visit_item_mod(self, module);
            self.inner -= 1;
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut paths = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut paths);
        for path in paths {
            self.add(path);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|it| it.ident.to_string())
            .collect();
        self.add(names);
        visit::visit_path(self, path);
    }
}

/// The paths of a `use`.
fn flatten(tree: &UseTree, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, paths);
            before.pop();
        }
        UseTree::Name(name) => paths.push([&before[..], &[name.ident.to_string()]].concat()),
        UseTree::Rename(name) => paths.push([&before[..], &[name.ident.to_string()]].concat()),
        UseTree::Glob(_) => paths.push(before.clone()),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before, paths);
            }
        }
    }
}

/// The circles, each with its modules in order.
fn circles(uses: &Uses) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> = uses
        .keys()
        .map(|from| (from, reached(uses, from)))
        .collect();
    let mut circles: Vec<Vec<String>> = Vec::new();
    for module in uses.keys() {
        let round = reached[module].iter().copied();
        let round = round.filter(|other| reached[other].contains(module));
        let round: Vec<String> = round.cloned().collect();
        if !round.is_empty() && !circles.contains(&round) {
            circles.push(round);
        }
    }
    circles
}

/// What `from` uses, and what that uses in turn.
fn reached<'u>(uses: &'u Uses, from: &str) -> BTreeSet<&'u String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&String> = uses[from].iter().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module) {
            next.extend(&uses[module]);
        }
    }
    reached
}

#[test]
fn a_circle_is_found() {
    let uses = |pairs: &[(&str, &str)]| {
        let mut uses = Uses::new();
        for (from, to) in pairs {
            uses.entry((*to).to_owned()).or_default();
            let used = uses.entry((*from).to_owned()).or_default();
            used.insert((*to).to_owned());
        }
        uses
    };
    assert_eq!(
        circles(&uses(&[("a", "b"), ("b", "c"), ("a", "c")])),
        [[""; 0]; 0]
    );
    assert_eq!(
        circles(&uses(&[("a", "b"), ("b", "c"), ("c", "b")])),
        [["b", "c"]]
    );
}
