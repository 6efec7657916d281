//! What differs between a lock file and the sources, and the lock file that settles it. No I/O here.

use std::{collections::BTreeSet, fmt};

use toolkit_runtime::{Break, Entry, Lockfile};

use super::{Words, lock::Sources};

/// One difference between a lock file and the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The source is not what it was.
    Edited {
        /// The migration.
        name: String,
    },
    /// The migration has no line, and nothing that has one stands behind it.
    Unlisted {
        /// The migration.
        name: String,
    },
    /// The migration has no line, but the one behind it has.
    Inserted {
        /// The migration.
        name: String,
        /// The one behind it.
        before: String,
    },
    /// There is a line without a migration.
    Vanished {
        /// The migration.
        name: String,
    },
    /// There is a line and a source, but the list does not have the migration.
    Unregistered {
        /// The migration.
        name: String,
    },
    /// The migration's source is not where it should be.
    SourceNotFound {
        /// The migration.
        name: String,
    },
    /// The list has the migrations in another order.
    Reordered {
        /// The migration.
        name: String,
        /// The one that it stands behind.
        behind: String,
    },
    /// The line follows another one than the one before it.
    Merged {
        /// The migration.
        name: String,
    },
    /// The line follows none.
    Broken {
        /// The migration.
        name: String,
    },
}

impl Finding {
    /// What to do about it.
    pub fn remedy(&self, service: &str) -> String {
        match self {
            Self::Edited { name } => format!(
                "restore it from version control; if the change is meant: `toolkit lock --accept {name}`, or \
                 `--replace {name}` if no database has applied it"
            ),
            Self::Unlisted { .. } => format!("`toolkit lock --service {service}`"),
            Self::Inserted { .. } => format!(
                "`toolkit rebase --service {service}` if it is of this branch; `toolkit lock --service \
                 {service}` if it belongs there"
            ),
            Self::Vanished { name } => format!(
                "restore its file from version control; if no database has applied it: `toolkit lock \
                 --forget {name}`"
            ),
            Self::Unregistered { .. } => {
                "add it to `mod …` and to the migrator's list in src/lib.rs; if it is there, build the \
                 toolkit again"
                    .to_owned()
            }
            Self::SourceNotFound { name } => {
                format!(
                    "its file must be called as its `MigrationName` says: move it to src/{name}.rs or \
                     src/{name}/mod.rs"
                )
            }
            Self::Reordered { .. } => {
                "restore the order of the migrator's list in src/lib.rs".to_owned()
            }
            Self::Merged { .. } => format!(
                "two branches were merged: `toolkit rebase --service {service}`, or `toolkit lock --service \
                 {service}` to keep the list as it is"
            ),
            Self::Broken { name } => format!(
                "restore migrations.lock from version control, then `toolkit lock --service {service}`; if the \
                 line is right: `toolkit lock --accept {name}`"
            ),
        }
    }

    /// Whether only a person can know what is meant.
    fn needs_a_word(&self, is_merged: bool) -> bool {
        match self {
            Self::Unlisted { .. } | Self::Inserted { .. } | Self::Merged { .. } => false,
            // Of lines that were merged side by side the list knows the order.
            Self::Reordered { .. } => !is_merged,
            Self::Edited { .. }
            | Self::Vanished { .. }
            | Self::Unregistered { .. }
            | Self::SourceNotFound { .. }
            | Self::Broken { .. } => true,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited { name } => write!(f, "{name}: its source was edited"),
            Self::Unlisted { name } => write!(f, "{name}: it has no line"),
            Self::Inserted { name, before } => {
                write!(f, "{name}: it has no line, and stands before {before}")
            }
            Self::Vanished { name } => write!(f, "{name}: it has a line, but is gone"),
            Self::Unregistered { name } => {
                write!(f, "{name}: the migrator's list does not have it")
            }
            Self::SourceNotFound { name } => write!(f, "{name}: its source was not found"),
            Self::Reordered { name, behind } => {
                write!(
                    f,
                    "{name}: it stands behind {behind} in the list, before it in the lock file"
                )
            }
            Self::Merged { name } => {
                write!(f, "{name}: its line does not follow the one before it")
            }
            Self::Broken { name } => write!(
                f,
                "{name}: its line was edited by hand, or one before it is gone"
            ),
        }
    }
}

/// Compares a lock file with the sources.
pub fn findings(lockfile: &Lockfile, sources: &Sources) -> Vec<Finding> {
    let mut findings: Vec<Finding> = lockfile
        .broken()
        .into_iter()
        .map(|(entry, kind)| {
            let name = entry.name.clone();
            match kind {
                Break::Merged => Finding::Merged { name },
                Break::Edited => Finding::Broken { name },
            }
        })
        .collect();
    findings.extend(gone(lockfile, sources));
    findings.extend(reordered(lockfile, sources));
    for (position, (name, checksum)) in sources.listed.iter().enumerate() {
        let name = name.clone();
        let Some(checksum) = checksum else {
            findings.push(Finding::SourceNotFound { name });
            continue;
        };
        match lockfile.entry(&name) {
            Some(entry) if entry.checksum == *checksum => {}
            Some(_) => findings.push(Finding::Edited { name }),
            None => findings.push(unlisted(lockfile, &sources.listed[position..], name)),
        }
    }
    findings
}

fn gone(lockfile: &Lockfile, sources: &Sources) -> Vec<Finding> {
    let listed: BTreeSet<&str> = names(sources).collect();
    let entries = lockfile.entries().iter();
    let locked = entries
        .filter(|entry| !listed.contains(entry.name.as_str()))
        .map(|entry| {
            let name = entry.name.clone();
            if sources.unregistered.contains(&name) {
                Finding::Unregistered { name }
            } else {
                Finding::Vanished { name }
            }
        });
    let others = sources.unregistered.iter();
    let others = others.filter(|name| lockfile.entry(name).is_none());
    let others = others.map(|name| Finding::Unregistered { name: name.clone() });
    locked.chain(others).collect()
}

/// The first migration that the list has behind one that the lock file has behind it.
fn reordered(lockfile: &Lockfile, sources: &Sources) -> Option<Finding> {
    let place = |name: &str| {
        let mut entries = lockfile.entries().iter();
        entries.position(|entry| entry.name == name)
    };
    let locked: Vec<(usize, &str)> = names(sources)
        .filter_map(|name| Some((place(name)?, name)))
        .collect();
    let pair = locked.windows(2).find(|pair| pair[0].0 > pair[1].0)?;
    Some(Finding::Reordered {
        name: pair[1].1.to_owned(),
        behind: pair[0].1.to_owned(),
    })
}

fn unlisted(lockfile: &Lockfile, behind: &[(String, Option<String>)], name: String) -> Finding {
    let has_line = |(name, _): &&(String, Option<String>)| lockfile.entry(name).is_some();
    match behind.iter().find(has_line) {
        Some((before, _)) => Finding::Inserted {
            name,
            before: before.clone(),
        },
        None => Finding::Unlisted { name },
    }
}

fn names(sources: &Sources) -> impl Iterator<Item = &str> {
    sources.listed.iter().map(|(name, _)| name.as_str())
}

/// The lock file with a line for each migration of the list, in its order.
///
/// # Errors
/// The differences that only a person can settle, and that `words` do not.
pub fn settle(
    lockfile: &Lockfile,
    sources: &Sources,
    words: &Words,
) -> Result<Lockfile, Vec<Finding>> {
    let mut findings = findings(lockfile, sources);
    let is_merged = findings
        .iter()
        .any(|finding| matches!(finding, Finding::Merged { .. }));
    findings.retain(|finding| finding.needs_a_word(is_merged) && !words.settle(finding));
    if !findings.is_empty() {
        return Err(findings);
    }
    let entry = |(name, checksum): &(String, Option<String>)| {
        let checksum = checksum.as_deref()?;
        let Some(known) = lockfile.entry(name) else {
            return Some(words.accepted(Entry::new(name, checksum)));
        };
        Some(words.accepted(words.edited(known, checksum)))
    };
    Ok(sources.listed.iter().filter_map(entry).collect())
}

#[cfg(test)]
mod tests {
    use toolkit_runtime::checksum;

    use super::*;
    use crate::Accepted;

    fn sum(text: &str) -> String {
        checksum(text.as_bytes())
    }

    fn lockfile(names: &[&str]) -> Lockfile {
        let entry = |name: &&str| Entry::new(name, &sum(name));
        names.iter().map(entry).collect()
    }

    /// Sources with the texts that `lockfile` locks.
    fn sources(names: &[&str]) -> Sources {
        let listed = |name: &&str| ((*name).to_owned(), Some(sum(name)));
        Sources {
            listed: names.iter().map(listed).collect(),
            unregistered: BTreeSet::new(),
        }
    }

    fn edit(sources: &mut Sources, name: &str, text: Option<&str>) {
        let found = sources.listed.iter_mut().find(|(other, _)| other == name);
        found.unwrap().1 = text.map(sum);
    }

    fn told(lockfile: &Lockfile, sources: &Sources) -> Vec<String> {
        let findings = findings(lockfile, sources).into_iter();
        findings.map(|finding| finding.to_string()).collect()
    }

    fn words(accept: &str, replace: &str, forget: &str) -> Words {
        Words {
            accept: vec![accepted(accept, None)],
            replace: vec![replace.to_owned()],
            forget: vec![forget.to_owned()],
        }
    }

    fn accepted(name: &str, checksum: Option<String>) -> Accepted {
        let name = name.to_owned();
        Accepted { name, checksum }
    }

    fn settled(lockfile: &Lockfile, sources: &Sources) -> Result<Vec<String>, Vec<Finding>> {
        let settled = settle(lockfile, sources, &Words::default())?;
        assert_eq!(told(&settled, sources), [""; 0]);
        Ok(settled
            .entries()
            .iter()
            .map(|entry| entry.name.clone())
            .collect())
    }

    #[test]
    fn every_difference_is_told() {
        let locked = lockfile(&["a", "b", "c"]);
        assert_eq!(told(&locked, &sources(&["a", "b", "c"])), [""; 0]);
        let of = |names: &[&str]| told(&locked, &sources(names));
        assert_eq!(of(&["a", "b", "c", "d"]), ["d: it has no line"]);
        assert_eq!(
            of(&["a", "x", "b", "c"]),
            ["x: it has no line, and stands before b"]
        );
        assert_eq!(of(&["a", "c"]), ["b: it has a line, but is gone"]);
        assert_eq!(
            of(&["a", "c", "b"]),
            ["b: it stands behind c in the list, before it in the lock file"]
        );
        let mut now = sources(&["a", "b"]);
        edit(&mut now, "a", Some("other"));
        edit(&mut now, "b", None);
        // One that was locked, and one that no module names.
        now.unregistered = ["c", "d"].map(str::to_owned).into();
        assert_eq!(
            told(&locked, &now),
            [
                "c: the migrator's list does not have it",
                "d: the migrator's list does not have it",
                "a: its source was edited",
                "b: its source was not found"
            ]
        );
    }

    #[test]
    fn new_and_merged_migrations_get_their_lines() {
        let locked = lockfile(&["a", "b"]);
        assert_eq!(
            settled(&locked, &sources(&["a", "x", "b", "c"])).unwrap(),
            ["a", "x", "b", "c"]
        );
        assert_eq!(settled(&lockfile(&[]), &sources(&["a"])).unwrap(), ["a"]);

        let (ours, theirs) = (locked.to_string(), lockfile(&["a", "t"]).to_string());
        let merged = format!("{ours}{}\n", theirs.lines().last().unwrap());
        let merged = Lockfile::parse(&merged).unwrap();
        assert_eq!(
            told(&merged, &sources(&["a", "b", "t"])),
            ["t: its line does not follow the one before it"]
        );
        assert_eq!(
            settled(&merged, &sources(&["a", "t", "b"])).unwrap(),
            ["a", "t", "b"]
        );
    }

    #[test]
    fn what_was_edited_vanished_or_moved_needs_a_word() {
        let locked = lockfile(&["a", "b"]);
        assert_eq!(
            settled(&locked, &sources(&["b", "a"])).unwrap_err().len(),
            1
        );
        let mut now = sources(&["a"]);
        edit(&mut now, "a", Some("new"));
        assert_eq!(settled(&locked, &now).unwrap_err().len(), 2);

        let settled = settle(&locked, &now, &words("a", "", "b")).unwrap();
        assert_eq!(told(&settled, &now), [""; 0]);
        let entry = settled.entry("a").unwrap();
        assert_eq!(entry.accepted, [sum("a")]);
        assert!(entry.matches(&sum("a")) && entry.matches(&sum("new")));

        let back = settle(&settled, &sources(&["a"]), &words("a", "", "")).unwrap();
        assert_eq!(back.entry("a").unwrap().accepted, [sum("new")]);
        let replaced = settle(&settled, &sources(&["a"]), &words("", "a", "")).unwrap();
        assert_eq!(replaced, lockfile(&["a"]));
    }

    #[test]
    fn an_earlier_text_that_the_line_has_lost_is_accepted_by_its_checksum() {
        let (locked, now) = (lockfile(&["a", "b"]), sources(&["a", "b"]));
        let word = |text| Words {
            accept: vec![accepted("a", Some(sum(text)))],
            ..Words::default()
        };
        let settled = settle(&locked, &now, &word("earlier")).unwrap();
        assert_eq!(settled.entry("a").unwrap().accepted, [sum("earlier")]);
        assert_eq!(settled.entry("b"), locked.entry("b"));
        assert_eq!(told(&settled, &now), [""; 0]);
        // Once is enough, and the present text needs no word.
        assert_eq!(settle(&settled, &now, &word("earlier")).unwrap(), settled);
        assert_eq!(settle(&locked, &now, &word("a")).unwrap(), locked);

        let text: Result<Accepted, String> = format!("a={}", sum("earlier")).parse();
        assert_eq!(text.unwrap(), accepted("a", Some(sum("earlier"))));
        assert_eq!("a".parse(), Ok(accepted("a", None)));
        assert!("a=5f3c".parse::<Accepted>().is_err());
    }

    #[test]
    fn a_line_that_was_edited_by_hand_is_not_signed_again_by_itself() {
        let text = lockfile(&["a", "b"])
            .to_string()
            .replace(&sum("a"), &sum("edited"));
        let tampered = Lockfile::parse(&text).unwrap();
        let mut now = sources(&["a", "b"]);
        edit(&mut now, "a", Some("edited"));
        let broken = Finding::Broken {
            name: "a".to_owned(),
        };
        assert_eq!(settled(&tampered, &now).unwrap_err(), [broken]);
        assert!(settle(&tampered, &now, &words("a", "", "")).is_ok());
    }
}
