//! From names on the command line to services. No I/O here.

use toolkit_runtime::{Error, Service};

/// The service called `name`; hyphens and case do not matter.
pub(super) fn one(services: &[Service], name: &str) -> Result<Service, Error> {
    let wanted = plain(name);
    services
        .iter()
        .find(|service| is_called(service, name))
        .cloned()
        .ok_or_else(|| Error::UnknownService {
            name: name.to_owned(),
            nearest: nearest(services, &wanted),
            known: services
                .iter()
                .map(|service| service.name().to_owned())
                .collect(),
        })
}

/// The services called `names`, each once, in the workspace's order; all if no name is given.
pub(super) fn some(services: &[Service], names: &[String]) -> Result<Vec<Service>, Error> {
    let chosen = names
        .iter()
        .map(|name| one(services, name))
        .collect::<Result<Vec<Service>, Error>>()?;
    let is_chosen = |service: &&Service| {
        chosen.is_empty() || chosen.iter().any(|other| other.name() == service.name())
    };
    Ok(services.iter().filter(is_chosen).cloned().collect())
}

/// Whether `name` means `service`.
pub(super) fn is_called(service: &Service, name: &str) -> bool {
    plain(service.name()) == plain(name)
}

fn plain(name: &str) -> String {
    name.replace('-', "_").to_lowercase()
}

fn nearest(services: &[Service], wanted: &str) -> Option<String> {
    const ALIKE: f64 = 0.7;
    services
        .iter()
        .map(|service| {
            (
                strsim::jaro_winkler(wanted, &plain(service.name())),
                service.name(),
            )
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name.to_owned())
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

    fn services() -> Vec<Service> {
        ["planning_agent", "user_service"]
            .map(|name| Service::new::<Nothing>(name, name))
            .into()
    }

    #[test]
    fn hyphens_and_case_do_not_matter_and_the_order_is_the_workspaces() {
        let names = ["User-Service", "planning_agent", "user_service"].map(str::to_owned);
        let chosen = some(&services(), &names).unwrap();
        let names: Vec<&str> = chosen.iter().map(Service::name).collect();
        assert_eq!(names, ["planning_agent", "user_service"]);
        assert_eq!(some(&services(), &[]).unwrap().len(), 2);
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_nearest_and_all_names() {
        let hint = |name| one(&services(), name).unwrap_err().hint().unwrap();
        assert_eq!(
            hint("user_servce"),
            "did you mean user_service? There are: planning_agent, user_service"
        );
        assert_eq!(hint("xyz"), "there are: planning_agent, user_service");
    }
}
