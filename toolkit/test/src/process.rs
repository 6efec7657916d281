//! What all tests of a process share: an event loop of its own, which no test's end stops, and the server.

use std::{
    io,
    sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, mpsc},
    time::Duration,
};

use tokio::{runtime::Runtime, sync::OnceCell};

use crate::{TestError, admin::locked, server::Server, site::Site, template::Templates};

/// How long the last test of a process waits until its database and those before it are gone.
const GOODBYE: Duration = Duration::from_secs(20);

/// What all tests of a process share.
#[derive(Debug)]
pub(crate) struct Process {
    runtime: Runtime,
    place: OnceCell<Result<Place, Arc<TestError>>>,
    counts: Mutex<Counts>,
    changed: Condvar,
}

/// Where databases are made.
#[derive(Debug)]
pub(crate) enum Place {
    Server(Box<Server>, Templates),
    /// Each test has a server for itself; the text says why.
    Embedded(&'static str),
}

/// How many databases there are.
#[derive(Debug, Default)]
struct Counts {
    /// A test uses them.
    used: usize,
    /// They are being dropped.
    ending: usize,
}

/// The process's.
pub(crate) fn process() -> Result<&'static Process, TestError> {
    static PROCESS: LazyLock<io::Result<Process>> = LazyLock::new(Process::new);
    PROCESS.as_ref().map_err(|error| TestError::System {
        action: "start an event loop",
        source: error.kind().into(),
    })
}

impl Process {
    fn new() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("toolkit test")
            .enable_all()
            .build()?;
        Ok(Self {
            runtime,
            place: OnceCell::new(),
            counts: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// Does `work` on the process's event loop.
    pub(crate) async fn run<T: Send + 'static>(
        &'static self,
        work: impl Future<Output = Result<T, TestError>> + Send + 'static,
    ) -> Result<T, TestError> {
        match self.runtime.spawn(work).await {
            Ok(done) => done,
            Err(error) => Err(TestError::System {
                action: "make a test database",
                source: io::Error::other(error),
            }),
        }
    }

    /// Likewise, and waits without an event loop.
    pub(crate) fn wait<T: Send + 'static>(
        &'static self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (done, receiver) = mpsc::channel();
        self.runtime.spawn(async move { done.send(work.await) });
        receiver.recv().ok()
    }

    /// Where databases are made. What the first test is told of a failure, all are told.
    pub(crate) async fn place(&'static self) -> Result<&'static Place, TestError> {
        let found = self
            .place
            .get_or_init(|| async { self.find().await.map_err(Arc::new) });
        match found.await {
            Ok(place) => Ok(place),
            Err(error) => Err(TestError::Before(error.clone())),
        }
    }

    async fn find(&'static self) -> Result<Place, TestError> {
        let site = tokio::task::spawn_blocking(Site::find).await;
        let site = site.map_err(|error| TestError::System {
            action: "look for a server",
            source: io::Error::other(error),
        })??;
        match site {
            Site::Embedded(why) => Ok(Place::Embedded(why)),
            other => Ok(Place::Server(
                Box::new(Server::open(other).await?),
                Templates::default(),
            )),
        }
    }

    /// One database more.
    pub(crate) fn begin(&self) {
        self.counts().used += 1;
    }

    /// One database less, once `work` has dropped it. Whoever has the last one waits for it and all before it: a
    /// process that ends would leave them.
    pub(crate) fn end(&'static self, work: impl Future<Output = ()> + Send + 'static) {
        let mut counts = self.counts();
        counts.used = counts.used.saturating_sub(1);
        counts.ending += 1;
        let is_last = counts.used == 0;
        drop(counts);
        self.runtime.spawn(async move {
            work.await;
            self.counts().ending -= 1;
            self.changed.notify_all();
        });
        if is_last {
            let waiting = |counts: &mut Counts| counts.ending > 0 && counts.used == 0;
            let waited = self
                .changed
                .wait_timeout_while(self.counts(), GOODBYE, waiting);
            // What is left after that is swept by a later run.
            drop(waited);
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        locked(&self.counts)
    }
}
