//! Which commands are for all tenants of a service, which for one of them, and which for their template.

use crate::{
    Connection, Error, Service, Tenant, TenantsError,
    command::{Context, context::is_there},
    fleet,
};

/// What a command does with the tenants of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenancy {
    /// It goes over all of them, and takes one that is not there yet.
    All,
    /// It looks at all of them.
    Looks,
    /// It is for one of them.
    One,
    /// It is for one of them, which it makes.
    Makes,
    /// It works on their template, or is given one of them.
    TemplateOrOne,
    /// It works on their template.
    Template,
}

/// The services that `command` is for: with `--tenant`, the tenant in place of its service. `named` are those
/// that were named, nothing where all are meant. Where all are meant, those with tenants are left out of a command
/// that is for one tenant.
///
/// # Errors
/// [`TenantsError`].
pub async fn narrowed(
    context: &Context,
    services: &[Service],
    named: &dyn Fn(&Service) -> Option<bool>,
    command: &'static str,
    tenancy: Tenancy,
) -> Result<Vec<Service>, Error> {
    if let Some(name) = &context.tenant {
        return with_tenant(context, services, named, (command, tenancy), name).await;
    }
    if !matches!(tenancy, Tenancy::One | Tenancy::Makes) {
        return Ok(services.to_vec());
    }
    let mut kept = Vec::new();
    for service in services {
        let unsaid = || TenantsError::Unsaid {
            service: service.name().to_owned(),
            command,
        };
        match (service.fleet(), named(service)) {
            (None, _) | (Some(_), Some(false)) => kept.push(service.clone()),
            (Some(_), Some(true)) => return Err(unsaid().into()),
            (Some(_), None) => context.printer.note(&format!("{}; left out", unsaid())),
        }
    }
    Ok(kept)
}

async fn with_tenant(
    context: &Context,
    services: &[Service],
    named: &dyn Fn(&Service) -> Option<bool>,
    (command, tenancy): (&'static str, Tenancy),
    name: &str,
) -> Result<Vec<Service>, Error> {
    let no_fleet = |what: String| TenantsError::NoFleet { what };
    let new = match tenancy {
        Tenancy::Template => return Err(TenantsError::Template { command }.into()),
        Tenancy::All | Tenancy::Makes => true,
        Tenancy::Looks | Tenancy::One | Tenancy::TemplateOrOne => false,
    };
    let mut meant = services.iter().filter(|it| named(it).unwrap_or(true));
    let service = match (meant.next(), meant.next()) {
        (Some(service), None) => service,
        (None, _) => return Err(no_fleet("there is no service".to_owned()).into()),
        (Some(_), Some(_)) => return Err(no_fleet("several services are meant".to_owned()).into()),
    };
    if service.fleet().is_none() {
        return Err(no_fleet(format!("{} has none", service.name())).into());
    }
    let tenant = find(context, service, name, new).await?;
    let narrow = |other: &Service| {
        if other.name() == service.name() {
            other.of_tenant(&tenant)
        } else {
            other.clone()
        }
    };
    Ok(services.iter().map(narrow).collect())
}

async fn find(
    context: &Context,
    service: &Service,
    name: &str,
    new: bool,
) -> Result<Tenant, Error> {
    if !service.fleet().is_some_and(fleet::is_in_database) {
        return fleet::one(None::<&Connection>, service, name, new).await;
    }
    let target = context.configuration.target(service)?;
    if !new && !is_there(&target) {
        return fleet::one(None::<&Connection>, service, name, new).await;
    }
    let connections = context.connections([&target]).await?;
    let application = format!("toolkit {}", service.name());
    let found = connections.using(&target, &application, async |connection| {
        fleet::one(Some(connection), service, name, new).await
    });
    let found = found.await;
    connections.close().await?;
    found
}
