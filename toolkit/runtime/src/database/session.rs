//! A session that must stay the same one, and that must not live on when its run is given up.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::{DbErr, TryGetable};

use super::{Connection, Reader};
use crate::DatabaseUrl;

/// What the pool is to know of a connection's session.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// A lost session is an error rather than replaced.
    pinned: AtomicBool,
    /// The session was ended from beside, or holds what nobody releases: it is not to be used again.
    spoiled: AtomicBool,
}

impl Session {
    /// Whether a new session may take the place of a lost one.
    pub(super) fn may_be_replaced(&self) -> bool {
        !self.pinned.load(Ordering::SeqCst)
    }

    /// A new session is there.
    pub(super) fn renewed(&self) {
        self.spoiled.store(false, Ordering::SeqCst);
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.spoiled.load(Ordering::SeqCst)
    }
}

impl Connection {
    /// Makes the session one's own until it is released: if it is lost, that is an error, for a new
    /// one would have neither its lock nor its settings. If the value is dropped without being
    /// released, the server ends the session, and with it what it does and what it holds.
    pub(crate) async fn own_session(&self) -> Result<OwnSession, DbErr> {
        self.session.pinned.store(true, Ordering::SeqCst);
        let mut own = OwnSession {
            session: self.session.clone(),
            end: None,
        };
        let rows = self.rows("SELECT pg_catalog.pg_backend_pid()").await?;
        if let (Some(row), Some(url)) = (rows.first(), &self.beside) {
            let pid = i32::try_get_by(row, 0)?;
            own.end = Some(StopOnDrop::session(url.clone(), pid));
        }
        Ok(own)
    }

    /// Lets the next use have a new session, because this one's answers cannot be trusted any more.
    pub(crate) fn renew(&self) {
        self.session.spoiled.store(true, Ordering::SeqCst);
    }

    /// Cancels what the server's process `pid` is doing when it is dropped, unless it is disarmed.
    pub(crate) fn cancel_on_drop(&self, pid: i32) -> StopOnDrop {
        StopOnDrop {
            url: self.beside.clone(),
            sql: format!("SELECT pg_catalog.pg_cancel_backend({pid})"),
        }
    }
}

/// A [`Connection`]'s session, until it is released.
pub(crate) struct OwnSession {
    session: Arc<Session>,
    end: Option<StopOnDrop>,
}

impl OwnSession {
    /// Lets the session be an ordinary one again.
    pub(crate) fn release(mut self) {
        if let Some(end) = self.end.take() {
            end.disarm();
        }
        self.session.pinned.store(false, Ordering::SeqCst);
    }
}

impl Drop for OwnSession {
    fn drop(&mut self) {
        if self.session.pinned.swap(false, Ordering::SeqCst) {
            self.session.spoiled.store(true, Ordering::SeqCst);
        }
    }
}

/// A statement goes on in the server after its client has gone, and a session while its process
/// lives. When a run is given up, its future is dropped, and this with it: it asks the server to
/// stop.
pub(crate) struct StopOnDrop {
    url: Option<DatabaseUrl>,
    sql: String,
}

impl StopOnDrop {
    /// Ends the whole session, and waits until it has released what it holds.
    fn session(url: DatabaseUrl, pid: i32) -> Self {
        const MILLISECONDS: u32 = 2_000;
        Self {
            url: Some(url),
            sql: format!("SELECT pg_catalog.pg_terminate_backend({pid}, {MILLISECONDS})"),
        }
    }

    pub(crate) fn disarm(mut self) {
        self.url = None;
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        let Some(url) = self.url.take() else { return };
        let sql = std::mem::take(&mut self.sql);
        // Nothing can be awaited here, so this has an event loop of its own.
        let stopping = std::thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
            {
                runtime.block_on(stop(&url, &sql));
            }
        });
        let _ = stopping.join();
    }
}

/// If the server cannot be asked, it is gone, or it stops by itself when it notices the client.
async fn stop(url: &DatabaseUrl, sql: &str) {
    use sea_orm::ConnectionTrait;
    if let Ok(connection) = Connection::open(url, "toolkit cancel").await {
        let _ = connection.db().execute_unprepared(sql).await;
        connection.close().await;
    }
}
