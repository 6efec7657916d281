//! Likely renames: dropped here and added there, alike in all but the name. Nothing is applied.

use crate::catalog::{Catalog, Column, Enum, QualifiedName, Sequence, Table};

use super::{Altered, Rename, TableChange, diff};

/// A rename that a person may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The rename.
    pub rename: Rename,
    /// Why it is likely, to be shown.
    pub reason: String,
}

/// Names less alike than this (0 to 1, Jaro-Winkler) are taken for different things.
const SIMILAR_NAME: f64 = 0.8;

/// Finds dropped and added tables, columns, sequences, enum types and values that may be one and
/// the same.
///
/// # Errors
/// When `renames`, which were decided before, cannot be applied.
pub fn propose_renames(
    from: &Catalog,
    to: &Catalog,
    renames: &[Rename],
) -> crate::Result<Vec<Proposal>> {
    let changes = diff(from, to, renames)?;
    let mut proposals = Vec::new();
    let (dropped, added) = (&changes.tables.dropped, &changes.tables.added);
    for (from, to, reason) in pair(dropped, added, likeness_of_tables) {
        let rename = Rename::Table {
            from: from.name.clone(),
            to: to.name.name.clone(),
        };
        proposals.push(Proposal { rename, reason });
    }
    let (dropped, added) = (&changes.enums.dropped, &changes.enums.added);
    for (from, to, reason) in pair(dropped, added, likeness_of_enums) {
        let rename = Rename::Enum {
            from: from.name.clone(),
            to: to.name.name.clone(),
        };
        proposals.push(Proposal { rename, reason });
    }
    let (dropped, added) = (&changes.sequences.dropped, &changes.sequences.added);
    for (from, to, reason) in pair(dropped, added, likeness_of_sequences) {
        let rename = Rename::Sequence {
            from: from.name.clone(),
            to: to.name.name.clone(),
        };
        proposals.push(Proposal { rename, reason });
    }
    proposals.extend(changes.enums.altered.iter().flat_map(values));
    proposals.extend(changes.tables.altered.iter().flat_map(columns));
    Ok(proposals)
}

/// Values that went where others came, in the same place of a list of the same length.
fn values(Altered { from, to }: &Altered<Enum>) -> Vec<Proposal> {
    if from.values.len() != to.values.len() {
        return Vec::new();
    }
    let places = from.values.iter().zip(&to.values);
    places
        .filter(|(old, new)| !to.values.contains(old) && !from.values.contains(new))
        .map(|(old, new)| Proposal {
            rename: Rename::EnumValue {
                name: to.name.clone(),
                from: old.clone(),
                to: new.clone(),
            },
            reason: "same place among the values".to_owned(),
        })
        .collect()
}

/// Columns of one table.
fn columns(change: &TableChange) -> Vec<Proposal> {
    let table = || change.to.name.clone();
    let mut proposals = Vec::new();
    let (dropped, added) = (&change.columns.dropped, &change.columns.added);
    for (from, to, reason) in pair(dropped, added, likeness_of_columns) {
        let (from, to) = (from.name.clone(), to.name.clone());
        proposals.push(Proposal {
            rename: Rename::Column {
                table: table(),
                from,
                to,
            },
            reason,
        });
    }
    proposals
}

/// Pairs each dropped item with the most alike added one, the most alike pairs first.
fn pair<'c, T>(
    dropped: &'c [T],
    added: &'c [T],
    likeness: impl Fn(&T, &T) -> Option<(f64, String)>,
) -> impl Iterator<Item = (&'c T, &'c T, String)> {
    let mut candidates: Vec<_> = (0..dropped.len())
        .flat_map(|from| (0..added.len()).map(move |to| (from, to)))
        .filter_map(|(from, to)| {
            likeness(&dropped[from], &added[to]).map(|(score, reason)| (score, from, to, reason))
        })
        .collect();
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut pairs: Vec<(usize, usize, String)> = Vec::new();
    for (_, from, to, reason) in candidates {
        if pairs
            .iter()
            .all(|(taken, used, _)| *taken != from && *used != to)
        {
            pairs.push((from, to, reason));
        }
    }
    pairs.sort_by_key(|(from, _, _)| *from);
    pairs
        .into_iter()
        .map(|(from, to, reason)| (&dropped[from], &added[to], reason))
}

fn likeness_of_tables(from: &Table, to: &Table) -> Option<(f64, String)> {
    if from.name.schema != to.name.schema || from.columns.is_empty() {
        return None;
    }
    let names = |table: &Table| {
        let mut names: Vec<_> = table
            .columns
            .iter()
            .map(|c| (c.name.clone(), c.data_type.clone()))
            .collect();
        names.sort();
        names
    };
    (names(from) == names(to)).then(|| {
        let score = strsim::jaro_winkler(&from.name.name, &to.name.name);
        (
            score,
            format!("same {} columns of the same types", from.columns.len()),
        )
    })
}

fn likeness_of_enums(from: &Enum, to: &Enum) -> Option<(f64, String)> {
    let alike =
        from.name.schema == to.name.schema && from.values == to.values && !from.values.is_empty();
    alike.then(|| (similarity(&from.name, &to.name), "same values".to_owned()))
}

fn likeness_of_columns(from: &Column, to: &Column) -> Option<(f64, String)> {
    let renamed = Column {
        name: to.name.clone(),
        not_null: to.not_null.clone(),
        comment: to.comment.clone(),
        ..from.clone()
    };
    let score = strsim::jaro_winkler(&from.name, &to.name);
    let alike = renamed == *to && (score >= SIMILAR_NAME || contains(&from.name, &to.name));
    alike.then(|| {
        (
            score,
            format!(
                "same type {} and attributes, similar name",
                from.data_type.name
            ),
        )
    })
}

/// One that a column owns is named by it.
fn likeness_of_sequences(from: &Sequence, to: &Sequence) -> Option<(f64, String)> {
    let renamed = Sequence {
        name: to.name.clone(),
        comment: to.comment.clone(),
        ..from.clone()
    };
    let alike = from.owned_by.is_none() && from.name.schema == to.name.schema && renamed == *to;
    alike.then(|| (similarity(&from.name, &to.name), "same options".to_owned()))
}

fn similarity(from: &QualifiedName, to: &QualifiedName) -> f64 {
    strsim::jaro_winkler(&from.name, &to.name)
}

fn contains(from: &str, to: &str) -> bool {
    from.len().min(to.len()) >= 3 && (from.contains(to) || to.contains(from))
}
