//! Stands between a session on a scratch database and its server: what would reach beyond that
//! database is not sent. It sees what is on the wire, so it does not matter how a migration sends it.

mod dial;
mod relay;

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use tokio::{sync::watch, task::JoinSet};
use toolkit_runtime::DatabaseUrl;

use crate::reach::{Policy, Reach};
use dial::Server;
use relay::Relay;

#[cfg(unix)]
type Client = tokio::net::UnixStream;
#[cfg(not(unix))]
type Client = tokio::net::TcpStream;

/// How long sessions have for their goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// What was refused, and what the sessions that go through one gate know of each other.
#[derive(Debug, Default)]
struct Refused {
    first: Option<Reach>,
    /// The server's processes of these sessions, which may cancel each other.
    processes: Vec<u32>,
}

/// A way to a server that is closed when it is dropped.
#[derive(Debug)]
pub(super) struct Gate {
    url: DatabaseUrl,
    refused: Arc<Mutex<Refused>>,
    /// Dropped, it ends the thread.
    end: Option<watch::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
    #[cfg(unix)]
    _folder: tempfile::TempDir,
}

impl Gate {
    /// Opens a way to the server of `url`.
    pub(super) fn open(url: &DatabaseUrl, policy: Policy) -> io::Result<Self> {
        let server = Server::of(url)?;
        let refused = Arc::default();
        let (end, ended) = watch::channel(());
        // Only this user may enter the folder: who is let in is at the server's word, which may trust
        // this process more than others.
        #[cfg(unix)]
        let folder = tempfile::Builder::new().prefix("toolkit-gate-").tempdir()?;
        #[cfg(unix)]
        let (listener, through) = {
            let path = folder.path().join(".s.PGSQL.5432");
            let listener = std::os::unix::net::UnixListener::bind(path)?;
            (listener, url.through_socket(folder.path(), 5432))
        };
        #[cfg(not(unix))]
        let (listener, through) = {
            let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
            let port = listener.local_addr()?.port();
            (listener, url.through_port(port))
        };
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let noted = Arc::clone(&refused);
        // A thread of its own: what waits in the other one's event loop may wait for this one.
        let thread = thread::spawn(move || {
            runtime.block_on(serve(listener, &server, policy, &noted, ended));
        });
        Ok(Self {
            url: through,
            refused,
            end: Some(end),
            thread: Some(thread),
            #[cfg(unix)]
            _folder: folder,
        })
    }

    /// The URL that leads through it.
    pub(super) fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// What was refused first.
    pub(super) fn refused(&self) -> Option<Reach> {
        let refused = self.refused.lock();
        refused
            .unwrap_or_else(PoisonError::into_inner)
            .first
            .clone()
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(unix)]
type Listener = std::os::unix::net::UnixListener;
#[cfg(not(unix))]
type Listener = std::net::TcpListener;

/// Serves until it is told to end; then the sessions have a moment to end by themselves.
async fn serve(
    listener: Listener,
    server: &Server,
    policy: Policy,
    refused: &Arc<Mutex<Refused>>,
    mut ended: watch::Receiver<()>,
) {
    #[cfg(unix)]
    let listener = tokio::net::UnixListener::from_std(listener);
    #[cfg(not(unix))]
    let listener = tokio::net::TcpListener::from_std(listener);
    let Ok(listener) = listener else { return };
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            _ = ended.changed() => break,
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { break };
                let (server, refused) = (server.clone(), Arc::clone(refused));
                sessions.spawn(async move {
                    // A client whose server cannot be reached finds its connection closed.
                    if let Ok(server) = server.dial().await {
                        let relay = Relay::new(client, server, policy, refused);
                        let _ = relay.run().await;
                    }
                });
            }
        }
    }
    let goodbyes = async { while sessions.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GOODBYE, goodbyes).await;
}
