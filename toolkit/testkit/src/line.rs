//! A line to the server that can be cut, or fall silent.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// Passes connections on to a server until it is cut.
#[derive(Debug)]
pub struct Line {
    port: u16,
    cut: Arc<AtomicBool>,
    silent: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<Open>>>,
}

/// One way of one connection.
#[derive(Debug)]
struct Open {
    stream: TcpStream,
    silent: Arc<AtomicBool>,
}

impl Line {
    /// A line to `server` on the loopback address.
    ///
    /// # Panics
    /// When the operating system refuses it.
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Self {
            port,
            cut: Arc::default(),
            silent: Arc::default(),
            open: Arc::default(),
        };
        let (cut, silent, open) = (line.cut.clone(), line.silent.clone(), line.open.clone());
        thread::spawn(move || {
            for client in listener.incoming() {
                if cut.load(Ordering::SeqCst) {
                    break;
                }
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).unwrap();
                pass_on(&client.unwrap(), &server, &silent, &open);
            }
        });
        line
    }

    /// Where clients connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts every connection; new ones are not answered.
    ///
    /// # Panics
    /// After another panic.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        for open in self.open.lock().unwrap().drain(..) {
            // It may be closed already.
            let _ = open.stream.shutdown(Shutdown::Both);
        }
        // Wakes the listener, which then ends.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }

    /// Passes nothing on any more, and tells nobody: as a machine that is gone. So it is for new
    /// connections, too.
    pub fn silence(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    /// Likewise for the connection that was opened first; the others go on.
    ///
    /// # Panics
    /// After another panic.
    pub fn silence_first(&self) {
        for open in self.open.lock().unwrap().iter().take(2) {
            open.silent.store(true, Ordering::SeqCst);
        }
    }
}

fn pass_on(
    client: &TcpStream,
    server: &TcpStream,
    all_silent: &Arc<AtomicBool>,
    open: &Mutex<Vec<Open>>,
) {
    let silent = Arc::new(AtomicBool::new(false));
    let mut open = open.lock().unwrap();
    for (from, to) in [(client, server), (server, client)] {
        let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        open.push(Open {
            stream: from.try_clone().unwrap(),
            silent: silent.clone(),
        });
        let silences = [all_silent.clone(), silent.clone()];
        thread::spawn(move || copy(from, to, &silences));
    }
}

/// Passes on what comes until the line ends, which is what is wanted when it is cut.
fn copy(mut from: TcpStream, mut to: TcpStream, silences: &[Arc<AtomicBool>]) {
    let mut buffer = [0; 8192];
    loop {
        let read = from.read(&mut buffer).unwrap_or(0);
        if silences.iter().any(|silent| silent.load(Ordering::SeqCst)) {
            if read == 0 {
                // Nobody is told that this end is gone.
                return thread::park();
            }
            continue;
        }
        if read == 0 || to.write_all(&buffer[..read]).is_err() {
            let _ = to.shutdown(Shutdown::Both);
            return;
        }
    }
}
