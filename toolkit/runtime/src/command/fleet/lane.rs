//! The tenants of one server that are still to be visited. No I/O here.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{DatabaseUrl, Error, Tenant};

/// How many tenants are looked at by one query. Each takes locks on its two tables and their indexes, and the
/// server has room for about 64 locks for each connection that it takes.
///
/// <https://www.postgresql.org/docs/current/runtime-config-locks.html#GUC-MAX-LOCKS-PER-TRANSACTION>
const BATCH: usize = 250;

/// A tenant that is still to be visited.
pub(super) struct Pending {
    pub(super) tenant: Tenant,
    /// How often the connection was lost over it.
    pub(super) lost: u8,
}

/// The tenants of one server.
pub(super) struct Lane {
    queue: Mutex<VecDeque<Pending>>,
    jobs: usize,
    /// Why a worker ended before the tenants did.
    trouble: Mutex<Option<Error>>,
}

impl Lane {
    /// A lane for each server that `tenants` are on, with at most so many `jobs`. Those without a URL of their
    /// own have one, too.
    pub(super) fn all(tenants: Vec<Tenant>, jobs: usize) -> Vec<Self> {
        let mut places: BTreeMap<Option<String>, usize> = BTreeMap::new();
        let mut queues: Vec<VecDeque<Pending>> = Vec::new();
        for tenant in tenants {
            let server = tenant.url().map(DatabaseUrl::server);
            let place = *places.entry(server).or_insert(queues.len());
            if place == queues.len() {
                queues.push(VecDeque::new());
            }
            queues[place].push_back(Pending { tenant, lost: 0 });
        }
        queues
            .into_iter()
            .map(|queue| Self {
                jobs: jobs.min(queue.len()),
                queue: Mutex::new(queue),
                trouble: Mutex::default(),
            })
            .collect()
    }

    /// How many workers it is for.
    pub(super) fn jobs(&self) -> usize {
        self.jobs
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Pending>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next tenants for one worker, all in one database; with `database`, in that one.
    pub(super) fn take(&self, database: Option<&Tenant>) -> VecDeque<Pending> {
        let mut queue = self.queue();
        // Near the end the workers share what is left.
        let share = queue.len().div_ceil(2 * self.jobs.max(1));
        let first = database.or(queue.front().map(|pending| &pending.tenant));
        let Some(url) = first.map(|tenant| tenant.url().cloned()) else {
            return VecDeque::new();
        };
        let alike = queue.iter().take(share.min(BATCH));
        let alike = alike.take_while(|pending| pending.tenant.url() == url.as_ref());
        let count = alike.count();
        queue.drain(..count).collect()
    }

    /// Takes back what a worker did not come to.
    pub(super) fn give_back(&self, rest: VecDeque<Pending>) {
        let mut queue = self.queue();
        for pending in rest.into_iter().rev() {
            queue.push_front(pending);
        }
    }

    /// A worker ends because of `error`; the first one's is told.
    pub(super) fn trouble(&self, error: Error) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.get_or_insert(error);
    }

    /// The tenants that nobody came to, and why.
    pub(super) fn left(self) -> (Vec<Tenant>, Option<Error>) {
        let queue = self.queue.into_inner();
        let queue = queue.unwrap_or_else(PoisonError::into_inner);
        let left = queue.into_iter().map(|pending| pending.tenant).collect();
        let trouble = self.trouble.into_inner();
        (left, trouble.unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pending: &VecDeque<Pending>) -> Vec<String> {
        let names = pending
            .iter()
            .map(|pending| pending.tenant.name().to_owned());
        names.collect()
    }

    #[test]
    fn workers_share_what_is_left_and_stay_in_a_database() {
        let url = |name: &str| Tenant::database(format!("postgres://h/{name}").parse().unwrap());
        let mut lanes = Lane::all(vec![url("a"), url("b")], 4);
        let lane = lanes.remove(0);
        assert!(lanes.is_empty(), "one server");
        assert_eq!(names(&lane.take(None)), ["h/a"]);
        assert!(lane.take(Some(&url("a"))).is_empty());
        assert_eq!(names(&lane.take(None)), ["h/b"]);

        let schemas = (0..20).map(|number| Tenant::schema(format!("t{number:02}")));
        let lane = Lane::all(schemas.collect(), 2).remove(0);
        let first = lane.take(None);
        assert_eq!(names(&first), ["t00", "t01", "t02", "t03", "t04"]);
        lane.give_back(first);
        assert_eq!(lane.left().0.len(), 20);
    }
}
