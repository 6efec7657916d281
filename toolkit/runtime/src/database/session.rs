//! A session that must stay the same one, and that must not live on when its run is given up.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    time::Duration,
};

use sea_orm::{DbErr, TryGetable};

use super::{Connection, Reader, spare::Spare};

/// What the pool is to know of a connection's session.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// A lost session is an error rather than replaced.
    pinned: AtomicBool,
    /// The session was ended from beside, or holds what nobody releases: it is not to be used again.
    spoiled: AtomicBool,
    /// The server's process that works for this run now; 0 if none does.
    working: AtomicI32,
}

impl Session {
    /// The server's process that works for this run now; 0 if none does.
    pub(super) fn working(&self) -> i32 {
        self.working.load(Ordering::SeqCst)
    }

    /// Says which process works for this run, until the value is dropped.
    pub(super) fn work_of(&self, process: i32) -> Working<'_> {
        self.working.store(process, Ordering::SeqCst);
        Working(self)
    }

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

/// A process works, until this is dropped.
pub(super) struct Working<'a>(&'a Session);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.working.store(0, Ordering::SeqCst);
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
        if let Some(row) = rows.first() {
            let pid = i32::try_get_by(row, 0)?;
            own.end = Some(StopOnDrop::session(self.spare(), pid));
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
            spare: self.spare(),
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
    spare: Option<Arc<Spare>>,
    sql: String,
}

impl StopOnDrop {
    /// How long the server may take to stop.
    const LIMIT: Duration = Duration::from_secs(5);

    /// Ends the whole session, and waits until it has released what it holds.
    fn session(spare: Option<Arc<Spare>>, pid: i32) -> Self {
        const MILLISECONDS: u32 = 2_000;
        Self {
            spare,
            sql: format!("SELECT pg_catalog.pg_terminate_backend({pid}, {MILLISECONDS})"),
        }
    }

    pub(crate) fn disarm(mut self) {
        self.spare = None;
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        if let Some(spare) = self.spare.take() {
            spare.execute_within(Self::LIMIT, std::mem::take(&mut self.sql));
        }
    }
}
