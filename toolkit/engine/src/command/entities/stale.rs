//! What the entities and declarations of a service do not say of a schema.

use serde_json::json;
use toolkit_runtime::{Context, Error, Format, Outcome, Service, Unsaid};

use super::super::{diff, diff::Source, summary};
use crate::{
    compare::{Wishes, compare},
    desired::Kept,
    render::sql::{Names, statements},
};

/// Compares by entity, as `generate` does: what differs, and what nothing says.
pub(super) async fn check(
    context: &Context,
    service: &Service,
    from: &Source,
) -> Result<Outcome, Error> {
    let (current, desired) = diff::read_beside_entities(context, service, from).await?;
    // Also what a service keeps is not said.
    let exact = service.clone().unsaid(Unsaid::Drop);
    let comparison = compare(&exact, current, desired, &Wishes::default())?;
    let is_object = |kept: &&Kept| match kept {
        Kept::Object(_) => true,
        // What others may do is no entity's matter.
        Kept::Privileges { .. } => false,
    };
    let unsaid: Vec<String> = (comparison.kept.iter())
        .filter(is_object)
        .map(Kept::to_string)
        .collect();
    let is_stale = !comparison.is_empty() || !unsaid.is_empty();
    let (printer, name) = (&context.printer, service.name());
    let schema = service.schema();
    match printer.format() {
        Format::Json => printer.json(&json!({
            "command": "entities",
            "ok": !is_stale,
            "service": name,
            "statements": statements(&comparison.down, &Names::within(schema)),
            "unsaid": unsaid,
        })),
        Format::Text | Format::Rust | Format::Sql | Format::Report(_) => {
            if !comparison.is_empty() {
                printer.data(&format!("{name}: its entities differ; they would need"));
                let lines = summary::steps(&comparison.down, schema);
                lines.iter().for_each(|line| printer.coloured(line));
            }
            if !unsaid.is_empty() {
                printer.data(&format!("{name}: no entity and no declaration says"));
            }
            unsaid
                .iter()
                .for_each(|it| printer.data(&format!("  {it}")));
            if !is_stale {
                printer.note(&format!(
                    "{name}: its entities and declarations say all of it"
                ));
            }
        }
    }
    Ok(if is_stale { Outcome::No } else { Outcome::Done })
}
