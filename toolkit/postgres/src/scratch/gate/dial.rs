//! Connects to a server as sqlx would, with TLS where the URL asks for it, and says nothing yet.

use std::io;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx_core::net::{
    Socket, SocketIntoBox, WithSocket, connect_tcp, connect_uds,
    tls::{self, CertificateInput, TlsConfig},
};
use toolkit_runtime::{DatabaseUrl, TlsFiles};

/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>: `SSLRequest`.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// A server, and how it is reached.
#[derive(Clone)]
pub(super) struct Server {
    options: PgConnectOptions,
    root: Option<CertificateInput>,
    certificate: Option<CertificateInput>,
    key: Option<CertificateInput>,
}

impl Server {
    pub(super) fn of(url: &DatabaseUrl) -> io::Result<Self> {
        let mut options: PgConnectOptions = url.expose().parse().map_err(io::Error::other)?;
        if TlsFiles::is_system(url) {
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        // sqlx keeps its own to itself.
        let TlsFiles {
            root,
            certificate,
            key,
        } = TlsFiles::of(url);
        let input = |said: Option<String>| said.map(CertificateInput::from);
        Ok(Self {
            options,
            root: input(root),
            certificate: input(certificate),
            key: input(key),
        })
    }

    pub(super) async fn dial(&self) -> io::Result<Box<dyn Socket>> {
        let host = self.options.get_host().trim_matches(['[', ']']);
        let socket = self.options.get_socket().cloned();
        // A host that is a folder holds the server's socket.
        let folder = socket.or_else(|| host.starts_with('/').then(|| host.into()));
        let dialled = match folder {
            Some(folder) => {
                let path = folder.join(format!(".s.PGSQL.{}", self.options.get_port()));
                connect_uds(path, Upgrade(self)).await
            }
            None => connect_tcp(host, self.options.get_port(), Upgrade(self)).await,
        };
        dialled.map_err(io::Error::other)?
    }
}

struct Upgrade<'a>(&'a Server);

impl WithSocket for Upgrade<'_> {
    type Output = io::Result<Box<dyn Socket>>;

    async fn with_socket<S: Socket>(self, socket: S) -> Self::Output {
        upgrade(socket, self.0).await
    }
}

async fn upgrade<S: Socket>(mut socket: S, server: &Server) -> io::Result<Box<dyn Socket>> {
    let mode = server.options.get_ssl_mode();
    let (asks, insists) = match mode {
        PgSslMode::Allow | PgSslMode::Disable => (false, false),
        PgSslMode::Prefer => (true, false),
        PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => (true, true),
    };
    if !asks {
        return Ok(Box::new(socket));
    }
    let mut request = &SSL_REQUEST[..];
    while !request.is_empty() {
        let sent = socket.write(request).await?;
        request = &request[sent..];
    }
    let mut answer = [0_u8];
    socket.read(&mut &mut answer[..]).await?;
    match answer[0] {
        b'S' => {}
        b'N' if !insists => return Ok(Box::new(socket)),
        _ => return Err(io::Error::other("the server does not support TLS")),
    }
    let config = TlsConfig {
        accept_invalid_certs: !matches!(mode, PgSslMode::VerifyCa | PgSslMode::VerifyFull),
        accept_invalid_hostnames: !matches!(mode, PgSslMode::VerifyFull),
        hostname: server.options.get_host(),
        root_cert_path: server.root.as_ref(),
        client_cert_path: server.certificate.as_ref(),
        client_key_path: server.key.as_ref(),
    };
    let upgraded = tls::handshake(socket, config, SocketIntoBox).await;
    upgraded.map_err(io::Error::other)
}
