//! Steps that wait for each other: something that one of them does besides is done by itself.
//! No I/O here.

use std::collections::BTreeSet;

use super::{Action, DomainAction, draft::Draft};
use crate::{Error, Result};

/// Opens one circle of those in which `waiting` drafts are. What goes first of a dropped object, or
/// last of a new one, is the least of what holds the circle together.
///
/// # Errors
/// [`Error::Cycle`] when nothing in it can be done by itself.
pub(super) fn open(
    drafts: &mut Vec<Draft>,
    bonds: &[BTreeSet<usize>],
    waiting: &[usize],
) -> Result<()> {
    let circle = find(bonds, waiting);
    let next = circle.iter().cycle().skip(1);
    let pairs = circle.iter().zip(next);
    let links = pairs.filter_map(|(before, after)| {
        let parts = link(&drafts[*before], &drafts[*after])?;
        let cost = parts
            .iter()
            .map(|part| cost(drafts, *before, *after, *part));
        Some((cost.max(), *before, *after, parts))
    });
    let Some((_, before, after, parts)) = links.min() else {
        return Err(Error::Cycle {
            steps: circle.iter().map(|place| drafts[*place].label()).collect(),
        });
    };
    // From the end, so that places stay what they are.
    for part in parts.into_iter().rev() {
        let alone = match part {
            Besides::Goes(place) => goes_first(&mut drafts[before], place),
            Besides::Comes(place) => comes_last(&mut drafts[after], place),
        };
        drafts.push(alone);
    }
    Ok(())
}

/// Some circle, each before the next.
fn find(bonds: &[BTreeSet<usize>], waiting: &[usize]) -> Vec<usize> {
    // Each that waits has one before it that waits, too.
    let mut before = vec![None; bonds.len()];
    let waits = |place: &usize| waiting[*place] > 0;
    for place in (0..bonds.len()).filter(waits) {
        for next in bonds[place].iter().copied().filter(waits) {
            before[next] = Some(place);
        }
    }
    let mut path: Vec<usize> = Vec::new();
    let mut place = (0..bonds.len()).find(waits);
    while let Some(found) = place {
        if let Some(start) = path.iter().position(|known| *known == found) {
            path.drain(..start);
            break;
        }
        path.push(found);
        place = before[found];
    }
    path.reverse();
    path
}

/// Something that a draft does besides, by its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Besides {
    /// Of the one before: a drop that could go by itself.
    Goes(usize),
    /// Of the one after: a creation that could come by itself.
    Comes(usize),
}

/// What makes `before` go before `after`, where all of that could be done by itself.
fn link(before: &Draft, after: &Draft) -> Option<BTreeSet<Besides>> {
    let mut parts = BTreeSet::new();
    for (one, first) in before.whole().enumerate() {
        for (other, second) in after.whole().enumerate() {
            if !first.frees.is_disjoint(&second.takes) {
                return None;
            }
            // The first of a whole is the draft itself.
            if !first.releases.is_disjoint(&second.ends) {
                parts.insert(Besides::Goes(one.checked_sub(1)?));
            }
            if !first.provides.is_disjoint(&second.needs) {
                parts.insert(Besides::Comes(other.checked_sub(1)?));
            }
        }
    }
    Some(parts)
}

/// How much it takes to do it by itself: what is known best is changed last.
fn cost(drafts: &[Draft], before: usize, after: usize, part: Besides) -> u8 {
    let action = match part {
        Besides::Goes(place) => &drafts[before].besides[place].action,
        Besides::Comes(place) => &drafts[after].besides[place].action,
    };
    match action {
        Action::Definition(_) => 0,
        Action::AddConstraint { constraint, .. } | Action::DropConstraint { constraint, .. }
            if constraint.foreign_key().is_some() =>
        {
            1
        }
        _ => 2,
    }
}

fn goes_first(owner: &mut Draft, place: usize) -> Draft {
    let mut part = owner.besides.remove(place);
    part.releases.extend(owner.ends.iter().cloned());
    part
}

fn comes_last(owner: &mut Draft, place: usize) -> Draft {
    let mut part = owner.besides.remove(place);
    part.needs.extend(owner.provides.iter().cloned());
    leave_out(&mut owner.action, &part.action);
    part
}

/// Takes what `part` makes out of the statement that made it besides.
fn leave_out(action: &mut Action, part: &Action) {
    match (action, part) {
        (Action::CreateTable(new), Action::AddConstraint { constraint, .. }) => {
            new.table.constraints.remove(&constraint.name);
        }
        (Action::CreateTable(new), Action::SetDefault { column, .. }) => {
            let mut columns = new.table.columns.iter_mut();
            if let Some(found) = columns.find(|it| it.name == column.column) {
                found.default = None;
            }
        }
        (Action::Domain { change, .. }, Action::Domain { change: part, .. }) => {
            leave_out_of_domain(change, part);
        }
        (_, _) => {}
    }
}

fn leave_out_of_domain(change: &mut DomainAction, part: &DomainAction) {
    let DomainAction::Create(domain) = change else {
        return;
    };
    match part {
        DomainAction::AddCheck(check) => {
            domain.checks.remove(&check.name);
        }
        DomainAction::SetDefault(_) => domain.default = None,
        DomainAction::Create(_)
        | DomainAction::SetNotNull(_)
        | DomainAction::AddNotNull(_)
        | DomainAction::RenameNotNull { .. }
        | DomainAction::DropCheck(_)
        | DomainAction::ValidateCheck(_)
        | DomainAction::CommentOnCheck { .. }
        | DomainAction::Drop => {}
    }
}
