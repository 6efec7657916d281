//! Where the tenants of a service stand: how many at which migration.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    crew::Visited,
    failures::{Failed, named},
    look,
};
use crate::{Error, Failure, Service, Standing, State, command::Context};

/// Where a tenant stands: those that stand alike are told together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Position {
    /// The last applied migration of the list.
    at: Option<String>,
    schema_exists: bool,
    pending: Vec<String>,
    after_rollout: Vec<String>,
    missing: Vec<String>,
    edited: Vec<String>,
    unfinished: Vec<String>,
}

impl Position {
    fn of(standing: &Standing) -> Self {
        let names = |state| -> Vec<String> {
            let names = standing.names(state);
            names.into_iter().map(str::to_owned).collect()
        };
        let mut listed = standing.migrations.iter().rev();
        let at = listed.find(|it| it.applied_at.is_some() && it.state != State::Missing);
        Self {
            at: at.map(|migration| migration.name.clone()),
            schema_exists: standing.schema_exists,
            pending: standing.due().into_iter().map(str::to_owned).collect(),
            after_rollout: names(State::AfterRollout),
            missing: names(State::Missing),
            edited: names(State::Edited),
            unfinished: names(State::Unfinished),
        }
    }

    /// As of a service without tenants: what is for after the rollout is no reason to complain.
    fn is_clean(&self) -> bool {
        let Self {
            at: _,
            schema_exists: _,
            pending,
            after_rollout: _,
            missing,
            edited,
            unfinished,
        } = self;
        [pending, missing, edited, unfinished]
            .iter()
            .all(|names| names.is_empty())
    }

    fn words(&self) -> String {
        let parts = [
            (&self.pending, "pending"),
            (&self.after_rollout, "after the rollout"),
            (&self.missing, "missing from the code"),
            (&self.edited, "edited since"),
            (&self.unfinished, "unfinished"),
        ];
        let parts = parts.into_iter().filter(|(names, _)| !names.is_empty());
        let mut words: Vec<String> = parts
            .map(|(names, what)| format!("{} {what}", names.len()))
            .collect();
        if !self.schema_exists {
            words.push("schema does not exist yet".to_owned());
        }
        if words.is_empty() {
            words.push("up to date".to_owned());
        }
        words.join(", ")
    }
}

/// Where the tenants of one service stand.
pub(in crate::command) struct Stand<'a> {
    service: &'a Service,
    groups: Vec<(Position, Vec<String>)>,
    visited: Visited<Position>,
}

/// Reads where the tenants of `service` stand.
pub(in crate::command) async fn stand<'a>(
    context: &Context,
    service: &'a Service,
) -> Result<Stand<'a>, Error> {
    let visited = look(context, service, async |connection, _, standing| {
        Ok(Position::of(&standing.rolled_out_if(connection.is_alone())))
    });
    let visited = visited.await?;
    let mut groups: BTreeMap<Position, Vec<String>> = BTreeMap::new();
    for (tenant, seen) in &visited.seen {
        if let Ok(position) = seen {
            let names = groups.entry(position.clone()).or_default();
            names.push(tenant.name().to_owned());
        }
    }
    let mut groups: Vec<(Position, Vec<String>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    Ok(Stand {
        service,
        groups,
        visited,
    })
}

/// Where the tenants of one service stand, in JSON.
#[derive(Serialize)]
pub(in crate::command) struct FleetStatus<'a> {
    service: &'a str,
    schema: &'a str,
    tenants: usize,
    groups: Vec<Group<'a>>,
    failures: Vec<Failed<'a>>,
    errors: Vec<Failure>,
}

#[derive(Serialize)]
struct Group<'a> {
    #[serde(flatten)]
    position: &'a Position,
    tenants: &'a [String],
}

impl Stand<'_> {
    /// Whether all could be read.
    pub(in crate::command) fn is_known(&self) -> bool {
        self.visited.is_known()
    }

    /// Whether nothing is pending or does not fit.
    pub(in crate::command) fn is_clean(&self) -> bool {
        self.groups.iter().all(|(position, _)| position.is_clean())
    }

    /// Shows the errors of tenants and servers.
    pub(in crate::command) fn show_errors(&self) {
        self.visited.show_errors(self.service);
    }

    /// For programs.
    pub(in crate::command) fn json(&self) -> FleetStatus<'_> {
        let name = self.service.name();
        FleetStatus {
            service: name,
            schema: self.service.schema(),
            tenants: self.visited.count(),
            groups: self
                .groups
                .iter()
                .map(|(position, tenants)| Group { position, tenants })
                .collect(),
            failures: self.visited.failures(self.service),
            errors: self.visited.errors(),
        }
    }

    /// For people.
    pub(in crate::command) fn show(&self, context: &Context) {
        let printer = &context.printer;
        let name = self.service.name();
        let rows: Vec<Vec<String>> = self
            .groups
            .iter()
            .map(|(position, tenants)| {
                let tenants: Vec<&str> = tenants.iter().map(String::as_str).collect();
                vec![
                    name.to_owned(),
                    tenants.len().to_string(),
                    position.at.clone().unwrap_or_else(|| "nothing".to_owned()),
                    position.words(),
                    named(&tenants),
                ]
            })
            .collect();
        if !rows.is_empty() {
            printer.table(&["SERVICE", "TENANTS", "AT", "STATUS", "WHICH"], &rows);
            printer.data("");
        }
        printer.data(&self.summary());
    }

    fn summary(&self) -> String {
        let mut parts: Vec<String> = self
            .groups
            .iter()
            .map(|(position, names)| match &position.at {
                Some(at) => format!("{} at {at}", names.len()),
                None => format!("{} at nothing", names.len()),
            })
            .collect();
        let failed = self.visited.failed();
        for (number, what) in [
            (failed.count(), "not readable"),
            (self.visited.left.len(), "not looked at"),
        ] {
            if number > 0 {
                parts.push(format!("{number} {what}"));
            }
        }
        let tenants = self.visited.count();
        let noun = if tenants == 1 { "tenant" } else { "tenants" };
        let name = self.service.name();
        if parts.is_empty() {
            format!("{name}: {tenants} {noun}")
        } else {
            format!("{name}: {tenants} {noun}: {}", parts.join(", "))
        }
    }
}
