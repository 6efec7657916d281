//! The SQL that a table holds.

use crate::catalog::{ConstraintKind, Expression, Table, Uses};

/// The SQL texts of a table with what each refers to.
pub(in crate::plan) fn texts(table: &Table) -> impl Iterator<Item = (&str, &Uses)> {
    let columns = table.columns.iter().flat_map(|column| {
        let generated = column
            .generated
            .as_ref()
            .map(|generated| &generated.expression);
        column.default.iter().chain(generated)
    });
    let checks = table
        .constraints
        .values()
        .filter_map(|constraint| match &constraint.kind {
            ConstraintKind::Check {
                expression,
                no_inherit: _,
            } => Some(expression),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclusion { .. } => None,
        });
    let exclusions = table
        .constraints
        .values()
        .filter_map(|constraint| match &constraint.kind {
            ConstraintKind::Exclusion { definition, uses } => Some((definition.as_str(), uses)),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check { .. } => None,
        });
    let predicates = table
        .indexes
        .values()
        .filter_map(|index| index.predicate.as_ref());
    let keys = table
        .indexes
        .values()
        .flat_map(|index| index.keys.iter().map(move |key| (key, &index.uses)));
    let keys = keys.filter_map(|(key, uses)| match &key.term {
        crate::catalog::IndexTerm::Expression(sql) => Some((sql.as_str(), uses)),
        crate::catalog::IndexTerm::Column(_) => None,
    });
    columns
        .chain(checks)
        .chain(predicates)
        .map(|Expression { sql, uses }| (sql.as_str(), uses))
        .chain(exclusions)
        .chain(keys)
}
