//! Lets several clients use a server that serves one at a time: each waits for its turn, and is refused
//! as PostgreSQL refuses one when that takes too long.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    EmbeddedError, EmbeddedServer,
    greeting::{self, Greeting, Refusal},
    private::PrivateFolder,
    stream::{Listener, Stream},
};

/// How long a client may take to say who it is.
const GREETING: Duration = Duration::from_secs(10);

/// Where clients are let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// A Unix socket in a folder that nobody else may enter.
    #[cfg(unix)]
    Socket,
    /// A TCP port on the loopback address, or any free one, for whoever knows the password.
    Port {
        /// The port.
        port: Option<u16>,
        /// The password of every role.
        password: String,
    },
}

/// An open door to a server.
#[derive(Debug)]
pub struct Door {
    shared: Arc<Shared>,
    url: String,
    address: Address,
    // Deleted with the door.
    _folder: Option<PrivateFolder>,
}

#[derive(Clone, Debug)]
enum Address {
    #[cfg(unix)]
    Socket(PathBuf),
    Port(SocketAddr),
}

#[derive(Debug)]
struct Shared {
    server: Mutex<EmbeddedServer>,
    password: Option<String>,
    wait: Duration,
    turn: Mutex<Turn>,
    over: Condvar,
    closed: AtomicBool,
}

/// Whose turn it is.
#[derive(Debug, Default)]
struct Turn {
    taken: bool,
    /// Both ends of the line of who has it.
    line: Vec<Stream>,
}

impl Door {
    /// Opens the door to `server`. A client waits for at most `wait` for its turn.
    ///
    /// # Errors
    /// [`EmbeddedError::Port`] when the port cannot be listened on, [`EmbeddedError::File`] when
    /// there can be no folder for the socket.
    pub fn open(
        server: EmbeddedServer,
        entrance: &Entrance,
        wait: Duration,
    ) -> Result<Self, EmbeddedError> {
        let (listener, address, folder, password) = match entrance {
            #[cfg(unix)]
            Entrance::Socket => {
                let folder = PrivateFolder::create()?;
                let path = folder.socket();
                let listener = Listener::of_socket(&path).map_err(|source| {
                    let path = path.clone();
                    let action = "listen on";
                    EmbeddedError::File {
                        action,
                        path,
                        source,
                    }
                })?;
                (listener, Address::Socket(path), Some(folder), None)
            }
            Entrance::Port { port, password } => {
                let port = port.unwrap_or(0);
                let failed = |source| EmbeddedError::Port { port, source };
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
                let address = Address::Port(listener.local_addr().map_err(failed)?);
                (Listener::Tcp(listener), address, None, Some(password))
            }
        };
        let url = match (&address, &folder) {
            #[cfg(unix)]
            (Address::Socket(_), Some(folder)) => folder.url(),
            #[cfg(unix)]
            (Address::Socket(path), None) => path.display().to_string(),
            (Address::Port(address), _) => {
                format!("postgres://postgres@{address}/template1?sslmode=disable")
            }
        };
        let shared = Arc::new(Shared {
            server: Mutex::new(server),
            password: password.cloned(),
            wait,
            turn: Mutex::default(),
            over: Condvar::new(),
            closed: AtomicBool::new(false),
        });
        let attending = shared.clone();
        thread::spawn(move || attend(&listener, &attending));
        Ok(Self {
            shared,
            url,
            address,
            _folder: folder,
        })
    }

    /// The URL to connect to, without the password if one is needed.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sends the clients away and stops the server.
    ///
    /// # Errors
    /// [`EmbeddedError::Server`] when the server reports one.
    pub fn close(self) -> Result<(), EmbeddedError> {
        self.shared.closed.store(true, Ordering::SeqCst);
        locked(&self.shared.turn)
            .line
            .iter()
            .for_each(Stream::close);
        // Wakes the listener, which then ends.
        match &self.address {
            #[cfg(unix)]
            Address::Socket(path) => drop(Stream::to_socket(path)),
            Address::Port(address) => drop(TcpStream::connect(address)),
        }
        locked(&self.shared.server).end()
    }
}

fn attend(listener: &Listener, shared: &Arc<Shared>) {
    loop {
        let client = listener.accept();
        if shared.closed.load(Ordering::SeqCst) {
            return;
        }
        // One that went away before it was let in is no reason to close.
        let Ok(client) = client else { continue };
        let shared = shared.clone();
        thread::spawn(move || {
            // A client whose line breaks has nobody to be told.
            let _ = shared.serve(client);
        });
    }
}

impl Shared {
    fn serve(&self, mut client: Stream) -> io::Result<()> {
        client.limit_reading(Some(GREETING))?;
        let password = self.password.as_deref();
        let startup = match greeting::receive(&mut client, password)? {
            Greeting::Startup(startup) => startup,
            Greeting::Refused => return Ok(()),
        };
        client.limit_reading(None)?;
        if !self.take_turn() {
            return greeting::refuse(&mut client, &Refusal::Busy);
        }
        let served = self.serve_in_turn(client, &startup);
        let mut turn = locked(&self.turn);
        *turn = Turn::default();
        self.over.notify_one();
        served
    }

    fn serve_in_turn(&self, mut client: Stream, startup: &[u8]) -> io::Result<()> {
        let mut server = match locked(&self.server).connect() {
            Ok(server) => server,
            Err(error) => {
                let refusal = Refusal::NotRunning(error.to_string());
                return greeting::refuse(&mut client, &refusal);
            }
        };
        locked(&self.turn).line = vec![client.another()?, server.another()?];
        if self.closed.load(Ordering::SeqCst) {
            return Ok(());
        }
        io::Write::write_all(&mut server, startup)?;
        let (mut from_server, mut to_client) = (server.another()?, client.another()?);
        let answering = thread::spawn(move || {
            let _ = io::copy(&mut from_server, &mut to_client);
            to_client.close();
        });
        let _ = io::copy(&mut client, &mut server);
        // One that breaks off says no goodbye, and the server would end with it.
        let _ = io::Write::write_all(&mut server, &greeting::TERMINATE);
        let _ = answering.join();
        Ok(())
    }

    /// Whether it came within the time.
    fn take_turn(&self) -> bool {
        let until = Instant::now() + self.wait;
        let mut turn = locked(&self.turn);
        while turn.taken {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.closed.load(Ordering::SeqCst) {
                return false;
            }
            let waited = self.over.wait_timeout(turn, left);
            turn = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        turn.taken = true;
        true
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
