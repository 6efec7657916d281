//! The one topological sort.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use super::draft::{Draft, Name, Part, rank};
use crate::{Error, Result};

/// Puts `drafts` in an order that honours their bonds; by rank and place where it is free.
pub(super) fn sort(drafts: Vec<Draft>) -> Result<Vec<Draft>> {
    let after = edges(&drafts);
    let mut waiting: Vec<usize> = vec![0; drafts.len()];
    for next in after.iter().flatten() {
        waiting[*next] += 1;
    }
    let ranks: Vec<_> = drafts.iter().map(|draft| rank(&draft.action)).collect();
    let mut ready: BinaryHeap<_> = (0..drafts.len())
        .filter(|place| waiting[*place] == 0)
        .map(|place| Reverse((ranks[place], place)))
        .collect();
    let mut order = Vec::with_capacity(drafts.len());
    while let Some(Reverse((_, place))) = ready.pop() {
        order.push(place);
        for &next in &after[place] {
            waiting[next] -= 1;
            if waiting[next] == 0 {
                ready.push(Reverse((ranks[next], next)));
            }
        }
    }
    if order.len() < drafts.len() {
        return Err(circle(&drafts, &waiting));
    }
    let mut drafts: Vec<_> = drafts.into_iter().map(Some).collect();
    Ok(order
        .into_iter()
        .filter_map(|place| drafts[place].take())
        .collect())
}

/// For each draft those that must come after it.
fn edges(drafts: &[Draft]) -> Vec<BTreeSet<usize>> {
    let mut providers: BTreeMap<&Part, Vec<usize>> = BTreeMap::new();
    let mut enders: BTreeMap<&Part, Vec<usize>> = BTreeMap::new();
    let mut takers: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        draft
            .provides
            .iter()
            .for_each(|part| providers.entry(part).or_default().push(place));
        draft
            .ends
            .iter()
            .for_each(|part| enders.entry(part).or_default().push(place));
        draft
            .takes
            .iter()
            .for_each(|name| takers.entry(name).or_default().push(place));
    }
    let mut after = vec![BTreeSet::new(); drafts.len()];
    for (place, draft) in drafts.iter().enumerate() {
        for provider in draft
            .needs
            .iter()
            .filter_map(|part| providers.get(part))
            .flatten()
        {
            after[*provider].insert(place);
        }
        let enders = draft
            .releases
            .iter()
            .filter_map(|part| enders.get(part))
            .flatten();
        let takers = draft
            .frees
            .iter()
            .filter_map(|name| takers.get(name))
            .flatten();
        after[place].extend(enders.chain(takers));
        after[place].remove(&place);
    }
    for (place, next) in after.iter_mut().enumerate() {
        next.remove(&place);
    }
    after
}

fn circle(drafts: &[Draft], waiting: &[usize]) -> Error {
    let steps = drafts
        .iter()
        .zip(waiting)
        .filter(|(_, waiting)| **waiting > 0);
    Error::Cycle {
        steps: steps.map(|(draft, _)| draft.label()).collect(),
    }
}
