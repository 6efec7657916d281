//! Runs the migrations on scratch databases: what they send and whether they can be undone, then what each
//! statement does to tables with rows, and what running code meets.

use std::collections::BTreeMap;

use toolkit_runtime::{Context, Direction, Error, Extent, Failure, Service};

use super::base::Candidate;
use crate::{
    catalog::Catalog,
    command::verify::back,
    effects::{self, Trial},
    history::{is_migrations_fault, replay},
    observe::{Look, Watch},
    rehearse::rehearse,
    scratch::{Location, Scratch},
    verify::{read, set_search_path},
};

/// What was seen of one migration.
pub(super) struct Watched {
    pub(super) name: String,
    pub(super) in_transaction: bool,
    /// Whether old code is gone by the time it runs.
    pub(super) after_rollout: bool,
    /// How many texts it sends.
    pub(super) texts: usize,
    pub(super) trial: Trial,
    /// Why there is no way back.
    pub(super) no_way_back: Option<String>,
    /// What running code met before it, and after it.
    pub(super) looks: Option<[Look; 2]>,
}

/// What a migration sends, and the states around it.
struct Step {
    name: String,
    in_transaction: bool,
    texts: Vec<String>,
    before: Catalog,
    after: Catalog,
    no_way_back: Option<String>,
}

/// Why migrations have no way back, by service and migration.
type NoWayBack = BTreeMap<(String, String), String>;

/// Where the first pass came to.
enum First {
    Done(Vec<Vec<Step>>),
    /// A migration left the database in a state that nothing can go on from: it has no way back.
    Again((String, String), String),
}

/// What was seen of all services.
pub(super) struct Trials {
    /// What was seen of each migration, by service.
    pub(super) watched: Vec<Vec<Watched>>,
    /// The states before and after them all, by service; nothing where none is looked at.
    pub(super) states: Vec<Option<[Catalog; 2]>>,
    pub(super) place: Location,
}

/// Runs the migrations of `candidates` that are looked at.
pub(super) async fn watch(context: &Context, candidates: &[Candidate]) -> Result<Trials, Error> {
    let services: Vec<Service> = candidates.iter().map(|it| it.service.clone()).collect();
    let mut no_way_back = NoWayBack::new();
    let steps = loop {
        let first = Scratch::with(context, &services, async |scratch| {
            first_pass(scratch, candidates, &no_way_back).await
        });
        match first.await? {
            First::Done(steps) => break steps,
            First::Again(whose, why) => {
                no_way_back.insert(whose, why);
            }
        }
    };
    let second = Scratch::with(context, &services, async |scratch| {
        let watched = second_pass(scratch, candidates, &steps).await?;
        Ok((watched, scratch.location()))
    });
    let (mut watched, place) = second.await?;
    for ((candidate, steps), watched) in candidates.iter().zip(&steps).zip(&mut watched) {
        for (number, (step, watched)) in steps.iter().zip(watched).enumerate() {
            if !has_one_transaction(&candidate.service, step) {
                watched.trial = outside(context, candidate, step, number).await?;
            }
        }
    }
    let states = steps.into_iter().map(|steps| {
        let mut steps = steps.into_iter();
        let Step { before, after, .. } = steps.next()?;
        Some([before, steps.next_back().map_or(after, |it| it.after)])
    });
    Ok(Trials {
        watched,
        states: states.collect(),
        place,
    })
}

/// Whether what the migration sends is one transaction, which can be taken back.
fn has_one_transaction(service: &Service, step: &Step) -> bool {
    step.in_transaction && !service.is_ending_transaction(&step.name)
}

/// How many of the migrations are to be applied before those that are looked at, and `more` of these.
fn extent(candidate: &Candidate, more: usize) -> Extent {
    Extent::Count(u32::try_from(candidate.known.len() + more).unwrap_or(u32::MAX))
}

/// Learns what the migrations send, on empty tables, and goes back and forth over each.
async fn first_pass(
    scratch: &Scratch,
    candidates: &[Candidate],
    known: &NoWayBack,
) -> Result<First, Error> {
    let db = scratch.connection().db();
    let mut all = Vec::new();
    for candidate in candidates {
        let service = candidate.ordered();
        replay(scratch, &service, &extent(candidate, 0)).await?;
        let mut steps = Vec::new();
        let mut before = read(db, &service).await?;
        for name in &candidate.linted {
            let one = Extent::Count(1);
            let done = rehearse(scratch, &service, Direction::Up, &one).await?;
            let Some(rehearsal) = done.into_iter().next() else {
                break;
            };
            let after = read(db, &service).await?;
            let whose = (service.name().to_owned(), name.clone());
            let no_way_back = match known.get(&whose) {
                Some(why) => Some(why.clone()),
                // Its definition says so: nothing is found that is not known.
                None if service.is_irreversible(name) => None,
                None => match way_back(scratch, &service, &before).await? {
                    Back::Is => None,
                    // What failed in a transaction left nothing behind.
                    Back::Fails(why) if rehearsal.in_transaction && !rehearsal.ends_transaction => {
                        Some(why)
                    }
                    Back::Fails(why) | Back::Differs(why) => return Ok(First::Again(whose, why)),
                },
            };
            steps.push(Step {
                name: name.clone(),
                in_transaction: rehearsal.in_transaction,
                texts: rehearsal.statements,
                before,
                after: after.clone(),
                no_way_back,
            });
            before = after;
        }
        all.push(steps);
    }
    Ok(First::Done(all))
}

/// What became of going back.
enum Back {
    Is,
    Fails(String),
    Differs(String),
}

/// Goes back from the last migration to the state `before`, and forth again.
async fn way_back(scratch: &Scratch, service: &Service, before: &Catalog) -> Result<Back, Error> {
    let missing = match back(scratch, service, before).await {
        Ok(missing) => missing,
        Err(error) if is_migrations_fault(&error) => {
            return Ok(Back::Fails(format!(
                "`down` fails: {}",
                Failure::from(&error).message
            )));
        }
        Err(error) => return Err(error),
    };
    if !missing.is_empty() {
        let missing = missing.join("; ");
        return Ok(Back::Differs(format!(
            "after `down` this would still be to do: {missing}"
        )));
    }
    match replay(scratch, service, &Extent::Count(1)).await {
        Ok(()) => Ok(Back::Is),
        Err(error) if is_migrations_fault(&error) => {
            let why = Failure::from(&error).message;
            Ok(Back::Differs(format!("`up` fails after `down`: {why}")))
        }
        Err(error) => Err(error),
    }
}

/// Tries each migration on rows, takes that back, and applies it while running code is executed around it.
async fn second_pass(
    scratch: &Scratch,
    candidates: &[Candidate],
    steps: &[Vec<Step>],
) -> Result<Vec<Vec<Watched>>, Error> {
    let db = scratch.connection().db();
    let mut all = Vec::new();
    for (candidate, steps) in candidates.iter().zip(steps) {
        let service = candidate.ordered();
        let ignored = service.bookkeeping_tables();
        replay(scratch, &service, &extent(candidate, 0)).await?;
        let mut watched = Vec::new();
        for release in releases(&service, steps) {
            let mut watch = running_code(&service, release);
            look(scratch, &service, &mut watch, "before").await?;
            let first = watched.len();
            for step in release {
                set_search_path(db, &service).await?;
                let trial = if has_one_transaction(&service, step) {
                    let schema = service.schema();
                    effects::within(db, &step.before, schema, &ignored, &step.texts).await?
                } else {
                    Trial::default()
                };
                replay(scratch, &service, &Extent::Count(1)).await?;
                look(scratch, &service, &mut watch, &step.name).await?;
                watched.push(Watched {
                    name: step.name.clone(),
                    in_transaction: step.in_transaction,
                    after_rollout: service.is_after_rollout(&step.name),
                    texts: step.texts.len(),
                    trial,
                    no_way_back: step.no_way_back.clone(),
                    looks: None,
                });
            }
            if let Some(watch) = watch {
                let looks = watch.finish(db).await?.looks;
                for (watched, around) in watched[first..].iter_mut().zip(looks.windows(2)) {
                    watched.looks = around.first_chunk().cloned();
                }
            }
        }
        all.push(watched);
    }
    Ok(all)
}

/// What is rolled out together: an ordinary migration behind one that is for after the rollout begins the
/// next release.
fn releases<'s>(service: &Service, steps: &'s [Step]) -> Vec<&'s [Step]> {
    let is_late = |step: &Step| service.is_after_rollout(&step.name);
    steps
        .chunk_by(|one, next| !is_late(one) || is_late(next))
        .collect()
}

/// The code before a release and the code after it; none where there was nothing that code could use.
fn running_code(service: &Service, release: &[Step]) -> Option<Watch> {
    let (first, last) = (release.first()?, release.last()?);
    let is_used = !first.before.tables.is_empty();
    is_used.then(|| Watch::new(&first.before, &last.after, service.schema()))
}

async fn look(
    scratch: &Scratch,
    service: &Service,
    watch: &mut Option<Watch>,
    after: &str,
) -> Result<(), Error> {
    let db = scratch.connection().db();
    if let Some(watch) = watch {
        set_search_path(db, service).await?;
        watch.look(db, after).await?;
    }
    Ok(())
}

/// Tries a migration that cannot be taken back, number `number` of those that are looked at, in a database of
/// its own.
async fn outside(
    context: &Context,
    candidate: &Candidate,
    step: &Step,
    number: usize,
) -> Result<Trial, Error> {
    let service = candidate.ordered();
    let ignored = service.bookkeeping_tables();
    let services = std::slice::from_ref(&service);
    let tried = Scratch::with(context, services, async |scratch| {
        let db = scratch.connection().db();
        replay(scratch, &service, &extent(candidate, number)).await?;
        set_search_path(db, &service).await?;
        let schema = service.schema();
        Ok(effects::outside(db, &step.before, schema, &ignored, &step.texts).await?)
    });
    tried.await
}
