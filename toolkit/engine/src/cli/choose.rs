//! From names on the command line to services. No I/O here.

use toolkit_runtime::{
    Error, Service,
    command::{Pick, nearest, pick},
};

/// The service called `name`, or whose name alone begins so; hyphens and case do not matter.
pub(super) fn one(services: &[Service], name: &str) -> Result<Service, Error> {
    let names: Vec<&str> = services.iter().map(Service::name).collect();
    let owned = |names: &[&str]| names.iter().map(|&it| it.to_owned()).collect();
    let unknown = || Error::UnknownService {
        name: name.to_owned(),
        nearest: nearest(&names, name, |it| it),
        known: owned(&names),
    };
    match pick(&names, name, |it| vec![it.to_owned()]) {
        Pick::One(name) => {
            let found = services.iter().find(|service| service.name() == name);
            found.cloned().ok_or_else(unknown)
        }
        Pick::Several(candidates) => Err(Error::AmbiguousService {
            name: name.to_owned(),
            candidates: owned(&candidates),
        }),
        Pick::Nothing => Err(unknown()),
    }
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
        ["planning_agent", "user_service", "user_agent"]
            .map(|name| Service::new::<Nothing>(name, name))
            .into()
    }

    #[test]
    fn hyphens_and_case_do_not_matter_and_the_order_is_the_workspaces() {
        let names = ["User-Service", "planning_agent", "user_service"].map(str::to_owned);
        let chosen = some(&services(), &names).unwrap();
        let names: Vec<&str> = chosen.iter().map(Service::name).collect();
        assert_eq!(names, ["planning_agent", "user_service"]);
        assert_eq!(some(&services(), &[]).unwrap().len(), 3);
    }

    #[test]
    fn the_beginning_of_a_name_is_enough_where_it_is_of_one() {
        let found = |name| one(&services(), name).map(|it| it.name().to_owned());
        assert_eq!(found("plan").unwrap(), "planning_agent");
        assert_eq!(found("user-s").unwrap(), "user_service");
        let error = found("user").unwrap_err();
        assert_eq!(error.to_string(), "user begins the names of 2 services");
        assert_eq!(
            error.hint().unwrap(),
            "it can be user_service or user_agent"
        );
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_nearest_ones() {
        let hint = |name| one(&services(), name).unwrap_err().hint().unwrap();
        assert_eq!(hint("planing_agent"), "did you mean planning_agent?");
        assert_eq!(
            hint("xyz"),
            "there are: planning_agent, user_service, user_agent"
        );
    }
}
