//! On which server test databases are made. Reads the environment and files, and starts a private cluster.

use std::path::PathBuf;

#[cfg(unix)]
use toolkit_cluster::{ClusterError, SharedCluster};
use toolkit_runtime::{Configuration, DatabaseUrl};

use crate::TestError;

/// The variables that name a server, the first that is set wins.
const VARIABLES: [&str; 2] = ["TEST_DATABASE_URL", "DATABASE_URL"];

/// Where test databases are made.
#[derive(Debug)]
pub(crate) enum Site {
    /// On a server that others use, too.
    Server {
        url: DatabaseUrl,
        /// Where the URL stands.
        variable: String,
    },
    /// On a cluster that nothing but tests uses.
    #[cfg(unix)]
    Own {
        cluster: SharedCluster,
        url: DatabaseUrl,
    },
    /// On an embedded server for each; the text says why.
    Embedded(&'static str),
}

impl Site {
    pub(crate) fn find() -> Result<Self, TestError> {
        let configuration = Configuration::load(None)?;
        for name in VARIABLES {
            if let Some((text, origin)) = configuration.variable(name) {
                let url = text.parse();
                let url = url.map_err(|source| toolkit_runtime::ConfigError::Url {
                    origin: origin.clone(),
                    source,
                })?;
                let variable = origin.to_string();
                return Ok(Self::Server { url, variable });
            }
        }
        Self::own(&configuration)
    }

    #[cfg(unix)]
    fn own(configuration: &Configuration) -> Result<Self, TestError> {
        match SharedCluster::join(&build_folder(configuration)) {
            Ok(Some(cluster)) => {
                let url: DatabaseUrl =
                    "postgres://postgres@localhost/postgres"
                        .parse()
                        .map_err(|source| toolkit_runtime::ConfigError::Url {
                            origin: toolkit_runtime::Origin::Other("a private cluster"),
                            source,
                        })?;
                let url = url.through_socket(cluster.socket_folder(), cluster.port());
                Ok(Self::Own { cluster, url })
            }
            Ok(None) => Ok(Self::Embedded("no installed PostgreSQL was found")),
            Err(ClusterError::Root) => Ok(Self::Embedded("PostgreSQL does not run as root")),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(unix))]
    fn own(_: &Configuration) -> Result<Self, TestError> {
        Ok(Self::Embedded("no database URL is set"))
    }
}

/// A folder of the folder where cargo puts what it builds, which this program is in; else in the workspace.
#[cfg(unix)]
fn build_folder(configuration: &Configuration) -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let mut folders = program.ancestors();
    let built = folders.find(|folder| folder.join("CACHEDIR.TAG").is_file());
    let built = built.map(PathBuf::from);
    let built = built.unwrap_or_else(|| configuration.embedded_folder());
    built.join("toolkit-test")
}
