//! Signals that ask the process to end. They are heard on a thread of their own, so whatever the
//! process does meanwhile, and a second one ends it at once.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        LazyLock, Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};

use tokio::sync::watch;

use super::{confirm::leave_question, start::shown};
use crate::{Cut, Error, Printer, Signal};

/// How long a signal may go unnoticed: longer, and the process computes and looks up from nothing.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// How long words may take that nobody reads perhaps.
const WORDS: Duration = Duration::from_millis(500);

/// The first signal, once there was one. A process has one set of signals.
static HEARD: LazyLock<watch::Sender<Option<Signal>>> = LazyLock::new(|| watch::Sender::new(None));
/// Whether somebody in the process knows of it, and ends what it does.
static NOTICED: AtomicBool = AtomicBool::new(false);

/// What stays behind where the process is ended at once, in words.
static LEFT: Mutex<BTreeMap<u64, String>> = Mutex::new(BTreeMap::new());

/// Whether the process changes nothing that others use.
static ONLY_READS: AtomicBool = AtomicBool::new(false);

/// The process changes nothing that others use, so ending it at once cuts nothing off.
pub(super) fn only_reads() {
    ONLY_READS.store(true, Ordering::SeqCst);
}

/// Something that stays behind if the process is ended at once while this lives.
#[derive(Debug)]
pub struct Leaving(u64);

impl Leaving {
    /// `words` say what it is and how it goes away.
    pub fn new(words: String) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        left().insert(number, words);
        Self(number)
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        left().remove(&self.0);
    }
}

fn left() -> MutexGuard<'static, BTreeMap<u64, String>> {
    LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens for signals from now on; `printer` writes the last words of a process that does not.
///
/// # Errors
/// [`Error::System`] when the operating system does not let it.
pub(super) fn listen(printer: Printer) -> Result<(), Error> {
    static ONCE: Once = Once::new();
    let failed = |source| Error::System {
        action: "listen for signals",
        source,
    };
    let mut started = Ok(());
    ONCE.call_once(|| started = start(printer));
    started.map_err(failed)
}

/// The first signal, as soon as there is one.
pub(super) async fn heard() -> Signal {
    let mut signal = HEARD.subscribe();
    loop {
        let heard = *signal.borrow_and_update();
        if let Some(heard) = heard {
            NOTICED.store(true, Ordering::SeqCst);
            return heard;
        }
        // The sender lives as long as the process.
        let _ = signal.changed().await;
    }
}

/// Returns when the process is asked to end, by Ctrl-C, SIGTERM or SIGHUP.
pub async fn interrupted() -> Error {
    Error::Interrupted {
        signal: heard().await,
        left: Cut::Unknown,
    }
}

fn start(printer: Printer) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (sender, started) = mpsc::channel();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                match Signals::new() {
                    Ok(signals) => {
                        let _ = sender.send(Ok(()));
                        hear(signals, printer).await;
                    }
                    Err(error) => {
                        let _ = sender.send(Err(error));
                    }
                }
            });
        })?;
    started.recv().unwrap_or(Ok(()))
}

async fn hear(mut signals: Signals, printer: Printer) {
    let first = signals.next().await;
    HEARD.send_replace(Some(first));
    tokio::select! {
        second = signals.next() => end_at_once(second, printer),
        () = tokio::time::sleep(PATIENCE) => {}
    }
    if !NOTICED.load(Ordering::SeqCst) {
        end_at_once(first, printer);
    }
    end_at_once(signals.next().await, printer);
}

/// Ends the process whatever it does; the server rolls back what it has not committed.
#[allow(
    clippy::exit,
    reason = "what the process does cannot be asked to return"
)]
fn end_at_once(signal: Signal, printer: Printer) {
    let (sender, told) = mpsc::channel();
    std::thread::spawn(move || {
        leave_question();
        let cut = if ONLY_READS.load(Ordering::SeqCst) {
            Cut::Nothing
        } else {
            Cut::Unknown
        };
        let error = Error::Interrupted { signal, left: cut };
        shown(printer, Err(error));
        left().values().for_each(|words| printer.warn(words));
        let _ = sender.send(());
    });
    // Who should read them may not.
    let _ = told.recv_timeout(WORDS);
    std::process::exit(signal.exit_code().into());
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let hang_up = if ignores_hang_up() {
            None
        } else {
            Some(signal(SignalKind::hangup())?)
        };
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up,
        })
    }

    async fn next(&mut self) -> Signal {
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = hang_up => Signal::HangUp,
        }
    }
}

/// Whether who started the process wants it to outlive its terminal, as `nohup` does. Where the
/// system does not tell, it does not.
#[cfg(unix)]
fn ignores_hang_up() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The signal's number is 1, so its bit is the lowest.
    ignored
        .and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok())
        .is_some_and(|bits| bits & 1 == 1)
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Interrupt,
            // Nothing will be heard.
            Err(_) => std::future::pending().await,
        }
    }
}
