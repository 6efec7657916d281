//! The one topological sort.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use super::draft::{Draft, Name, Part, rank};
use crate::{Error, Result};

/// Drafts in order.
pub(super) struct Sorted {
    pub(super) drafts: Vec<Draft>,
    /// Whether a routine whose body PostgreSQL looks into comes before what that names.
    pub(super) body_before_its_names: bool,
}

/// Puts `drafts` in an order that honours their bonds; by rank and place where it is free. What they
/// hope for is honoured too, as far as it makes no circle.
pub(super) fn sort(drafts: Vec<Draft>) -> Result<Sorted> {
    let Edges { bonds, hopes } = edges(&drafts);
    let (mut waiting, mut hoping) = (counts(&bonds), counts(&hopes));
    let ranks: Vec<_> = drafts.iter().map(|draft| rank(&draft.action)).collect();
    let mut ready: BinaryHeap<_> = (0..drafts.len())
        .filter(|place| waiting[*place] == 0 && hoping[*place] == 0)
        .map(|place| Reverse((ranks[place], place)))
        .collect();
    let mut order = Vec::with_capacity(drafts.len());
    let mut done = vec![false; drafts.len()];
    let mut body_before_its_names = false;
    while order.len() < drafts.len() {
        let place = if let Some(Reverse((_, place))) = ready.pop() {
            place
        } else {
            let free = (0..drafts.len()).filter(|it| !done[*it] && waiting[*it] == 0);
            let Some(hopeless) = free.min_by_key(|place| (ranks[*place], *place)) else {
                return Err(circle(&drafts, &waiting));
            };
            body_before_its_names |= is_looked_into(&drafts[hopeless]);
            hopeless
        };
        if std::mem::replace(&mut done[place], true) {
            continue;
        }
        order.push(place);
        bonds[place].iter().for_each(|next| waiting[*next] -= 1);
        hopes[place].iter().for_each(|next| hoping[*next] -= 1);
        for &next in bonds[place].iter().chain(&hopes[place]) {
            if waiting[next] == 0 && hoping[next] == 0 && !done[next] {
                ready.push(Reverse((ranks[next], next)));
            }
        }
    }
    let mut drafts: Vec<_> = drafts.into_iter().map(Some).collect();
    Ok(Sorted {
        drafts: order
            .into_iter()
            .filter_map(|place| drafts[place].take())
            .collect(),
        body_before_its_names,
    })
}

fn counts(edges: &[BTreeSet<usize>]) -> Vec<usize> {
    let mut counts = vec![0; edges.len()];
    edges.iter().flatten().for_each(|next| counts[*next] += 1);
    counts
}

fn is_looked_into(draft: &Draft) -> bool {
    draft.made_definition().is_some_and(|it| it.body.is_checked)
}

/// For each draft those that must come after it, and those that would rather.
struct Edges {
    bonds: Vec<BTreeSet<usize>>,
    hopes: Vec<BTreeSet<usize>>,
}

fn edges(drafts: &[Draft]) -> Edges {
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
    let mut bonds = vec![BTreeSet::new(); drafts.len()];
    let mut hopes = vec![BTreeSet::new(); drafts.len()];
    let of = |parts: &BTreeSet<Part>, by: &BTreeMap<&Part, Vec<usize>>| -> Vec<usize> {
        let found = parts.iter().filter_map(|part| by.get(part));
        found.flatten().copied().collect()
    };
    for (place, draft) in drafts.iter().enumerate() {
        for provider in of(&draft.needs, &providers) {
            bonds[provider].insert(place);
        }
        for provider in of(&draft.hopes, &providers) {
            hopes[provider].insert(place);
        }
        let takers = draft.frees.iter().filter_map(|name| takers.get(name));
        bonds[place].extend(of(&draft.releases, &enders));
        bonds[place].extend(takers.flatten());
    }
    for (place, (bonds, hopes)) in bonds.iter_mut().zip(&mut hopes).enumerate() {
        bonds.remove(&place);
        hopes.remove(&place);
    }
    Edges { bonds, hopes }
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
