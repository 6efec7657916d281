//! A second session beside a run. What stops the run, or looks after it, then needs no new one, which
//! a server whose connections are all taken would refuse.
//!
//! PostgreSQL's own way to cancel needs no session, but the key that the server gave to the first one,
//! and the driver keeps that to itself.
//!
//! <https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS>

use std::{
    io::{self, ErrorKind},
    sync::{Arc, PoisonError, mpsc as blocking},
    thread,
    time::Duration,
};

use sea_orm::{
    DbErr, QueryResult,
    sqlx::{self, Connection as _, PgConnection},
};
use tokio::sync::{mpsc, oneshot};

use super::{
    Connection, DatabaseError, Reader,
    connection::CONNECT_TIMEOUT,
    options::Way,
    rows::{failed, read},
};

/// How long an answer may take. What is asked here is answered at once by a server that answers.
const ANSWER: Duration = Duration::from_secs(20);
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);
/// Keeps the session from being ended because it is idle, as it should be.
const STAY: &str = "SELECT pg_catalog.set_config('idle_session_timeout', '0', false) \
     WHERE pg_catalog.current_setting('idle_session_timeout') OPERATOR(pg_catalog.<>) '0'";

type Answer = Result<Vec<QueryResult>, DbErr>;

/// The session, which is opened when it is needed for the first time, and again when it is lost.
///
/// It lives in a thread with an event loop of its own: it is asked where nothing can be awaited.
#[derive(Debug)]
pub(super) struct Spare {
    requests: mpsc::UnboundedSender<Request>,
    /// Nothing is ever sent: it ends with the thread.
    ended: oneshot::Receiver<()>,
}

struct Request {
    /// Nothing to have the session open.
    sql: Option<String>,
    answer: Box<dyn FnOnce(Answer) + Send>,
}

impl Spare {
    fn new(way: Way) -> Self {
        let (requests, received) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            // Without one, the requests are dropped, and who asked is told so.
            if let Ok(runtime) = runtime {
                runtime.block_on(serve(&way, received));
            }
            drop(end);
        });
        Self { requests, ended }
    }

    /// Has the session open, if one can be had.
    pub(super) async fn open(&self) -> Result<(), DbErr> {
        self.ask(None).await.map(drop)
    }

    async fn ask(&self, sql: Option<String>) -> Answer {
        let (sender, receiver) = oneshot::channel();
        let answer = Box::new(|answer| drop(sender.send(answer)));
        // Who does not receive it has dropped the sender.
        let _ = self.requests.send(Request { sql, answer });
        receiver.await.unwrap_or_else(|_| Err(lost()))
    }

    /// Has `sql` executed, for one who cannot await it, and waits for it no longer than `limit`.
    pub(super) fn execute_within(&self, limit: Duration, sql: String) {
        let (sender, receiver) = blocking::channel();
        let answer = Box::new(move |answer: Answer| drop(sender.send(answer.map(drop))));
        let sql = Some(sql);
        let _ = self.requests.send(Request { sql, answer });
        // If the server does not answer, it is gone, or it notices by itself that its client is.
        let _ = receiver.recv_timeout(limit);
    }
}

impl Reader for Spare {
    async fn rows(&self, sql: &str) -> Answer {
        self.ask(Some(sql.to_owned())).await
    }
}

async fn serve(way: &Way, mut requests: mpsc::UnboundedReceiver<Request>) {
    let mut session = None;
    while let Some(Request { sql, answer }) = requests.recv().await {
        answer(answered(way, &mut session, sql.as_deref()).await);
    }
    if let Some(session) = session {
        // A failed goodbye does not matter: nobody is left to use it.
        let _ = tokio::time::timeout(GOODBYE, session.close()).await;
    }
}

/// Asks once more where the session turns out to have been lost: what is asked here may be asked
/// twice.
async fn answered(way: &Way, session: &mut Option<PgConnection>, sql: Option<&str>) -> Answer {
    let was_open = session.is_some();
    let answer = attempt(way, session, sql).await;
    match answer {
        Err(_) if was_open && session.is_none() => attempt(way, session, sql).await,
        answer => answer,
    }
}

/// Asks; a session that is lost is none any more.
async fn attempt(way: &Way, session: &mut Option<PgConnection>, sql: Option<&str>) -> Answer {
    let mut open = match session.take() {
        Some(open) => open,
        None => opened(way).await?,
    };
    let rows = match sql {
        Some(sql) => within(ANSWER, read(&mut open, sql)).await,
        None => Ok(Vec::new()),
    };
    if !matches!(&rows, Err(error) if DatabaseError::is_disconnect_of(error)) {
        *session = Some(open);
    }
    rows
}

async fn opened(way: &Way) -> Result<PgConnection, DbErr> {
    let options = way.options("toolkit watch");
    let options = options.map_err(|error| DbErr::Custom(error.to_string()))?;
    let connecting = async {
        let mut session = PgConnection::connect_with(&options).await?;
        read(&mut session, STAY).await?;
        Ok(session)
    };
    within(CONNECT_TIMEOUT, connecting).await
}

async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, DbErr> {
    let done = tokio::time::timeout(limit, work).await;
    done.map_or_else(|_| Err(lost()), |done| done.map_err(failed))
}

fn lost() -> DbErr {
    failed(sqlx::Error::Io(io::Error::from(ErrorKind::TimedOut)))
}

impl Connection {
    /// The session beside this one; nothing where the server takes one only.
    pub(super) fn spare(&self) -> Option<Arc<Spare>> {
        let way = self.beside.as_ref()?;
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let spare = spare.get_or_insert_with(|| Arc::new(Spare::new(way.clone())));
        Some(spare.clone())
    }

    /// Has a second session open, from which the run that begins now can be stopped. Where the server
    /// has none left, the run goes without: it ends when the server notices that its client is gone.
    pub(crate) async fn reserve(&self) {
        if let Some(spare) = self.spare() {
            let _ = spare.open().await;
        }
    }

    /// Closes the second session, and waits until the server knows.
    pub(super) async fn close_spare(&self) {
        let lock = self.spare.lock();
        let spare = lock.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Spare { requests, ended }) = spare.and_then(Arc::into_inner) {
            drop(requests);
            let _ = tokio::time::timeout(2 * GOODBYE, ended).await;
        }
    }
}
