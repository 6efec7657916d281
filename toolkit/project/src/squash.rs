//! The files of migrations that one takes the place of: they go, but for what other sources still name
//! or include.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use toolkit_runtime::{Entry, Lockfile, Service, checksum};

use super::{
    files::FileChanges,
    lock, read,
    replace::replace,
    source::{self, files_below},
};
use crate::{Error, Result};

/// What is to be done.
pub struct Squash {
    /// The changes of files.
    pub changes: FileChanges,
    /// Old migrations whose modules stay, because other sources name them.
    pub staying: Vec<String>,
}

/// The changes of files that put the migration `new` with its `text` in the place of `old` in the crate
/// of `service` in `folder`. The service's definition says so, for databases that know the old ones.
pub fn squash_migrations(
    service: &Service,
    folder: &Path,
    old: &[String],
    new: &str,
    text: &str,
) -> Result<Squash, toolkit_runtime::Error> {
    let library = folder.join("src/lib.rs");
    let before = read(&library)?;
    let register = |problem| Error::Register {
        path: library.clone(),
        problem,
    };
    let sources = Sources::read(folder, old)?;
    // What the definition of the service names of them besides their entries.
    let without = replace(&before, old, &[], new).map_err(register)?;
    let staying = sources.staying(&identifiers(&library, &without)?)?;
    let after = replace(&before, old, &staying, new).map_err(register)?;
    let mut changes = FileChanges::default();
    changes.create(
        folder.join("src").join(format!("{new}.rs")),
        text.to_owned(),
    );
    changes.replace(library, before, after);
    for (file, text) in sources.leaving(folder, &staying)? {
        changes.delete(file, text);
    }
    if let Some(lockfile) = lock::read(service, folder)? {
        let kept = lockfile.entries().iter();
        let kept = kept.filter(|entry| !old.contains(&entry.name)).cloned();
        let squashed = Entry::new(new, &checksum(text.as_bytes()));
        let lockfile: Lockfile = [squashed].into_iter().chain(kept).collect();
        lock::change(&mut changes, folder, &lockfile)?;
    }
    Ok(Squash { changes, staying })
}

/// The texts of a crate by file.
type Texts = BTreeMap<PathBuf, String>;

/// A crate's sources: those of each old migration, and all others but `lib.rs`.
struct Sources {
    old: BTreeMap<String, Texts>,
    others: Texts,
}

impl Sources {
    fn read(folder: &Path, old: &[String]) -> Result<Self> {
        let root = folder.join("src");
        let mut others = Texts::new();
        for file in files_below(&root)? {
            if file.extension().is_some_and(|it| it == "rs") && file != root.join("lib.rs") {
                others.insert(file.clone(), read(&file)?);
            }
        }
        let mut by_name = BTreeMap::new();
        for name in old {
            let Some(source) = source::find(folder, name) else {
                // Reading it says what is wrong.
                read(&root.join(format!("{name}.rs")))?;
                continue;
            };
            let is_its = |file: &PathBuf| {
                let inside = source.folder.as_ref();
                *file == source.file || inside.is_some_and(|inside| file.starts_with(inside))
            };
            let its: Vec<PathBuf> = others.keys().filter(|file| is_its(file)).cloned().collect();
            let its = its
                .into_iter()
                .filter_map(|file| others.remove_entry(&file));
            by_name.insert(name.clone(), its.collect());
        }
        Ok(Self {
            old: by_name,
            others,
        })
    }

    /// The old migrations that what stays names, by whichever way.
    fn staying(&self, of_library: &BTreeSet<String>) -> Result<Vec<String>> {
        let mut named = of_library.clone();
        for (file, text) in &self.others {
            named.extend(identifiers(file, text)?);
        }
        let mut staying: Vec<String> = Vec::new();
        loop {
            let is_new =
                |(name, _): &(&String, &Texts)| named.contains(*name) && !staying.contains(name);
            let Some((name, texts)) = self.old.iter().find(is_new) else {
                staying.sort();
                return Ok(staying);
            };
            staying.push(name.clone());
            for (file, text) in texts {
                named.extend(identifiers(file, text)?);
            }
        }
    }

    /// The files that go, with their texts: those of old migrations that do not stay, and what they alone
    /// include.
    fn leaving(&self, folder: &Path, staying: &[String]) -> Result<Texts> {
        let (stay, go): (Vec<_>, Vec<_>) = self
            .old
            .iter()
            .partition(|(name, _)| staying.contains(name));
        let library = folder.join("src/lib.rs");
        let library = (library.clone(), read(&library)?);
        let stay = stay.into_iter().flat_map(|(_, texts)| texts);
        let stay = stay.chain(&self.others).chain([(&library.0, &library.1)]);
        let mut needed = BTreeSet::new();
        for (file, text) in stay {
            needed.extend(included(file, text)?);
        }
        let mut leaving = Texts::new();
        for (file, text) in go.into_iter().flat_map(|(_, texts)| texts) {
            leaving.insert(file.clone(), text.clone());
            for include in included(file, text)? {
                let is_of_crate = include.starts_with(folder.canonicalize().unwrap_or_default());
                let text = fs::read_to_string(&include).ok().filter(|_| is_of_crate);
                if let Some(text) = text.filter(|_| !needed.contains(&include)) {
                    leaving.insert(include, text);
                }
            }
        }
        Ok(leaving)
    }
}

/// All identifiers of a source.
fn identifiers(file: &Path, text: &str) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    visit(tokens(file, text)?, &mut |tokens| {
        if let [TokenTree::Ident(identifier), ..] = tokens {
            found.insert(identifier.to_string());
        }
    });
    Ok(found)
}

/// The files that a source includes by a path that is written there.
fn included(file: &Path, text: &str) -> Result<BTreeSet<PathBuf>> {
    let beside = file.parent().unwrap_or(file);
    let mut found = BTreeSet::new();
    visit(tokens(file, text)?, &mut |tokens| {
        if let [
            TokenTree::Ident(name),
            TokenTree::Punct(mark),
            TokenTree::Group(call),
            ..,
        ] = tokens
            && ["include_str", "include_bytes", "include"]
                .iter()
                .any(|it| name == it)
            && mark.as_char() == '!'
            && let Ok(path) = syn::parse2::<syn::LitStr>(call.stream())
            && let Ok(path) = beside.join(path.value()).canonicalize()
        {
            found.insert(path);
        }
    });
    Ok(found)
}

/// Shows `look` each place of a list of tokens, and of those inside.
fn visit(tokens: TokenStream, look: &mut impl FnMut(&[TokenTree])) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        look(&tokens[place..]);
        if let TokenTree::Group(group) = token {
            visit(group.stream(), look);
        }
    }
}

fn tokens(file: &Path, text: &str) -> Result<TokenStream> {
    text.parse()
        .map_err(|error: proc_macro2::LexError| Error::Register {
            path: file.to_owned(),
            problem: format!("it is not valid Rust: {error}"),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_name_stays_and_what_nobody_includes_goes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("src");
        fs::create_dir_all(root.join("m2")).unwrap();
        fs::create_dir_all(folder.path().join("sql")).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "src/lib.rs",
            "mod m1; mod m2; mod m3; mod m4; mod m5; const A: &str = include_str!(\"../sql/lib.sql\");",
        );
        write("src/m1.rs", "pub const NAME: &str = \"m3\";");
        write(
            "src/m2/mod.rs",
            "use super::m1::NAME; const S: &str = include_str!(\"up.sql\");",
        );
        write("src/m2/up.sql", "SELECT 2");
        write(
            "src/m3.rs",
            "// m1\nconst S: [&str; 2] = [include_str!(\"../sql/three.sql\"), include_str!(\"../sql/lib.sql\")];",
        );
        write(
            "src/m4.rs",
            "const S: &str = include_str!(\"../sql/five.sql\");",
        );
        write(
            "src/m5.rs",
            "use crate::m2::S; const T: &str = include_str!(\"../sql/five.sql\");",
        );
        for name in ["lib", "three", "five"] {
            write(&format!("sql/{name}.sql"), "SELECT 1");
        }
        let old = ["m1", "m2", "m3", "m4"].map(str::to_owned);
        let sources = Sources::read(folder.path(), &old).unwrap();
        let staying = sources.staying(&BTreeSet::new()).unwrap();
        assert_eq!(staying, ["m1", "m2"]);
        let leaving = sources.leaving(folder.path(), &staying).unwrap();
        let mut leaving: Vec<String> = leaving
            .into_keys()
            .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        leaving.sort();
        assert_eq!(leaving, ["m3.rs", "m4.rs", "three.sql"]);
        let named = BTreeSet::from(["m4".to_owned()]);
        assert_eq!(sources.staying(&named).unwrap(), ["m1", "m2", "m4"]);
    }
}
