//! No circle of modules: what the `use` lines and paths of each package's top-level modules say.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use syn::{
    File, ItemUse, UseTree,
    visit::{self, Visit},
};

/// The packages, each with the circles of its modules that are known; new ones are refused, and so is
/// one of these that is no longer there.
const PACKAGES: &[(&str, &[&[&str]])] = &[
    ("text", &[]),
    ("schema", &[]),
    (
        "rust",
        &[&["builder", "statement"], &["code", "layout", "literal"]],
    ),
    ("postgres", &[]),
    ("scaffold", &[]),
    ("project", &[&["finding", "words"]]),
    ("engine", &[]),
    (
        "runtime",
        &[&[
            "config", "database", "error", "migrate", "output", "service",
        ]],
    ),
    ("embedded", &[&["error", "lock", "private"]]),
];

/// What each module uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

#[test]
fn modules_are_in_no_circle_but_the_known_ones() {
    let mut wrong = Vec::new();
    for (package, known) in PACKAGES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(package)
            .join("src");
        let found = circles(&uses(&folder));
        if found != *known {
            wrong.push((package, found));
        }
    }
    assert!(wrong.is_empty(), "circles of modules: {wrong:?}");
}

/// The modules at the top of the package in `folder`, and which of them each uses.
fn uses(folder: &Path) -> Uses {
    let library = parse(&folder.join("lib.rs"));
    let exported = exported(&library);
    let mut uses = Uses::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name == "lib" || name == "main" || name == "tests" {
            continue;
        }
        for (file, depth) in files(&path) {
            let mut paths = Paths {
                depth,
                found: Vec::new(),
            };
            paths.visit_file(&parse(&file));
            let of_module = uses.entry(name.clone()).or_default();
            for first in paths.found {
                of_module.insert(exported.get(&first).cloned().unwrap_or(first));
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
fn files(path: &Path) -> Vec<(std::path::PathBuf, usize)> {
    if path.is_file() {
        return vec![(path.to_owned(), 1)];
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

/// The module that each name comes from which the package has at its top.
fn exported(library: &File) -> BTreeMap<String, String> {
    let mut exported = BTreeMap::new();
    for item in &library.items {
        if let syn::Item::Use(ItemUse { tree, .. }) = item {
            let mut paths = Vec::new();
            flatten(tree, &mut Vec::new(), &mut paths);
            for path in paths {
                let names: Vec<&String> = path.iter().filter(|it| *it != "crate").collect();
                if let [first, .., last] = names[..] {
                    exported.insert(last.clone(), first.clone());
                }
            }
        }
    }
    exported
}

/// Collects the first name below the package of each path.
struct Paths {
    depth: usize,
    found: Vec<String>,
}

impl Paths {
    fn add(&mut self, path: &[String]) {
        let ups = path.iter().take_while(|it| *it == "super").count();
        let first = match path.first().map(String::as_str) {
            Some("crate") => path.get(1),
            Some("super") if ups == self.depth => path.get(ups),
            Some(_) | None => None,
        };
        self.found.extend(first.cloned());
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        // Tests may use whatever they like.
        if module.ident != "tests" {
            self.depth += 1;
            visit::visit_item_mod(self, module);
            self.depth -= 1;
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut paths = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut paths);
        for path in paths {
            self.add(&path);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|it| it.ident.to_string())
            .collect();
        self.add(&names);
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
