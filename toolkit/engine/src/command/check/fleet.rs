//! `check` of all tenants of a service: those that are alike are compared once.
//!
//! What the inspector reads of a tenant is the same text for all that are alike, but for the tenant's name. So
//! the text tells which are alike, and one of each is compared with what its migrations give.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use toolkit_runtime::{
    Connection, Context, Error, Failure, Outcome, Service, Standing, Tenant, checksum,
    command::{Failed, Visited, look, named},
};

use super::{Checked, Request, check_live};
use crate::{
    command::live::{self, Live},
    history::is_migrations_fault,
    identifier::quote_identifier,
    scratch::Scratch,
};

/// What was seen of one tenant: a mark that those alike share, and of the first of these what it holds.
pub(super) struct Sight {
    mark: String,
    live: Option<Box<Live>>,
}

/// Tenants that are alike.
struct Alike {
    /// The one that was read.
    tenant: Tenant,
    live: Box<Live>,
    tenants: Vec<String>,
}

/// What is to be said of the tenants of one service.
pub(super) struct FleetCheck {
    service: Service,
    visited: Arc<Visited<Sight>>,
    groups: Vec<(Checked, Vec<String>)>,
}

/// Reads the tenants of `service`.
pub(super) async fn read(context: &Context, service: &Service) -> Result<Visited<Sight>, Error> {
    let known = Mutex::<BTreeSet<String>>::default();
    look(
        context,
        service,
        async move |connection, tenant, standing| sight(connection, tenant, standing, &known).await,
    )
    .await
}

async fn sight(
    connection: &Connection,
    service: &Service,
    standing: Standing,
    known: &Mutex<BTreeSet<String>>,
) -> Result<Sight, Error> {
    let live = live::read_standing(connection, service, standing).await?;
    let mark = mark(service.schema(), &live);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let live = known.insert(mark.clone()).then(|| Box::new(live));
    Ok(Sight { mark, live })
}

/// A mark of what a tenant holds and where it stands, whatever the tenant's name.
fn mark(schema: &str, live: &Live) -> String {
    let migrations = live.standing.migrations.iter();
    let states: Vec<_> = migrations.map(|it| (&it.name, it.state)).collect();
    let text = format!("{states:?} {:?}", live.catalog);
    let quoted = format!("{schema:?}");
    // Its roles begin with its name.
    let roles = format!("\"{}_", quoted.trim_matches('"'));
    let qualified = format!("{}.", quote_identifier(schema));
    let text = text.replace(&quoted, "\"…\"").replace(&roles, "\"…_");
    checksum(text.replace(&qualified, "….").as_bytes())
}

/// Compares one of each of those that are alike with what the migrations give that it has applied.
pub(super) async fn compare(
    scratch: &Scratch,
    service: &Service,
    visited: &Arc<Visited<Sight>>,
    request: Request,
) -> Result<FleetCheck, Error> {
    let mut groups = Vec::new();
    for Alike {
        tenant,
        live,
        tenants,
    } in alike(visited)
    {
        let service = service.of_tenant(&tenant);
        let mut checked = Checked::new(&service, request);
        match check_live(scratch, &service, *live, &mut checked).await {
            Ok(()) => {}
            Err(error) if is_migrations_fault(&error) => checked.error = Some(error),
            Err(error) => return Err(error),
        }
        groups.push((checked, tenants));
    }
    groups.sort_by_key(|(_, tenants)| std::cmp::Reverse(tenants.len()));
    Ok(FleetCheck {
        service: service.clone(),
        visited: visited.clone(),
        groups,
    })
}

/// Those that are alike; those with fewer migrations first, for a scratch database only goes forward.
fn alike(visited: &Visited<Sight>) -> Vec<Alike> {
    let mut tenants: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut first: BTreeMap<String, (Tenant, Box<Live>)> = BTreeMap::new();
    for (tenant, seen) in &visited.seen {
        let Ok(Sight { mark, live }) = seen else {
            continue;
        };
        let alike = tenants.entry(mark.clone()).or_default();
        alike.push(tenant.name().to_owned());
        if let Some(live) = live {
            first.insert(mark.clone(), (tenant.clone(), live.clone()));
        }
    }
    let mut all: Vec<Alike> = first
        .into_iter()
        .map(|(mark, (tenant, live))| Alike {
            tenant,
            live,
            tenants: tenants.remove(&mark).unwrap_or_default(),
        })
        .collect();
    all.sort_by_key(|alike| alike.live.standing.newest_first().len());
    all
}

/// The tenants of a service in JSON.
#[derive(Serialize)]
pub(super) struct Tenants<'a> {
    count: usize,
    groups: Vec<Group<'a>>,
    failures: Vec<Failed<'a>>,
    errors: Vec<Failure>,
}

#[derive(Serialize)]
struct Group<'a> {
    tenants: &'a [String],
    drift: &'a [String],
    pending: usize,
    misfits: &'a [String],
    error: Option<Failure>,
}

impl FleetCheck {
    /// The answer.
    pub(super) fn outcome(&self) -> Outcome {
        let known = if self.visited.is_known() {
            Outcome::Done
        } else {
            Outcome::Failed
        };
        let groups = self.groups.iter().map(|(checked, _)| checked.outcome());
        groups.max().unwrap_or(known).max(known)
    }

    pub(super) fn json(&self) -> Tenants<'_> {
        let groups = self.groups.iter().map(|(checked, tenants)| Group {
            tenants,
            drift: checked.drift.as_deref().unwrap_or_default(),
            pending: checked.pending.unwrap_or_default(),
            misfits: &checked.misfits,
            error: checked.error.as_ref().map(Failure::from),
        });
        Tenants {
            count: self.visited.count(),
            groups: groups.collect(),
            failures: self.visited.failures(&self.service),
            errors: self.visited.errors(),
        }
    }

    /// How many tenants are what their migrations made.
    fn count(&self, is_meant: impl Fn(&Checked) -> bool) -> usize {
        let groups = self.groups.iter().filter(|(checked, _)| is_meant(checked));
        groups.map(|(_, tenants)| tenants.len()).sum()
    }

    /// The cell of the column `DATABASE`.
    pub(super) fn cell(&self) -> String {
        let different = self.count(Checked::has_drifted);
        let all = self.visited.count();
        match different {
            0 => format!("{all} tenants ok"),
            1 => format!("1 of {all} tenants DIFFERS"),
            _ => format!("{different} of {all} tenants DIFFER"),
        }
    }

    /// The cell of the column `PENDING`.
    pub(super) fn pending(&self) -> String {
        let behind = self.count(|checked| checked.pending.unwrap_or_default() > 0);
        format!("at {behind} of {} tenants", self.visited.count())
    }

    /// Shows what differs, for those that are alike together.
    pub(super) fn explain(&self, context: &Context) {
        let name = self.service.name();
        for (checked, tenants) in &self.groups {
            let tenants: Vec<&str> = tenants.iter().map(String::as_str).collect();
            let which = format!("{name}: {} ({})", tenants.len(), named(&tenants));
            let parts = [
                (
                    "have drifted from their migrations; to bring the first one back",
                    checked.drift.as_deref(),
                ),
                (
                    "do not fit the code, so they were not compared",
                    Some(checked.misfits.as_slice()),
                ),
            ];
            for (what, lines) in parts {
                let lines = lines.unwrap_or_default();
                if !lines.is_empty() {
                    context.printer.data(&format!("\n{which} {what}:"));
                    lines
                        .iter()
                        .for_each(|line| context.printer.data(&format!("  {line}")));
                }
            }
            if checked.pending.is_some_and(|pending| pending > 0) {
                let allowed = if checked.allow_pending {
                    ", which is allowed"
                } else {
                    ""
                };
                context.printer.data(&format!(
                    "\n{which} lack what is pending: run `toolkit up -s {name}`{allowed}"
                ));
            }
            if let Some(note) = &checked.note {
                context.printer.warn(&format!("{name}: {note}"));
            }
        }
    }

    /// Shows the errors.
    pub(super) fn show_errors(&self, context: &Context) {
        self.visited.show_errors(&self.service);
        let errors = self.groups.iter().filter_map(|(it, _)| it.error.as_ref());
        errors.for_each(|error| context.printer.error(error));
    }
}

#[cfg(test)]
mod tests {
    use toolkit_runtime::Standing;

    use super::*;
    use crate::catalog::{Catalog, Enum, QualifiedName};

    fn live(schema: &str, values: &[&str]) -> Live {
        let name = QualifiedName {
            schema: schema.to_owned(),
            name: "mood".to_owned(),
        };
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        let mood = Enum {
            name: name.clone(),
            values,
            comment: None,
        };
        let mut catalog = Catalog::default();
        catalog.enums.insert(name, mood);
        Live {
            standing: Standing {
                schema_exists: true,
                table_exists: true,
                ledger_exists: true,
                holder: None,
                migrations: Vec::new(),
                squashed: false,
            },
            catalog,
        }
    }

    #[test]
    fn tenants_that_are_alike_but_for_their_names_have_one_mark() {
        let mark = |schema: &str, labels: &[&str]| mark(schema, &live(schema, labels));
        assert_eq!(mark("a", &["x"]), mark("Ten\"ant", &["x"]));
        assert_ne!(mark("a", &["x"]), mark("a", &["y"]));
        assert_eq!(mark("a", &["see a.t"]), mark("b", &["see b.t"]));
    }
}
