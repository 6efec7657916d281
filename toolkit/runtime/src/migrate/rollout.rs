//! Which pending migrations wait until no code of the release before runs any more. No I/O here.

use super::{MigrationStanding, Standing, State};

/// Tells which of the pending migrations wait for the end of the rollout: those that are for after it, with
/// no ordinary one behind them, for that one comes with a later release. Where nothing was ever begun, no
/// old code runs.
pub(super) fn hold_back(
    migrations: &mut [MigrationStanding],
    is_after_rollout: &dyn Fn(&str) -> bool,
) {
    if migrations
        .iter()
        .all(|migration| migration.state == State::Pending)
    {
        return;
    }
    // Those that the list does not have come behind it.
    let listed = migrations
        .iter_mut()
        .rev()
        .skip_while(|migration| migration.state == State::Missing);
    for migration in listed.take_while(|migration| is_after_rollout(&migration.name)) {
        if migration.state == State::Pending {
            migration.state = State::AfterRollout;
        }
    }
}

impl Standing {
    /// Where `yes`, no old code runs: what waited for the end of the rollout is due.
    #[must_use]
    pub fn rolled_out_if(mut self, yes: bool) -> Self {
        for migration in &mut self.migrations {
            if yes && migration.state == State::AfterRollout {
                migration.state = State::Pending;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of which some are applied; what the list does not have is missing from it.
    fn migrations(names: &[&str], applied: &[&str]) -> Vec<MigrationStanding> {
        let migration = |name: &str, state| MigrationStanding {
            name: name.to_owned(),
            state,
            applied_at: None,
            checksum: None,
            unfinished: None,
        };
        let listed = names.iter().map(|name| {
            let is_applied = applied.contains(name);
            let state = if is_applied {
                State::Applied
            } else {
                State::Pending
            };
            migration(name, state)
        });
        let missing = applied.iter().filter(|name| !names.contains(name));
        let missing = missing.map(|name| migration(name, State::Missing));
        listed.chain(missing).collect()
    }

    #[test]
    fn what_is_for_after_the_rollout_waits_until_an_ordinary_migration_stands_behind_it() {
        use State::{AfterRollout, Applied, Pending};
        let after = |name: &str| name.starts_with("after");
        let held = |names: &[&str], applied: &[&str]| -> Vec<State> {
            let mut migrations = migrations(names, applied);
            hold_back(&mut migrations, &after);
            migrations.iter().map(|migration| migration.state).collect()
        };
        let list = ["a", "after1", "b", "after2", "after3"];
        assert_eq!(held(&list, &[]), [Pending; 5], "nothing ran before");
        assert_eq!(
            held(&list, &["a"]),
            [Applied, Pending, Pending, AfterRollout, AfterRollout]
        );
        let applied = ["a", "after1", "b", "after2", "gone"];
        assert_eq!(
            held(&list, &applied)[3..],
            [Applied, AfterRollout, State::Missing]
        );
        let mut waiting = migrations(&list, &["a"]);
        hold_back(&mut waiting, &after);
        let waiting = Standing {
            schema_exists: true,
            table_exists: true,
            ledger_exists: true,
            holder: None,
            migrations: waiting,
            squashed: false,
        };
        assert_eq!(waiting.due(), ["after1", "b"]);
        assert_eq!(waiting.pending(), ["after1", "b", "after2", "after3"]);
        assert_eq!(waiting.rolled_out_if(true).due().len(), 4);
    }
}
