//! What a person says about the lines of a lock file. No I/O here.

use std::str::FromStr;

use toolkit_runtime::{Entry, is_checksum};

use super::finding::Finding;

/// What a person said about migrations whose lines do not fit.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Edited on purpose; databases have applied the earlier text.
    pub accept: Vec<Accepted>,
    /// Edited before any database applied it.
    pub replace: Vec<String>,
    /// Deleted before any database applied it.
    pub forget: Vec<String>,
}

/// A migration whose earlier text stays accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The migration's name.
    pub name: String,
    /// The earlier text's checksum, where the line does not have it.
    pub checksum: Option<String>,
}

impl FromStr for Accepted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((name, digits)) = text.split_once('=') else {
            return Ok(Self {
                name: text.to_owned(),
                checksum: None,
            });
        };
        if !is_checksum(digits) {
            return Err(
                "NAME=CHECKSUM has a SHA-256 in 64 lower-case hexadecimal digits".to_owned(),
            );
        }
        Ok(Self {
            name: name.to_owned(),
            checksum: Some(digits.to_owned()),
        })
    }
}

impl Words {
    /// Whether a person has said what to do about `finding`.
    pub(super) fn settle(&self, finding: &Finding) -> bool {
        match finding {
            Finding::Edited { name } => self.accepts(name) || self.replace.contains(name),
            Finding::Broken { name } => self.accepts(name),
            Finding::Vanished { name } => self.forget.contains(name),
            Finding::Unlisted { .. }
            | Finding::Inserted { .. }
            | Finding::Unregistered { .. }
            | Finding::SourceNotFound { .. }
            | Finding::Reordered { .. }
            | Finding::Merged { .. } => false,
        }
    }

    fn accepts(&self, name: &str) -> bool {
        self.accept.iter().any(|accepted| accepted.name == name)
    }

    /// The entry with the earlier texts that are named by their checksums.
    pub(super) fn accepted(&self, mut entry: Entry) -> Entry {
        let named = self.accept.iter().filter(|word| word.name == entry.name);
        for checksum in named.filter_map(|word| word.checksum.clone()) {
            if !entry.matches(&checksum) {
                entry.accepted.push(checksum);
            }
        }
        entry
    }

    /// The entry `known` of a migration whose source has `checksum` now.
    pub(super) fn edited(&self, known: &Entry, checksum: &str) -> Entry {
        let mut entry = known.clone();
        if known.checksum == checksum {
            return entry;
        }
        if self.replace.contains(&known.name) {
            return Entry::new(&known.name, checksum);
        }
        entry.accepted.retain(|accepted| accepted != checksum);
        entry.accepted.push(known.checksum.clone());
        checksum.clone_into(&mut entry.checksum);
        entry
    }
}
