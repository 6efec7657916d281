//! The files that a TLS connection needs: looked at before connecting, because the driver's words for
//! what is wrong with them are those of a server that cannot be reached.

use std::{env, fs, io, path::PathBuf};

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::DatabaseUrl;

/// Where systems keep the authorities that they trust, as OpenSSL is built to find them.
const SYSTEM: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/opt/homebrew/etc/openssl@3/cert.pem",
];
/// How the variable is called that names another place.
const SYSTEM_VARIABLE: &str = "SSL_CERT_FILE";

/// Why a file that TLS needs cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// It cannot be read.
    #[error("cannot read {}, which {parameter} names", path.display())]
    Unreadable {
        /// The parameter of the URL.
        parameter: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The key needs a password.
    #[error("the key in {} is encrypted, and the driver reads only keys that are not", path.display())]
    EncryptedKey {
        /// The file.
        path: PathBuf,
    },
    /// The system's authorities were asked for, and are not where they mostly are.
    #[error("sslrootcert=system: no file with the system's authorities was found")]
    NoSystem,
    /// The system's authorities are no help if the server's name is not compared.
    #[error("sslrootcert=system needs sslmode=verify-full, and the mode is weaker")]
    Weak,
}

impl CertificateError {
    /// What the user can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unreadable { .. } => {
                "correct the path in the URL, which is taken from the current folder, or make the file \
                 readable for the user that runs this"
                    .to_owned()
            }
            Self::EncryptedKey { path } => {
                let path = path.display();
                format!(
                    "write it without a password into a file that only its user can read: \
                     openssl pkey -in {path} -out FILE, then sslkey=FILE"
                )
            }
            Self::NoSystem => format!(
                "name the file: sslrootcert=FILE in the URL, or the variable {SYSTEM_VARIABLE}; without \
                 sslrootcert, sslmode=verify-full trusts the public authorities"
            ),
            Self::Weak => "write sslmode=verify-full, or leave sslmode out".to_owned(),
        }
    }
}

/// The options of `url` with what libpq means by `sslrootcert=system`, if the files can be used.
///
/// <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT>
pub(super) fn checked(
    url: &DatabaseUrl,
    options: PgConnectOptions,
) -> Result<PgConnectOptions, CertificateError> {
    let mut root = setting(url, &ROOT, "PGSSLROOTCERT");
    let options = if root.as_deref() == Some("system") {
        let mode = setting(url, &["sslmode", "ssl-mode"], "PGSSLMODE");
        if mode.is_some_and(|mode| mode != "verify-full") {
            return Err(CertificateError::Weak);
        }
        root = None;
        let options = options.ssl_mode(PgSslMode::VerifyFull);
        options.ssl_root_cert(system().ok_or(CertificateError::NoSystem)?)
    } else {
        options
    };
    let (uses, verifies) = match options.get_ssl_mode() {
        PgSslMode::Disable | PgSslMode::Allow => (false, false),
        PgSslMode::Prefer | PgSslMode::Require => (true, false),
        PgSslMode::VerifyCa | PgSslMode::VerifyFull => (true, true),
    };
    if let Some(root) = root.filter(|_| verifies) {
        read("sslrootcert", &root)?;
    }
    if let Some(certificate) = setting(url, &["sslcert", "ssl-cert"], "PGSSLCERT").filter(|_| uses)
    {
        read("sslcert", &certificate)?;
    }
    if let Some(key) = setting(url, &["sslkey", "ssl-key"], "PGSSLKEY").filter(|_| uses) {
        let text = read("sslkey", &key)?;
        // `BEGIN ENCRYPTED PRIVATE KEY`, or `Proc-Type: 4,ENCRYPTED` in the older form.
        if text.contains("ENCRYPTED") {
            return Err(CertificateError::EncryptedKey { path: key.into() });
        }
    }
    Ok(options)
}

/// The file that the driver takes; the variables may hold the certificate itself instead.
fn setting(url: &DatabaseUrl, parameters: &[&str], variable: &str) -> Option<String> {
    given(url, parameters, variable).filter(|value| !value.trim_start().starts_with("-----BEGIN"))
}

/// What the driver takes: the last of `parameters` in the URL, else `variable`.
fn given(url: &DatabaseUrl, parameters: &[&str], variable: &str) -> Option<String> {
    let given = url.parameters().into_iter().rev();
    let mut given = given.filter(|(name, _)| parameters.contains(&name.as_str()));
    let given = given.next().map(|(_, value)| value);
    given.or_else(|| env::var(variable).ok())
}

/// The certificates and the key that TLS uses, each the path of a file or the text of one.
#[derive(Clone, Default)]
pub struct TlsFiles {
    /// The authorities that are trusted.
    pub root: Option<String>,
    /// This client's certificate.
    pub certificate: Option<String>,
    /// Its key.
    pub key: Option<String>,
}

impl TlsFiles {
    /// Those of `url`; the system's authorities if it trusts these.
    pub fn of(url: &DatabaseUrl) -> Self {
        let root = given(url, &ROOT, "PGSSLROOTCERT");
        let root = match root.as_deref() {
            Some("system") => system().map(|path| path.display().to_string()),
            _ => root,
        };
        Self {
            root,
            certificate: given(url, &["sslcert", "ssl-cert"], "PGSSLCERT"),
            key: given(url, &["sslkey", "ssl-key"], "PGSSLKEY"),
        }
    }

    /// Whether `url` trusts the system's authorities, which needs `sslmode=verify-full`.
    pub fn is_system(url: &DatabaseUrl) -> bool {
        given(url, &ROOT, "PGSSLROOTCERT").as_deref() == Some("system")
    }
}

const ROOT: [&str; 3] = ["sslrootcert", "ssl-root-cert", "ssl-ca"];

fn read(parameter: &'static str, path: &str) -> Result<String, CertificateError> {
    let bytes = fs::read(path).map_err(|source| CertificateError::Unreadable {
        parameter,
        path: path.into(),
        source,
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn system() -> Option<PathBuf> {
    match env::var_os(SYSTEM_VARIABLE) {
        Some(path) => Some(path.into()),
        None => SYSTEM
            .map(PathBuf::from)
            .into_iter()
            .find(|path| path.is_file()),
    }
}
