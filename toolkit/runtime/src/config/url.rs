//! A database URL that never shows its password. No I/O here.

use std::{borrow::Cow, fmt};

use url::Url;

/// A PostgreSQL URL. `Display` and `Debug` mask passwords; only the connection sees them.
///
/// ```
/// use toolkit_runtime::DatabaseUrl;
///
/// let url: DatabaseUrl = "postgresql+asyncpg://ann:s3cret@db:5432/app?ssl=require".parse()?;
/// assert_eq!(url.to_string(), "postgres://ann:***@db:5432/app?sslmode=require");
/// # Ok::<(), toolkit_runtime::UrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DatabaseUrl(Url);

/// Why a text is not a PostgreSQL URL. Never repeats the text, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// It is empty.
    #[error("the database URL is empty")]
    Empty,
    /// It is no URL at all.
    #[error("the database URL cannot be parsed: {0}")]
    Syntax(url::ParseError),
    /// It is a URL of another database.
    #[error("the database URL starts with {0}://, but only PostgreSQL is supported")]
    Scheme(String),
    /// A character that means something in a URL stands in it unescaped, most likely in the password.
    #[error("the database URL has a #, / or ? where it should be percent-encoded")]
    Unescaped,
    /// It names several hosts, of which libpq takes the first that answers.
    #[error("the database URL names several hosts, but a run needs one and the same server")]
    Hosts,
    /// It names no database server, as in `postgres:app`.
    #[error("the database URL has no // after its scheme")]
    NoAuthority,
}

impl std::str::FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let (scheme, rest) = text
            .split_once(':')
            .ok_or(UrlError::Syntax(url::ParseError::RelativeUrlWithoutBase))?;
        // SQLAlchemy names its driver behind a plus: postgresql+asyncpg, postgresql+psycopg.
        let scheme = scheme.to_ascii_lowercase();
        match scheme.split('+').next().unwrap_or(&scheme) {
            "postgres" | "postgresql" => {}
            other => return Err(UrlError::Scheme(other.to_owned())),
        }
        if !rest.starts_with("//") {
            return Err(UrlError::NoAuthority);
        }
        if host(rest).contains(',') {
            return Err(UrlError::Hosts);
        }
        let mut url = Url::parse(&with_host(rest)).map_err(UrlError::Syntax)?;
        // The rest of a password that was cut off here would be shown.
        let has_at = |text: &str| text.contains('@');
        if url.fragment().is_some() || has_at(url.path()) || url.query().is_some_and(has_at) {
            return Err(UrlError::Unescaped);
        }
        let is_list = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
            ["host", "hostaddr", "port"].contains(&name.as_ref()) && value.contains(',')
        };
        if url.query_pairs().any(is_list) {
            return Err(UrlError::Hosts);
        }
        translate_parameters(&mut url);
        Ok(Self(url))
    }
}

impl UrlError {
    /// What the user can do about it.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Hosts => {
                "name the primary alone; what moves with it, such as a DNS name, a service or a \
                 proxy, can stand for it"
            }
            Self::Empty
            | Self::Syntax(_)
            | Self::Scheme(_)
            | Self::Unescaped
            | Self::NoAuthority => {
                "a URL looks like postgres://user:password@host:5432/database; write special \
                 characters in the password percent-encoded (# is %23, / is %2F, @ is %40)"
            }
        }
    }
}

/// Hosts and ports of what follows the scheme and its colon.
fn host(rest: &str) -> &str {
    let authority = authority(rest).0;
    authority.rsplit('@').next().unwrap_or(authority)
}

/// What stands between `//` and the path, and what follows.
fn authority(rest: &str) -> (&str, &str) {
    let authority = rest.trim_start_matches('/');
    let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
    authority.split_at(end)
}

/// libpq takes `//role@/database`, where the host stands in a parameter or is the default one.
fn with_host(rest: &str) -> String {
    let (authority, tail) = authority(rest);
    if authority.ends_with('@') {
        format!("postgres://{authority}localhost{tail}")
    } else {
        format!("postgres:{rest}")
    }
}

/// asyncpg says `ssl` where libpq says `sslmode`.
fn translate_parameters(url: &mut Url) {
    if !url.query_pairs().any(|(name, _)| name == "ssl") {
        return;
    }
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| match (name.as_ref(), value.as_ref()) {
            ("ssl", "true" | "1") => ("sslmode".to_owned(), "require".to_owned()),
            ("ssl", "false" | "0") => ("sslmode".to_owned(), "disable".to_owned()),
            ("ssl", _) => ("sslmode".to_owned(), value.into_owned()),
            _ => (name.into_owned(), value.into_owned()),
        })
        .collect();
    url.query_pairs_mut().clear().extend_pairs(pairs);
}

impl DatabaseUrl {
    /// The same server, role and parameters with another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.0.clone();
        url.set_path(name);
        // A parameter would win over the path.
        if url.query_pairs().any(|(name, _)| name == "dbname") {
            let pairs: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(name, _)| name != "dbname")
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            url.query_pairs_mut().clear().extend_pairs(pairs);
        }
        Self(url)
    }

    /// The same role and database by the socket of `port` in `folder`: who listens there goes on to the
    /// server.
    #[must_use]
    pub fn through_socket(&self, folder: &std::path::Path, port: u16) -> Self {
        self.through(&[("host", folder.to_string_lossy().into_owned())], port)
    }

    /// Likewise by `port` of this machine.
    #[must_use]
    pub fn through_port(&self, port: u16) -> Self {
        self.through(&[], port)
    }

    fn through(&self, more: &[(&str, String)], port: u16) -> Self {
        let is_way = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.starts_with("ssl") || ["host", "hostaddr", "port"].contains(&name.as_str())
        };
        let mut url = self.0.clone();
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !is_way(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        // A URL of PostgreSQL has a host, so both can be set.
        let _ = url.set_host(Some("localhost"));
        let _ = url.set_port(Some(port));
        url.query_pairs_mut()
            .clear()
            .extend_pairs(pairs)
            .extend_pairs(more)
            .append_pair("sslmode", "disable");
        Self(url)
    }

    /// The same without any password, for a command that a person may copy.
    #[must_use]
    pub fn without_password(&self) -> Self {
        let mut url = self.0.clone();
        // A URL of PostgreSQL has a host or no password.
        let _ = url.set_password(None);
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !is_secret(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.set_query(None);
        if !pairs.is_empty() {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        Self(url)
    }

    /// The same with a setting that each session begins with, beside those that it has.
    ///
    /// ```
    /// use toolkit_runtime::DatabaseUrl;
    ///
    /// let url: DatabaseUrl = "postgres://ann:s3cret@db/app".parse()?;
    /// let shown = url.without_password().with_setting("search_path", "\"plans\", public");
    /// assert_eq!(
    ///     shown.to_string(),
    ///     "postgres://ann@db/app?options=-csearch_path%3D%22plans%22%2C%5C+public"
    /// );
    /// # Ok::<(), toolkit_runtime::UrlError>(())
    /// ```
    #[must_use]
    pub fn with_setting(&self, name: &str, value: &str) -> Self {
        let escaped = value.replace('\\', "\\\\").replace(' ', "\\ ");
        let mut options = format!("-c{name}={escaped}");
        let mut pairs = self.parameters();
        pairs.retain(|(name, value)| {
            let is_options = name == "options";
            if is_options {
                options = format!("{value} {options}");
            }
            !is_options
        });
        pairs.push(("options".to_owned(), options));
        let mut url = self.0.clone();
        url.query_pairs_mut().clear().extend_pairs(pairs);
        Self(url)
    }

    /// Host and database, without role and password.
    pub(crate) fn place(&self) -> String {
        let path = self.0.path().trim_matches('/').to_owned();
        let database = self.parameter("dbname").unwrap_or(path);
        format!("{}/{database}", self.server())
    }

    /// Host and port, or the folder of a socket.
    pub(crate) fn server(&self) -> String {
        let named = self.0.host_str().unwrap_or("localhost").to_owned();
        let host = self.parameter("host").unwrap_or(named);
        let port = self.0.port().map(|port| port.to_string());
        match self.parameter("port").or(port) {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }
    }

    fn parameter(&self, wanted: &str) -> Option<String> {
        let mut parameters = self.parameters().into_iter();
        parameters.find_map(|(name, value)| (name == wanted).then_some(value))
    }

    /// Its parameters, each with its value.
    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        self.0.query_pairs().into_owned().collect()
    }

    /// The whole URL with its password, for connecting.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

fn is_secret(parameter: &str) -> bool {
    parameter.to_ascii_lowercase().contains("password")
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MASK: &str = "***";
        let mut url = self.0.clone();
        if url.password().is_some() && url.set_password(Some(MASK)).is_err() {
            return f.write_str("postgres://***");
        }
        if url.query_pairs().any(|(name, _)| is_secret(&name)) {
            let pairs: Vec<(String, String)> = url
                .query_pairs()
                .map(|(name, value)| {
                    let value = if is_secret(&name) { MASK.into() } else { value };
                    (name.into_owned(), value.into_owned())
                })
                .collect();
            url.query_pairs_mut().clear().extend_pairs(pairs);
        }
        f.write_str(url.as_str())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        text.parse::<DatabaseUrl>()
            .map_or_else(|error| error.to_string(), |url| url.to_string())
    }

    #[test]
    fn python_drivers_and_their_tls_parameter_are_understood() {
        for (text, expected) in [
            ("postgres://a@h/d", "postgres://a@h/d"),
            ("postgresql://a@h/d", "postgres://a@h/d"),
            (
                "postgresql+asyncpg://a@h/d?ssl=true",
                "postgres://a@h/d?sslmode=require",
            ),
            (
                "postgresql+psycopg://a@h/d?sslmode=verify-full",
                "postgres://a@h/d?sslmode=verify-full",
            ),
            (
                "postgresql+psycopg2://a@[::1]:6432/d",
                "postgres://a@[::1]:6432/d",
            ),
            (
                "postgres://a@/d?host=/run/postgresql",
                "postgres://a@localhost/d?host=/run/postgresql",
            ),
            (
                "postgres:///d?host=/run/postgresql",
                "postgres:///d?host=/run/postgresql",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "postgres://u:hunter2@h/d",
            "postgres://u:hunter2@h:notaport/d",
            "postgres://h/d?user=u&password=hunter2",
            "postgres://h/d?sslpassword=hunter2",
            "mysql://u:hunter2@h/d",
            "hunter2",
            "postgres:hunter2",
            "postgres://u:hunter2#x@h/d",
            "postgres://u:12#hunter2@h/d",
            "postgres://u:12/hunter2@h/d",
            "postgres://u:12?hunter2@h/d",
        ] {
            assert!(!shown(text).contains("hunter2"), "{}", shown(text));
            let debug = format!("{:?}", text.parse::<DatabaseUrl>());
            assert!(!debug.contains("hunter2"), "{debug}");
        }
    }

    #[test]
    fn what_a_person_may_copy_has_no_password_and_keeps_the_rest() {
        for (text, expected) in [
            ("postgres://u:hunter2@h/d", "postgres://u@h/d"),
            (
                "postgres://u@h/d?password=hunter2&sslmode=require",
                "postgres://u@h/d?sslmode=require",
            ),
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(url.without_password().expose(), expected);
        }
        let url: DatabaseUrl = "postgres://u@h/d?options=-cgeqo%3Doff".parse().unwrap();
        let set = url.with_setting("search_path", "a, b").parameters();
        let options = "-cgeqo=off -csearch_path=a,\\ b";
        assert_eq!(set, [("options".to_owned(), options.to_owned())]);
    }

    #[test]
    fn what_is_not_a_postgresql_url_says_so() {
        assert_eq!(shown(" "), "the database URL is empty");
        assert!(shown("mysql://h/d").contains("starts with mysql://"));
        assert!(shown("postgres:app").contains("no //"));
        assert!(shown("localhost/app").contains("cannot be parsed"));
        for several in [
            "postgres://u@a,b/d",
            "postgres://u:p,w@a:1,b:2/d",
            "postgres://u@a:5432,[::1]:5433/d?sslmode=require",
            "postgres://u@/d?host=a,b",
            "postgres://u@/d?host=a&port=1,2",
        ] {
            assert!(shown(several).contains("names several hosts"), "{several}");
        }
        assert_eq!(shown("postgres://u:p,w@a/d"), "postgres://u:***@a/d");
    }
}
