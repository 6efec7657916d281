//! Which tenants a service has.

use std::{collections::BTreeSet, io, path::Path};

use sea_orm::{DbErr, QueryResult, TryGetable};

use crate::{DatabaseUrl, Error, Reader, Service, Tenant, Tenants, TenantsError, service::Source};

/// Whether the service's database says which tenants there are.
pub(crate) fn is_in_database(tenants: &Tenants) -> bool {
    match tenants.source() {
        Source::Schemas(_) | Source::Query(_) => true,
        Source::List(_) | Source::Urls(_) | Source::Function(_) => false,
    }
}

/// The tenants of `service`, each once, in the order in which they are listed. `db` is a connection to its
/// database, where that says which there are.
pub(crate) async fn list(
    db: Option<&impl Reader>,
    service: &Service,
) -> Result<Vec<Tenant>, Error> {
    let Some(tenants) = service.fleet() else {
        return Ok(Vec::new());
    };
    let listed = match (tenants.source(), db) {
        (Source::Schemas(_), Some(db)) => schemas(db, service, tenants).await?,
        (Source::Query(sql), Some(db)) => queried(db, service, sql).await?,
        (Source::Schemas(_) | Source::Query(_), None) => Vec::new(),
        (Source::List(tenants), _) => tenants.clone(),
        (Source::Urls(path), _) => from_file(service, path)?,
        (Source::Function(list), _) => {
            list().map_err(|error| unread(service, &error.to_string()))?
        }
    };
    let mut seen = BTreeSet::new();
    // The template is made on scratch databases alone.
    let is_template = |tenant: &Tenant| tenant.url().is_none() && tenant.name() == service.schema();
    Ok(listed
        .into_iter()
        .filter(|tenant| !is_template(tenant) && seen.insert(tenant.clone()))
        .collect())
}

/// The tenant of `service` that is called `name`; with `new`, also one that is not there yet.
pub(crate) async fn one(
    db: Option<&impl Reader>,
    service: &Service,
    name: &str,
    new: bool,
) -> Result<Tenant, Error> {
    let listed = list(db, service).await?;
    let found = listed.iter().find(|tenant| tenant.name() == name);
    let may_be_made = new
        && name != service.schema()
        && service
            .fleet()
            .is_some_and(|tenants| tenants.may_have(name));
    match found {
        Some(tenant) => Ok(tenant.clone()),
        None if may_be_made => Ok(Tenant::schema(name)),
        None => Err(TenantsError::unknown(service, name, &listed).into()),
    }
}

async fn schemas(
    db: &impl Reader,
    service: &Service,
    tenants: &Tenants,
) -> Result<Vec<Tenant>, Error> {
    let sql = "SELECT nspname::pg_catalog.text FROM pg_catalog.pg_namespace ORDER BY nspname";
    let names = names(db, sql).await;
    let names = names.map_err(Error::database("list the tenants", service))?;
    let names = names.into_iter().flatten();
    Ok(names
        .filter(|name| tenants.may_have(name))
        .map(Tenant::schema)
        .collect())
}

async fn queried(db: &impl Reader, service: &Service, sql: &str) -> Result<Vec<Tenant>, Error> {
    let sql = format!("SET TRANSACTION READ ONLY; {sql}");
    let names = names(db, &sql).await;
    let names = names.map_err(Error::database("list the tenants", service))?;
    let names = names.into_iter().map(|name| {
        let none = || unread(service, "the query gives a row without a name");
        name.map(Tenant::schema).ok_or_else(none)
    });
    names.collect()
}

async fn names(db: &impl Reader, sql: &str) -> Result<Vec<Option<String>>, DbErr> {
    let name = |row: &QueryResult| Ok(Option::try_get_by(row, 0)?);
    db.rows(sql).await?.iter().map(name).collect()
}

fn from_file(service: &Service, path: &Path) -> Result<Vec<Tenant>, Error> {
    let is_standard_input = path == Path::new("-");
    let (place, read) = if is_standard_input {
        ("standard input".to_owned(), io::read_to_string(io::stdin()))
    } else {
        (path.display().to_string(), std::fs::read_to_string(path))
    };
    let text = read.map_err(|error| unread(service, &format!("{place}: {error}")))?;
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.trim().starts_with('#'));
    lines
        .map(|(number, line)| {
            let url = line.trim().parse::<DatabaseUrl>();
            // What the line holds may be a password.
            let wrong = |error| unread(service, &format!("{place}, line {}: {error}", number + 1));
            url.map(Tenant::database).map_err(wrong)
        })
        .collect()
}

fn unread(service: &Service, problem: &str) -> Error {
    TenantsError::Unread {
        service: service.name().to_owned(),
        problem: crate::output::masked(problem),
    }
    .into()
}
