//! Plans → SQL that `psql -f` runs: one statement a step.

mod action;
mod column;
mod constraint;
mod definition;
mod domain;
mod index;
mod names;
mod object;
mod online;
mod privilege;
mod rename;
mod sequence;
mod table;
mod twins;

pub use names::Names;

use toolkit_text::harmless_line;

use crate::{
    catalog::{Constraint, Definition, Index, QualifiedName},
    plan::{Action, Plan},
};

/// The statements of `plan` in order, each without its semicolon.
///
/// ```
/// use toolkit_schema::{plan::Plan, sql::{Names, statements}};
///
/// assert!(statements(&Plan::default(), &Names::qualified()).is_empty());
/// ```
pub fn statements(plan: &Plan, names: &Names) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| statement(&step.action, names))
        .collect()
}

/// `plan` as a script for `psql -f`; what a person should know stands above its statement.
pub fn script(plan: &Plan, names: &Names) -> String {
    let steps = plan.steps.iter().map(|step| {
        let hazards = step
            .hazards
            .iter()
            .map(|hazard| format!("-- {}\n", harmless_line(&hazard.to_string())));
        hazards
            .chain([statement(&step.action, names), ";\n".to_owned()])
            .collect::<String>()
    });
    steps.collect()
}

/// The statement that does `action`, without its semicolon.
pub fn statement(action: &Action, names: &Names) -> String {
    action::statement(action, names)
}

/// The constraint as it stands in `CREATE TABLE`.
pub fn constraint(constraint: &Constraint, names: &Names) -> String {
    constraint::definition(constraint, names)
}

/// The statement that makes `index` of `table`, without its semicolon.
pub fn index(table: &QualifiedName, index: &Index, names: &Names) -> String {
    index::create(table, index, names)
}

/// The statement that makes what `definition` says, without its semicolon.
pub fn definition(definition: &Definition, names: &Names) -> String {
    definition::create("CREATE", definition, names)
}

/// The first line of the statement: enough to tell a person which step is meant.
pub fn summary(action: &Action) -> String {
    let statement = statement(action, &Names::qualified());
    statement.lines().next().unwrap_or_default().to_owned()
}
