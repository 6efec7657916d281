//! What the sources say and the program that runs does not know, for it was built before they were written.
//!
//! Facts alone count. What `lib.rs` lists is compared with what the program has, where its list is one that
//! can be understood. Whether other sources are newer is known of a program that lies where Cargo built it:
//! beside it Cargo writes which files went into it (<https://doc.rust-lang.org/cargo/reference/build-cache.html#dep-info-files>).
//! A copied program, and one without its sources, has no such file, and nothing is said of it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use syn::{Expr, ImplItem, Stmt, spanned::Spanned};
use toolkit_runtime::{Configuration, Service};
use toolkit_scaffold::rust::{migrator, parse};

use crate::{
    Result, crate_folder, entity_folder, name, read_if_there,
    register::{entries, list_of_migrations},
    source_text,
};

/// What the program that runs does not know of the sources of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stale {
    /// `lib.rs` lists migrations that the program does not have.
    New {
        /// The file.
        library: PathBuf,
        /// The migrations.
        names: Vec<String>,
    },
    /// The program has migrations that `lib.rs` lists no more.
    Gone {
        /// The file.
        library: PathBuf,
        /// The migrations.
        names: Vec<String>,
    },
    /// Sources were written after the program was built.
    Newer {
        /// The files.
        files: Vec<PathBuf>,
    },
    /// So were files of migrations, with which a branch that is checked out there and back is done: what
    /// they say is compared otherwise.
    Touched {
        /// The files.
        files: Vec<PathBuf>,
    },
}

/// What the program that runs does not know of the sources of `service`; nothing where they are not here.
///
/// # Errors
/// [`crate::Error::Files`] when a source cannot be read.
pub fn stale(service: &Service, configuration: &Configuration) -> Result<Vec<Stale>> {
    let Ok(folder) = crate_folder(service, configuration) else {
        return Ok(Vec::new());
    };
    let migrations = service.migrations();
    let known = migrations.iter().map(|it| it.name().to_owned()).collect();
    let mut stale = beside(&folder, &known)?;
    let entities = entity_folder(service, configuration).ok();
    let packages: Vec<PathBuf> = (entities.as_deref().and_then(package).into_iter())
        .chain([folder.clone()])
        .collect();
    let (touched, files): (Vec<PathBuf>, Vec<PathBuf>) = newer(&packages)
        .into_iter()
        .partition(|file| is_of_migrations(&folder, file));
    if !files.is_empty() {
        stale.push(Stale::Newer { files });
    }
    if !touched.is_empty() {
        stale.push(Stale::Touched { files: touched });
    }
    Ok(stale)
}

/// The list of migrations in the crate in `folder` against those that the program has.
fn beside(folder: &Path, known: &BTreeSet<String>) -> Result<Vec<Stale>> {
    let library = folder.join("src/lib.rs");
    let text = read_if_there(&library)?.unwrap_or_default();
    let Some(listed) = Listed::of(&text) else {
        return Ok(Vec::new());
    };
    // A migration may be called otherwise than its module; of such a one nothing is known.
    let mut named = BTreeSet::new();
    for module in listed.modules.iter().flatten() {
        if is_called_as_its_module(folder, module)? {
            named.insert(module.clone());
        }
    }
    let mut stale = Vec::new();
    let names: Vec<String> = named.difference(known).cloned().collect();
    if !names.is_empty() {
        let library = library.clone();
        stale.push(Stale::New { library, names });
    }
    let is_understood = listed.is_whole && named.len() == listed.modules.len();
    let names: Vec<String> = known.difference(&named).cloned().collect();
    if is_understood && !names.is_empty() {
        stale.push(Stale::Gone { library, names });
    }
    Ok(stale)
}

fn is_called_as_its_module(folder: &Path, module: &str) -> Result<bool> {
    let found = source_text(folder, module)?;
    Ok(found.is_some_and(|(_, text)| {
        text.contains("DeriveMigrationName") || text.contains(&format!("\"{module}\""))
    }))
}

/// The list of migrations in a `lib.rs`.
struct Listed {
    /// The modules of its entries; nothing where an entry is of another form.
    modules: Vec<Option<String>>,
    /// Whether it is all that the migrator has.
    is_whole: bool,
}

impl Listed {
    fn of(source: &str) -> Option<Self> {
        let file = parse(source).ok()?;
        let list = list_of_migrations(&file.items).ok()?;
        let place = list.span().byte_range();
        let functions = file.items.iter().filter_map(migrator);
        let functions = functions
            .flat_map(|block| &block.items)
            .filter_map(|item| match item {
                ImplItem::Fn(function) if function.sig.ident == "migrations" => Some(function),
                _ => None,
            });
        let is_list = |statement: &Stmt| statement.span().byte_range() == place;
        let is_whole = functions
            .map(|function| function.block.stmts.as_slice())
            .all(|statements| matches!(statements, [only] if is_list(only)));
        let modules = entries(&list, source).into_iter().map(module).collect();
        Some(Self { modules, is_whole })
    }
}

/// The module of an entry `Box::new(module::Migration)`.
fn module(entry: &str) -> Option<String> {
    let Ok(Expr::Call(call)) = syn::parse_str::<Expr>(entry) else {
        return None;
    };
    // A condition before it says whether the program has it.
    let is_new = call.attrs.is_empty()
        && matches!(&*call.func, Expr::Path(it) if it.path.segments.last()?.ident == "new");
    let Some(Expr::Path(migration)) = call.args.first().filter(|_| is_new) else {
        return None;
    };
    let mut segments = migration.path.segments.iter().rev();
    let is_migration = segments.next()?.ident == "Migration";
    let module = segments.next()?.ident.to_string();
    is_migration.then(|| module.trim_start_matches("r#").to_owned())
}

/// Whether a file is of the migrations of the crate in `folder`: their list, one of them, or what is locked.
fn is_of_migrations(folder: &Path, file: &Path) -> bool {
    let (Ok(folder), Ok(file)) = (folder.canonicalize(), file.canonicalize()) else {
        return false;
    };
    let Ok(inner) = file.strip_prefix(folder) else {
        return false;
    };
    let is_list = inner == Path::new("src/lib.rs");
    let is_lock = inner.extension().is_some_and(|end| end == "lock");
    let is_migration = inner.iter().any(|part| {
        let part = Path::new(part).file_stem().unwrap_or_default();
        name::is_timed(&part.to_string_lossy())
    });
    is_list || is_lock || is_migration
}

/// The folder of the package that `folder` is in.
fn package(folder: &Path) -> Option<PathBuf> {
    let mut above = folder.ancestors();
    let package = above.find(|it| it.join("Cargo.toml").is_file())?;
    Some(package.to_owned())
}

/// The sources below `folders` that went into the program that runs and were written after it.
fn newer(folders: &[PathBuf]) -> Vec<PathBuf> {
    let Ok(program) = std::env::current_exe() else {
        return Vec::new();
    };
    newer_than(&program, folders)
}

fn newer_than(program: &Path, folders: &[PathBuf]) -> Vec<PathBuf> {
    let written = |it: &Path| -> Option<SystemTime> { fs::metadata(it).ok()?.modified().ok() };
    let (Some(built), Ok(list)) = (
        written(program),
        fs::read_to_string(program.with_extension("d")),
    ) else {
        return Vec::new();
    };
    let folders: Vec<PathBuf> = folders.iter().flat_map(|it| it.canonicalize()).collect();
    let is_in = |file: &PathBuf| {
        let file = file.canonicalize().unwrap_or_default();
        folders.iter().any(|folder| file.starts_with(folder))
    };
    let is_newer = |file: &PathBuf| written(file).is_some_and(|it| it > built);
    let mut files: Vec<PathBuf> = prerequisites(&list)
        .into_iter()
        .filter(|file| is_newer(file) && is_in(file))
        .collect();
    files.sort();
    files
}

/// The files of a rule `program: file file …`, in which a blank of a name has a backslash before it.
fn prerequisites(rule: &str) -> Vec<PathBuf> {
    const BLANK: char = '\0';
    let rule = rule.lines().next().unwrap_or_default();
    let (_, files) = rule.split_once(": ").unwrap_or_default();
    let files = files.replace("\\ ", &BLANK.to_string());
    files
        .split(' ')
        .filter(|it| !it.is_empty())
        .map(|it| PathBuf::from(it.replace(BLANK, " ")))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const KNOWN: &str = "m20260101_000000_a";
    const NEW: &str = "m20260102_000000_b";

    fn library(list: &str) -> String {
        format!(
            "impl MigratorTrait for M {{\n    fn migrations() -> Vec<Box<dyn MigrationTrait>> {{\n        {list}\n    }}\n}}\n"
        )
    }

    fn entry(name: &str) -> String {
        format!("Box::new({name}::Migration)")
    }

    /// What a program with the migrations `known` does not know of a crate with this list, whose migrations have
    /// these files.
    fn told(list: &str, files: &[(&str, &str)], known: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("src");
        fs::create_dir_all(&source).unwrap();
        fs::write(source.join("lib.rs"), library(list)).unwrap();
        for (name, text) in files {
            fs::write(source.join(format!("{name}.rs")), text).unwrap();
        }
        let known = known.iter().map(|it| (*it).to_owned()).collect();
        let stale = beside(folder.path(), &known).unwrap().into_iter();
        stale
            .map(|stale| match stale {
                Stale::New { names, .. } => format!("new {}", names.join(" ")),
                Stale::Gone { names, .. } => format!("gone {}", names.join(" ")),
                Stale::Newer { .. } | Stale::Touched { .. } => "newer".to_owned(),
            })
            .collect()
    }

    #[test]
    fn a_list_that_is_not_the_programs_is_told() {
        const DERIVED: &str = "#[derive(DeriveMigrationName)]";
        let files = [(KNOWN, DERIVED), (NEW, DERIVED)];
        let both = format!("vec![{}, {}]", entry(KNOWN), entry(NEW));
        let one = format!("vec![{}]", entry(KNOWN));
        assert_eq!(told(&both, &files, &[KNOWN, NEW]), [""; 0]);
        assert_eq!(told(&both, &files, &[KNOWN]), [format!("new {NEW}")]);
        assert_eq!(told(&one, &files, &[KNOWN, NEW]), [format!("gone {NEW}")]);
        assert_eq!(told("vec![]", &files, &[KNOWN]), [format!("gone {KNOWN}")]);
    }

    #[test]
    fn what_cannot_be_known_is_not_told() {
        const DERIVED: &str = "#[derive(DeriveMigrationName)]";
        let one = format!("vec![{}]", entry(KNOWN));
        // It has another name than its module.
        let named = [(KNOWN, "fn name(&self) -> &str { \"first\" }")];
        assert_eq!(told(&one, &named, &["first"]), [""; 0]);
        assert_eq!(told(&one, &[], &["first"]), [""; 0]);
        // The list is not all that the migrator has.
        let files = [(KNOWN, DERIVED)];
        let more = format!("let mut all = {one};\n        all.extend(more());\n        all");
        assert_eq!(told(&more, &files, &[KNOWN, NEW]), [""; 0]);
        let chained = format!("more().into_iter().chain({one}).collect()");
        assert_eq!(told(&chained, &files, &[KNOWN, NEW]), [""; 0]);
        let other = format!("vec![{}, other()]", entry(KNOWN));
        assert_eq!(told(&other, &files, &[KNOWN, NEW]), [""; 0]);
        let conditional = format!("vec![#[cfg(x)] {}]", entry(KNOWN));
        assert_eq!(told(&conditional, &files, &[]), [""; 0]);
        assert_eq!(told("all()", &files, &[KNOWN]), [""; 0]);
        assert_eq!(told("vec![", &files, &[KNOWN]), [""; 0]);
    }

    #[test]
    fn a_source_that_went_into_the_program_and_is_newer_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let at = |name: &str| root.join(name);
        for name in ["entity dir", "other", "target"] {
            fs::create_dir_all(at(name)).unwrap();
        }
        let program = at("target/toolkit");
        let files = ["entity dir/a.rs", "entity dir/b.rs", "other/c.rs"].map(at);
        for file in files.iter().chain([&program, &at("entity dir/unused.rs")]) {
            fs::write(file, "").unwrap();
        }
        let built = written(&program);
        let set = |file: &Path, time: SystemTime| {
            let file = fs::File::options().write(true).open(file).unwrap();
            file.set_modified(time).unwrap();
        };
        let later = built + Duration::from_secs(5);
        set(&files[0], built - Duration::from_secs(5));
        set(&files[1], later);
        set(&files[2], later);
        set(&at("entity dir/unused.rs"), later);
        let folders = [at("entity dir")];
        assert_eq!(newer_than(&program, &folders), Vec::<PathBuf>::new());

        let listed = files
            .iter()
            .map(|it| it.display().to_string().replace(' ', "\\ "));
        let listed: Vec<String> = listed.collect();
        let rule = format!("{}: {}\n", program.display(), listed.join(" "));
        fs::write(at("target/toolkit.d"), rule).unwrap();
        assert_eq!(newer_than(&program, &folders), [files[1].clone()]);
        set(&program, later);
        assert_eq!(newer_than(&program, &folders), Vec::<PathBuf>::new());
    }

    #[test]
    fn the_files_of_migrations_are_told_from_others() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("src");
        fs::create_dir_all(source.join(NEW)).unwrap();
        for (name, is_of) in [
            ("src/lib.rs", true),
            ("migrations.lock", true),
            (&format!("src/{KNOWN}.rs"), true),
            (&format!("src/{NEW}/up.sql"), true),
            ("src/declared.rs", false),
        ] {
            let file = folder.path().join(name);
            fs::write(&file, "").unwrap();
            assert_eq!(is_of_migrations(folder.path(), &file), is_of, "{name}");
            assert!(!is_of_migrations(&source.join(NEW), &source.join("lib.rs")));
        }
    }

    fn written(file: &Path) -> SystemTime {
        fs::metadata(file).unwrap().modified().unwrap()
    }
}
