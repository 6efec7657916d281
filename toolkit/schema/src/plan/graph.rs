//! The one topological sort.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use super::{
    circle,
    draft::{Draft, Name, Part},
    rank::rank,
};
use crate::Result;

/// Drafts in order.
pub(super) struct Sorted {
    pub(super) drafts: Vec<Draft>,
    /// For each of them those before it that it must, or would rather, come after.
    pub(super) after: Vec<BTreeSet<usize>>,
    /// Whether a routine whose body PostgreSQL looks into comes before what that names.
    pub(super) body_before_its_names: bool,
}

/// Puts `drafts` in an order that honours their bonds; by rank and place where it is free. What they
/// hope for is honoured too, as far as it makes no circle.
pub(super) fn sort(mut drafts: Vec<Draft>) -> Result<Sorted> {
    let (order, edges) = loop {
        let edges = edges(&drafts);
        match order(&drafts, &edges) {
            Ok(order) => break (order, edges),
            Err(Stuck { waiting }) => circle::open(&mut drafts, &edges.bonds, &waiting)?,
        }
    };
    let mut drafts: Vec<_> = drafts.into_iter().map(Some).collect();
    let Order {
        places,
        body_before_its_names,
    } = order;
    Ok(Sorted {
        after: after(&places, &edges),
        drafts: places
            .into_iter()
            .filter_map(|place| drafts[place].take())
            .collect(),
        body_before_its_names,
    })
}

/// What each of the drafts in their order comes after.
fn after(places: &[usize], Edges { bonds, hopes }: &Edges) -> Vec<BTreeSet<usize>> {
    let mut position = vec![0; places.len()];
    for (now, place) in places.iter().enumerate() {
        position[*place] = now;
    }
    let mut after = vec![BTreeSet::new(); places.len()];
    for (place, (bonds, hopes)) in bonds.iter().zip(hopes).enumerate() {
        for next in bonds.iter().chain(hopes) {
            // A hope that was given up points back.
            if position[place] < position[*next] {
                after[position[*next]].insert(position[place]);
            }
        }
    }
    after
}

struct Order {
    places: Vec<usize>,
    body_before_its_names: bool,
}

/// No draft is free: for how many others each still waits.
struct Stuck {
    waiting: Vec<usize>,
}

fn order(drafts: &[Draft], Edges { bonds, hopes }: &Edges) -> Result<Order, Stuck> {
    let (mut waiting, mut hoping) = (counts(bonds), counts(hopes));
    let ranks: Vec<_> = drafts.iter().map(|draft| rank(&draft.action)).collect();
    let mut ready: BinaryHeap<_> = (0..drafts.len())
        .filter(|place| waiting[*place] == 0 && hoping[*place] == 0)
        .map(|place| Reverse((ranks[place], place)))
        .collect();
    let mut places = Vec::with_capacity(drafts.len());
    let mut done = vec![false; drafts.len()];
    let mut body_before_its_names = false;
    while places.len() < drafts.len() {
        let place = if let Some(Reverse((_, place))) = ready.pop() {
            place
        } else {
            let free = (0..drafts.len()).filter(|it| !done[*it] && waiting[*it] == 0);
            let Some(hopeless) = free.min_by_key(|place| (ranks[*place], *place)) else {
                return Err(Stuck { waiting });
            };
            body_before_its_names |= is_looked_into(&drafts[hopeless]);
            hopeless
        };
        if std::mem::replace(&mut done[place], true) {
            continue;
        }
        places.push(place);
        bonds[place].iter().for_each(|next| waiting[*next] -= 1);
        hopes[place].iter().for_each(|next| hoping[*next] -= 1);
        for &next in bonds[place].iter().chain(&hopes[place]) {
            if waiting[next] == 0 && hoping[next] == 0 && !done[next] {
                ready.push(Reverse((ranks[next], next)));
            }
        }
    }
    Ok(Order {
        places,
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

/// The drafts by what they do, each by its place.
#[derive(Default)]
struct Doers<'d> {
    providers: BTreeMap<&'d Part, Vec<usize>>,
    enders: BTreeMap<&'d Part, Vec<usize>>,
    takers: BTreeMap<&'d Name, Vec<usize>>,
}

impl<'d> Doers<'d> {
    fn new(drafts: &'d [Draft]) -> Self {
        let mut doers = Self::default();
        for (place, draft) in drafts.iter().enumerate() {
            for part in draft.whole() {
                for provided in &part.provides {
                    doers.providers.entry(provided).or_default().push(place);
                }
                for ended in &part.ends {
                    doers.enders.entry(ended).or_default().push(place);
                }
                for name in &part.takes {
                    doers.takers.entry(name).or_default().push(place);
                }
            }
        }
        doers
    }
}

fn edges(drafts: &[Draft]) -> Edges {
    let Doers {
        providers,
        enders,
        takers,
    } = Doers::new(drafts);
    let mut bonds = vec![BTreeSet::new(); drafts.len()];
    let mut hopes = vec![BTreeSet::new(); drafts.len()];
    let of = |parts: &BTreeSet<Part>, by: &BTreeMap<&Part, Vec<usize>>| -> Vec<usize> {
        let found = parts.iter().filter_map(|part| by.get(part));
        found.flatten().copied().collect()
    };
    for (place, draft) in drafts.iter().enumerate() {
        for part in draft.whole() {
            for provider in of(&part.needs, &providers) {
                bonds[provider].insert(place);
            }
            for provider in of(&part.hopes, &providers) {
                hopes[provider].insert(place);
            }
            let takers = part.frees.iter().filter_map(|name| takers.get(name));
            bonds[place].extend(of(&part.releases, &enders));
            bonds[place].extend(takers.flatten());
        }
    }
    for (place, (bonds, hopes)) in bonds.iter_mut().zip(&mut hopes).enumerate() {
        bonds.remove(&place);
        hopes.remove(&place);
    }
    Edges { bonds, hopes }
}
