//! A copy of this workspace in a git repository of its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toolkit_testkit::{Cluster, Database, Output, Program};

/// The service whose migrations are changed.
pub const SERVICE: &str = "user_service";
/// Its migration crate.
pub const CRATE: &str = "microservices/user_service/migration";

/// The copy, the toolkit that was built of it last, and a database. The copy's place is the same in
/// every run, so that only what changed is compiled.
#[derive(Debug)]
pub struct Project {
    folder: PathBuf,
    target: PathBuf,
    pub cluster: &'static Cluster,
    pub database: Database,
}

impl Project {
    /// Copies the workspace, commits it on the branch `main`, builds it, and migrates a database.
    pub fn create(cluster: &'static Cluster) -> Self {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("branches");
        let project = Self {
            folder: place.join("workspace"),
            target: place.join("target"),
            cluster,
            database: cluster.database(),
        };
        fs::create_dir_all(&project.folder).unwrap();
        let list = place.join("files");
        fs::write(&list, project.copy().join("\0")).unwrap();
        let _ = fs::remove_dir_all(project.path(".git"));
        project
            .git(&["init", "--quiet", "--initial-branch", "main"])
            .success();
        let list = format!("--pathspec-from-file={}", list.display());
        project
            .git(&["add", "--pathspec-file-nul", &list])
            .success();
        project
            .git(&["commit", "--quiet", "--message", "The workspace"])
            .success();
        // What an earlier run left.
        project
            .git(&["clean", "--quiet", "--force", "-d", "-x"])
            .success();
        project.build();
        project.toolkit(&["up-all"]).success();
        project
    }

    /// Copies the workspace's files and returns their names. What is as it was keeps its time, by
    /// which Cargo goes.
    fn copy(&self) -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let words = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        let listed = Program::new("git")
            .args(words)
            .folder(&root)
            .run()
            .success();
        let mut names: Vec<String> = listed
            .stdout
            .split_terminator('\0')
            .map(str::to_owned)
            .collect();
        names.retain(|name| root.join(name).is_file());
        for name in &names {
            let text = fs::read_to_string(root.join(name)).unwrap();
            if fs::read_to_string(self.path(name)).ok().as_ref() != Some(&text) {
                self.write(name, &text);
            }
        }
        names
    }

    /// A path in the copy.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The text of the service's lock file.
    pub fn lockfile(&self) -> String {
        self.read(&format!("{CRATE}/migrations.lock"))
    }

    /// The names of the service's migrations, by their files.
    pub fn migrations(&self) -> Vec<String> {
        let files = fs::read_dir(self.path(CRATE).join("src")).unwrap();
        let stem = |file: &Path| file.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut names: Vec<String> = files.map(|file| stem(&file.unwrap().path())).collect();
        names.retain(|name| name.starts_with("m2"));
        names.sort();
        names
    }

    /// The file of the migration `name`.
    pub fn source(name: &str) -> String {
        format!("{CRATE}/src/{name}.rs")
    }

    /// Builds the toolkit, without the embedded PostgreSQL, which would take minutes.
    pub fn build(&self) {
        let words = [
            "build",
            "--offline",
            "--package",
            "toolkit",
            "--no-default-features",
        ];
        Program::new(env!("CARGO"))
            .args(words)
            .env("CARGO_TARGET_DIR", &self.target)
            .folder(&self.folder)
            .run()
            .success();
    }

    /// The toolkit as it was built last, on the database.
    pub fn program(&self, words: &[&str]) -> Program {
        Program::new(self.target.join("debug/toolkit"))
            .args(words)
            .env("DATABASE_URL", self.database.url())
            .folder(&self.folder)
    }

    pub fn toolkit(&self, words: &[&str]) -> Output {
        self.program(words).run()
    }

    pub fn git(&self, words: &[&str]) -> Output {
        Program::new("git")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.org"])
            .args(words)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .folder(&self.folder)
            .run()
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]).success();
        self.git(&["commit", "--quiet", "--message", message])
            .success();
    }

    /// Makes the copy what was committed last.
    pub fn restore(&self) {
        self.git(&["checkout", "--quiet", "--force", "HEAD", "."])
            .success();
        self.git(&["clean", "--quiet", "--force", "-d"]).success();
    }
}

/// Makes sure that `text` has `part`.
pub fn says(text: &str, part: &str) {
    assert!(text.contains(part), "{part}\nis not in:\n{text}");
}
