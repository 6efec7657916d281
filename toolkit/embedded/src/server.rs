//! Starting, watching and stopping the server.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

use pglite_oxide::PgliteServer;

use crate::{EmbeddedError, Holder, lock::FolderLock, private::PrivateFolder, stream::Stream};

/// How long a stop waits for a client that is still connected.
const STOP_TIMEOUT: Duration = Duration::from_secs(2);

/// A running PostgreSQL server that accepts one connection at a time.
///
/// ```no_run
/// use std::{path::Path, time::Duration};
/// use toolkit_embedded::EmbeddedServer;
///
/// let server = EmbeddedServer::start(Path::new(".toolkit"), Duration::from_secs(60), |_| {})?;
/// println!("{}", server.url());
/// server.stop()?;
/// # Ok::<(), toolkit_embedded::EmbeddedError>(())
/// ```
#[derive(Debug)]
pub struct EmbeddedServer {
    // Before the lock: fields are dropped in order, and the folder must outlive the server.
    server: Option<PgliteServer>,
    data: Option<PathBuf>,
    place: Place,
    _lock: Option<FolderLock>,
}

/// Where the server listens.
#[derive(Debug)]
enum Place {
    Socket(PrivateFolder),
    /// Where there are no Unix sockets.
    Port(SocketAddr),
}

impl EmbeddedServer {
    /// Starts a server whose data is kept in `folder`, which is closed to other users.
    ///
    /// Waits at most `wait` for another process that uses the folder; `on_wait` is told once who
    /// that is.
    ///
    /// # Errors
    /// [`EmbeddedError::Busy`] when the other process does not end in time.
    pub fn start(
        folder: &Path,
        wait: Duration,
        on_wait: impl FnOnce(&Holder),
    ) -> Result<Self, EmbeddedError> {
        let lock = FolderLock::acquire(folder, wait, on_wait)?;
        let data = data_folder(folder);
        let (server, place) = launch(Some(&data), Place::new()?)?;
        Ok(Self {
            server: Some(server),
            data: Some(data),
            place,
            _lock: Some(lock),
        })
    }

    /// Starts a server whose data is deleted when it stops.
    ///
    /// # Errors
    /// [`EmbeddedError::Server`] when it does not start.
    pub fn temporary() -> Result<Self, EmbeddedError> {
        let (server, place) = launch(None, Place::new()?)?;
        Ok(Self {
            server: Some(server),
            data: None,
            place,
            _lock: None,
        })
    }

    /// The URL to connect to. It has no password: only its own user reaches the socket.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Socket(folder) => folder.url(),
            Place::Port(address) => {
                format!("postgres://postgres@{address}/template1?sslmode=disable")
            }
        }
    }

    /// A connection. The server is started again if it ended, as it does when a client breaks its
    /// connection off.
    pub(crate) fn connect(&mut self) -> Result<Stream, EmbeddedError> {
        if let Ok(stream) = self.place.connect() {
            return Ok(stream);
        }
        // Frees the data folder, which the new server locks again.
        drop(self.server.take());
        let (server, place) = launch(self.data.as_deref(), Place::new()?)?;
        self.server = Some(server);
        self.place = place;
        self.place
            .connect()
            .map_err(|source| EmbeddedError::Server {
                action: "connect to",
                source: source.into(),
            })
    }

    /// Stops the server. Close all connections first: one that stays open delays the stop by two
    /// seconds, after which the server is abandoned and recovers from its log at the next start.
    ///
    /// # Errors
    /// [`EmbeddedError::Server`] when the server reports one.
    pub fn stop(mut self) -> Result<(), EmbeddedError> {
        self.end()
    }

    pub(crate) fn end(&mut self) -> Result<(), EmbeddedError> {
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

impl Place {
    fn new() -> Result<Self, EmbeddedError> {
        if cfg!(unix) {
            PrivateFolder::create().map(Self::Socket)
        } else {
            Ok(Self::Port((Ipv4Addr::LOCALHOST, 0).into()))
        }
    }

    fn connect(&self) -> io::Result<Stream> {
        match self {
            #[cfg(unix)]
            Self::Socket(folder) => Stream::to_socket(&folder.socket()),
            #[cfg(not(unix))]
            Self::Socket(_) => Err(io::ErrorKind::Unsupported.into()),
            Self::Port(address) => Stream::to_port(*address),
        }
    }
}

fn launch(data: Option<&Path>, place: Place) -> Result<(PgliteServer, Place), EmbeddedError> {
    let builder = PgliteServer::builder();
    let builder = match &place {
        #[cfg(unix)]
        Place::Socket(folder) => builder.unix(folder.socket()),
        #[cfg(not(unix))]
        Place::Socket(_) => builder,
        Place::Port(address) => builder.tcp(*address),
    };
    let builder = match data {
        Some(folder) => builder.path(folder),
        None => builder.temporary(),
    };
    let server = builder.start().map_err(|source| EmbeddedError::Server {
        action: "start",
        source: source.into(),
    })?;
    let place = server.tcp_addr().map_or(place, Place::Port);
    Ok((server, place))
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
