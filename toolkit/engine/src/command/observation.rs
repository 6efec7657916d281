//! What was seen, for a person and for a program. No I/O here.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use toolkit_text::harmless_line;

use crate::observe::{Failure, Observation, Remedy, Version};

/// What fails of the code that runs now, a line a statement; nothing where all works.
pub(crate) fn broken(observation: &Observation, steps: &[&str]) -> Vec<String> {
    let named = observation.looks.iter().skip(1).zip(steps);
    let mut told = BTreeSet::new();
    let mut lines = Vec::new();
    for (look, step) in named {
        for failure in look.old.iter().filter(|it| told.insert((*it).clone())) {
            let what = match failure.remedy {
                Remedy::None => "old code fails",
                Remedy::NewConnections => "old code fails until its connections are new",
            };
            lines.push(harmless_line(&format!("after {step} {what}: {failure}")));
        }
    }
    lines
}

/// What running code sees, a line a step; `steps` are the names of what stands between the looks.
pub(crate) fn lines(observation: &Observation, steps: &[&str]) -> Vec<String> {
    let Observation { looks, untried } = observation;
    if looks
        .iter()
        .all(|look| look.old.is_empty() && look.new.is_empty())
        && untried.is_empty()
    {
        return vec!["old and new code work before and after each step".to_owned()];
    }
    let mut lines = vec!["what running code sees:".to_owned()];
    for (look, name) in looks.iter().zip(std::iter::once(&"before").chain(steps)) {
        let [old, new] = [Version::Old, Version::New].map(|it| look.verdict(it));
        lines.push(format!("  {name}: old code {old}, new code {new}"));
        for (version, failures) in [("old", &look.old), ("new", &look.new)] {
            let told = failures.iter().map(|it| harmless_line(&it.to_string()));
            lines.extend(told.map(|it| format!("      {version}: {it}")));
        }
    }
    let not_tried = untried.iter().map(|it| {
        let what = it
            .statement
            .map_or_else(String::new, |it| format!("{it} of "));
        let of = format!(
            "  not tried, {} code, {what}{}: {}",
            it.version, it.table, it.reason
        );
        harmless_line(&of)
    });
    lines.extend(not_tried);
    lines
}

/// The same for a program.
pub(crate) fn document(observation: &Observation, steps: &[&str]) -> Value {
    let Observation { looks, untried } = observation;
    let failures = |failures: &[Failure]| {
        let told = failures.iter().map(|it| {
            json!({
                "table": it.table.to_string(),
                "statement": it.statement.to_string(),
                "sqlstate": it.state,
                "message": it.message,
                "mended_by_new_connections": it.remedy == Remedy::NewConnections,
            })
        });
        told.collect::<Vec<_>>()
    };
    let named = looks.iter().zip(std::iter::once(&"before").chain(steps));
    let looks = named.map(|(look, name)| {
        json!({
            "after": name,
            "old_code": { "verdict": look.verdict(Version::Old).to_string(), "failures": failures(&look.old) },
            "new_code": { "verdict": look.verdict(Version::New).to_string(), "failures": failures(&look.new) },
        })
    });
    let not_tried = untried.iter().map(|it| {
        json!({
            "code": it.version.to_string(),
            "table": it.table.to_string(),
            "statement": it.statement.map(|it| it.to_string()),
            "reason": it.reason,
        })
    });
    json!({ "steps": looks.collect::<Vec<_>>(), "not_tried": not_tried.collect::<Vec<_>>() })
}
