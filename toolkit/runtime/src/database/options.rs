//! From a URL to what the driver connects with. Reads certificates' files, opens no connection.

use std::{fmt, sync::Arc};

use sea_orm::sqlx::{Error as SqlxError, postgres::PgConnectOptions};

use super::{ConnectError, certificate};
use crate::DatabaseUrl;

/// What the sessions of a run are opened with.
#[derive(Clone)]
pub(super) enum Way {
    /// A URL.
    Url(DatabaseUrl),
    /// What a pool opens its sessions with.
    Pool(Arc<PgConnectOptions>),
}

impl Way {
    /// What the driver connects with; `application` is shown in `pg_stat_activity`, unless another name is
    /// said.
    pub(super) fn options(&self, application: &str) -> Result<PgConnectOptions, ConnectError> {
        match self {
            Self::Url(url) => options(url, application),
            Self::Pool(options) => Ok(plain(PgConnectOptions::clone(options), application)),
        }
    }
}

/// As it may be shown: without a password.
impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => url.fmt(f),
            Self::Pool(options) => f.write_str(&address(options)),
        }
    }
}

/// The driver's own would show the password.
impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What the driver connects with; `application` is shown in `pg_stat_activity`, unless the URL says
/// another name.
fn options(url: &DatabaseUrl, application: &str) -> Result<PgConnectOptions, ConnectError> {
    let options: PgConnectOptions =
        url.expose()
            .parse()
            .map_err(|error: SqlxError| ConnectError::Other {
                address: url.to_string(),
                source: error.into(),
            })?;
    let options = plain(options, application);
    // A URL has an IPv6 address in brackets, which the resolver does not know.
    let host = options.get_host();
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let options = match bare.map(str::to_owned) {
        Some(bare) => options.host(&bare),
        None => options,
    };
    certificate::checked(url, options.clone()).map_err(|source| {
        let address = address(&options);
        ConnectError::Certificate { address, source }
    })
}

/// `options` without what a transaction pooler would lose or refuse.
fn plain(options: PgConnectOptions, application: &str) -> PgConnectOptions {
    let options = match options.get_application_name() {
        Some(_) => options,
        None => options.application_name(application),
    };
    options.statement_cache_capacity(0).extra_float_digits(None)
}

/// Host and port, or the socket.
pub(super) fn address(options: &PgConnectOptions) -> String {
    let (host, port) = (options.get_host(), options.get_port());
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None if host.contains(':') => format!("[{host}]:{port}"),
        None => format!("{host}:{port}"),
    }
}
