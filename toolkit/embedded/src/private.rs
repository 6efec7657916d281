//! What other users of the machine may not see.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::EmbeddedError;

/// Lets nobody but its user into `folder`, which is there.
pub(crate) fn close_to_others(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
    }
    #[cfg(not(unix))]
    fs::metadata(folder).map(drop)
}

/// The password of the server whose data is kept in `folder`, which is there, and the file that keeps
/// it: made when it is asked for first.
///
/// # Errors
/// [`EmbeddedError::File`] when it cannot be kept.
pub fn password(folder: &Path) -> Result<(String, PathBuf), EmbeddedError> {
    let path = folder.join("password");
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if !kept.trim().is_empty() {
        return Ok((kept.trim().to_owned(), path));
    }
    let password = uuid::Uuid::new_v4().simple().to_string();
    match fs::write(&path, format!("{password}\n")) {
        Ok(()) => Ok((password, path)),
        Err(source) => Err(EmbeddedError::File {
            action: "write",
            path,
            source,
        }),
    }
}

/// A folder for a Unix socket, whose path may have 103 bytes: so it is not in the workspace. Deleted
/// when it is dropped.
#[derive(Debug)]
pub(crate) struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// The port in the socket's name, which a client adds to the folder.
    const PORT: u16 = 5432;

    pub(crate) fn create() -> Result<Self, EmbeddedError> {
        let path = std::env::temp_dir().join(format!("toolkit-{}", uuid::Uuid::new_v4().simple()));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&path) {
            Ok(()) => Ok(Self(path)),
            Err(source) => Err(EmbeddedError::File {
                action: "create",
                path,
                source,
            }),
        }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.0.join(format!(".s.PGSQL.{}", Self::PORT))
    }

    /// The URL of the server that listens on the socket.
    pub(crate) fn url(&self) -> String {
        let mut folder = String::new();
        for byte in self.0.display().to_string().bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                    folder.push(char::from(byte));
                }
                _ => folder.push_str(&format!("%{byte:02X}")),
            }
        }
        let port = Self::PORT;
        format!("postgres://postgres@localhost/template1?host={folder}&port={port}&sslmode=disable")
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // What is left is an empty folder in the temporary one.
        let _ = fs::remove_dir_all(&self.0);
    }
}
