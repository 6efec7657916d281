//! A server that says nothing any more, noticed while something is asked of it.
//!
//! The operating system waits for ever for a machine that is gone, and the driver gives no way to let
//! it ask (TCP keepalive). So the second session asks, which a server that lives always answers.

use std::time::{Duration, Instant};

use sea_orm::DbErr;

use super::{ConnectError, Connection, DatabaseError, Reader};

/// How long a server may say nothing.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

impl Connection {
    /// Lets the server be silent for no longer than about `patience` in [`Connection::while_heard`];
    /// one minute, unless said otherwise.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Does `work` as long as the server is there. Where it answers nothing for one and a half times
    /// the patience, not even on a new connection, the work is given up.
    ///
    /// # Errors
    /// [`ConnectError::Silent`], [`ConnectError::Cut`], and what `work` returns.
    pub async fn while_heard<T, E: From<ConnectError>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        // On the heap, for it is a whole run mostly.
        let work = Box::pin(work);
        tokio::select! {
            biased;
            output = work => output,
            gone = self.gone() => Err(gone.into()),
        }
    }

    async fn gone(&self) -> ConnectError {
        if self.is_alone() {
            return std::future::pending().await;
        }
        let address = || self.address.clone();
        let (beat, answer) = (self.patience / 6, self.patience / 3);
        let mut heard = Instant::now();
        let mut missing = 0;
        loop {
            tokio::time::sleep(beat).await;
            let process = self.session.working();
            let sql = format!(
                "SELECT FROM pg_catalog.pg_stat_activity WHERE pid OPERATOR(pg_catalog.=) {process}"
            );
            let Some(beside) = self.spare() else { continue };
            match tokio::time::timeout(answer, beside.rows(&sql)).await {
                Ok(Ok(rows)) if process != 0 && rows.is_empty() => {
                    heard = Instant::now();
                    missing = if self.session.working() == process {
                        missing + 1
                    } else {
                        0
                    };
                    if missing > 1 {
                        return ConnectError::Cut { address: address() };
                    }
                }
                Ok(answer) if is_answer(&answer) => {
                    heard = Instant::now();
                    missing = 0;
                }
                Ok(_) | Err(_) if heard.elapsed() >= self.patience => {
                    return ConnectError::Silent {
                        address: address(),
                        silent: heard.elapsed(),
                    };
                }
                Ok(_) | Err(_) => {}
            }
        }
    }
}

/// A refusal is an answer, too: that all connections are taken, for one.
fn is_answer<T>(answer: &Result<T, DbErr>) -> bool {
    answer
        .as_ref()
        .err()
        .is_none_or(|error| !DatabaseError::is_io(error))
}
