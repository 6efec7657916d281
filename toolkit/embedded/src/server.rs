//! Starting, watching and stopping the server.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

use pglite_oxide::PgliteServer;

use crate::{EmbeddedError, Holder, lock::FolderLock};

/// How long a stop waits for a client that is still connected.
const STOP_TIMEOUT: Duration = Duration::from_secs(2);

/// A running PostgreSQL server that accepts one connection at a time.
///
/// ```no_run
/// use std::{path::Path, time::Duration};
/// use toolkit_embedded::EmbeddedServer;
///
/// let server = EmbeddedServer::start(Path::new(".toolkit"), None, Duration::from_secs(60), |_| {})?;
/// println!("{}", server.url());
/// server.stop()?;
/// # Ok::<(), toolkit_embedded::EmbeddedError>(())
/// ```
#[derive(Debug)]
pub struct EmbeddedServer {
    // Before the lock: fields are dropped in order, and the folder must outlive the server.
    server: Option<PgliteServer>,
    data: Option<PathBuf>,
    address: SocketAddr,
    _lock: Option<FolderLock>,
}

impl EmbeddedServer {
    /// Starts a server whose data is kept in `folder`, on `port` or any free one.
    ///
    /// Waits at most `wait` for another process that uses the folder; `on_wait` is told once who
    /// that is.
    ///
    /// # Errors
    /// [`EmbeddedError::Busy`] when the other process does not end in time.
    pub fn start(
        folder: &Path,
        port: Option<u16>,
        wait: Duration,
        on_wait: impl FnOnce(&Holder),
    ) -> Result<Self, EmbeddedError> {
        if let Some(port) = port {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port))
                .map_err(|source| EmbeddedError::Port { port, source })?;
        }
        let lock = FolderLock::acquire(folder, wait, on_wait)?;
        let data = data_folder(folder);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or(0)));
        let (server, address) = launch(Some(&data), address)?;
        Ok(Self {
            server: Some(server),
            data: Some(data),
            address,
            _lock: Some(lock),
        })
    }

    /// Starts a server whose data is deleted when it stops.
    ///
    /// # Errors
    /// [`EmbeddedError::Server`] when it does not start.
    pub fn temporary() -> Result<Self, EmbeddedError> {
        let (server, address) = launch(None, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self {
            server: Some(server),
            data: None,
            address,
            _lock: None,
        })
    }

    /// The URL to connect to. It has no password: the server listens on the loopback address only.
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@{}/template1?sslmode=disable",
            self.address
        )
    }

    /// Starts the server again if it ended, as it does when a client breaks its connection off.
    /// Returns whether it had to.
    ///
    /// # Errors
    /// [`EmbeddedError::Server`] when it does not start again.
    pub fn revive(&mut self) -> Result<bool, EmbeddedError> {
        // An address that can be bound is one that nobody listens on. To connect would keep the
        // server busy, for it serves one connection at a time.
        if TcpListener::bind(self.address).is_err() {
            return Ok(false);
        }
        // Frees the data folder, which the new server locks again.
        drop(self.server.take());
        let (server, _) = launch(self.data.as_deref(), self.address)?;
        self.server = Some(server);
        Ok(true)
    }

    /// Stops the server. Close all connections first: one that stays open delays the stop by two
    /// seconds, after which the server is abandoned and recovers from its log at the next start.
    ///
    /// # Errors
    /// [`EmbeddedError::Server`] when the server reports one.
    pub fn stop(mut self) -> Result<(), EmbeddedError> {
        match self.server.take() {
            Some(server) => stop_within(server, STOP_TIMEOUT),
            None => Ok(()),
        }
    }
}

impl Drop for EmbeddedServer {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            // Nobody is left to hear of a failure; the data is safe in PostgreSQL's log.
            let _ = stop_within(server, STOP_TIMEOUT);
        }
    }
}

/// Deletes the data kept in `folder`, waiting at most `wait` for a process that uses it; `on_wait`
/// is told once which. Returns whether there was any.
///
/// # Errors
/// [`EmbeddedError::Busy`] when another process does not let go of the folder in time.
pub fn delete(
    folder: &Path,
    wait: Duration,
    on_wait: impl FnOnce(&Holder),
) -> Result<bool, EmbeddedError> {
    if !folder.exists() {
        return Ok(false);
    }
    let _lock = FolderLock::acquire(folder, wait, on_wait)?;
    let data = data_folder(folder);
    if !data.exists() {
        return Ok(false);
    }
    std::fs::remove_dir_all(&data).map_err(|source| EmbeddedError::File {
        action: "delete",
        path: data,
        source,
    })?;
    Ok(true)
}

/// Whether there is data in `folder`. Writes nothing.
pub fn exists(folder: &Path) -> bool {
    data_folder(folder).exists()
}

fn data_folder(folder: &Path) -> PathBuf {
    folder.join("postgres")
}

fn launch(
    data: Option<&Path>,
    address: SocketAddr,
) -> Result<(PgliteServer, SocketAddr), EmbeddedError> {
    let builder = PgliteServer::builder().tcp(address);
    let builder = match data {
        Some(folder) => builder.path(folder),
        None => builder.temporary(),
    };
    let server = builder.start().map_err(|source| EmbeddedError::Server {
        action: "start",
        source: source.into(),
    })?;
    let address = server.tcp_addr().unwrap_or(address);
    Ok((server, address))
}

fn stop_within(server: PgliteServer, timeout: Duration) -> Result<(), EmbeddedError> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(server.shutdown()));
    match receiver.recv_timeout(timeout) {
        Ok(Err(source)) => Err(EmbeddedError::Server {
            action: "stop",
            source: source.into(),
        }),
        Ok(Ok(())) | Err(_) => Ok(()),
    }
}
