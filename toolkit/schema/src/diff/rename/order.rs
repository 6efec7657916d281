//! Renames in an order that works: a chain of names from its end, a circle through a temporary
//! name. No I/O here.

use std::collections::BTreeSet;

use super::Rename;
use crate::{Result, catalog::Catalog};

/// Applies `renames` to `catalog` and returns them as they were applied.
///
/// They go in the order given, except that one whose new name is taken waits for the one that
/// frees it: `a` to `b` and `b` to `a` is a swap.
///
/// # Errors
/// When a rename names what is not there, or a name that is taken and stays so.
pub(in crate::diff) fn apply_all(catalog: &mut Catalog, renames: &[Rename]) -> Result<Vec<Rename>> {
    let mut order = Order {
        catalog,
        pending: renames.iter().cloned().map(Some).collect(),
        waiting: BTreeSet::new(),
        applied: Vec::new(),
    };
    for place in 0..renames.len() {
        order.apply(place)?;
    }
    Ok(order.applied)
}

struct Order<'c> {
    catalog: &'c mut Catalog,
    pending: Vec<Option<Rename>>,
    /// Those that wait until another has made way.
    waiting: BTreeSet<usize>,
    applied: Vec<Rename>,
}

impl Order<'_> {
    fn apply(&mut self, place: usize) -> Result<()> {
        self.waiting.insert(place);
        while let Some(other) = self.in_the_way_of(place) {
            if self.waiting.contains(&other) {
                self.set_aside(other)?;
            } else {
                self.apply(other)?;
            }
        }
        self.waiting.remove(&place);
        match self.pending[place].take() {
            Some(rename) => self.step(rename),
            None => Ok(()),
        }
    }

    /// The pending rename of what now has the new name.
    fn in_the_way_of(&self, place: usize) -> Option<usize> {
        let rename = self.pending[place].as_ref()?;
        let (_, to) = rename.names();
        let spaces = rename.spaces(self.catalog);
        let frees = |other: &Rename| {
            let mut shared = other.spaces(self.catalog).into_iter();
            other.names().0 == to
                && shared.any(|space| spaces.contains(&space) && space.holds(self.catalog, to))
        };
        let mut others = self.pending.iter().enumerate();
        others
            .find(|(other, pending)| *other != place && pending.as_ref().is_some_and(frees))
            .map(|(other, _)| other)
    }

    /// Frees the name of what `place` renames before its new name is free.
    fn set_aside(&mut self, place: usize) -> Result<()> {
        let Some(rename) = self.pending[place].clone() else {
            return Ok(());
        };
        let (from, to) = rename.names();
        let spaces = rename.spaces(self.catalog);
        let is_free = |name: &String| !spaces.iter().any(|it| it.holds(self.catalog, name));
        let names = (1..).map(|number| format!("toolkit_aside_{number}"));
        let Some(aside) = names.into_iter().find(is_free) else {
            return Ok(());
        };
        self.pending[place] = Some(rename.between(&aside, to));
        self.step(rename.between(from, &aside))
    }

    fn step(&mut self, rename: Rename) -> Result<()> {
        rename.apply(self.catalog)?;
        self.applied.push(rename);
        Ok(())
    }
}
