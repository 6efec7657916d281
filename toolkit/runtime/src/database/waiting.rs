//! Who holds a session up, asked from beside while it waits: afterwards the server does not know it
//! any more.

use std::{convert::Infallible, pin::pin, time::Duration};

use super::{Connection, LockHolder, holder::holding_up};

/// The longest and the shortest pause between two looks.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);

impl Connection {
    /// Does `work` of the server's process `pid`, whose `lock_timeout` is `timeout`. Returns what it
    /// gives, and whom the process was last seen to wait for: nobody if the server takes one
    /// connection only, or if the work is done before half of `timeout` is over.
    pub(crate) async fn watched<T>(
        &self,
        pid: i32,
        timeout: Duration,
        work: impl Future<Output = T>,
    ) -> (T, Vec<LockHolder>) {
        let _working = self.session.work_of(pid);
        let mut seen = Vec::new();
        let output = {
            let mut watching = pin!(self.watch(pid, timeout, &mut seen));
            tokio::select! {
                biased;
                output = work => output,
                never = &mut watching => match never {},
            }
        };
        (output, seen)
    }

    async fn watch(&self, pid: i32, timeout: Duration, seen: &mut Vec<LockHolder>) -> Infallible {
        // A wait that has no end is nobody's fault to be told, and what is quick need not be watched.
        let Some(beside) = self.spare().filter(|_| !timeout.is_zero()) else {
            return std::future::pending().await;
        };
        tokio::time::sleep(timeout / 2).await;
        let pause = (timeout / 8).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        // If the server does not say, the error goes without it.
        while let Ok(holders) = holding_up(&*beside, pid).await {
            if !holders.is_empty() {
                *seen = holders;
            }
            tokio::time::sleep(pause).await;
        }
        std::future::pending().await
    }
}
