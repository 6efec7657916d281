//! A hazard in words, the same for every output. Where an output says one part in its own way, it asks for that part.

mod names;

use std::fmt;

use names::last_name;

use super::{
    Break, Cause, Effect, Exposure, Failure, Hazard, HazardNote, Loss, Obstacle, PolicyChange,
    Rewrite, RowEvent, SecuredRole, Stale,
};
use crate::catalog::{ObjectRef, ReferentialAction};

/// How many tables are named one by one.
const NAMED: usize = 3;

const ELSEWHERE: &str = "in a schema that is not compared";

/// A hazard with the names that a reader knows its objects by.
#[derive(Debug, Clone, Copy)]
pub struct HazardWords<'h> {
    hazard: &'h Hazard,
    /// The schema whose objects go by their bare names.
    schema: Option<&'h str>,
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = HazardWords {
            hazard: self,
            schema: None,
        };
        words.fmt(f)
    }
}

/// All of it, without its full stop.
impl fmt::Display for HazardWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(meanwhile) = self.meanwhile() {
            write!(f, "{meanwhile}; ")?;
        }
        f.write_str(&self.effect())
    }
}

impl Hazard {
    /// In words for who knows the objects of `schema` by their bare names.
    pub fn within<'h>(&'h self, schema: &'h str) -> HazardWords<'h> {
        HazardWords {
            hazard: self,
            schema: Some(schema),
        }
    }
}

impl HazardWords<'_> {
    /// What may happen, without what is done until then.
    pub fn effect(&self) -> String {
        let mut effect = match &self.hazard.effect {
            Effect::DataLoss(loss) => self.loss(loss),
            Effect::FailsOnRows(failure) => self.failure(failure),
            Effect::TableRewrite(rewrite) => self.rewrite(rewrite),
            Effect::TableScan => format!("{} is computed anew", self.object()),
            Effect::IndexBuild => format!(
                "{} takes no writes while index {} is built",
                self.table(),
                self.by_name()
            ),
            Effect::BreaksRunningCode(breaks) => self.breaks(breaks),
            Effect::ExposesRows(exposure) => self.exposure(exposure),
            Effect::LeavesStale(stale) => self.stale(stale),
            Effect::Blocked(obstacle) => self.obstacle(*obstacle),
        };
        effect.push_str(match self.hazard.note {
            None => "",
            Some(HazardNote::NoSafeForm) => "; no steps that spare others are known",
            Some(HazardNote::LeavesInvalidIndex) => {
                ", and leaves an index that is not valid and must be dropped"
            }
        });
        effect
    }

    /// What is lost, to stand behind a word that says so; a clause where more than that must be said.
    pub fn lost(&self) -> Option<String> {
        let Effect::DataLoss(loss) = &self.hazard.effect else {
            return None;
        };
        Some(match self.lost_things(loss) {
            Some((what, _)) => what,
            None => self.loss(loss),
        })
    }

    /// What is lost, and whether it is many things.
    fn lost_things(&self, loss: &Loss) -> Option<(String, bool)> {
        let object = self.bare_object();
        Some(match loss {
            Loss::Rows => match &self.hazard.by {
                Some(Cause::Outsider(name)) => (format!("the rows of {name}, {ELSEWHERE}"), true),
                Some(Cause::Object(_)) | None => (format!("the rows of {object}"), true),
            },
            Loss::Values => (format!("the values of {object}"), true),
            Loss::Attribute(name) => (format!("the values of {name} in {object}"), true),
            Loss::Part(what) => (format!("{what} of {object}"), true),
            Loss::Position => match &self.hazard.object {
                ObjectRef::Column(_) => {
                    (format!("the position of the sequence of {object}"), false)
                }
                other => (format!("the position of {}", self.said(other)), false),
            },
            Loss::Swap(_) | Loss::Elsewhere => return None,
        })
    }

    fn loss(&self, loss: &Loss) -> String {
        if let Some((what, many)) = self.lost_things(loss) {
            // What is said in between ends before the verb.
            let comma = if what.ends_with(ELSEWHERE) { "," } else { "" };
            return format!("{what}{comma} {} lost", if many { "are" } else { "is" });
        }
        match loss {
            Loss::Swap(other) => {
                format!("values of {} become those of {other}", self.bare_object())
            }
            Loss::Elsewhere
            | Loss::Rows
            | Loss::Values
            | Loss::Attribute(_)
            | Loss::Part(_)
            | Loss::Position => {
                format!(
                    "{} is lost in {}, too, {ELSEWHERE}",
                    self.object(),
                    self.by()
                )
            }
        }
    }

    /// What is done to the table until it is known whether it fails.
    fn meanwhile(&self) -> Option<String> {
        let Hazard {
            effect,
            object,
            by,
            lock,
            note: _,
        } = self.hazard;
        let Effect::FailsOnRows(failure) = effect else {
            return None;
        };
        if let Some(Cause::Outsider(name)) = by {
            return Some(format!("{name}, {ELSEWHERE}, is checked again"));
        }
        let is_of_table = matches!(object, ObjectRef::Table(_) | ObjectRef::Column(_));
        let table = self.table();
        match failure {
            Failure::Conflict => Some(format!(
                "{table} is locked while the index of {} is built",
                self.by_name()
            )),
            Failure::DoesNotHold { .. }
            | Failure::IsNull
            | Failure::OutsidePartition
            | Failure::InsidePartition
                if is_of_table =>
            {
                Some(match (failure, lock) {
                    (_, None) => format!("{table} is read as a whole beside others"),
                    (
                        Failure::DoesNotHold {
                            references: Some(other),
                        },
                        Some(_),
                    ) => format!(
                        "{table} and {} take no writes while rows are checked",
                        self.name(other)
                    ),
                    (_, Some(_)) => format!("{table} is locked while rows are checked"),
                })
            }
            Failure::DoesNotHold { .. }
            | Failure::IsNull
            | Failure::OutsidePartition
            | Failure::InsidePartition
            | Failure::Unfilled
            | Failure::EqualKeys
            | Failure::NotAllowed { .. }
            | Failure::RemovedValues(_)
            | Failure::DoesNotFit(_)
            | Failure::CannotBeRead(_) => None,
        }
    }

    fn failure(&self, failure: &Failure) -> String {
        let object = self.bare_object();
        let whom = match failure {
            Failure::EqualKeys => format!(
                "rows of {object} are equal in the keys of {}",
                self.by_name()
            ),
            Failure::Conflict => "its rows conflict".to_owned(),
            Failure::DoesNotHold { .. } => match &self.hazard.by {
                Some(Cause::Object(_)) => format!("{} does not hold", self.by_name()),
                Some(Cause::Outsider(_)) | None => "it does not hold".to_owned(),
            },
            Failure::IsNull if matches!(self.hazard.object, ObjectRef::Type(_)) => {
                format!("a column of {object} is null")
            }
            Failure::IsNull => format!("{object} is null"),
            Failure::Unfilled => format!(
                "{} has rows, for {object} is new and nothing gives them a value",
                self.table()
            ),
            Failure::NotAllowed { check } => {
                format!("a column of {object} has a value that {check} does not allow")
            }
            Failure::RemovedValues(values) => format!(
                "rows still hold a removed value of {object}: {}",
                values.join(", ")
            ),
            Failure::OutsidePartition => {
                format!(
                    "one does not belong into this partition of {}",
                    self.by_bare()
                )
            }
            Failure::InsidePartition => format!("one belongs into {}", self.by_bare()),
            Failure::DoesNotFit(name) => format!("values of {object} do not fit {name}"),
            Failure::CannotBeRead(name) => {
                format!("a value of {object} cannot be read as {name}")
            }
        };
        format!("fails where {whom}")
    }

    fn rewrite(&self, rewrite: &Rewrite) -> String {
        let object = self.bare_object();
        match rewrite {
            Rewrite::Storage => format!("{object} is written anew"),
            Rewrite::Fill => format!("{object} is written anew to fill {}", self.by_name()),
            Rewrite::Convert { below } => {
                let below: Vec<_> = below.iter().map(|it| self.name(it)).collect();
                let written = match below.as_slice() {
                    [] => format!("{object} is"),
                    many if many.len() >= NAMED => {
                        format!("{object} and {} tables below it are", many.len())
                    }
                    [between @ .., last] => {
                        let first = [vec![object], between.to_vec()].concat();
                        format!("{} and {last} are", first.join(", "))
                    }
                };
                format!("{written} written anew to convert {}", self.by_bare())
            }
        }
    }

    fn breaks(&self, breaks: &Break) -> String {
        let object = self.bare_object();
        match breaks {
            Break::OldName => "running code still uses the old name".to_owned(),
            Break::Gone => format!("running code still uses {object}"),
            Break::AttributeGone(name) => {
                format!("running code still uses attribute {name} of {object}")
            }
            Break::MustBeGiven => {
                format!("running code that inserts rows without {object} fails")
            }
            Break::MustNotBeGiven => {
                format!("running code that inserts values of {object} fails")
            }
            Break::SequenceStarts => {
                format!("the sequence of {object} starts anew, whatever values are there")
            }
            Break::NoConflictTarget(terms) => format!(
                "INSERT INTO {object} … ON CONFLICT ({}) of running code fails",
                terms.join(", ")
            ),
            Break::NoLongerFollows {
                event,
                before,
                after,
            } => self.no_longer_follows(*event, *before, *after),
            Break::NotFilled => {
                format!(
                    "{} cannot be read before REFRESH MATERIALIZED VIEW",
                    self.object()
                )
            }
            Break::NoPassword => format!(
                "{} has no password and the like, which are never read",
                self.object()
            ),
            Break::RowSecurity(whom) => format!(
                "of {object} {} see and write only the rows that a policy allows",
                whom_of(*whom)
            ),
            Break::PolicyHides(change) => self.policy(*change, "hides rows from running code"),
            Break::SessionTimeZone => format!(
                "values of {object} are taken as times in the TimeZone of the session that converts them"
            ),
            Break::ChangesElsewhere => {
                format!(
                    "{} changes in {}, too, {ELSEWHERE}",
                    self.object(),
                    self.by()
                )
            }
            Break::GoesAlong => {
                format!("{}, {ELSEWHERE}, goes with {}", self.by(), self.object())
            }
            Break::LeavesPublication => format!("{} loses the table", self.by()),
        }
    }

    fn no_longer_follows(
        &self,
        event: RowEvent,
        before: ReferentialAction,
        after: Option<ReferentialAction>,
    ) -> String {
        let (doing, event) = match event {
            RowEvent::Delete => ("deleting", "DELETE"),
            RowEvent::Update => ("changing the key of", "UPDATE"),
        };
        let from = match &self.hazard.by {
            Some(Cause::Object(ObjectRef::Constraint { table, name: _ })) => self.name(table),
            Some(Cause::Object(_) | Cause::Outsider(_)) | None => self.by(),
        };
        let comes = match after {
            None => format!("leaves those of {from} behind"),
            Some(after) if after.follows() => format!("does something else to those of {from}"),
            Some(_) => format!("fails where {from} refers to them"),
        };
        let (target, name, action) = (self.bare_object(), self.by_name(), before.as_str());
        format!("{doing} rows of {target} {comes}: {name} was ON {event} {action}")
    }

    fn exposure(&self, exposure: &Exposure) -> String {
        match exposure {
            Exposure::OwnersRights => format!(
                "{} reads with the rights of its owner, whatever policies hide from its reader",
                self.object()
            ),
            Exposure::NoBarrier => format!(
                "functions of who reads {} may see rows that it leaves out",
                self.object()
            ),
            Exposure::NoRowSecurity(whom) => format!(
                "of {} {} see all rows, whatever the policies say",
                self.bare_object(),
                whom_of(*whom)
            ),
            Exposure::Policy { change, certain } => self.policy(
                *change,
                if *certain {
                    "shows rows that were hidden"
                } else {
                    "may show rows that were hidden"
                },
            ),
        }
    }

    fn policy(&self, change: PolicyChange, does: &str) -> String {
        let what = match change {
            PolicyChange::End => "the end of",
            PolicyChange::New => "the new",
            PolicyChange::Change => "the change of",
        };
        let (name, table) = (self.by_name(), self.bare_object());
        format!("{what} policy {name} of {table} {does}")
    }

    fn stale(&self, stale: &Stale) -> String {
        let object = self.bare_object();
        let name = last_name(&self.hazard.object);
        let (what, remedy) = match stale {
            Stale::Values => (
                format!("values of {object} are those"),
                "UPDATE the rows to make them again".to_owned(),
            ),
            Stale::Check => (
                format!("rows of {} passed the check {name}", self.table()),
                "drop it and add it again to look at them".to_owned(),
            ),
            Stale::DomainCheck(check) => (
                format!("values of domain {object} passed the check {check}"),
                "PostgreSQL does not look at them again".to_owned(),
            ),
            Stale::Index => (
                format!("entries of index {object} are those"),
                format!("REINDEX INDEX {object}, or rows are not found"),
            ),
            Stale::Partitions => (
                format!("rows of {object} are in the partitions"),
                "move them, or they are not found".to_owned(),
            ),
            Stale::View => {
                let own = if let ObjectRef::Definition { name, .. } = &self.hazard.object {
                    self.name(name)
                } else {
                    object
                };
                (
                    format!("rows of {} are those", self.object()),
                    format!("REFRESH MATERIALIZED VIEW {own}"),
                )
            }
        };
        format!("{what} of the old {}; {remedy}", self.by_name())
    }

    fn obstacle(&self, obstacle: Obstacle) -> String {
        match obstacle {
            Obstacle::Dependant => match &self.hazard.by {
                Some(Cause::Outsider(name)) => {
                    format!("{name} leans on {} and is {ELSEWHERE}", self.object())
                }
                Some(Cause::Object(_)) | None => {
                    format!(
                        "{} leans on {} and is not managed",
                        self.by(),
                        self.object()
                    )
                }
            },
            Obstacle::InSchema => {
                format!("{} is in {} and is not managed", self.by(), self.object())
            }
            Obstacle::Grandchildren => format!(
                "{}, which inherits {}, has children of its own",
                self.by_bare(),
                self.bare_object()
            ),
        }
    }
}

fn whom_of(role: SecuredRole) -> &'static str {
    match role {
        SecuredRole::Others => "others than its owner",
        SecuredRole::Owners => "even its owners",
    }
}
