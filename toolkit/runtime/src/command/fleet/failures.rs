//! What failed at tenants, each kind once, with its tenants and one hint. No I/O but the printing.

use serde::Serialize;

use crate::{
    Error, Printer, Tenant,
    output::{Failure, causes},
};

/// How many names are shown.
const NAMES: usize = 10;

/// Failures of one kind.
pub(super) struct Kind<'a> {
    key: String,
    error: &'a Error,
    tenants: Vec<&'a str>,
}

/// The failures of tenants, those of one kind together: where the tenants' names and what rows hold are all that
/// differs.
pub(super) fn kinds<'a>(failures: impl Iterator<Item = (&'a Tenant, &'a Error)>) -> Vec<Kind<'a>> {
    let mut kinds: Vec<Kind<'a>> = Vec::new();
    for (tenant, error) in failures {
        let key = key(error).replace(tenant.name(), "…");
        match kinds.iter_mut().find(|kind| kind.key == key) {
            Some(kind) => kind.tenants.push(tenant.name()),
            None => kinds.push(Kind {
                key,
                error,
                tenants: vec![tenant.name()],
            }),
        }
    }
    kinds
}

fn key(error: &Error) -> String {
    match error {
        Error::Migration(failure) => format!(
            "{} {:?} {:?} {}",
            failure.migration,
            failure.phase,
            failure.left,
            failure.source.message()
        ),
        error => format!("{error}: {}", causes(error).join(": ")),
    }
}

impl<'a> Kind<'a> {
    /// Shows it: the first tenant's error, and whose it is, too.
    pub(super) fn show(&self, service: &str) {
        let (whose, lines) = match self.tenants.as_slice() {
            [one] => (format!("{one}: "), Vec::new()),
            all => (
                format!("{} tenants of {service}: ", all.len()),
                vec![format!("tenants: {}", named(all))],
            ),
        };
        Printer::error_of(&whose, self.error, &lines, self.hint(service));
    }

    fn hint(&self, service: &str) -> Option<String> {
        let hint = self.error.hint()?;
        // What is to be done for one tenant has to say which.
        let option = format!("-s {service} ");
        Some(hint.replace(&option, &format!("{option}--tenant NAME ")))
    }

    pub(super) fn failed(&self, service: &str) -> Failed<'a> {
        Failed {
            failure: Failure {
                hint: self.hint(service),
                ..Failure::from(self.error)
            },
            tenants: self.tenants.clone(),
        }
    }
}

/// Failures of one kind in JSON.
#[derive(Debug, Serialize)]
pub struct Failed<'a> {
    #[serde(flatten)]
    failure: Failure,
    tenants: Vec<&'a str>,
}

/// The first names, and how many more there are.
pub fn named(names: &[&str]) -> String {
    let first = &names[..names.len().min(NAMES)];
    match names.len() - first.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TenantsError;

    fn foreign(tenant: &str, other: &str) -> Error {
        let (service, tenant, other) = ("shop".to_owned(), tenant.to_owned(), other.to_owned());
        TenantsError::Foreign {
            service,
            tenant,
            other,
        }
        .into()
    }

    #[test]
    fn failures_that_differ_in_the_tenant_alone_are_of_one_kind() {
        let errors = [("a1", "x"), ("b2", "y"), ("c3", "x")]
            .map(|(name, other)| (Tenant::schema(name), foreign(name, other)));
        let kinds = kinds(errors.iter().map(|(tenant, error)| (tenant, error)));
        let tenants: Vec<_> = kinds.iter().map(|kind| kind.tenants.clone()).collect();
        assert_eq!(tenants, [vec!["a1", "c3"], vec!["b2"]]);
    }

    #[test]
    fn ten_names_are_shown_and_the_others_counted() {
        let names: Vec<String> = (1..=12).map(|number| format!("t{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(named(&names[..2]), "t1, t2");
        assert_eq!(
            named(&names),
            "t1, t2, t3, t4, t5, t6, t7, t8, t9, t10 and 2 more"
        );
    }
}
