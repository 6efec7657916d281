//! Finds the workspace, reads its `.env` and decides which database a service uses.

use std::{
    cell::Cell,
    collections::BTreeMap,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

use super::{ConfigError, Origin};
use crate::{DatabaseUrl, Service};

/// The database that a service uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A server with this URL.
    Server(DatabaseUrl, Origin),
    /// The embedded PostgreSQL with its data in this folder.
    Embedded(PathBuf),
}

impl Target {
    /// Where the choice came from.
    pub fn origin(&self) -> Origin {
        match self {
            Self::Server(_, origin) => origin.clone(),
            Self::Embedded(folder) => Origin::Embedded(folder.clone()),
        }
    }

    /// The database as people may read it: its URL without a password.
    pub fn shown(&self) -> String {
        match self {
            Self::Server(url, _) => url.to_string(),
            Self::Embedded(_) => "the embedded database".to_owned(),
        }
    }
}

/// The environment, the workspace root and what its `.env` says.
#[derive(Clone, Debug)]
pub struct Configuration {
    root: PathBuf,
    environment: BTreeMap<String, String>,
    dotenv: BTreeMap<String, String>,
    database_url: Option<String>,
    scratch: Option<String>,
}

impl Configuration {
    /// Reads the process's environment and `.env` of the workspace root; `database_url` is the
    /// option's value, if given.
    ///
    /// # Errors
    /// [`ConfigError::DotEnv`] when `.env` is there but malformed.
    pub fn load(database_url: Option<String>) -> Result<Self, ConfigError> {
        // A variable that is not Unicode is none of ours.
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let root = workspace_root();
        Self::new(root, environment, database_url)
    }

    fn new(
        root: PathBuf,
        environment: BTreeMap<String, String>,
        database_url: Option<String>,
    ) -> Result<Self, ConfigError> {
        let dotenv = read_dotenv(&root.join(".env"))?;
        Ok(Self {
            root,
            environment,
            dotenv,
            database_url,
            scratch: None,
        })
    }

    /// With the server for scratch databases that an option names.
    #[must_use]
    pub fn with_scratch(mut self, url: Option<String>) -> Self {
        self.scratch = url;
        self
    }

    /// With another database than the option names.
    #[must_use]
    pub fn with_database_url(mut self, url: String) -> Self {
        self.database_url = Some(url);
        self
    }

    /// Without the database of any service; what is set for scratch databases stays.
    #[must_use]
    pub fn without_database(mut self) -> Self {
        self.database_url = None;
        for variables in [&mut self.environment, &mut self.dotenv] {
            variables.retain(|name, _| !name.ends_with(DATABASE_URL));
        }
        self
    }

    /// The folder of the workspace, or the current one outside a workspace.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the workspace; nothing outside one.
    pub fn workspace(&self) -> Option<&Path> {
        Some(self.root.as_path()).filter(|root| Self::is_workspace(root))
    }

    /// Whether `folder` is the root of a workspace.
    pub fn is_workspace(folder: &Path) -> bool {
        is_workspace(folder)
    }

    /// The folder of the embedded PostgreSQL: `.toolkit` at the workspace root.
    pub fn embedded_folder(&self) -> PathBuf {
        self.root.join(".toolkit")
    }

    /// The value of a variable and where it stands; the real environment wins over `.env`.
    pub fn variable(&self, name: &str) -> Option<(&str, Origin)> {
        // An empty value is how shells and compose files say "not set".
        let set =
            |map: &BTreeMap<String, String>| map.contains_key(name) && !map[name].trim().is_empty();
        if set(&self.environment) {
            Some((
                &self.environment[name],
                Origin::Environment(name.to_owned()),
            ))
        } else if set(&self.dotenv) {
            Some((
                &self.dotenv[name],
                Origin::DotEnv(name.to_owned(), self.root.join(".env")),
            ))
        } else {
            None
        }
    }

    /// The names of all variables that are set, here and in `.env`.
    #[cfg(feature = "cli")]
    pub(super) fn names(&self) -> std::collections::BTreeSet<String> {
        let all = self.environment.keys().chain(self.dotenv.keys());
        all.filter(|name| self.variable(name).is_some())
            .cloned()
            .collect()
    }

    /// Decides which database `service` uses.
    ///
    /// # Errors
    /// [`ConfigError::Url`] when the URL that wins is malformed, [`ConfigError::NoDatabase`] when
    /// nothing is set and this binary has no embedded PostgreSQL.
    pub fn target(&self, service: &Service) -> Result<Target, ConfigError> {
        if let Some(url) = service.database() {
            return Ok(Target::Server(url.clone(), Origin::Tenants));
        }
        let variable = database_variable(service.name());
        let direct = migration_variable(service.name());
        self.first_of(&[&direct, &variable, MIGRATION_DATABASE_URL, DATABASE_URL])?
            .ok_or_else(|| ConfigError::NoDatabase {
                service: service.name().to_owned(),
                variable,
            })
    }

    /// The database of whatever belongs to no service.
    ///
    /// # Errors
    /// As [`Configuration::target`].
    pub fn default_target(&self) -> Result<Target, ConfigError> {
        self.first_of(&[MIGRATION_DATABASE_URL, DATABASE_URL])?
            .ok_or_else(|| ConfigError::NoDatabase {
                service: "this command".to_owned(),
                variable: DATABASE_URL.to_owned(),
            })
    }

    /// The server that `--scratch` or `TOOLKIT_SCRATCH_URL` names for scratch databases.
    ///
    /// # Errors
    /// [`ConfigError::Url`] when the URL is malformed.
    pub fn scratch_target(&self) -> Result<Option<Target>, ConfigError> {
        let option = self.scratch.as_deref();
        let named = option.map(|text| (text, Origin::Other("--scratch")));
        let Some((text, origin)) = named.or_else(|| self.variable(SCRATCH_URL)) else {
            return Ok(None);
        };
        match text.parse() {
            Ok(url) => Ok(Some(Target::Server(url, origin))),
            Err(source) => Err(ConfigError::Url { origin, source }),
        }
    }

    /// The option, else the first of `names` that the environment has, else the first that `.env`
    /// has, else the embedded PostgreSQL if this binary has one.
    fn first_of(&self, names: &[&str]) -> Result<Option<Target>, ConfigError> {
        let parse = |text: &str, origin: Origin| match text.parse() {
            Ok(url) => Ok(Some(Target::Server(url, origin))),
            Err(source) => Err(ConfigError::Url { origin, source }),
        };
        if let Some(text) = &self.database_url {
            return parse(text, Origin::Option);
        }
        let lookup = |is_here: fn(&Origin) -> bool| {
            names
                .iter()
                .filter_map(|name| self.variable(name))
                .find(|(_, origin)| is_here(origin))
        };
        let found = lookup(|origin| matches!(origin, Origin::Environment(_)))
            .or_else(|| lookup(|origin| matches!(origin, Origin::DotEnv(..))));
        match found {
            Some((text, origin)) => parse(text, origin),
            None if cfg!(feature = "embedded") => {
                Ok(Some(Target::Embedded(self.embedded_folder())))
            }
            None => Ok(None),
        }
    }
}

const DATABASE_URL: &str = "DATABASE_URL";
/// Where scratch databases are made, if not beside the database that a service uses.
const SCRATCH_URL: &str = "TOOLKIT_SCRATCH_URL";
/// Where services reach their database through a pooler, migrations go around it with this one.
const MIGRATION_DATABASE_URL: &str = "MIGRATION_DATABASE_URL";

/// The variable that only `service` reads: `USER_SERVICE_DATABASE_URL`.
pub(crate) fn database_variable(service: &str) -> String {
    format!("{}_{DATABASE_URL}", prefix(service))
}

/// The variable that only migrations of `service` read: `USER_SERVICE_MIGRATION_DATABASE_URL`.
pub(crate) fn migration_variable(service: &str) -> String {
    format!("{}_{MIGRATION_DATABASE_URL}", prefix(service))
}

/// The variables that hold a URL of one of `services` or of all.
#[cfg(feature = "cli")]
pub(super) fn url_variables(services: &[Service]) -> Vec<String> {
    let own = services.iter().flat_map(|service| {
        let name = service.name();
        [database_variable(name), migration_variable(name)]
    });
    let of_all = [MIGRATION_DATABASE_URL, DATABASE_URL, SCRATCH_URL].map(str::to_owned);
    own.chain(of_all).collect()
}

fn prefix(service: &str) -> String {
    service.replace('-', "_").to_ascii_uppercase()
}

fn read_dotenv(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let problem = |problem: String| ConfigError::DotEnv {
        path: path.to_owned(),
        problem,
    };
    let text = match std::fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| problem("it is not UTF-8".to_owned()))?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(problem(error.to_string())),
    };
    // Editors on Windows begin a file with it.
    let text = text.trim_start_matches('\u{feff}');
    let taken = Cell::new(0);
    let variables = dotenvy::from_read_iter(Lines {
        text: text.as_bytes(),
        taken: &taken,
    });
    variables
        .map(|variable| {
            variable.map_err(|error| {
                problem(match error {
                    // The error repeats the line, which may hold a password.
                    dotenvy::Error::LineParse(text, _) => {
                        let more = text.trim_end().matches('\n').count();
                        let line = taken.get().saturating_sub(more).max(1);
                        format!("line {line} is malformed")
                    }
                    other => other.to_string(),
                })
            })
        })
        .collect()
}

/// Gives a text line by line, so that it is known which one a parser is at.
struct Lines<'t> {
    text: &'t [u8],
    taken: &'t Cell<usize>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let end = self.text.iter().position(|byte| *byte == b'\n');
        let line = end.map_or(self.text.len(), |end| end + 1);
        let length = line.min(buffer.len());
        let (given, rest) = self.text.split_at(length);
        for (to, from) in buffer.iter_mut().zip(given) {
            *to = *from;
        }
        // The last line may have no end.
        let is_whole = given.ends_with(b"\n") || (rest.is_empty() && !given.is_empty());
        self.taken.set(self.taken.get() + usize::from(is_whole));
        self.text = rest;
        Ok(length)
    }
}

/// The nearest folder upwards whose `Cargo.toml` has a `[workspace]`: from the package that cargo
/// runs, else from the current folder. Outside a workspace, as in production, the current folder.
fn workspace_root() -> PathBuf {
    let current = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let find = |start: &Path| {
        start
            .ancestors()
            .find(|folder| is_workspace(folder))
            .map(Path::to_owned)
    };
    package
        .as_deref()
        .and_then(find)
        .or_else(|| find(&current))
        .unwrap_or(current)
}

fn is_workspace(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
}

#[cfg(test)]
mod tests {
    use sea_orm_migration::prelude::*;

    use super::*;

    struct Nothing;

    impl MigratorTrait for Nothing {
        fn migrations() -> Vec<Box<dyn MigrationTrait>> {
            vec![]
        }
    }

    fn service() -> Service {
        Service::new::<Nothing>("user_service", "user_service")
    }

    fn chosen(option: Option<&str>, environment: &[&str], dotenv: &[&str]) -> (String, Origin) {
        let map = |names: &[&str], place: &str| {
            names
                .iter()
                .map(|name| ((*name).to_owned(), format!("postgres://{place}/{name}")))
                .collect()
        };
        let configuration = Configuration {
            root: PathBuf::from("/w"),
            environment: map(environment, "env"),
            dotenv: map(dotenv, "file"),
            database_url: option.map(str::to_owned),
            scratch: None,
        };
        match configuration.target(&service()).unwrap() {
            Target::Server(url, origin) => (url.to_string(), origin),
            Target::Embedded(folder) => (String::new(), Origin::Embedded(folder)),
        }
    }

    #[test]
    fn the_option_beats_the_environment_beats_dotenv_beats_embedded() {
        const OWN: &str = "USER_SERVICE_DATABASE_URL";
        const DIRECT: &str = "USER_SERVICE_MIGRATION_DATABASE_URL";
        const ALL: &str = "DATABASE_URL";
        const ALL_DIRECT: &str = "MIGRATION_DATABASE_URL";
        let both = &[OWN, ALL][..];
        assert_eq!(chosen(Some("postgres://o/d"), both, both).1, Origin::Option);
        assert_eq!(chosen(None, both, both).0, format!("postgres://env/{OWN}"));
        assert_eq!(
            chosen(None, &[ALL], both).0,
            format!("postgres://env/{ALL}")
        );
        assert_eq!(chosen(None, &[], both).0, format!("postgres://file/{OWN}"));
        assert_eq!(
            chosen(None, &[], &[ALL]).0,
            format!("postgres://file/{ALL}")
        );
        // A service with a database of its own must not be sent to the database of the others.
        let every = &[ALL, ALL_DIRECT, OWN, DIRECT];
        for (set, wins) in [(1, ALL), (2, ALL_DIRECT), (3, OWN), (4, DIRECT)] {
            let url = format!("postgres://env/{wins}");
            assert_eq!(chosen(None, &every[..set], &[]).0, url);
        }
        if cfg!(feature = "embedded") {
            assert_eq!(
                chosen(None, &[], &[]).1,
                Origin::Embedded(PathBuf::from("/w/.toolkit"))
            );
        }
    }

    fn dotenv(bytes: &[u8]) -> Result<Configuration, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), bytes).unwrap();
        Configuration::new(folder.path().to_owned(), BTreeMap::new(), None)
    }

    #[test]
    fn a_dotenv_of_an_editor_on_windows_is_read() {
        let text = "\u{feff}DATABASE_URL=postgres://h/d\r\nTOOLKIT_WAIT=1s\r\n";
        let configuration = dotenv(text.as_bytes()).unwrap();
        let value = |name| configuration.variable(name).unwrap().0;
        assert_eq!(value("DATABASE_URL"), "postgres://h/d");
        assert_eq!(value("TOOLKIT_WAIT"), "1s");
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let error = dotenv(&utf16).unwrap_err();
        assert!(error.to_string().contains("not UTF-8"), "{error}");
        assert!(error.hint().contains("UTF-8"));
    }

    #[test]
    fn a_malformed_dotenv_is_an_error_that_hides_its_line() {
        for (text, line) in [
            ("A=1\nDATABASE_URL='postgres://u:hunter2@h/d\n", 2),
            ("\n# a\n\nA=1\nhunter2 is no variable\nB=2\n", 5),
            ("A='1\n2'\nB=\"hunter2\nC=3\n\nD=4", 3),
            ("A=1\nhunter2 x", 2),
        ] {
            let error = dotenv(text.as_bytes()).unwrap_err();
            let told = format!("line {line} is malformed");
            assert!(error.to_string().ends_with(&told), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }
}
