//! The tenants of a service: many schemas, or many databases, that have the same migrations. No I/O here.

use std::{
    error::Error as StdError,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::Service;
use crate::DatabaseUrl;

/// One of a service's tenants: a schema, or a database.
///
/// ```
/// use toolkit_runtime::Tenant;
///
/// assert_eq!(Tenant::schema("tenant_x").name(), "tenant_x");
///
/// let database = Tenant::database("postgres://ann:s3cret@db/tenant_x".parse()?);
/// assert_eq!(database.name(), "db/tenant_x");
/// # Ok::<(), toolkit_runtime::UrlError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tenant {
    name: Arc<str>,
    schema: Option<Arc<str>>,
    url: Option<DatabaseUrl>,
}

impl Tenant {
    /// The schema `name` of the service's database, taken as it is written.
    pub fn schema(name: impl Into<Arc<str>>) -> Self {
        let name = name.into();
        Self {
            schema: Some(name.clone()),
            name,
            url: None,
        }
    }

    /// A database of its own, in which the service's schema has the name that the definition says.
    pub fn database(url: DatabaseUrl) -> Self {
        Self {
            name: url.place().into(),
            schema: None,
            url: Some(url),
        }
    }

    /// What it is called in the output: the schema, or host and database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL of its database, if it has one of its own.
    pub fn url(&self) -> Option<&DatabaseUrl> {
        self.url.as_ref()
    }
}

/// What a function that lists tenants may fail with.
pub type TenantsFailure = Box<dyn StdError + Send + Sync>;

type Function = Arc<dyn Fn() -> Result<Vec<Tenant>, TenantsFailure> + Send + Sync>;

/// Says which tenants a service has. It is asked when a command runs.
///
/// ```
/// # use sea_orm_migration::prelude::*;
/// # struct Migrator;
/// # impl MigratorTrait for Migrator {
/// #     fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![] }
/// # }
/// use toolkit_runtime::{Service, Tenants};
///
/// let shop = Service::new::<Migrator>("shop", "tenant_template")
///     .tenants(Tenants::schemas("tenant_%"));
/// assert!(shop.fleet().is_some());
/// ```
#[derive(Clone)]
pub struct Tenants(Source);

#[derive(Clone)]
pub(crate) enum Source {
    Schemas(String),
    Query(String),
    List(Vec<Tenant>),
    Urls(PathBuf),
    #[cfg_attr(
        not(feature = "cli"),
        allow(dead_code, reason = "a command asks it, and nothing else")
    )]
    Function(Function),
}

impl Tenants {
    /// The schemas that there are of these names: `%` stands for anything, `\%` for itself, and every other
    /// character, `_` too, for itself. PostgreSQL's own schemas and `public` are never among them.
    pub fn schemas(pattern: impl Into<String>) -> Self {
        Self(Source::Schemas(pattern.into()))
    }

    /// The schemas whose names `sql` gives in its first column, whether they are there already or not:
    /// `SELECT schema FROM public.tenants WHERE active ORDER BY 1`. It is read in a transaction that cannot write,
    /// under a search path of `pg_catalog` alone.
    pub fn query(sql: impl Into<String>) -> Self {
        Self(Source::Query(sql.into()))
    }

    /// The schemas of these names, whether they are there already or not.
    pub fn list<T: Into<Arc<str>>>(names: impl IntoIterator<Item = T>) -> Self {
        Self(Source::List(
            names.into_iter().map(Tenant::schema).collect(),
        ))
    }

    /// The databases whose URLs the file has, one a line; with `-` those of standard input. What begins with
    /// `#` is left out.
    pub fn urls_from(path: impl AsRef<Path>) -> Self {
        Self(Source::Urls(path.as_ref().to_owned()))
    }

    /// What `list` says.
    pub fn from_fn(
        list: impl Fn() -> Result<Vec<Tenant>, TenantsFailure> + Send + Sync + 'static,
    ) -> Self {
        Self(Source::Function(Arc::new(list)))
    }

    #[cfg(feature = "cli")]
    pub(crate) fn source(&self) -> &Source {
        &self.0
    }
}

impl fmt::Debug for Tenants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Schemas(pattern) => f.debug_tuple("Schemas").field(pattern).finish(),
            Source::Query(sql) => f.debug_tuple("Query").field(sql).finish(),
            Source::List(tenants) => f.debug_tuple("List").field(tenants).finish(),
            Source::Urls(path) => f.debug_tuple("Urls").field(path).finish(),
            Source::Function(_) => f.write_str("Function"),
        }
    }
}

/// Whether `pattern` stands for `name`.
fn matches(pattern: &str, name: &str) -> bool {
    let parts = parts(pattern);
    let [first, middle @ .., last] = parts.as_slice() else {
        return parts.iter().any(|only| only == name);
    };
    let rest = name.strip_prefix(first.as_str());
    let Some(mut rest) = rest.and_then(|rest| rest.strip_suffix(last.as_str())) else {
        return false;
    };
    for part in middle {
        let Some(at) = rest.find(part.as_str()) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    true
}

/// What stands between the signs of `pattern` that stand for anything.
fn parts(pattern: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        let c = match c {
            '%' => {
                parts.push(String::new());
                continue;
            }
            '\\' => rest.next_if_eq(&'%').unwrap_or(c),
            other => other,
        };
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

impl Tenants {
    /// Whether a schema called `name` may be a tenant: what is not there yet is listed nowhere.
    pub(crate) fn may_have(&self, name: &str) -> bool {
        match &self.0 {
            Source::Schemas(pattern) => !is_reserved(name) && matches(pattern, name),
            Source::List(tenants) => tenants.iter().any(|tenant| tenant.name() == name),
            Source::Urls(_) => false,
            Source::Query(_) | Source::Function(_) => !is_reserved(name),
        }
    }
}

/// What a pattern never means: PostgreSQL's own schemas, and the one that all share.
fn is_reserved(schema: &str) -> bool {
    schema.starts_with("pg_") || ["information_schema", "public"].contains(&schema)
}

impl Service {
    /// Says that the service has many schemas, or databases, with the same migrations: its tenants. The schema
    /// of the definition is their template, which `generate`, `verify` and `check` make on a scratch database; it
    /// is no tenant itself.
    #[must_use]
    pub fn tenants(mut self, tenants: Tenants) -> Self {
        self.tenants = Some(tenants);
        self
    }

    /// Which tenants the service has; nothing if it has one schema alone, or is one tenant of a service.
    pub fn fleet(&self) -> Option<&Tenants> {
        self.tenants.as_ref()
    }

    /// The same service for one of its tenants alone.
    #[must_use]
    pub fn of_tenant(&self, tenant: &Tenant) -> Self {
        let Tenant { name, schema, url } = tenant.clone();
        Self {
            schema: schema.unwrap_or_else(|| self.schema.clone()),
            tenants: None,
            tenant: Some(name),
            database: url,
            ..self.clone()
        }
    }

    /// The tenant whose service this is.
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// The URL that the tenant has instead of the service's.
    pub(crate) fn database(&self) -> Option<&DatabaseUrl> {
        self.database.as_ref()
    }

    /// The service's name, and its tenant's.
    #[cfg(feature = "cli")]
    pub(crate) fn label(&self) -> String {
        match &self.tenant {
            Some(tenant) => format!("{} (tenant {tenant})", self.name),
            None => self.name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_alone_stands_for_anything() {
        for (pattern, name, expected) in [
            ("tenant_%", "tenant_x", true),
            ("tenant_%", "tenant_", true),
            ("tenant_%", "tenants", false),
            ("tenant_%", "Tenant_x", false),
            ("%", "ä\"; DROP", true),
            ("%_eu_%", "shop_eu_1", true),
            ("%_eu_%", "shop_eu1", false),
            ("a%a", "a", false),
            ("a%b%c", "a1b2b3c", true),
            (r"100\%_%", "100%_x", true),
            (r"100\%_%", "1000_x", false),
            ("tenant_x", "tenant_x", true),
            ("", "", true),
            ("%", "public", false),
            ("%", "pg_toast", false),
            ("%", "information_schema", false),
        ] {
            let tenants = Tenants::schemas(pattern);
            assert_eq!(tenants.may_have(name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn no_password_is_in_a_tenants_name_or_list() {
        for (url, name) in [
            ("postgres://ann:s3cret@db:5433/shop", "db:5433/shop"),
            (
                "postgres:///shop?host=/run/pg&password=s3cret",
                "/run/pg/shop",
            ),
            ("postgres://ann:s3cret@h/x?dbname=y&port=1", "h:1/y"),
        ] {
            let tenant = Tenant::database(url.parse().unwrap());
            assert_eq!(tenant.name(), name);
            let all = Tenants::from_fn(move || Ok(Vec::new()));
            assert!(!format!("{tenant:?} {all:?}").contains("s3cret"));
        }
    }
}
