//! The files of migrations that one takes the place of: they go, but for what other sources still name
//! or include.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use toolkit_runtime::{Entry, Lockfile, Service, checksum};
use toolkit_scaffold::{FileChanges, rust::tokens};

use super::{
    lock, read, refused_library,
    replace::Places,
    source::{self, files_below},
};
use crate::{Error, Result};

/// What is to be done, but for the text of the new migration.
pub struct Squash {
    /// Old migrations whose modules stay, because other sources name them.
    pub staying: Vec<String>,
    changes: FileChanges,
    /// The file of the new migration.
    file: PathBuf,
    /// The new migration, and the lines of the lock file, if there is one, that follow its own.
    new: String,
    locked: Option<Vec<Entry>>,
    folder: PathBuf,
}

impl Squash {
    /// Works out how the migration `new` takes the place of `old` in the crate of `service` in `folder`.
    /// The service's definition says so, for databases that know the old ones.
    ///
    /// # Errors
    /// What about the crate's sources is not as it is generated; nothing is written.
    pub fn of(
        service: &Service,
        folder: &Path,
        old: &[String],
        new: &str,
    ) -> Result<Self, toolkit_runtime::Error> {
        let library = folder.join("src/lib.rs");
        let before = read(&library)?;
        let refused = |problem| refused_library(folder, problem);
        let places = Places::find(&before, old).map_err(refused)?;
        // What the definition of the service names of them besides their own places.
        let named = Source::of(&library, &before, |place| places.have(place))?;
        let sources = Sources::read(folder, old, named)?;
        let staying = sources.staying();
        let after = places.replaced(&staying, new);
        let mut changes = FileChanges::default();
        changes.replace(library, before.clone(), after);
        for (file, text) in sources.leaving(folder, &staying) {
            changes.delete(file, text);
        }
        let locked = lock::read(service, folder)?.map(|lockfile| {
            let kept = lockfile.entries().iter();
            let kept = kept.filter(|entry| !old.contains(&entry.name));
            kept.cloned().collect()
        });
        Ok(Self {
            staying,
            changes,
            file: folder.join("src").join(format!("{new}.rs")),
            new: new.to_owned(),
            locked,
            folder: folder.to_owned(),
        })
    }

    /// The changes of files, the new migration having this `text`.
    pub fn with(self, text: &str) -> Result<FileChanges> {
        let mut changes = self.changes;
        changes.create(self.file, text.to_owned());
        if let Some(kept) = self.locked {
            let squashed = Entry::new(&self.new, &checksum(text.as_bytes()));
            let lockfile: Lockfile = [squashed].into_iter().chain(kept).collect();
            lock::change(&mut changes, &self.folder, &lockfile)?;
        }
        Ok(changes)
    }
}

/// A source, and what it says.
struct Source {
    text: String,
    identifiers: BTreeSet<String>,
    /// The files that it includes by a path that is written there.
    includes: BTreeSet<PathBuf>,
}

impl Source {
    /// Reads the `text` of `file`. What stands at places that are `left_out` names nothing.
    fn of(file: &Path, text: &str, left_out: impl Fn(&Range<usize>) -> bool) -> Result<Self> {
        let beside = file.parent().unwrap_or(file);
        let (mut identifiers, mut includes) = (BTreeSet::new(), BTreeSet::new());
        let tokens = tokens(text).map_err(|problem| Error::Register {
            path: file.to_owned(),
            problem,
        })?;
        visit(tokens, &mut |tokens| {
            if let [TokenTree::Ident(identifier), ..] = tokens
                && !left_out(&identifier.span().byte_range())
            {
                identifiers.insert(identifier.to_string());
            }
            let included = included(tokens).and_then(|path| beside.join(path).canonicalize().ok());
            includes.extend(included);
        });
        Ok(Self {
            text: text.to_owned(),
            identifiers,
            includes,
        })
    }
}

/// The sources of a crate by file.
type Files = BTreeMap<PathBuf, Source>;

/// A crate's sources: those of each old migration, and all others.
struct Sources {
    old: BTreeMap<String, Files>,
    others: Files,
}

impl Sources {
    /// Reads all but `library`, which is known.
    fn read(folder: &Path, old: &[String], library: Source) -> Result<Self> {
        let root = folder.join("src");
        let mut others = Files::from([(root.join("lib.rs"), library)]);
        for file in files_below(&root)? {
            if file.extension().is_some_and(|it| it == "rs") && !others.contains_key(&file) {
                let source = Source::of(&file, &read(&file)?, |_| false)?;
                others.insert(file, source);
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
            let its = others.extract_if(.., |file, _| is_its(file)).collect();
            by_name.insert(name.clone(), its);
        }
        Ok(Self {
            old: by_name,
            others,
        })
    }

    /// The old migrations that what stays names, by whichever way.
    fn staying(&self) -> Vec<String> {
        let others = self.others.values();
        let mut named: BTreeSet<&String> = others.flat_map(|it| &it.identifiers).collect();
        let mut staying: Vec<String> = Vec::new();
        loop {
            let is_new =
                |(name, _): &(&String, &Files)| named.contains(name) && !staying.contains(name);
            let Some((name, files)) = self.old.iter().find(is_new) else {
                staying.sort();
                return staying;
            };
            staying.push(name.clone());
            named.extend(files.values().flat_map(|it| &it.identifiers));
        }
    }

    /// The files that go, with their texts: those of old migrations that do not stay, and what they alone
    /// include.
    fn leaving(&self, folder: &Path, staying: &[String]) -> BTreeMap<PathBuf, String> {
        let (stay, go): (Vec<_>, Vec<_>) = self
            .old
            .iter()
            .partition(|(name, _)| staying.contains(name));
        let stay = stay.into_iter().flat_map(|(_, files)| files);
        let stay = stay.chain(&self.others);
        let needed: BTreeSet<&PathBuf> = stay.flat_map(|(_, source)| &source.includes).collect();
        let crate_folder = folder.canonicalize().unwrap_or_default();
        let mut leaving = BTreeMap::new();
        for (file, source) in go.into_iter().flat_map(|(_, files)| files) {
            leaving.insert(file.clone(), source.text.clone());
            for include in &source.includes {
                let is_alone = include.starts_with(&crate_folder) && !needed.contains(include);
                let text = fs::read_to_string(include).ok().filter(|_| is_alone);
                leaving.extend(text.map(|text| (include.clone(), text)));
            }
        }
        leaving
    }
}

/// The path of the file that is included where `tokens` begin.
fn included(tokens: &[TokenTree]) -> Option<String> {
    let [
        TokenTree::Ident(name),
        TokenTree::Punct(mark),
        TokenTree::Group(call),
        ..,
    ] = tokens
    else {
        return None;
    };
    let mut macros = ["include_str", "include_bytes", "include"].iter();
    if mark.as_char() != '!' || macros.all(|it| name != it) {
        return None;
    }
    let path = syn::parse2::<syn::LitStr>(call.stream()).ok()?;
    Some(path.value())
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
        let library = root.join("lib.rs");
        let text = read(&library).unwrap();
        let modules = "mod m1; mod m2; mod m3; mod m4;".len();
        let sources = |left_out: usize| {
            let library = Source::of(&library, &text, |place| place.end <= left_out).unwrap();
            Sources::read(folder.path(), &old, library).unwrap()
        };
        let staying = sources(modules).staying();
        assert_eq!(staying, ["m1", "m2"]);
        let leaving = sources(modules).leaving(folder.path(), &staying);
        let mut leaving: Vec<String> = leaving
            .into_keys()
            .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        leaving.sort();
        assert_eq!(leaving, ["m3.rs", "m4.rs", "three.sql"]);
        let all_but_m4 = "mod m1; mod m2; mod m3;".len();
        assert_eq!(sources(all_but_m4).staying(), ["m1", "m2", "m4"]);
    }
}
