//! The program whose tests run, and what tells one template from another.
//!
//! A migration is code: a helper that it calls, an entity or a library can change what it does, and no lock file
//! tells. So the program itself is part of a template's key: what was built anew migrates anew.

use std::{fmt::Write, time::UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use toolkit_runtime::{Service, checksum};

use crate::{TestError, admin::Facts, name::Key};

/// A built program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Program {
    host: String,
    path: String,
    /// What differs when it was built anew.
    length: u64,
    modified: u64,
    /// The checksum of all of it, where the time does not tell: some build systems set it to a fixed one.
    content: Option<String>,
}

/// What is written down of a template, as its comment.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) program: Program,
    /// When it was used, in seconds of the server's clock.
    pub(crate) used: i64,
}

impl Program {
    /// The one that runs.
    pub(crate) fn this() -> Result<Self, TestError> {
        let failed = TestError::system("look at the test program");
        let path = std::env::current_exe().map_err(&failed)?;
        let metadata = path.metadata().map_err(&failed)?;
        let modified = metadata.modified().map_err(&failed)?;
        let modified = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
        let content = match modified.subsec_nanos() {
            0 => Some(checksum(&std::fs::read(&path).map_err(&failed)?)),
            _ => None,
        };
        Ok(Self {
            host: gethostname::gethostname().to_string_lossy().into_owned(),
            path: path.to_string_lossy().into_owned(),
            length: metadata.len(),
            modified: u64::try_from(modified.as_nanos()).unwrap_or_default(),
            content,
        })
    }

    /// Where it is, for what should not depend on how often it was built.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Whether `other` was built anew, or was on this machine and is no more.
    pub(crate) fn replaced(&self, other: &Self) -> bool {
        let is_rebuilt = self.path == other.path && self != other;
        self.host == other.host && (is_rebuilt || !std::path::Path::new(&other.path).exists())
    }

    /// The key of a template of `services` on a server.
    pub(crate) fn key(&self, facts: &Facts, services: &[Service]) -> Result<Key, TestError> {
        let Self {
            // Of one image there are many machines.
            host: _,
            path,
            length,
            modified,
            content,
        } = self;
        let mut text = format!(
            "{} {path:?} {length} {modified} {content:?}\n",
            env!("CARGO_PKG_VERSION")
        );
        let _ = writeln!(text, "{} {}", facts.version, facts.role);
        for service in services {
            let lockfile = service.lockfile()?;
            let (name, schema) = (service.name(), service.schema());
            let _ = writeln!(text, "{name:?} {schema:?} {:?}", service.migration_table());
            for migration in service.migrations() {
                let entry = lockfile.as_ref().and_then(|it| it.entry(migration.name()));
                let source = entry.map_or("", |entry| entry.checksum.as_str());
                let _ = writeln!(text, "{:?} {source}", migration.name());
            }
        }
        Ok(Key::of(&checksum(text.as_bytes())))
    }
}

impl Mark {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
