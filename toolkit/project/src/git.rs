//! What git knows about a migration crate; asked of the `git` program, and only read.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Error, Result};

/// The repository that a folder is in.
#[derive(Clone, Copy, Debug)]
pub struct Repository<'a> {
    folder: &'a Path,
}

impl<'a> Repository<'a> {
    /// The repository that `folder` is in.
    ///
    /// # Errors
    /// [`Error::Git`] when there is no git, or no repository.
    pub fn of(folder: &'a Path) -> Result<Self> {
        let repository = Self { folder };
        match repository.ask(&["rev-parse", "--git-dir"])? {
            Some(_) => Ok(repository),
            None => Err(Error::Git {
                problem: format!("{} is in no repository", folder.display()),
            }),
        }
    }

    /// The branch that this one goes into: the one that is being merged, if one is; its upstream,
    /// unless that is only its own copy elsewhere; the branch that `origin` starts from; `main` or
    /// `master`.
    pub fn trunk(&self) -> Result<Option<String>> {
        if self.has("MERGE_HEAD")? {
            return Ok(Some("MERGE_HEAD".to_owned()));
        }
        let branch = self.ask(&["symbolic-ref", "--quiet", "--short", "HEAD"])?;
        let upstream = self.ask(&[
            "rev-parse",
            "--abbrev-ref",
            "--symbolic-full-name",
            "@{upstream}",
        ])?;
        let is_copy = |upstream: &&String| {
            let name = upstream
                .split_once('/')
                .map_or(upstream.as_str(), |(_, name)| name);
            Some(name) == branch.as_deref()
        };
        if let Some(upstream) = upstream.as_ref().filter(|upstream| !is_copy(upstream)) {
            return Ok(Some(upstream.clone()));
        }
        let origin = [
            "rev-parse",
            "--abbrev-ref",
            "--verify",
            "--quiet",
            "origin/HEAD",
        ];
        if let Some(trunk) = self.ask(&origin)? {
            return Ok(Some(trunk));
        }
        for trunk in ["main", "master"] {
            if branch.as_deref() != Some(trunk) && self.has(trunk)? {
                return Ok(Some(trunk.to_owned()));
            }
        }
        Ok(upstream)
    }

    /// Whether `reference` names a commit.
    pub fn has(&self, reference: &str) -> Result<bool> {
        let commit = format!("{reference}^{{commit}}");
        let verify = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ];
        Ok(self.ask(&verify)?.is_some())
    }

    /// The folder at its top.
    pub fn root(&self) -> Result<Option<PathBuf>> {
        Ok(self
            .ask(&["rev-parse", "--show-toplevel"])?
            .map(PathBuf::from))
    }

    /// The last commit that this branch and `reference` have in common; none where the history that is
    /// here does not reach so far.
    pub fn fork(&self, reference: &str) -> Result<Option<String>> {
        self.ask(&["merge-base", "--end-of-options", reference, "HEAD"])
    }

    /// Whether a branch is checked out, rather than a commit.
    pub fn is_on_branch(&self) -> Result<bool> {
        let head = self.ask(&["symbolic-ref", "--quiet", "HEAD"])?;
        Ok(head.is_some())
    }

    /// The text of `file`, a path from the folder, in the commit `reference`.
    pub fn show(&self, reference: &str, file: &str) -> Result<Option<String>> {
        self.output(&["show", "--end-of-options", &format!("{reference}:./{file}")])
    }

    /// Whether a `git rebase` is under way: then "ours" is the other branch.
    pub fn is_rebasing(&self) -> Result<bool> {
        for state in ["rebase-merge", "rebase-apply"] {
            let path = self.ask(&["rev-parse", "--git-path", state])?;
            if path.is_some_and(|path| self.folder.join(path).is_dir()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What git answers, on one line; nothing if it says no.
    fn ask(&self, words: &[&str]) -> Result<Option<String>> {
        let answer = self.output(words)?;
        Ok(answer
            .map(|text| text.trim_end().to_owned())
            .filter(|text| !text.is_empty()))
    }

    fn output(&self, words: &[&str]) -> Result<Option<String>> {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.folder)
            .args(words)
            .output()
            .map_err(|error| Error::Git {
                problem: format!("the program git cannot be started: {error}"),
            })?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(output.status.success().then_some(text))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn git(folder: &Path, words: &[&str]) {
        let output = Command::new("git")
            .current_dir(folder)
            .args(["-c", "user.name=test", "-c", "user.email=test@example.org"])
            .args(words)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output();
        let output = output.unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
    }

    fn trunk(folder: &Path) -> Option<String> {
        Repository::of(folder).unwrap().trunk().unwrap()
    }

    #[test]
    fn the_branch_that_this_one_goes_into_is_found() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Repository::of(folder.path()).is_err());
        let (origin, clone) = (folder.path().join("origin"), folder.path().join("clone"));
        fs::create_dir_all(&origin).unwrap();
        git(&origin, &["init", "--quiet", "--initial-branch", "main"]);
        git(&origin, &["commit", "--allow-empty", "--message", "Begin"]);
        assert_eq!(trunk(&origin), None);
        git(&origin, &["checkout", "-b", "develop"]);
        assert_eq!(trunk(&origin).as_deref(), Some("main"));
        git(&origin, &["checkout", "main"]);

        git(folder.path(), &["clone", "--quiet", "origin", "clone"]);
        assert_eq!(trunk(&clone).as_deref(), Some("origin/main"));
        git(&clone, &["checkout", "-b", "topic"]);
        assert_eq!(trunk(&clone).as_deref(), Some("origin/main"));
        git(&clone, &["branch", "--set-upstream-to", "origin/develop"]);
        assert_eq!(trunk(&clone).as_deref(), Some("origin/develop"));
        git(&clone, &["push", "--set-upstream", "origin", "topic"]);
        assert_eq!(trunk(&clone).as_deref(), Some("origin/main"));
    }

    #[test]
    fn a_file_is_read_from_its_folder_in_any_commit() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("file"), "one\n").unwrap();
        git(
            folder.path(),
            &["init", "--quiet", "--initial-branch", "main"],
        );
        git(folder.path(), &["add", "--all"]);
        git(folder.path(), &["commit", "--message", "One"]);
        fs::write(inner.join("file"), "two\n").unwrap();
        let repository = Repository::of(&inner).unwrap();
        assert_eq!(
            repository.show("main", "file").unwrap().as_deref(),
            Some("one\n")
        );
        assert_eq!(repository.show("main", "other").unwrap(), None);
        assert!(repository.has("HEAD").unwrap() && !repository.has("--all").unwrap());
        assert!(!repository.is_rebasing().unwrap());
    }
}
