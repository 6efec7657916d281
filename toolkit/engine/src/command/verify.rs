//! `verify`: every migration up, down and up again on a scratch database, compared at each step; what has no
//! way back up alone.

use serde::Serialize;
use toolkit_runtime::{Context, DatabaseError, Error, Extent, Failure, Format, Outcome, Service};

use crate::{
    catalog::Catalog,
    compare::with_extensions,
    history::{is_migrations_fault, replay, step_back},
    scratch::{Location, Scratch},
    verify::{differences, read},
};

/// What up, down and up again of one migration came to.
#[derive(Serialize)]
pub(super) struct Proof {
    service: &'static str,
    migration: String,
    /// Whether the way back was left out, for there is none.
    up_only: bool,
    /// What the schema still lacks after `down`, or after `up` again, one statement each.
    after_down: Vec<String>,
    after_up_again: Vec<String>,
    error: Option<Failure>,
}

impl Proof {
    pub(super) fn holds(&self) -> bool {
        self.after_down.is_empty() && self.after_up_again.is_empty() && self.error.is_none()
    }
}

/// Proves the migrations of `services`, hand-written ones too; where `up_only`, their way there alone.
pub(crate) async fn verify(
    context: &Context,
    services: &[Service],
    up_only: bool,
) -> Result<Outcome, Error> {
    if services.is_empty() {
        return Ok(Outcome::Done);
    }
    let proved = Scratch::with(context, services, async |scratch| {
        let mut proofs = Vec::new();
        for service in services {
            proofs.extend(prove_all(scratch, service, up_only).await?);
        }
        Ok((proofs, scratch.location()))
    });
    let (proofs, place) = proved.await?;
    Ok(show(context, &proofs, &place))
}

async fn prove_all(
    scratch: &Scratch,
    service: &Service,
    up_only: bool,
) -> Result<Vec<Proof>, Error> {
    let connection = scratch.connection();
    replay(scratch, service, &Extent::Count(0)).await?;
    let mut before = read(connection.db(), service).await?;
    let mut proofs = Vec::new();
    for migration in service.migrations() {
        let asked = (migration.name(), up_only);
        let (proof, after) = prove(scratch, service, &before, asked).await?;
        proofs.push(proof);
        // Those behind it build on what is not there.
        let Some(after) = after else { break };
        before = after;
    }
    Ok(proofs)
}

/// Proves the next migration of `service`, which is called `name`, on a scratch database that is in
/// the state `before`: its way there alone where `up_only`, or where it has no other. Returns the state
/// after it, unless it fails.
pub(super) async fn prove(
    scratch: &Scratch,
    service: &Service,
    before: &Catalog,
    (name, up_only): (&str, bool),
) -> Result<(Proof, Option<Catalog>), Error> {
    let mut proof = Proof {
        service: service.name(),
        migration: name.to_owned(),
        up_only: up_only || service.is_irreversible(name),
        after_down: Vec::new(),
        after_up_again: Vec::new(),
        error: None,
    };
    match prove_one(scratch, service, before, &mut proof).await {
        Ok(after) => Ok((proof, Some(after))),
        Err(error) if is_migrations_fault(&error) => {
            proof.error = Some(Failure::from(&error));
            Ok((proof, None))
        }
        Err(error) => Err(error),
    }
}

/// Goes back from the last migration; what would still have to be done to be in the state `before`.
pub(super) async fn back(
    scratch: &Scratch,
    service: &Service,
    before: &Catalog,
) -> Result<Vec<String>, Error> {
    step_back(scratch, service).await?;
    let back = read(scratch.connection().db(), service).await?;
    // The way back leaves extensions to others.
    let left = with_extensions(before.clone(), &back);
    Ok(differences(&back, &left, service)?)
}

async fn prove_one(
    scratch: &Scratch,
    service: &Service,
    before: &Catalog,
    proof: &mut Proof,
) -> Result<Catalog, Error> {
    let connection = scratch.connection();
    replay(scratch, service, &Extent::Count(1)).await?;
    let after = read(connection.db(), service).await?;
    if proof.up_only {
        return Ok(after);
    }
    proof.after_down = back(scratch, service, before).await?;
    replay(scratch, service, &Extent::Count(1)).await?;
    let again = read(connection.db(), service).await?;
    proof.after_up_again = differences(&again, &after, service)?;
    Ok(again)
}

fn show(context: &Context, proofs: &[Proof], place: &Location) -> Outcome {
    let printer = &context.printer;
    let holds = proofs.iter().all(Proof::holds);
    if printer.format() == Format::Json {
        printer.json(&serde_json::json!({
            "command": "verify", "ok": holds, "scratch": place, "migrations": proofs,
        }));
    } else {
        let rows: Vec<Vec<String>> = proofs.iter().map(row).collect();
        printer.table(&["SERVICE", "MIGRATION", "RESULT"], &rows);
        for proof in proofs.iter().filter(|proof| !proof.holds()) {
            explain(context, proof);
        }
        let ways = if proofs.iter().all(|proof| proof.up_only) {
            "up"
        } else {
            "up, down and up again"
        };
        printer.note(&format!("replayed {ways} in {place}"));
    }
    if holds { Outcome::Done } else { Outcome::No }
}

fn row(proof: &Proof) -> Vec<String> {
    let result = match (
        &proof.error,
        proof.after_down.is_empty(),
        proof.after_up_again.is_empty(),
    ) {
        (Some(_), _, _) => "FAILS",
        (None, false, _) => "DOWN LIES",
        (None, true, false) => "UP AGAIN DIFFERS",
        (None, true, true) if proof.up_only => "ok, up only",
        (None, true, true) => "ok",
    };
    vec![
        proof.service.to_owned(),
        proof.migration.clone(),
        result.to_owned(),
    ]
}

/// Says what a proof that does not hold came to.
pub(super) fn explain(context: &Context, proof: &Proof) {
    let printer = &context.printer;
    let Proof {
        service,
        migration,
        up_only: _,
        after_down,
        after_up_again,
        error,
    } = proof;
    printer.data("");
    if let Some(Failure { message, hint, .. }) = error {
        printer.data(&format!("{service}: {message}"));
        if message.contains(DatabaseError::NO_DOWN) {
            printer.data(&format!(
                "  write one, or say .irreversible(\"{migration}\") in the service's definition; `verify --up` \
                 tries the way there alone"
            ));
        } else {
            hint.iter()
                .for_each(|hint| printer.data(&format!("  {hint}")));
        }
    }
    for (what, missing) in [("down", after_down), ("down and up again", after_up_again)] {
        if !missing.is_empty() {
            printer.data(&format!(
                "{service}: after {what} of {migration}, this would still be to do:"
            ));
            missing
                .iter()
                .for_each(|statement| printer.data(&format!("  {statement}")));
        }
    }
}
