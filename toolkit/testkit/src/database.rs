//! A database of one test's own.

use toolkit_embedded::EmbeddedServer;

use crate::{Cluster, cluster};

/// An empty database, on the process's cluster if PostgreSQL is installed, else embedded.
#[derive(Debug)]
pub struct Database(Place);

#[derive(Debug)]
enum Place {
    Server(&'static Cluster, String),
    Embedded(Box<EmbeddedServer>),
}

impl Database {
    /// Creates one.
    ///
    /// # Panics
    /// When it cannot be created.
    pub fn create() -> Self {
        match cluster::cluster() {
            Some(cluster) => cluster.database(),
            None => Self(Place::Embedded(Box::new(
                EmbeddedServer::temporary().unwrap(),
            ))),
        }
    }

    pub(crate) fn on_server(cluster: &'static Cluster, name: String) -> Self {
        Self(Place::Server(cluster, name))
    }

    /// The URL of the superuser.
    pub fn url(&self) -> String {
        match &self.0 {
            Place::Server(cluster, name) => cluster.url("postgres", name),
            Place::Embedded(server) => server.url(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match &self.0 {
            Place::Server(_, name) => name,
            Place::Embedded(_) => "template1",
        }
    }
}
