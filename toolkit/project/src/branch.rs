//! Which migrations are of this branch only, and their place behind all others. No I/O here.

use sea_orm::prelude::ChronoDateTimeUtc;
use toolkit_runtime::{Entry, Lockfile};

use super::name::retimed;

/// A migrator's list, told apart by who has which migration. Each part is in the list's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branches {
    /// What no one else has.
    pub local: Vec<String>,
    /// What the others have, too.
    pub shared: Vec<String>,
    /// The part of it that this branch did not know when its own migrations were written.
    pub brought: Vec<String>,
}

impl Branches {
    /// Tells the migrations in `listed` apart: `ours` is what this branch has locked, `theirs` what
    /// the others have.
    pub fn split(listed: &[String], ours: &Lockfile, theirs: &Lockfile) -> Self {
        let (shared, local): (Vec<String>, Vec<String>) = listed
            .iter()
            .cloned()
            .partition(|name| theirs.entry(name).is_some());
        let mut entries = ours.entries().iter();
        let first = entries.find(|entry| local.contains(&entry.name));
        let known = first.map(|entry| ours.ancestors(&entry.name));
        let is_new = |name: &&String| {
            known
                .as_ref()
                .is_some_and(|known| !known.contains(&name.as_str()))
        };
        let brought = shared.iter().filter(is_new).cloned().collect();
        Self {
            local,
            shared,
            brought,
        }
    }

    /// The names in the order that they should have.
    pub fn order(&self) -> Vec<String> {
        [self.shared.as_slice(), &self.local].concat()
    }

    /// New names for the local migrations, if one of them does not sort behind all that the others
    /// have, here or in `theirs`.
    pub fn renames(&self, theirs: &Lockfile, now: ChronoDateTimeUtc) -> Vec<(String, String)> {
        let names = theirs.entries().iter().map(|entry| &entry.name);
        let newest = names.max();
        let fits = self.local.is_sorted() && newest < self.local.first();
        // Behind the old names, too: none of them becomes another migration's new one.
        let mut last = newest.max(self.local.iter().max()).cloned();
        let mut renames = Vec::new();
        for name in self.local.iter().filter(|_| !fits) {
            let new = retimed(now, last.as_deref(), name);
            renames.push((name.clone(), new.clone()));
            last = Some(new);
        }
        renames
    }
}

/// The line of a migration that others have too. What this branch says of it counts if it accepts
/// what the others have; what either accepts stays accepted.
pub fn merged(name: &str, ours: &Lockfile, theirs: &Lockfile) -> Option<Entry> {
    let theirs = theirs.entry(name)?;
    let Some(ours) = ours.entry(name) else {
        return Some(theirs.clone());
    };
    let (mut entry, other) = if ours.matches(&theirs.checksum) {
        (ours.clone(), theirs)
    } else {
        (theirs.clone(), ours)
    };
    for accepted in &other.accepted {
        if !entry.matches(accepted) {
            entry.accepted.push(accepted.clone());
        }
    }
    Some(entry)
}

#[cfg(test)]
mod tests {
    use toolkit_runtime::checksum;

    use super::*;

    fn lockfile(names: &[&str]) -> Lockfile {
        let entry = |name: &&str| Entry::new(name, &checksum(name.as_bytes()));
        names.iter().map(entry).collect()
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    const SHARED: &str = "m20260101_000000_a";
    const LOCAL: &str = "m20260102_000000_add_phone";
    const BROUGHT: &str = "m20260103_000000_b";

    #[test]
    fn what_a_branch_did_not_know_was_brought() {
        let listed = owned(&[SHARED, LOCAL, BROUGHT]);
        let branches = Branches::split(
            &listed,
            &lockfile(&[SHARED, LOCAL]),
            &lockfile(&[SHARED, BROUGHT]),
        );
        assert_eq!(branches.local, [LOCAL]);
        assert_eq!(branches.brought, [BROUGHT]);
        assert_eq!(branches.order(), [SHARED, BROUGHT, LOCAL]);
    }

    #[test]
    fn local_migrations_get_names_behind_all_others() {
        let now = "2026-01-05T12:00:00Z".parse().unwrap();
        let (ours, theirs) = (lockfile(&[SHARED, LOCAL]), lockfile(&[SHARED, BROUGHT]));
        let listed = owned(&[SHARED, LOCAL, "m20260102_000001_c", BROUGHT]);
        let renames = Branches::split(&listed, &ours, &theirs).renames(&theirs, now);
        let new: Vec<&str> = renames.iter().map(|(_, new)| new.as_str()).collect();
        assert_eq!(new, ["m20260105_120000_add_phone", "m20260105_120001_c"]);

        let earlier = "2025-01-01T00:00:00Z".parse().unwrap();
        let renames = Branches::split(&listed, &ours, &theirs).renames(&theirs, earlier);
        assert_eq!(renames[0].1, "m20260103_000001_add_phone");
        let before_the_merge = Branches::split(&listed[..2], &ours, &theirs);
        assert_eq!(before_the_merge.order(), [SHARED, LOCAL]);
        assert_eq!(before_the_merge.renames(&theirs, now).len(), 1);

        let theirs = lockfile(&[SHARED]);
        assert_eq!(
            Branches::split(&listed[..2], &ours, &theirs).renames(&theirs, now),
            []
        );
    }

    #[test]
    fn an_edit_that_either_branch_accepts_stays_and_no_other_does() {
        let [old, new, other] = ["old", "new", "other"].map(|text| checksum(text.as_bytes()));
        let of = |entry: &Entry| -> Lockfile { [entry.clone()].into_iter().collect() };
        let plain = Entry::new("a", &old);
        let mut accepting = Entry::new("a", &new);
        accepting.accepted.push(old.clone());
        let (ours, theirs) = (of(&plain), of(&accepting));
        assert_eq!(merged("a", &ours, &theirs).as_ref(), Some(&accepting));
        assert_eq!(merged("a", &theirs, &ours).as_ref(), Some(&accepting));

        let edited = of(&Entry::new("a", &other));
        assert_eq!(merged("a", &edited, &ours), Some(plain));
        assert_eq!(merged("b", &ours, &theirs), None);
    }
}
