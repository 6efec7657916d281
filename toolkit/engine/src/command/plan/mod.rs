//! `plan`, and `--dry-run` of `up` and `up-all`: the SQL that the migrations would send, learnt by
//! running them on a scratch copy of what is applied. Writes nothing.

mod json;
mod script;

mod text;

use toolkit_runtime::{
    Context, Direction, Error, Extent, Format, Outcome, Service, Settings, Standing, State,
    command::UpArgs,
};

use super::{
    live::Database,
    sizes::{self, Sizes},
    unfinished,
};
use crate::{
    desired,
    history::replay,
    observe::{Observation, Watch},
    rehearse::{Rehearsal, rehearse},
    scratch::{Location, Scratch},
    verify,
};

/// What is to be shown.
pub(crate) struct Request {
    direction: Direction,
    extent: Extent,
    allow_out_of_order: bool,
    after_rollout: bool,
}

/// What would happen to one service.
struct Planned {
    service: Service,
    direction: Direction,
    schema_exists: bool,
    rehearsals: Vec<Rehearsal>,
    /// What is not to be applied before the rollout has ended.
    after_rollout: Vec<String>,
    /// What running code sees of them, where that is known.
    observation: Option<Observation>,
    sizes: Sizes,
}

/// Where a service stands in the live database.
struct Live {
    standing: Standing,
    sizes: Sizes,
}

/// Shows what would be sent for `services`. The answer is no when that is anything.
pub(crate) async fn plan(
    context: &Context,
    services: &[Service],
    request: &Request,
) -> Result<Outcome, Error> {
    // The live databases first: the embedded one takes one process at a time, and one is enough.
    let mut lives = Vec::new();
    for service in services {
        let mut live = read(context, service).await?;
        live.standing = live.standing.rolled_out_if(request.after_rollout);
        let settings = Settings {
            allow_out_of_order: request.allow_out_of_order,
            ..context.settings.clone()
        };
        live.standing
            .refuse_misfit(service, &settings, request.direction)?;
        lives.push(live);
    }
    let busy = lives.iter().any(|live| !request.is_idle(&live.standing));
    let (planned, place) = if busy {
        let rehearsed = Scratch::with(context, services, async |scratch| {
            context.printer.detail(&format!("rehearsed in {scratch}"));
            let planned = rehearse_all(Some(scratch), services, &lives, request).await?;
            Ok((planned, Some(scratch.location())))
        });
        rehearsed.await?
    } else {
        (rehearse_all(None, services, &lives, request).await?, None)
    };
    show(context, &planned, place);
    let nothing = planned.iter().all(|one| one.rehearsals.is_empty());
    Ok(if nothing { Outcome::Done } else { Outcome::No })
}

async fn read(context: &Context, service: &Service) -> Result<Live, Error> {
    let Some(database) = Database::open_if_there(context, service, "toolkit plan").await? else {
        return Ok(Live {
            standing: Standing::nothing_applied(service)?,
            sizes: Sizes::default(),
        });
    };
    let connection = database.connection();
    let standing = async {
        let standing = Standing::read(connection, service).await?;
        unfinished::refuse(connection, service, &standing).await?;
        Ok::<_, Error>(standing.rolled_out_if(connection.is_alone()))
    };
    let standing = standing.await;
    let sizes = sizes::read(connection.db()).await;
    database.close().await?;
    let sizes = sizes.unwrap_or_else(|error| {
        let name = service.name();
        context.printer.warn(&format!(
            "{name}: the sizes of tables are not known: {error}"
        ));
        Sizes::default()
    });
    Ok(Live {
        standing: standing?,
        sizes,
    })
}

async fn rehearse_all(
    scratch: Option<&Scratch>,
    services: &[Service],
    lives: &[Live],
    request: &Request,
) -> Result<Vec<Planned>, Error> {
    let mut planned = Vec::new();
    for (service, Live { standing, sizes }) in services.iter().zip(lives) {
        let (rehearsals, observation) = match scratch {
            Some(scratch) if !request.is_idle(standing) => {
                request.rehearse(scratch, service, standing).await?
            }
            Some(_) | None => (Vec::new(), None),
        };
        planned.push(Planned {
            service: service.clone(),
            direction: request.direction,
            schema_exists: standing.schema_exists,
            rehearsals,
            after_rollout: match request.direction {
                Direction::Up => owned(standing.names(State::AfterRollout)),
                Direction::Down => Vec::new(),
            },
            observation,
            sizes: sizes.clone(),
        });
    }
    Ok(planned)
}

impl Request {
    /// What `up` with `args` would do.
    ///
    /// # Errors
    /// As [`UpArgs::extent`].
    pub(crate) fn up(services: &[Service], args: &UpArgs) -> Result<Self, Error> {
        Ok(Self {
            direction: Direction::Up,
            extent: args.extent(services)?,
            allow_out_of_order: args.allow_out_of_order,
            after_rollout: args.after_rollout,
        })
    }

    /// What rolling back `count` migrations would do.
    pub(crate) fn down(count: u32) -> Self {
        Self {
            direction: Direction::Down,
            extent: Extent::Count(count),
            allow_out_of_order: false,
            after_rollout: false,
        }
    }

    fn is_idle(&self, standing: &Standing) -> bool {
        match self.direction {
            Direction::Up => standing.due().is_empty(),
            Direction::Down => standing.newest_first().is_empty(),
        }
    }

    /// Replays what is applied in the order in which it was, then runs what is to be shown.
    async fn rehearse(
        &self,
        scratch: &Scratch,
        service: &Service,
        standing: &Standing,
    ) -> Result<(Vec<Rehearsal>, Option<Observation>), Error> {
        let mut applied: Vec<String> = owned(standing.newest_first());
        applied.reverse();
        replay(
            scratch,
            &service.clone().reordered(applied.clone()),
            &Extent::All,
        )
        .await?;
        let order: Vec<String> = applied.into_iter().chain(owned(standing.due())).collect();
        let service = service.clone().reordered(order);
        match self.direction {
            Direction::Up => watched(scratch, &service, &self.extent).await,
            Direction::Down => {
                let done = rehearse(scratch, &service, Direction::Down, &self.extent).await?;
                Ok((done, None))
            }
        }
    }
}

/// Rehearses one migration after the other, and executes in between what old and new code send. The new
/// code is that of the entities, so nothing is known where they cannot be read.
async fn watched(
    scratch: &Scratch,
    service: &Service,
    extent: &Extent,
) -> Result<(Vec<Rehearsal>, Option<Observation>), Error> {
    let db = scratch.connection().db();
    let before = verify::read(db, service).await?;
    // Where nothing is applied, no code runs.
    let after = if before.tables.is_empty() || service.entity_tables().is_empty() {
        None
    } else {
        desired::read(db, service).await.ok()
    };
    let Some(after) = after else {
        return Ok((
            rehearse(scratch, service, Direction::Up, extent).await?,
            None,
        ));
    };
    let mut watch = Watch::new(&before, &after, service.schema());
    verify::set_search_path(db, service).await?;
    watch.look(db, "before").await?;
    let mut rehearsals: Vec<Rehearsal> = Vec::new();
    // Where a name says how far, the runner knows what lies before it.
    let (step, most) = match extent {
        Extent::All => (Extent::Count(1), u32::MAX),
        Extent::Count(count) => (Extent::Count(1), *count),
        other => (other.clone(), 1),
    };
    for _ in 0..most {
        let next = rehearse(scratch, service, Direction::Up, &step).await?;
        let Some(last) = next.last().map(|it| it.migration.clone()) else {
            break;
        };
        rehearsals.extend(next);
        verify::set_search_path(db, service).await?;
        watch.look(db, last).await?;
    }
    Ok((rehearsals, Some(watch.finish(db).await?)))
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

fn show(context: &Context, planned: &[Planned], place: Option<Location>) {
    let printer = &context.printer;
    match printer.format() {
        Format::Json => printer.json(&json::document(planned, place)),
        Format::Sql => printer.sql(&script::script(planned, &context.settings)),
        Format::Text | Format::Rust | Format::Report(_) => {
            let lines = planned.iter().flat_map(text::lines);
            lines.for_each(|line| printer.data(&line));
        }
    }
}
