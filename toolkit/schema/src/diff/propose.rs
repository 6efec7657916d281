//! Likely renames: dropped here and added there, alike in all but the name. Nothing is applied.

use crate::catalog::{Catalog, Column, DataType, Enum, QualifiedName, Sequence, Table};

use super::{Altered, Changes, Rename, TableChange, diff};

/// A rename that a person may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The rename.
    pub rename: Rename,
    /// Why it may be one, to be shown.
    pub reason: String,
    /// Whether it is likely: all is the same, and the names are alike.
    pub is_likely: bool,
}

/// How much two things are alike.
struct Likeness {
    score: f64,
    reason: String,
    is_likely: bool,
}

/// Names less alike than this (0 to 1, Jaro-Winkler) are taken for different things.
const SIMILAR_NAME: f64 = 0.8;

/// Finds dropped and added tables, columns, sequences, enum types and values that can be one and
/// the same: each with each, the most alike first of what is of one kind and in one table or type.
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
    let Changes {
        tables,
        enums,
        sequences,
        ..
    } = &changes;
    proposals.extend(pairs(
        (&tables.dropped, &tables.added),
        likeness_of_tables,
        |from, to| Rename::Table {
            from: from.name.clone(),
            to: to.name.name.clone(),
        },
    ));
    proposals.extend(pairs(
        (&enums.dropped, &enums.added),
        likeness_of_enums,
        |from, to| Rename::Enum {
            from: from.name.clone(),
            to: to.name.name.clone(),
        },
    ));
    proposals.extend(pairs(
        (&sequences.dropped, &sequences.added),
        likeness_of_sequences,
        |from, to| Rename::Sequence {
            from: from.name.clone(),
            to: to.name.name.clone(),
        },
    ));
    proposals.extend(changes.enums.altered.iter().flat_map(values));
    proposals.extend(changes.tables.altered.iter().flat_map(columns));
    Ok(proposals)
}

/// Of `proposals` those that can all be meant at once: each name once, the most alike first.
pub fn likeliest(proposals: &[Proposal]) -> Vec<&Proposal> {
    let mut chosen: Vec<&Proposal> = Vec::new();
    for proposal in proposals {
        let (owner, (from, to)) = (proposal.rename.owner(), proposal.rename.names());
        let is_free = chosen.iter().all(|it| {
            let (taken, used) = it.rename.names();
            it.rename.owner() != owner || (taken != from && used != to)
        });
        if is_free {
            chosen.push(proposal);
        }
    }
    chosen
}

/// Values that went and values that came: in one place of lists of the same length they are likely the same.
fn values(Altered { from, to }: &Altered<Enum>) -> Vec<Proposal> {
    let gone = |list: &Enum, other: &Enum| -> Vec<(usize, String)> {
        let values = list.values.iter().cloned().enumerate();
        values
            .filter(|(_, value)| !other.values.contains(value))
            .collect()
    };
    let is_as_long = from.values.len() == to.values.len();
    let likeness = |(old, from): &(usize, String), (new, to): &(usize, String)| {
        let is_in_its_place = is_as_long && old == new;
        let (score, reason) = if is_in_its_place {
            (1.0, "same place among the values")
        } else {
            (0.0, "of the same type")
        };
        Some(Likeness {
            score: score + strsim::jaro_winkler(from, to),
            reason: reason.to_owned(),
            is_likely: is_in_its_place,
        })
    };
    let (dropped, added) = (gone(from, to), gone(to, from));
    pairs((&dropped, &added), likeness, |(_, from), (_, new)| {
        Rename::EnumValue {
            name: to.name.clone(),
            from: from.clone(),
            to: new.clone(),
        }
    })
}

/// Columns of one table.
fn columns(change: &TableChange) -> Vec<Proposal> {
    let columns = &change.columns;
    pairs(
        (&columns.dropped, &columns.added),
        likeness_of_columns,
        |from, to| Rename::Column {
            table: change.to.name.clone(),
            from: from.name.clone(),
            to: to.name.clone(),
        },
    )
}

/// Each dropped item with each added one that it can be, the most alike first.
fn pairs<T>(
    (dropped, added): (&[T], &[T]),
    likeness: impl Fn(&T, &T) -> Option<Likeness>,
    rename: impl Fn(&T, &T) -> Rename,
) -> Vec<Proposal> {
    let mut pairs: Vec<(f64, Proposal)> = dropped
        .iter()
        .flat_map(|from| added.iter().map(move |to| (from, to)))
        .filter_map(|(from, to)| {
            let Likeness {
                score,
                reason,
                is_likely,
            } = likeness(from, to)?;
            let rename = rename(from, to);
            let proposal = Proposal {
                rename,
                reason,
                is_likely,
            };
            Some((score, proposal))
        })
        .collect();
    // Those of one score stay in the order of the catalog.
    pairs.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    pairs.into_iter().map(|(_, proposal)| proposal).collect()
}

/// Tables can be the same when half of the columns of the smaller one are in both.
fn likeness_of_tables(from: &Table, to: &Table) -> Option<Likeness> {
    if !can_be_renamed(&from.name, &to.name) {
        return None;
    }
    let is_in_both = |column: &&Column| {
        let other = to.column(&column.name);
        other.is_some_and(|it| it.data_type == column.data_type)
    };
    let shared = from.columns.iter().filter(is_in_both).count();
    let (all, other) = (from.columns.len(), to.columns.len());
    if shared == 0 || shared * 2 < all.min(other) {
        return None;
    }
    let is_same = shared == all && shared == other;
    let reason = if is_same {
        format!("same {all} columns of the same types")
    } else {
        format!("{shared} columns of the same names and types")
    };
    Some(Likeness {
        score: share(shared, all.max(other)) + similarity(&from.name, &to.name),
        reason,
        is_likely: is_same,
    })
}

#[allow(
    clippy::cast_precision_loss,
    reason = "tables have fewer columns, and types fewer values"
)]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// Types can be the same when half of the values of the smaller one are in both.
fn likeness_of_enums(from: &Enum, to: &Enum) -> Option<Likeness> {
    if !can_be_renamed(&from.name, &to.name) {
        return None;
    }
    let (all, other) = (from.values.len(), to.values.len());
    let shared = from.values.iter().filter(|it| to.values.contains(it));
    let shared = shared.count();
    if shared == 0 || shared * 2 < all.min(other) {
        return None;
    }
    let is_same = from.values == to.values;
    let reason = if is_same {
        "same values".to_owned()
    } else {
        format!("{shared} of the same values")
    };
    Some(Likeness {
        score: share(shared, all.max(other)) + similarity(&from.name, &to.name),
        reason,
        is_likely: is_same,
    })
}

/// Columns can be the same when they are of one type, whatever its length or precision.
fn likeness_of_columns(from: &Column, to: &Column) -> Option<Likeness> {
    if !is_of_one_type(&from.data_type, &to.data_type)
        || from.generated.is_some() != to.generated.is_some()
    {
        return None;
    }
    let renamed = Column {
        name: to.name.clone(),
        not_null: to.not_null.clone(),
        comment: to.comment.clone(),
        ..from.clone()
    };
    let is_same = renamed == *to;
    let likeness = strsim::jaro_winkler(&from.name, &to.name);
    let is_similar = likeness >= SIMILAR_NAME || contains(&from.name, &to.name);
    let mut reason = format!("same type {}", to.data_type.name);
    if is_same {
        reason.push_str(" and attributes");
    }
    if is_similar {
        reason.push_str(", similar name");
    }
    Some(Likeness {
        score: likeness + share(usize::from(is_same) + usize::from(is_similar), 2),
        reason,
        is_likely: is_same && is_similar,
    })
}

fn is_of_one_type(from: &DataType, to: &DataType) -> bool {
    // `timestamp(3) without time zone` is `timestamp without time zone`.
    let plain = |it: &DataType| match (it.name.find('('), it.name.find(')')) {
        (Some(open), Some(close)) => format!("{}{}", &it.name[..open], &it.name[close + 1..]),
        _ => it.name.clone(),
    };
    from.schema == to.schema && from.array == to.array && plain(from) == plain(to)
}

/// One that a column owns is named by it.
fn likeness_of_sequences(from: &Sequence, to: &Sequence) -> Option<Likeness> {
    let is_owned = from.owned_by.is_some() || to.owned_by.is_some();
    if is_owned || !can_be_renamed(&from.name, &to.name) {
        return None;
    }
    let renamed = Sequence {
        name: to.name.clone(),
        comment: to.comment.clone(),
        ..from.clone()
    };
    let is_same = renamed == *to;
    let reason = if is_same {
        "same options"
    } else {
        "a sequence, too"
    };
    Some(Likeness {
        score: share(usize::from(is_same), 1) + similarity(&from.name, &to.name),
        reason: reason.to_owned(),
        is_likely: is_same,
    })
}

/// What is made anew has its own name.
fn can_be_renamed(from: &QualifiedName, to: &QualifiedName) -> bool {
    from.schema == to.schema && from.name != to.name
}

fn similarity(from: &QualifiedName, to: &QualifiedName) -> f64 {
    strsim::jaro_winkler(&from.name, &to.name)
}

fn contains(from: &str, to: &str) -> bool {
    from.len().min(to.len()) >= 3 && (from.contains(to) || to.contains(from))
}
