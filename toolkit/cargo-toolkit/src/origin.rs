//! Where the toolkit's packages come from.

use std::path::{Path, PathBuf};

use crate::{args::InitArgs, error::Error};

/// Where the packages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A copy of the repository.
    Path(PathBuf),
    /// A repository, and which state of it: `, tag = "…"`.
    Git(String, String),
    /// The registry, in this program's version.
    Registry,
}

impl Origin {
    /// What the command line says. A path is from the folder `here`.
    pub(crate) fn of(args: &InitArgs, here: &Path) -> Result<Self, Error> {
        if let Some(path) = &args.path {
            let missing = || Error::Refused {
                problem: format!("{} is no copy of the toolkit's repository", path.display()),
                hint: "nothing was written; name the folder that has toolkit/runtime in it"
                    .to_owned(),
            };
            let folder = here.join(path).canonicalize().map_err(|_| missing())?;
            if !folder.join("toolkit/runtime/Cargo.toml").is_file() {
                return Err(missing());
            }
            return Ok(Self::Path(if path.is_relative() {
                path.clone()
            } else {
                folder
            }));
        }
        let Some(url) = &args.git else {
            return Ok(Self::Registry);
        };
        let state = [("rev", &args.rev), ("tag", &args.tag)];
        let state = state.iter().find_map(|(key, value)| {
            let value = value.as_ref()?;
            Some(format!(", {key} = {value:?}"))
        });
        Ok(Self::Git(url.clone(), state.unwrap_or_default()))
    }

    /// The same from the folder `root` instead of `here`.
    pub(crate) fn seen_from(self, root: &Path, here: &Path) -> Self {
        match self {
            Self::Path(path) if path.is_relative() && root != here => {
                let path = here.join(path);
                Self::Path(path.canonicalize().unwrap_or(path))
            }
            Self::Path(_) | Self::Git(..) | Self::Registry => self,
        }
    }

    /// What a manifest says of the package in the folder `toolkit/NAME`.
    pub(crate) fn says(&self, name: &str) -> String {
        let place = match self {
            Self::Path(folder) => {
                let folder = folder.join("toolkit").join(name);
                let folder = folder.to_string_lossy().replace('\\', "/");
                format!("path = {folder:?}")
            }
            Self::Git(url, state) => format!("git = {url:?}{state}"),
            Self::Registry => format!("version = {:?}", env!("CARGO_PKG_VERSION")),
        };
        format!("{{ {place}, default-features = false }}")
    }
}
