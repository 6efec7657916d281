//! What is set and read by nobody, most likely a slip of the pen: variables and parameters of URLs.
//! No I/O here.

use std::collections::BTreeSet;

use super::{Configuration, DatabaseUrl, Origin, Target, settings, source};
use crate::Service;

/// Variables that begin so are ours.
const PREFIX: &str = "TOOLKIT_";
/// The tests' own.
const TEST_PREFIX: &str = "TOOLKIT_TEST_";
/// How alike two names are when one was meant for the other.
const ALIKE: f64 = 0.8;
/// How many letters may be wrong, missing or too many in a name that is not by its prefix ours.
const SLIPS: usize = 2;

/// The parameters of a URL that mean something to the driver.
///
/// <https://docs.rs/sqlx/latest/sqlx/postgres/struct.PgConnectOptions.html#parameters>
const PARAMETERS: [&str; 17] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// Those that mean something to libpq only.
///
/// <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS>
const LIBPQ: [&str; 27] = [
    "client_encoding",
    "connect_timeout",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "passfile",
    "replication",
    "require_auth",
    "requirepeer",
    "service",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslnegotiation",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
];

impl Configuration {
    /// What is set and read by nobody, a sentence each, when the services are `services`.
    pub(crate) fn unknown(&self, services: &[Service]) -> Vec<String> {
        let mut known: Vec<String> = settings::VARIABLES.map(str::to_owned).into();
        known.extend(source::url_variables(services));
        // Who knows one service does not know what is called almost like it: it may be another one.
        let is_sole = services.len() == 1;
        let candidates = source::url_variables(if is_sole { &[] } else { services });
        let told = |name: &String| told(name, &known, &candidates);
        let mut unknown: Vec<String> = self.names().iter().filter_map(told).collect();
        // Several services may share a URL.
        let mut seen = BTreeSet::new();
        for service in services {
            if let Ok(Target::Server(url, origin)) = self.target(service)
                && seen.insert(origin.to_string())
            {
                unknown.extend(unknown_parameters(&url, &origin));
            }
        }
        unknown
    }
}

/// What to say of the variable `name`, if it is meant for us and not `known`: it begins like ours, or
/// it is almost one of `candidates`.
fn told(name: &String, known: &[String], candidates: &[String]) -> Option<String> {
    if known.contains(name) || name.starts_with(TEST_PREFIX) {
        return None;
    }
    let nearest = if name.starts_with(PREFIX) {
        let plain = |name: &str| name.trim_start_matches(PREFIX).to_owned();
        most_alike(&plain(name), known.iter().map(|name| (plain(name), name)))
    } else {
        let slips = |other: &&String| strsim::osa_distance(name, other) <= SLIPS;
        // Any other name may be another program's.
        Some(candidates.iter().find(slips)?)
    };
    Some(sentence(&format!("the variable {name}"), nearest))
}

/// What to say of the parameters of `url`, which stands in `origin`, that mean nothing.
pub(crate) fn unknown_parameters(url: &DatabaseUrl, origin: &Origin) -> Vec<String> {
    let is_unknown = |name: &str| {
        !PARAMETERS.contains(&name) && name != "ssl-root-cert" && !name.starts_with("options[")
    };
    let told = |(name, value): (String, String)| {
        let what = format!("the parameter {name} of {origin}");
        match name.as_str() {
            known if !is_unknown(known) => None,
            "channel_binding" if value == "require" => Some(format!(
                "{what} is not kept: the driver does not bind a login to its TLS connection; \
                 sslmode=verify-full makes sure of the server instead"
            )),
            // The others allow what the driver does.
            "channel_binding" => None,
            "sslpassword" => Some(format!(
                "{what} does nothing: the driver reads keys that are not encrypted"
            )),
            libpq if LIBPQ.contains(&libpq) => {
                Some(format!("{what} is libpq's alone and does nothing here"))
            }
            _ => {
                let nearest = PARAMETERS.map(|other| (other.to_owned(), other));
                Some(sentence(&what, most_alike(&name, nearest)))
            }
        }
    };
    url.parameters().into_iter().filter_map(told).collect()
}

/// Of candidates, each with the text to compare, the one that is most like `name`, if one is.
fn most_alike<T>(name: &str, candidates: impl IntoIterator<Item = (String, T)>) -> Option<T> {
    candidates
        .into_iter()
        .map(|(text, candidate)| (strsim::jaro_winkler(name, &text), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

fn sentence(what: &str, nearest: Option<impl std::fmt::Display>) -> String {
    match nearest {
        Some(nearest) => format!("{what} is not known and does nothing; is {nearest} meant?"),
        None => format!("{what} is not known and does nothing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<String> {
        let mut known: Vec<String> = settings::VARIABLES.map(str::to_owned).into();
        known.extend(["DATABASE_URL", "USER_SERVICE_DATABASE_URL"].map(str::to_owned));
        known
    }

    fn of_variable(name: &str) -> String {
        told(&name.to_owned(), &known(), &known()).unwrap_or_default()
    }

    #[test]
    fn our_variables_and_near_misses_are_told_with_the_nearest() {
        for (name, nearest) in [
            ("TOOLKIT_LOCK_TIMOUT", "TOOLKIT_LOCK_TIMEOUT"),
            ("TOOLKIT_STATMENT_TIMEOUT", "TOOLKIT_STATEMENT_TIMEOUT"),
            ("TOOLKIT_WAITS", "TOOLKIT_WAIT"),
            ("DATABSE_URL", "DATABASE_URL"),
            ("DATABASE_URI", "DATABASE_URL"),
            ("USER_SERVICES_DATABASE_URL", "USER_SERVICE_DATABASE_URL"),
        ] {
            let expected =
                format!("the variable {name} is not known and does nothing; is {nearest} meant?");
            assert_eq!(of_variable(name), expected);
        }
        let expected = "the variable TOOLKIT_COLOUR is not known and does nothing";
        assert_eq!(of_variable("TOOLKIT_COLOUR"), expected);
        for name in [
            "TOOLKIT_WAIT",
            "TOOLKIT_TEST_SEED",
            "DATABASE_URL",
            "TEST_DATABASE_URL",
            "OTHER_DATABASE_URL",
            "DATABASE_URL_FILE",
            "PATH",
        ] {
            assert_eq!(of_variable(name), "");
        }
    }

    #[test]
    fn parameters_that_mean_nothing_are_told() {
        let told = |text: &str| unknown_parameters(&text.parse().unwrap(), &Origin::Option);
        let known = "postgres://a@h/d?sslmode=require&ssl-root-cert=x&options[a]=b&host=/run";
        assert_eq!(told(known), [""; 0]);
        assert_eq!(told("postgresql+asyncpg://a@h/d?ssl=true"), [""; 0]);
        assert_eq!(
            told("postgres://a@h/d?sslmod=require&connect_timeout=3"),
            [
                "the parameter sslmod of --database-url is not known and does nothing; is sslmode meant?",
                "the parameter connect_timeout of --database-url is libpq's alone and does nothing here",
            ]
        );
        let binding = |value: &str| told(&format!("postgres://a@h/d?channel_binding={value}"));
        assert!(binding("require")[0].contains("is not kept: the driver does not bind"));
        assert_eq!(binding("prefer"), [""; 0]);
        assert_eq!(
            told("postgres://a@h/d?colour=red"),
            ["the parameter colour of --database-url is not known and does nothing"]
        );
    }
}
