//! What git knows about a migration crate; asked of the `git` program, and only read.

use std::{path::Path, process::Command};

use crate::{Error, Result};

/// The repository that a folder is in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Repository<'a> {
    folder: &'a Path,
}

impl<'a> Repository<'a> {
    /// The repository that `folder` is in.
    ///
    /// # Errors
    /// [`Error::Git`] when there is no git, or no repository.
    pub(crate) fn of(folder: &'a Path) -> Result<Self> {
        let repository = Self { folder };
        match repository.ask(&["rev-parse", "--git-dir"])? {
            Some(_) => Ok(repository),
            None => Err(Error::Git {
                problem: format!("{} is in no repository", folder.display()),
            }),
        }
    }

    /// The branch that this one goes into: its upstream, unless that is only its own copy
    /// elsewhere; else the branch that `origin` starts from; else `main` or `master`.
    pub(crate) fn trunk(&self) -> Result<Option<String>> {
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
    pub(crate) fn has(&self, reference: &str) -> Result<bool> {
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

    /// The text of `file`, a path from the folder, in the commit `reference`.
    pub(crate) fn show(&self, reference: &str, file: &str) -> Result<Option<String>> {
        self.output(&["show", "--end-of-options", &format!("{reference}:./{file}")])
    }

    /// Whether a `git rebase` is under way: then "ours" is the other branch.
    pub(crate) fn is_rebasing(&self) -> Result<bool> {
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
