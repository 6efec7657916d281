//! Proof on a scratch database: all phases up, down and up again, each compared by the inspector; and what
//! old and new code see in between.

use sea_orm::DatabaseConnection;

pub use toolkit_schema::online::{Phase, PhaseKind, phases};

use crate::{
    Result,
    catalog::Catalog,
    compare::with_extensions,
    diff::{Rename, diff, identical_renames},
    observe::Watch,
    plan::{Action, OnlineAction, Plan, Step, plan},
    sql::{Names, statement},
    verify::{execute, refuse_difference},
};

/// A phase with its way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The phase.
    pub phase: Phase,
    /// The way back, from what it leaves to what it finds.
    pub down: Plan,
}

/// Runs `phases` in `db`, which is in the state `current` and whose schema `read` reads; up, down and up again.
/// `names` are those that its search path reaches. `watch` looks after each phase, the first time.
///
/// # Errors
/// [`crate::Error::Proof`] when a state is not what it should be, [`crate::Error::ProofStatement`] when a statement fails.
pub async fn prove(
    db: &DatabaseConnection,
    read: impl AsyncFn() -> Result<Catalog>,
    names: &Names,
    phases: &[Phase],
    [current, target]: [&Catalog; 2],
    watch: &mut Watch,
) -> Result<Vec<Proven>> {
    let mut states = vec![current.clone()];
    watch.look(db, "before").await?;
    for (number, phase) in phases.iter().enumerate() {
        run(db, "up", &phase.plan, names).await?;
        let told = format!("{}. {}", number + 1, phase.kind.suffix());
        watch.look(db, told).await?;
        let state = read().await?;
        if let Some(before) = states.last_mut() {
            // Others may use an extension by the time of the way back, which therefore leaves it.
            *before = with_extensions(before.clone(), &state);
        }
        states.push(state);
    }
    if let Some(last) = states.last() {
        refuse_difference("up", last, target, names)?;
    }
    let mut proven = Vec::new();
    for (phase, around) in phases.iter().zip(states.windows(2)) {
        let [before, after] = around else { continue };
        proven.push(Proven {
            phase: phase.clone(),
            down: way_back(phase, before, after)?,
        });
    }
    for (Proven { phase: _, down }, state) in proven.iter().zip(&states).rev() {
        run(db, "down", down, names).await?;
        refuse_difference("down", &read().await?, state, names)?;
    }
    for (Proven { phase, down: _ }, state) in proven.iter().zip(states.iter().skip(1)) {
        run(db, "up again", &phase.plan, names).await?;
        refuse_difference("up again", &read().await?, state, names)?;
    }
    Ok(proven)
}

/// The plan from `after` back to `before`; outside a transaction where the phase is.
fn way_back(phase: &Phase, before: &Catalog, after: &Catalog) -> Result<Plan> {
    if let Some(back) = &phase.back {
        return Ok(back.clone());
    }
    let mut renames = Rename::reversed(&phase.plan.renames());
    renames.extend(identical_renames(after, before, &renames)?);
    let mut back = plan(&diff(after, before, &renames)?)?;
    if phase.kind.is_outside_transaction() {
        back.steps = back.steps.into_iter().map(|it| beside(it, after)).collect();
    }
    Ok(back)
}

/// The form of a step that others can live beside, of an index.
fn beside(step: Step, after: &Catalog) -> Step {
    let online = if let Action::DropIndex { table, index } = &step.action {
        after
            .table_of_index(index)
            .map(|_| OnlineAction::DropIndex {
                table: table.clone(),
                index: index.clone(),
            })
    } else if let Action::CreateIndex { table, index } = &step.action {
        Some(OnlineAction::CreateIndex {
            table: table.clone(),
            index: index.clone(),
        })
    } else {
        None
    };
    match online {
        Some(action) => Step {
            action: Action::Online(Box::new(action)),
            hazards: Vec::new(),
            outside_transaction: true,
        },
        None => step,
    }
}

/// Runs a migration: in a transaction, unless a step must leave it.
async fn run(
    db: &DatabaseConnection,
    what: &'static str,
    plan: &Plan,
    names: &Names,
) -> Result<()> {
    let statements = plan.steps.iter().map(|step| match &step.action {
        // A migration has a transaction, and its connection serves others afterwards.
        Action::SkipBodyChecks => "SET LOCAL check_function_bodies = off".to_owned(),
        action => statement(action, names),
    });
    execute(db, what, statements.collect(), !plan.leaves_transaction()).await
}
