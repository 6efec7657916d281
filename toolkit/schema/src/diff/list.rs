//! The one list diff: what was added, dropped and altered between two lists with keys.

use std::collections::{BTreeMap, BTreeSet};

/// The difference between two lists of `T`; an altered item is described by an `A`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListDiff<T, A = Altered<T>> {
    /// Only in the second list.
    pub added: Vec<T>,
    /// Only in the first list.
    pub dropped: Vec<T>,
    /// In both, and different.
    pub altered: Vec<A>,
}

/// An item before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Altered<T> {
    /// What is.
    pub from: T,
    /// What should be.
    pub to: T,
}

impl<T, A> ListDiff<T, A> {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.dropped.is_empty() && self.altered.is_empty()
    }
}

/// Compares two lists whose items are equal or not.
pub(super) fn diff<'l, K: Ord + 'l, T: Clone + PartialEq + 'l>(
    from: impl IntoIterator<Item = (&'l K, &'l T)>,
    to: impl IntoIterator<Item = (&'l K, &'l T)>,
) -> ListDiff<T> {
    diff_with(from, to, altered)
}

/// Compares two lists, each in the order of its keys, with `alter`, which describes the difference of two
/// items, if any.
pub(super) fn diff_with<'l, K: Ord + 'l, T: Clone + 'l, A>(
    from: impl IntoIterator<Item = (&'l K, &'l T)>,
    to: impl IntoIterator<Item = (&'l K, &'l T)>,
    alter: impl Fn(&T, &T) -> Option<A>,
) -> ListDiff<T, A> {
    let mut difference = ListDiff {
        added: Vec::new(),
        dropped: Vec::new(),
        altered: Vec::new(),
    };
    let mut others = to.into_iter().peekable();
    for (key, item) in from {
        while let Some((_, other)) = others.next_if(|(other, _)| *other < key) {
            difference.added.push(other.clone());
        }
        match others.next_if(|(other, _)| *other == key) {
            Some((_, other)) => difference.altered.extend(alter(item, other)),
            None => difference.dropped.push(item.clone()),
        }
    }
    difference
        .added
        .extend(others.map(|(_, other)| other.clone()));
    difference
}

/// The keys whose values differ, or that only one list has.
pub(super) fn unlike<K: Ord + Clone, T: PartialEq>(
    from: &BTreeMap<K, T>,
    to: &BTreeMap<K, T>,
) -> BTreeSet<K> {
    from.keys()
        .chain(to.keys())
        .filter(|key| from.get(key) != to.get(key))
        .cloned()
        .collect()
}

fn altered<T: Clone + PartialEq>(from: &T, to: &T) -> Option<Altered<T>> {
    (from != to).then(|| Altered {
        from: from.clone(),
        to: to.clone(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Altered, diff};

    #[test]
    fn a_list_diff_tells_added_dropped_and_altered() {
        let from = BTreeMap::from([("kept", 1), ("dropped", 2), ("altered", 3)]);
        let to = BTreeMap::from([("kept", 1), ("altered", 4), ("added", 5)]);
        let changes = diff(&from, &to);
        assert_eq!((changes.added, changes.dropped), (vec![5], vec![2]));
        assert_eq!(changes.altered, vec![Altered { from: 3, to: 4 }]);
    }
}
