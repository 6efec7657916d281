//! What a service says of single migrations.

use std::time::Duration;

use super::{Limits, Service};
use crate::Settings;

/// What a rule of `toolkit lint` finds in a migration and somebody has answered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accept {
    /// The migration's name.
    pub migration: &'static str,
    /// The rule.
    pub rule: &'static str,
    /// Why it may be so.
    pub reason: &'static str,
}

impl Service {
    /// Gives `migration` limits of its own:
    /// `.limits("m20260901_000001_create_plans", Limits::default().lock_timeout(…))`. A name that no
    /// migration has is an error when the migrations are run.
    #[must_use]
    pub fn limits(mut self, migration: &'static str, limits: Limits) -> Self {
        self.limits.insert(migration, limits);
        self
    }

    /// Says that `migration` ends the transaction that it runs in, as `COMMIT; BEGIN;` and a `COMMIT`
    /// before `VACUUM` do, or begins one of its own. It is recorded as started before it runs, what is
    /// open at its end is committed with its record, and what is cut off in between is unfinished. A
    /// name that no migration has is an error when the migrations are run.
    #[must_use]
    pub fn ends_transaction(mut self, migration: &'static str) -> Self {
        self.ends_transaction.insert(migration);
        self
    }

    /// Says that `migration` is for after the rollout: code of the release before, which may still run
    /// beside the new one, does not work with it, as when it drops a column. To be called for each such
    /// migration. On a server, `up` stops before one until it is told that the old code is gone
    /// (`--after-rollout`), or until an ordinary migration stands behind it, which a later release
    /// brings. Where nothing was applied before, there is no old code. A name that no migration has is an
    /// error when the migrations are run.
    #[must_use]
    pub fn after_rollout(mut self, migration: &'static str) -> Self {
        self.after_rollout.insert(migration);
        self
    }

    /// Says that what `rule` of `toolkit lint` finds in `migration` may be so, and why:
    /// `.accept("m20260901_000001_drop_notes", "loses-data", "copied to archive in March")`. What matches
    /// nothing is told by `toolkit lint`; running migrations does not look at it.
    #[must_use]
    pub fn accept(
        mut self,
        migration: &'static str,
        rule: &'static str,
        reason: &'static str,
    ) -> Self {
        self.accepts.push(Accept {
            migration,
            rule,
            reason,
        });
        self
    }

    /// What was accepted of what `toolkit lint` finds.
    pub fn accepts(&self) -> &[Accept] {
        &self.accepts
    }

    /// Says that `migration` has no way back, as when it drops what nobody has any more. To be called for each
    /// such migration. What would roll it back is refused before anything is rolled back, and
    /// `toolkit verify` tries its `up` alone. A name that no migration has is an error when the migrations
    /// are run.
    #[must_use]
    pub fn irreversible(mut self, migration: &'static str) -> Self {
        self.irreversible.insert(migration);
        self
    }

    /// Says that `migration`, which runs outside a transaction, does no harm when it is begun again after it was
    /// cut off, either way: what it did is not done again, as when it fills rows that have no value yet. `up` and
    /// `down` then go on by themselves, and it is never unfinished. A name that no migration has is an error
    /// when the migrations are run.
    #[must_use]
    pub fn resumable(mut self, migration: &'static str) -> Self {
        self.resumable.insert(migration);
        self
    }

    /// Whether `migration` may be begun again after it was cut off.
    pub fn is_resumable(&self, migration: &str) -> bool {
        self.resumable.contains(migration)
    }

    /// Whether `migration` has no way back.
    pub fn is_irreversible(&self, migration: &str) -> bool {
        self.irreversible.contains(migration)
    }

    /// Whether `migration` is for after the rollout.
    pub fn is_after_rollout(&self, migration: &str) -> bool {
        self.after_rollout.contains(migration)
    }

    /// Whether `migration` ends its transaction itself.
    pub fn is_ending_transaction(&self, migration: &str) -> bool {
        self.ends_transaction.contains(migration)
    }

    /// How long a statement of `migration` waits for a lock: its own limit, else what `settings` say;
    /// outside a transaction, without a limit of its own, for ever, which is zero.
    pub fn lock_timeout(
        &self,
        settings: &Settings,
        migration: &str,
        in_transaction: bool,
    ) -> Duration {
        let own = self.limits_of(migration).lock_timeout;
        own.unwrap_or(if in_transaction {
            settings.lock_timeout
        } else {
            Duration::ZERO
        })
    }

    /// The limits of its own that `migration` has.
    pub(crate) fn limits_of(&self, migration: &str) -> Limits {
        self.limits.get(migration).copied().unwrap_or_default()
    }

    /// A migration of which something is said, but that is not in the list, nor was before it was
    /// replaced: what is said of such a one means nothing any more.
    pub(crate) fn stranger(&self) -> Option<&'static str> {
        let migrations = self.migrations();
        let listed = |name: &str| migrations.iter().any(|migration| migration.name() == name);
        let named = self.limits.keys().chain(&self.ends_transaction);
        let named = named.chain(&self.after_rollout);
        let named = named.chain(&self.irreversible);
        let mut named = named.chain(&self.resumable);
        let replaced = |name: &str| {
            let mut squashes = self.squashes.iter();
            squashes.any(|squash| squash.replaces.contains(&name))
        };
        named.find(|name| !listed(name) && !replaced(name)).copied()
    }
}
