//! The rules, each with its name, which never changes, and its words. No I/O here.
//!
//! `docs/lint.md` has a section for each, which a test compares with this table.

use serde::{Serialize, Serializer};

/// What may be found in a migration. The names of hazards are the same where the thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    LosesData,
    FailsOnRows,
    BreaksRunningCode,
    NeedsNewConnections,
    RewritesTable,
    BuildsIndex,
    ScansTable,
    DropsIndex,
    HoldsLock,
    LocksSeveralTables,
    ChangesAllRows,
    NoLockTimeout,
    Irreversible,
    ReachesBeyondSchema,
}

/// How much it weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// Something is lost or fails.
    Error,
    /// Somebody waits, or may have to.
    Warning,
}

/// The words of a rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) id: &'static str,
    pub(super) level: Level,
    /// What is found, in a few words.
    pub(super) title: &'static str,
    /// Why it matters.
    pub(super) why: &'static str,
    /// What to write instead.
    pub(super) instead: &'static str,
}

impl Rule {
    pub(super) const ALL: [Self; 14] = [
        Self::LosesData,
        Self::FailsOnRows,
        Self::BreaksRunningCode,
        Self::NeedsNewConnections,
        Self::RewritesTable,
        Self::BuildsIndex,
        Self::ScansTable,
        Self::DropsIndex,
        Self::HoldsLock,
        Self::LocksSeveralTables,
        Self::ChangesAllRows,
        Self::NoLockTimeout,
        Self::Irreversible,
        Self::ReachesBeyondSchema,
    ];

    /// The rule called `id`.
    pub(super) fn called(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.words().id == id)
    }

    #[allow(clippy::too_many_lines, reason = "a table: one arm a rule")]
    pub(super) fn words(self) -> Words {
        match self {
            Self::LosesData => Words {
                id: "loses-data",
                level: Level::Error,
                title: "Data is lost",
                why: "The way back makes the table or the column again, but not what was in it.",
                instead: "Copy what is needed first, drop it in a migration of its own after the rollout \
                          (`.after_rollout`), and say in `.accept` why nobody needs it.",
            },
            Self::FailsOnRows => Words {
                id: "fails-on-rows",
                level: Level::Error,
                title: "The statement fails where the table has rows",
                why: "It works on the empty table that it was tried on, and fails on every database that is in use.",
                instead: "Add the column with a default, or so that it takes null; fill it in a migration outside a \
                          transaction, then require it.",
            },
            Self::BreaksRunningCode => Words {
                id: "breaks-running-code",
                level: Level::Error,
                title: "Code that still runs fails",
                why: "Until the rollout has ended, processes of the release before read and write whole rows as they knew \
                      them.",
                instead: "Let `toolkit generate --online` write the change in phases, and leave what takes something away \
                          for after the rollout (`.after_rollout`).",
            },
            Self::NeedsNewConnections => Words {
                id: "needs-new-connections",
                level: Level::Error,
                title: "Code that still runs fails until its connections are new",
                why: "The driver keeps statements prepared, and PostgreSQL refuses them once a column of their result has \
                      another type: `cached plan must not change result type`.",
                instead: "Add a column of the new type under a new name and let the code change over to it, or restart all \
                          processes of the service with the migration.",
            },
            Self::RewritesTable => Words {
                id: "rewrites-table",
                level: Level::Warning,
                title: "A table is written anew while nobody can use it",
                why: "All rows are copied and all indexes built again under ACCESS EXCLUSIVE: reads wait, too.",
                instead: "Add a column of the wanted type or without the volatile default, fill it in batches outside a \
                          transaction, and change over; `VACUUM FULL` and `CLUSTER` have no form that spares others.",
            },
            Self::BuildsIndex => Words {
                id: "builds-index",
                level: Level::Warning,
                title: "An index is built while others cannot write",
                why: "A plain CREATE INDEX stops writes, a new key or exclusion constraint stops reads, too, until the index \
                      is built.",
                instead: "CREATE INDEX CONCURRENTLY in a migration outside a transaction, then ADD CONSTRAINT … USING INDEX \
                          for a key; `toolkit generate --online` writes both. An exclusion constraint has no such form.",
            },
            Self::ScansTable => Words {
                id: "scans-table",
                level: Level::Warning,
                title: "A table is read as a whole while others cannot use it",
                why: "A new constraint looks at every row under a lock that stops writes, or everything.",
                instead: "ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a later migration, which stops nobody; NOT \
                          NULL by way of such a check. `toolkit generate --online` writes all of it.",
            },
            Self::DropsIndex => Words {
                id: "drops-index",
                level: Level::Warning,
                title: "An index is dropped under a lock that stops everything",
                why: "DROP INDEX waits for all who use the table, and everybody else waits behind it.",
                instead: "DROP INDEX CONCURRENTLY in a migration outside a transaction.",
            },
            Self::HoldsLock => Words {
                id: "holds-lock",
                level: Level::Warning,
                title: "A lock is held while rows are read or written",
                why: "Locks stay to the end of the transaction: a change that takes a millisecond stops others for as long as \
                      what stands behind it takes.",
                instead: "Put what reads or writes rows into a migration of its own, and the statement that locks into \
                          another.",
            },
            Self::LocksSeveralTables => Words {
                id: "locks-several-tables",
                level: Level::Warning,
                title: "One transaction locks several tables, one after the other",
                why: "Who has the first lock waits for the next one with it, and code that uses the tables in another order \
                      can end in a deadlock.",
                instead: "Change one table in each migration.",
            },
            Self::ChangesAllRows => Words {
                id: "changes-all-rows",
                level: Level::Warning,
                title: "All rows of a table are changed in one transaction",
                why: "Each row stays locked to the end, the table doubles in size, and replicas lag.",
                instead: "Change rows in batches by ranges of the key, in a migration outside a transaction.",
            },
            Self::NoLockTimeout => Words {
                id: "no-lock-timeout",
                level: Level::Warning,
                title: "A statement that stops others waits for its lock without a limit",
                why: "Outside a transaction no lock_timeout is set, because it would leave invalid indexes behind; everybody \
                      else waits behind a statement that waits.",
                instead: "Put the statement into a migration with a transaction, whose lock_timeout the runner sets, or give \
                          the migration one: `.limits(…, Limits::default().lock_timeout(…))`.",
            },
            Self::Irreversible => Words {
                id: "irreversible",
                level: Level::Warning,
                title: "There is no way back",
                why: "When the release fails, `down` is what brings the schema back; here it fails, or comes to something \
                      else.",
                instead: "Write a `down` that undoes `up`: `toolkit verify` tries it.",
            },
            Self::ReachesBeyondSchema => Words {
                id: "reaches-beyond-schema",
                level: Level::Warning,
                title: "The migration reaches beyond the service's schema",
                why: "Another service owns what it locks or changes, and runs its own migrations at the same time; roles and \
                      settings belong to all databases of the server.",
                instead: "Let the service that owns the object change it, and whoever runs the server change roles and \
                          settings.",
            },
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.words().id)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn the_page_has_a_section_for_each_rule_with_its_words() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lint.md");
        let page = fs::read_to_string(page).unwrap();
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let sections: Vec<&str> = page.split("\n### ").skip(1).collect();
        let ids: Vec<&str> = sections.iter().filter_map(|it| it.lines().next()).collect();
        let expected: Vec<String> = Rule::ALL
            .iter()
            .map(|rule| format!("`{}`", rule.words().id))
            .collect();
        assert_eq!(ids, expected);
        for (rule, section) in Rule::ALL.into_iter().zip(sections) {
            let section = flat(section);
            let Words {
                id: _,
                level: _,
                title,
                why,
                instead,
            } = rule.words();
            for words in [title, why, instead] {
                assert!(section.contains(&flat(words)), "{rule:?} lacks: {words}");
            }
        }
    }

    #[test]
    fn each_rule_is_called_by_a_name_of_its_own() {
        let ids: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.words().id).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert_eq!(Rule::called(rule.words().id), Some(rule));
        }
        assert_eq!(Rule::called("style"), None);
    }
}
