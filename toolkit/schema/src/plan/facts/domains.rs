//! Domains: which change looks at values.

use super::Context;
use crate::catalog::Domain;

/// Whether an alteration of a domain fails where a column has a value that it does not allow.
pub(in crate::plan) fn looks_at_values(context: &Context<'_>, from: &Domain, to: &Domain) -> bool {
    let mut checks = to.checks.values().filter(|check| check.validated);
    (to.not_null && !from.not_null)
        || checks.any(|check| {
            let before = from.checks.get(&check.name);
            let stays = before.is_some_and(|it| it.expression == check.expression && it.validated);
            !stays || context.is_disturbed(&check.expression.uses)
        })
}
