//! Which server answers: PostgreSQL, or another one that speaks its protocol. No I/O here.
//!
//! What such a server does otherwise is in `docs/fleets.md`, with the pages of its documentation that say so.

/// The oldest major version that the toolkit knows.
const OLDEST: u32 = 14;

/// A server that is not the PostgreSQL that the toolkit knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Product {
    /// It says itself that it is another one.
    Other {
        /// What it is called.
        name: String,
        /// Why migrations of the toolkit do not work there, where that is known.
        why: Option<&'static str>,
    },
    /// It is older than what the toolkit knows.
    Old {
        /// Its major version.
        major: u32,
    },
}

/// What is known of others: a mark in what `version()` says, or at the end of the host's name, the name, and what
/// is missing.
const OTHERS: [(&str, &str, Option<&str>); 8] = [
    (
        "CockroachDB",
        "CockroachDB",
        Some("its advisory locks lock nothing, so two runs could apply one migration"),
    ),
    (
        "-YB-",
        "YugabyteDB",
        Some(
            "a change of a schema does not belong to the transaction around it, unless a flag that is off by \
             default says so: a migration and its record would not be of one piece",
        ),
    ),
    (
        ".on.aws",
        "Aurora DSQL",
        Some("it has no savepoints, no PL/pgSQL, no sequences and no foreign keys"),
    ),
    ("Redshift", "Amazon Redshift", None),
    ("Greenplum", "Greenplum", None),
    ("Materialize", "Materialize", None),
    ("QuestDB", "QuestDB", None),
    ("openGauss", "openGauss", None),
];

impl Product {
    /// Who answers at `host` and says `version` of itself; nothing where the toolkit works with it.
    pub(super) fn of(host: &str, version: &str) -> Option<Self> {
        let is_at =
            |mark: &str| mark.starts_with('.') && host.ends_with(mark) && host.contains(".dsql");
        let known = OTHERS
            .iter()
            .find(|(mark, _, _)| version.contains(mark) || is_at(mark));
        if let Some((_, name, why)) = known {
            let name = (*name).to_owned();
            return Some(Self::Other { name, why: *why });
        }
        let number = version.strip_prefix("PostgreSQL ").map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_digit());
            rest[..end.unwrap_or(rest.len())].parse::<u32>()
        });
        match number {
            Some(Ok(major)) if major >= OLDEST => None,
            Some(Ok(major)) => Some(Self::Old { major }),
            Some(Err(_)) | None => Some(Self::Other {
                name: version.chars().take(80).collect(),
                why: None,
            }),
        }
    }

    /// What the user can do about it.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::Other { why: Some(why), .. } => {
                format!(
                    "{why}; docs/fleets.md says more. Use a PostgreSQL {OLDEST} or later, managed or your own"
                )
            }
            Self::Other { why: None, .. } => {
                format!("use a PostgreSQL {OLDEST} or later, managed or your own")
            }
            Self::Old { .. } => format!("use PostgreSQL {OLDEST} or later"),
        }
    }
}

impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Other { name, .. } => write!(f, "{name}, which the toolkit does not work with"),
            Self::Old { major } => write!(f, "PostgreSQL {major}, which is too old"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgresql_is_told_from_those_that_speak_like_it() {
        let said = |host: &str, version: &str| Product::of(host, version).map(|it| it.to_string());
        for version in [
            "PostgreSQL 15.18 (Debian 15.18-1) on x86_64-pc-linux-gnu, compiled by gcc, 64-bit",
            "PostgreSQL 14.23 on aarch64-unknown-linux-gnu, compiled by gcc (GCC) 9.5.0, 64-bit",
            "PostgreSQL 19devel on x86_64-pc-linux-gnu",
            "PostgreSQL 18",
        ] {
            assert_eq!(said("db.rds.amazonaws.com", version), None);
        }
        for (host, version, expected) in [
            (
                "h",
                "CockroachDB CCL v25.2.0 (x86_64-pc-linux-gnu)",
                "CockroachDB",
            ),
            (
                "h",
                "PostgreSQL 15.12-YB-2025.1.0.0-b0 on x86_64",
                "YugabyteDB",
            ),
            ("ab.dsql.eu-west-1.on.aws", "PostgreSQL 16", "Aurora DSQL"),
            (
                "h",
                "PostgreSQL 8.0.2 on i686, Redshift 1.0.12103",
                "Amazon Redshift",
            ),
            ("h", "PostgreSQL 13.9 on x86_64", "PostgreSQL 13"),
            ("h", "SomethingDB 4.2", "SomethingDB 4.2"),
            ("h", "PostgreSQL like", "PostgreSQL like"),
        ] {
            let said = said(host, version).unwrap();
            assert!(said.starts_with(expected), "{said}");
        }
    }
}
