//! What a command works with: settings, the printer, and connections to the right databases.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::signal::only_reads;
use crate::{
    Configuration, ConnectError, Connection, Cut, DatabaseUrl, Error, Format, GlobalArgs, Origin,
    Printer, Service, Settings, Target, config::unknown_parameters, output::causes,
};

/// What a command works with.
#[derive(Clone, Debug)]
pub struct Context {
    /// Where settings come from.
    pub configuration: Configuration,
    /// How the run behaves.
    pub settings: Settings,
    /// Where output goes.
    pub printer: Printer,
    /// The tenant that the command is for.
    pub tenant: Option<String>,
    ends_by_signal: Arc<AtomicBool>,
    only_reads: Arc<AtomicBool>,
    /// The servers that somebody was told to be waited for.
    awaited: Arc<Mutex<BTreeSet<String>>>,
}

/// Connections for some services: those on the embedded server share one, the only one it has.
#[derive(Debug)]
pub struct Connections {
    context: Context,
    embedded: Option<Embedded>,
}

#[derive(Debug)]
struct Embedded {
    connection: Connection,
    #[cfg(feature = "embedded")]
    server: toolkit_embedded::EmbeddedServer,
}

impl Context {
    /// Resolves the options and reads the environment.
    ///
    /// # Errors
    /// [`Error::Config`] when something is set that cannot be used.
    pub fn new(args: &GlobalArgs) -> Result<Self, Error> {
        let configuration =
            Configuration::load(args.database_url.clone())?.with_scratch(args.scratch.clone());
        let settings = Settings::resolve(&configuration, &args.settings())?;
        Ok(Self {
            configuration,
            settings,
            printer: Printer::new(args.format, args.verbosity()),
            tenant: args.tenant.clone(),
            ends_by_signal: Arc::default(),
            only_reads: Arc::default(),
            awaited: Arc::default(),
        })
    }

    /// Refuses a format that the command does not write, and not every command does: who asks for SQL does
    /// not expect that something is done. `written` are those that it writes.
    ///
    /// # Errors
    /// [`Error::Config`].
    pub fn refuse_code(&self, written: &[Format]) -> Result<(), Error> {
        let format = self.printer.format();
        let is_for_all = matches!(format, Format::Text | Format::Json);
        if is_for_all || written.contains(&format) {
            return Ok(());
        }
        let expected = if written.is_empty() {
            "text or json for this command; `toolkit plan --format sql` writes what `up` would send, and \
             nothing is done"
        } else {
            "text, json or sql for this command; `toolkit generate --dry-run --format rust` writes a \
             migration as Rust"
        };
        Err(crate::ConfigError::Value {
            name: "--format".to_owned(),
            value: format.name().to_owned(),
            expected,
        }
        .into())
    }

    /// Tells parameters of `url`, the value of `option`, that mean nothing.
    pub fn tell_parameters(&self, url: &DatabaseUrl, option: &'static str) {
        for unknown in unknown_parameters(url, &Origin::Other(option)) {
            self.printer.warn(&unknown);
        }
    }

    /// The command changes nothing, so a signal that ends it leaves nothing.
    pub fn only_reads(&self) {
        self.only_reads.store(true, Ordering::SeqCst);
        only_reads();
    }

    /// What is left where a signal ends the command.
    pub(crate) fn cut(&self) -> Cut {
        if self.only_reads.load(Ordering::SeqCst) {
            Cut::Nothing
        } else {
            Cut::Unknown
        }
    }

    /// From now on Ctrl-C and SIGTERM are the command's own, which ends with them.
    pub fn end_by_signal(&self) {
        self.ends_by_signal.store(true, Ordering::SeqCst);
    }

    pub(crate) fn ends_by_signal(&self) -> bool {
        self.ends_by_signal.load(Ordering::SeqCst)
    }

    /// The database of each service, told to who asked for details.
    pub(crate) fn targets<'a>(
        &self,
        services: &'a [Service],
    ) -> Result<Vec<(&'a Service, Target)>, Error> {
        let targets = services
            .iter()
            .map(|service| Ok((service, self.configuration.target(service)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        for (service, target) in &targets {
            let text = match target {
                Target::Server(url, origin) => format!("{url} ({origin})"),
                Target::Embedded(_) => target.origin().to_string(),
            };
            self.printer.detail(&format!("{}: {text}", service.name()));
        }
        Ok(targets)
    }

    /// Starts the embedded server if one of the targets needs it.
    ///
    /// # Errors
    /// When it is in use for too long or does not start.
    pub async fn connections<'a>(
        &self,
        targets: impl IntoIterator<Item = &'a Target>,
    ) -> Result<Connections, Error> {
        let folder = targets.into_iter().find_map(|target| match target {
            Target::Embedded(folder) => Some(folder),
            Target::Server(..) => None,
        });
        let embedded = match folder {
            Some(folder) => Some(self.embedded(folder).await?),
            None => None,
        };
        let context = self.clone();
        Ok(Connections { context, embedded })
    }

    /// Connects to `url`, waiting for a server that is not ready yet for as long as the settings say;
    /// `application` is shown in `pg_stat_activity`.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn connect(
        &self,
        url: &DatabaseUrl,
        application: &str,
    ) -> Result<Connection, ConnectError> {
        let wait = self.settings.wait;
        Connection::open_within(wait, url, application, |error| self.tell_wait(error)).await
    }

    /// Says once that a server is waited for.
    fn tell_wait(&self, error: &ConnectError) {
        let mut awaited = self.awaited.lock().unwrap_or_else(PoisonError::into_inner);
        if awaited.insert(error.to_string()) {
            let seconds = self.settings.wait.as_secs_f64();
            let causes = causes(error).join(": ");
            let why = if causes.is_empty() {
                causes
            } else {
                format!(": {causes}")
            };
            self.printer.note(&format!(
                "{error}{why}; trying again for at most {seconds:.0} s (--wait)"
            ));
        }
    }

    #[cfg(feature = "embedded")]
    async fn embedded(&self, folder: &Path) -> Result<Embedded, Error> {
        let server = self.start_embedded(folder).await?;
        let connection = connect_embedded(&server, folder, "toolkit").await?;
        Ok(Embedded { connection, server })
    }

    /// Starts the embedded server of the workspace, waiting for another process that uses it.
    ///
    /// # Errors
    /// [`Error::Embedded`] when it is in use for too long or does not start.
    #[cfg(feature = "embedded")]
    pub async fn start_embedded(
        &self,
        folder: &Path,
    ) -> Result<toolkit_embedded::EmbeddedServer, Error> {
        let (printer, wait, folder) = (self.printer, self.settings.wait, folder.to_owned());
        let start = move || {
            toolkit_embedded::EmbeddedServer::start(&folder, wait, |holder| {
                printer.note(&format!(
                    "waiting for {holder}, which uses the embedded database"
                ));
            })
        };
        Ok(blocking("start the embedded database", start).await??)
    }

    #[cfg(not(feature = "embedded"))]
    #[allow(
        clippy::unused_async,
        reason = "its twin with the embedded database is async"
    )]
    async fn embedded(&self, folder: &Path) -> Result<Embedded, Error> {
        let system = std::io::Error::other(format!("no server for {}", folder.display()));
        Err(Error::System {
            action: "start the embedded database",
            source: system,
        })
    }
}

/// The one connection to the embedded `server`, whose data is in `folder`; `application` is shown in
/// `pg_stat_activity`.
///
/// # Errors
/// [`Error::Connect`] when it does not accept one.
#[cfg(feature = "embedded")]
pub async fn connect_embedded(
    server: &toolkit_embedded::EmbeddedServer,
    folder: &Path,
    application: &str,
) -> Result<Connection, Error> {
    let url = embedded_url(server, folder)?;
    Ok(Connection::open(&url, application).await?.alone())
}

/// The URL of the embedded `server`, whose data is in `folder`.
///
/// # Errors
/// [`Error::Config`] when it has none that can be used.
#[cfg(feature = "embedded")]
pub fn embedded_url(
    server: &toolkit_embedded::EmbeddedServer,
    folder: &Path,
) -> Result<DatabaseUrl, Error> {
    let url = server.url().parse().map_err(|source| {
        let origin = Origin::Embedded(folder.to_owned());
        crate::ConfigError::Url { origin, source }
    })?;
    Ok(url)
}

/// Runs `work` beside the event loop, so that Ctrl-C is heard meanwhile.
///
/// # Errors
/// [`Error::System`] when the work was cut off.
pub async fn blocking<T: Send + 'static>(
    action: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::System {
            action,
            source: std::io::Error::other(error),
        })
}

impl Connections {
    /// The database of `service`.
    pub(super) fn target(&self, service: &Service) -> Result<Target, Error> {
        Ok(self.context.configuration.target(service)?)
    }

    /// Lets `work` use a connection to `target`; `application` is shown in `pg_stat_activity`.
    ///
    /// # Errors
    /// [`Error::Connect`] when it cannot be opened, and what `work` returns.
    pub async fn using<T>(
        &self,
        target: &Target,
        application: &str,
        work: impl AsyncFnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match (target, &self.embedded) {
            (Target::Server(url, _), _) => {
                let connection = self.context.connect(url, application).await?;
                let result = connection.while_heard(work(&connection)).await;
                connection.close().await;
                result
            }
            (Target::Embedded(_), Some(embedded)) => work(&embedded.connection).await,
            (Target::Embedded(folder), None) => Err(Error::System {
                action: "use the embedded database",
                source: std::io::Error::other(format!("{} is not open", folder.display())),
            }),
        }
    }

    /// Closes the embedded database, if it was used.
    ///
    /// # Errors
    /// When it does not stop.
    pub async fn close(self) -> Result<(), Error> {
        let Some(embedded) = self.embedded else {
            return Ok(());
        };
        embedded.connection.close().await;
        #[cfg(feature = "embedded")]
        blocking("stop the embedded database", || embedded.server.stop()).await??;
        Ok(())
    }
}

/// Whether there is a database to read. Reading commands do not start the embedded one for the
/// first time, for that would write its files.
pub fn is_there(target: &Target) -> bool {
    match target {
        Target::Server(..) => true,
        #[cfg(feature = "embedded")]
        Target::Embedded(folder) => toolkit_embedded::exists(folder),
        #[cfg(not(feature = "embedded"))]
        Target::Embedded(_) => false,
    }
}
