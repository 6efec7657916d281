//! A copy of this workspace that is changed and built.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use toolkit_testkit::{Output, Program};

use crate::step::Edit;

/// The copy. Its place is the same in every run, so that only what changed is compiled.
#[derive(Debug)]
pub struct Copy {
    folder: PathBuf,
    target: PathBuf,
    building: Cell<Duration>,
}

/// The files of the copy with their texts.
pub type Files = BTreeMap<PathBuf, String>;

impl Copy {
    /// Makes the copy what the workspace is.
    pub fn create() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("life");
        let copy = Self {
            folder: place.join("workspace"),
            target: place.join("target"),
            building: Cell::default(),
        };
        fs::create_dir_all(&copy.folder).unwrap();
        let listed = Program::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .folder(&root)
            .run()
            .success();
        let wanted: Files = listed
            .stdout
            .split_terminator('\0')
            .filter_map(|name| {
                Some((
                    PathBuf::from(name),
                    fs::read_to_string(root.join(name)).ok()?,
                ))
            })
            .collect();
        let found = copy.files();
        for name in found.keys().filter(|name| !wanted.contains_key(*name)) {
            fs::remove_file(copy.folder.join(name)).unwrap();
        }
        // What is as it was keeps its time, by which Cargo goes.
        for (name, text) in wanted
            .iter()
            .filter(|(name, text)| found.get(*name) != Some(text))
        {
            copy.write(name, text);
        }
        copy
    }

    /// All files.
    pub fn files(&self) -> Files {
        let mut files = Files::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let name = path.strip_prefix(&self.folder).unwrap().to_owned();
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
        files
    }

    /// Makes `edit`.
    pub fn edit(&self, edit: &Edit) {
        match edit {
            Edit::Replace { file, old, new } => {
                let text = fs::read_to_string(self.folder.join(file)).unwrap();
                let times = text.matches(old).count();
                assert_eq!(times, 1, "{file} has {times} times\n{old}");
                self.write(Path::new(file), &text.replace(old, new));
            }
            Edit::Write { file, text } => {
                assert!(!self.folder.join(file).exists(), "{file} is there already");
                self.write(Path::new(file), text);
            }
        }
    }

    fn write(&self, name: &Path, text: &str) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Builds the toolkit, without the embedded PostgreSQL, which would take minutes.
    ///
    /// # Panics
    /// When something does not compile, or an entity or a migration only with warnings.
    pub fn build(&self) {
        let start = Instant::now();
        let words = [
            "build",
            "--offline",
            "--package",
            "toolkit",
            "--no-default-features",
        ];
        let build = Program::new(env!("CARGO"))
            .args(words)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never")
            .folder(&self.folder)
            .run()
            .success();
        let warns = |folder: &str| build.stderr.contains(&format!("--> {folder}/"));
        assert!(
            !warns("entity") && !warns("microservices"),
            "{}",
            build.stderr
        );
        self.building.set(self.building.get() + start.elapsed());
    }

    /// How long all builds took.
    pub fn building(&self) -> Duration {
        self.building.get()
    }

    /// The copy's toolkit on the database at `url`.
    pub fn toolkit(&self, url: &str, words: &[&str]) -> Output {
        Program::new(self.target.join("debug/toolkit"))
            .args(words)
            .env("DATABASE_URL", url)
            .folder(&self.folder)
            .run()
    }

    /// What rustfmt says against the file `name`.
    pub fn format(&self, name: &Path) -> Output {
        Program::new("rustfmt")
            .args(["--check", "--edition", "2024"])
            .arg(name)
            .folder(&self.folder)
            .run()
    }
}
