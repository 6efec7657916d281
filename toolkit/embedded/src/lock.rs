//! The file lock that keeps a second process out of a data folder.
//!
//! The operating system releases it with the process, so a killed process leaves nothing to clean up.

use std::{
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use crate::{EmbeddedError, private::close_to_others};

const POLL: Duration = Duration::from_millis(50);

/// The process that uses a data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    description: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)
    }
}

/// Holds the folder for this process until it is dropped.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Waits at most `wait` for the folder; `on_wait` is told once who holds it.
    pub(crate) fn acquire(
        folder: &Path,
        wait: Duration,
        on_wait: impl FnOnce(&Holder),
    ) -> Result<Self, EmbeddedError> {
        let path = folder.join("embedded.lock");
        let mut file = open(folder, &path)?;
        let started = Instant::now();
        let mut on_wait = Some(on_wait);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(source)) => {
                    return Err(EmbeddedError::File {
                        action: "lock",
                        path,
                        source,
                    });
                }
            }
            let holder = read_holder(&mut file);
            if let Some(tell) = on_wait.take() {
                tell(&holder);
            }
            if started.elapsed() >= wait {
                let folder = folder.to_owned();
                return Err(EmbeddedError::Busy {
                    folder,
                    holder,
                    waited: wait,
                });
            }
            thread::sleep(POLL.min(wait));
        }
        write_holder(&mut file).map_err(|source| EmbeddedError::File {
            action: "write",
            path,
            source,
        })?;
        Ok(Self { _file: file })
    }
}

fn open(folder: &Path, path: &Path) -> Result<File, EmbeddedError> {
    let failed = |action, path: &Path, source| EmbeddedError::File {
        action,
        path: PathBuf::from(path),
        source,
    };
    std::fs::create_dir_all(folder).map_err(|source| failed("create", folder, source))?;
    close_to_others(folder).map_err(|source| failed("close to others", folder, source))?;
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(|source| failed("open", path, source))
}

fn read_holder(file: &mut File) -> Holder {
    let mut description = String::new();
    let read = file
        .rewind()
        .and_then(|()| file.read_to_string(&mut description));
    if read.is_err() || description.trim().is_empty() {
        "another process".clone_into(&mut description);
    }
    Holder {
        description: description.trim().to_owned(),
    }
}

fn write_holder(file: &mut File) -> std::io::Result<()> {
    let command: Vec<String> = std::env::args_os()
        .take(2)
        .enumerate()
        .map(|(position, argument)| match position {
            0 => Path::new(&argument)
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            _ => argument.to_string_lossy().into_owned(),
        })
        // An option's value may be a URL with a password.
        .filter(|argument| !argument.starts_with('-') && !argument.contains("://"))
        .collect();
    file.set_len(0)?;
    file.rewind()?;
    write!(
        file,
        "process {} ({})",
        std::process::id(),
        command.join(" ")
    )?;
    file.flush()
}
