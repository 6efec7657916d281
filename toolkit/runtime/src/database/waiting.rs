//! Who holds a session up, asked from beside while it waits: afterwards the server does not know it
//! any more.

use std::{
    convert::Infallible,
    pin::pin,
    time::{Duration, Instant},
};

use super::{
    Connection, LockHolder,
    holder::{are_there, behind, give_up, holding_up, is_waiting},
};

/// The longest and the shortest pause between two looks at a session that works.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
/// The pause between two looks at those that are waited for: at first, and after a second.
const FIRST_LOOK: Duration = Duration::from_millis(20);
const LATER_LOOK: Duration = Duration::from_millis(50);

/// What a session that waits is watched for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    /// The server's process.
    pub(crate) pid: i32,
    /// How long it may wait; zero, which is without limit, is not watched.
    pub(crate) timeout: Duration,
    /// Who may wait behind it.
    pub(crate) line: Behind,
}

/// Who may wait behind a session that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behind {
    /// Anybody: the server's `lock_timeout` ends the wait.
    Anybody,
    /// So many sessions at most.
    AtMost(u32),
    /// Anybody, but none of them for longer than the timeout: the server has no `lock_timeout` here.
    Briefly,
}

/// What was seen of a session that worked.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Whom it was last seen to wait for.
    pub(crate) holders: Vec<LockHolder>,
    /// How many sessions waited behind it when its statement was cancelled for them.
    pub(crate) gave_way_to: Option<i64>,
}

impl Connection {
    /// Does `work` of a server's process. Returns what it gives, and what was seen: nothing if the
    /// server takes one connection only, or if the work is done before anybody looks.
    pub(crate) async fn watched<T>(
        &self,
        watch: &Watch,
        work: impl Future<Output = T>,
    ) -> (T, Seen) {
        let _working = self.session.work_of(watch.pid);
        let mut seen = Seen::default();
        let output = {
            let mut watching = pin!(self.watch(watch, &mut seen));
            tokio::select! {
                biased;
                output = work => output,
                never = &mut watching => match never {},
            }
        };
        (output, seen)
    }

    async fn watch(&self, watch: &Watch, seen: &mut Seen) -> Infallible {
        let Watch { pid, timeout, line } = *watch;
        // A wait that has no end is nobody's fault to be told.
        let Some(beside) = self.spare().filter(|_| !timeout.is_zero()) else {
            return std::future::pending().await;
        };
        let longest = match line {
            Behind::Anybody => LONGEST_PAUSE,
            Behind::AtMost(_) | Behind::Briefly => LATER_LOOK,
        };
        let pause = (timeout / 4).clamp(SHORTEST_PAUSE, longest);
        loop {
            tokio::time::sleep(pause).await;
            // If the server does not say, the error goes without it.
            if !is_waiting(&*beside, pid).await.unwrap_or_default() {
                continue;
            }
            match holding_up(&*beside, pid).await {
                Ok(holders) if !holders.is_empty() => seen.holders = holders,
                Ok(_) | Err(_) => continue,
            }
            if line == Behind::Anybody {
                continue;
            }
            let Ok(found) = behind(&*beside, pid).await else {
                continue;
            };
            let is_enough = match line {
                Behind::Anybody => false,
                Behind::AtMost(sessions) => found.sessions > i64::from(sessions),
                Behind::Briefly => found.longest + pause >= timeout,
            };
            if is_enough {
                // Noted first: the work may have ended by it before the answer is here.
                seen.gave_way_to = Some(found.sessions);
                if !give_up(&*beside, pid).await.unwrap_or_default() {
                    seen.gave_way_to = None;
                }
            }
        }
    }

    /// Waits until none of `holders` has any more what it was seen to have, for at most `limit`. Returns
    /// whether that is so; at once where the server does not say.
    pub(crate) async fn until_gone(&self, holders: &[LockHolder], limit: Duration) -> bool {
        let Some(beside) = self.spare() else {
            return true;
        };
        let started = Instant::now();
        loop {
            if !are_there(&*beside, holders).await.unwrap_or_default() {
                return true;
            }
            let waited = started.elapsed();
            if waited >= limit {
                return false;
            }
            let pause = if waited < Duration::from_secs(1) {
                FIRST_LOOK
            } else {
                LATER_LOOK
            };
            tokio::time::sleep(pause.min(limit.saturating_sub(waited))).await;
        }
    }
}
