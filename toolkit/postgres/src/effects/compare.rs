//! What lies between two moments of a session. No I/O here.

use std::collections::BTreeMap;

use serde::Serialize;

use super::snapshot::{Relation, Snapshot};
use crate::{catalog::QualifiedName, rehearse::Lock};

/// What one statement did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The statement.
    pub statement: String,
    /// Which of the migration's texts it stands in, the first being 0.
    pub text: usize,
    /// Whether it ran in a transaction, the migration's or, with what was sent beside it, one of its own.
    pub in_transaction: bool,
    /// Whether it gives up waiting for a lock.
    pub has_lock_timeout: bool,
    /// What it did to the tables that were there before the migration.
    pub tables: Vec<TableEffect>,
    /// The strongest lock on each of these tables that the transaction held before it.
    pub held: Vec<(QualifiedName, Lock)>,
    /// The tables that it made in other schemas than the service's.
    pub made_elsewhere: Vec<QualifiedName>,
}

/// What one statement did to one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableEffect {
    /// The table, by the name that it had before the migration.
    pub table: QualifiedName,
    /// The strongest lock that the statement took.
    pub lock: Option<Lock>,
    /// The strongest lock that the transaction held while it ran, those of earlier statements included.
    pub held: Option<Lock>,
    /// The most that it did to the table as a whole.
    pub work: Option<Work>,
    /// The indexes that it built.
    pub built: Vec<String>,
    /// How many rows there were before the migration.
    pub rows: i64,
    /// How many rows it updated or deleted.
    pub changed_rows: i64,
    /// How many rows it deleted.
    pub deleted_rows: i64,
    /// Whether it took all rows at once.
    pub emptied: bool,
    /// Whether the table is no longer there.
    pub dropped: bool,
    /// Its columns that are no longer there.
    pub dropped_columns: Vec<String>,
    /// Its indexes that are no longer there.
    pub dropped_indexes: Vec<String>,
}

/// What is done to a table as a whole, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Its rows are read.
    Reads,
    /// An index is built.
    Builds,
    /// Its rows are written anew.
    Rewrites,
}

impl Work {
    /// What is done, for a person.
    pub fn told(self) -> &'static str {
        match self {
            Self::Reads => "reads all rows",
            Self::Builds => "builds an index",
            Self::Rewrites => "writes all rows anew",
        }
    }
}

impl TableEffect {
    fn is_none(&self) -> bool {
        let Self {
            table: _,
            lock,
            held: _,
            work,
            built: _,
            rows: _,
            changed_rows,
            deleted_rows: _,
            emptied,
            dropped,
            dropped_columns,
            dropped_indexes,
        } = self;
        let gone =
            *emptied || *dropped || !dropped_columns.is_empty() || !dropped_indexes.is_empty();
        lock.is_none() && work.is_none() && *changed_rows == 0 && !gone
    }
}

/// The moments around a statement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments<'s> {
    /// Before the migration.
    pub(super) start: &'s Snapshot,
    pub(super) before: &'s Snapshot,
    pub(super) after: &'s Snapshot,
    /// How many rows the tables had before the migration.
    pub(super) rows: &'s BTreeMap<i64, i64>,
    /// The lock, where the session cannot tell it.
    pub(super) known_lock: Option<Lock>,
}

impl Moments<'_> {
    /// What became of each table that was there before the migration.
    pub(super) fn tables(&self) -> Vec<TableEffect> {
        let there = self.start.tables();
        let effects = there.filter_map(|(oid, table)| self.table(oid, &table.name));
        let mut effects: Vec<TableEffect> = effects.filter(|it| !it.is_none()).collect();
        effects.sort_by(|one, other| one.table.cmp(&other.table));
        effects
    }

    /// What the transaction held on the tables that were there before the migration.
    pub(super) fn held(&self) -> Vec<(QualifiedName, Lock)> {
        let there = self.start.tables();
        let held = there.filter_map(|(oid, table)| {
            let lock = strongest(self.before, self.start, oid)?;
            Some((table.name.clone(), lock))
        });
        held.collect()
    }

    /// The tables that are new and not in `schema`.
    pub(super) fn made_elsewhere(&self, schema: &str) -> Vec<QualifiedName> {
        let made = self.after.tables();
        let made = made.filter(|(oid, _)| !self.before.relations.contains_key(oid));
        let elsewhere = made.filter(|(_, table)| table.name.schema != schema);
        elsewhere.map(|(_, table)| table.name.clone()).collect()
    }

    fn table(&self, oid: i64, name: &QualifiedName) -> Option<TableEffect> {
        let Self {
            start,
            before,
            after,
            rows,
            known_lock,
        } = *self;
        let was = before.relations.get(&oid)?;
        let is = after.relations.get(&oid);
        let emptied = is.is_some_and(|is| is.file != was.file && is.bytes == 0 && was.bytes > 0);
        let rewritten = is.is_some_and(|is| is.file != was.file) && !emptied;
        // Whose rows are written anew has its indexes built, too.
        let built = if rewritten || emptied {
            Vec::new()
        } else {
            built(before, after, oid)
        };
        let had_rows = rows.get(&oid).is_some_and(|count| *count > 0);
        let work = match is {
            Some(_) if rewritten => Some(Work::Rewrites),
            Some(_) if !built.is_empty() => Some(Work::Builds),
            Some(is) if is_read(was, is, had_rows) => Some(Work::Reads),
            Some(_) | None => None,
        };
        let strongest = |without: &Snapshot| strongest(after, without, oid);
        let dropped_indexes = if is.is_some() {
            gone_indexes(before, after, oid)
        } else {
            Vec::new()
        };
        let touched = work.is_some() || is.is_none() || !dropped_indexes.is_empty();
        let known_lock = known_lock.filter(|_| touched);
        Some(TableEffect {
            table: name.clone(),
            lock: strongest(before).max(known_lock),
            held: strongest(start).max(known_lock),
            work,
            built,
            rows: rows.get(&oid).copied().unwrap_or(0),
            changed_rows: is.map_or(0, |is| {
                since(is.done.updated, was.done.updated) + since(is.done.deleted, was.done.deleted)
            }),
            deleted_rows: is.map_or(0, |is| since(is.done.deleted, was.done.deleted)),
            emptied,
            dropped: is.is_none(),
            dropped_columns: is.map_or_else(Vec::new, |_| gone_columns(before, after, oid)),
            dropped_indexes,
        })
    }
}

/// Counters begin anew with a transaction.
fn since(after: i64, before: i64) -> i64 {
    (after - before).max(0)
}

/// A table without rows is read when it is looked into.
fn is_read(was: &Relation, is: &Relation, had_rows: bool) -> bool {
    let rows = since(is.done.read, was.done.read);
    let scans = since(is.done.scans, was.done.scans);
    rows > 0 || (scans > 0 && !had_rows)
}

/// The strongest lock on a table in `snapshot` that `without` does not have.
fn strongest(snapshot: &Snapshot, without: &Snapshot, oid: i64) -> Option<Lock> {
    let of_table = snapshot.locks.iter().filter(|(of, _)| *of == oid);
    let more = of_table.filter(|lock| !without.locks.contains(lock));
    more.map(|(_, lock)| *lock).max()
}

fn built(before: &Snapshot, after: &Snapshot, table: i64) -> Vec<String> {
    // What is partitioned has no file.
    let built = after.indexes(table).filter(|(oid, index)| {
        index.file != 0 && before.relations.get(oid).map(|it| it.file) != Some(index.file)
    });
    built.map(|(_, index)| index.name.name.clone()).collect()
}

fn gone_indexes(before: &Snapshot, after: &Snapshot, table: i64) -> Vec<String> {
    let gone = before
        .indexes(table)
        .filter(|(oid, _)| !after.relations.contains_key(oid));
    gone.map(|(_, index)| index.name.name.clone()).collect()
}

fn gone_columns(before: &Snapshot, after: &Snapshot, table: i64) -> Vec<String> {
    let (Some(were), Some(are)) = (before.columns.get(&table), after.columns.get(&table)) else {
        return Vec::new();
    };
    let gone = were.iter().filter(|(number, _)| !are.contains_key(number));
    gone.map(|(_, name)| name.clone()).collect()
}
