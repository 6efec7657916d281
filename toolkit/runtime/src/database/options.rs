//! From a URL to what the driver connects with. Reads certificates' files, opens no connection.

use sea_orm::sqlx::{Error as SqlxError, postgres::PgConnectOptions};

use super::{ConnectError, certificate};
use crate::DatabaseUrl;

/// What the driver connects with; `application` is shown in `pg_stat_activity`, unless the URL says
/// another name.
pub(super) fn options(
    url: &DatabaseUrl,
    application: &str,
) -> Result<PgConnectOptions, ConnectError> {
    let options: PgConnectOptions =
        url.expose()
            .parse()
            .map_err(|error: SqlxError| ConnectError::Other {
                address: url.to_string(),
                source: error.into(),
            })?;
    let options = match options.get_application_name() {
        Some(_) => options,
        None => options.application_name(application),
    };
    // A URL has an IPv6 address in brackets, which the resolver does not know.
    let host = options.get_host();
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let options = match bare.map(str::to_owned) {
        Some(bare) => options.host(&bare),
        None => options,
    };
    let options = certificate::checked(url, options.clone()).map_err(|source| {
        let address = address(&options);
        ConnectError::Certificate { address, source }
    })?;
    Ok(options.statement_cache_capacity(0).extra_float_digits(None))
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
