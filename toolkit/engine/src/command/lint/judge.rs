//! What the rules find in what was seen. No I/O here.

use std::collections::{BTreeMap, BTreeSet};

use toolkit_runtime::{Service, Settings};

use super::{rule::Rule, trial::Watched};
use crate::{
    catalog::QualifiedName,
    effects::{Effect, TableEffect, Work},
    observe::{Failure, Remedy, Version},
    reach::{
        reaches_beyond,
        words::{Word, words},
    },
    rehearse::Lock,
};

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) rule: Rule,
    /// The statement and which text it stands in; none where it is the migration as a whole.
    pub(super) statement: Option<(String, usize)>,
    /// The tables that it is about.
    pub(super) tables: Vec<QualifiedName>,
    /// What was seen.
    pub(super) message: String,
}

/// What the rules find in one migration.
pub(super) fn judge(service: &Service, watched: &Watched) -> Vec<Found> {
    let mut found = Vec::new();
    for effect in &watched.trial.effects {
        found.extend(of_statement(service, watched, effect));
    }
    found.extend(holds_lock(&watched.trial.effects));
    found.extend(several_tables(watched));
    found.extend(refused_by_rows(watched));
    found.extend(running_code(watched));
    if let Some(why) = &watched.no_way_back {
        found.push(Found {
            rule: Rule::Irreversible,
            statement: None,
            tables: Vec::new(),
            message: why.clone(),
        });
    }
    found
}

fn of_statement(service: &Service, watched: &Watched, effect: &Effect) -> Vec<Found> {
    let words = words(&effect.statement);
    let mut found = Vec::new();
    found.extend(of_work(effect, &words));
    found.extend(dropped_index(effect, &words));
    found.extend(lost(effect));
    if watched.in_transaction && effect.in_transaction {
        found.extend(all_rows(effect));
    } else {
        found.extend(no_timeout(service, &watched.name, effect));
    }
    found.extend(beyond(service, effect, &words));
    found
}

/// What is done to tables as a whole while others wait for them.
fn of_work(effect: &Effect, words: &[Word]) -> Vec<Found> {
    let rules = [
        (Work::Rewrites, Rule::RewritesTable),
        (Work::Builds, Rule::BuildsIndex),
        (Work::Reads, Rule::ScansTable),
    ];
    let mut found = Vec::new();
    for (work, rule) in rules {
        let concerned = effect
            .tables
            .iter()
            .filter(|it| it.work == Some(work) && stops(it.held) && locks_itself(it, words));
        let concerned: Vec<&TableEffect> = concerned.collect();
        let Some(lock) = concerned.iter().filter_map(|it| it.held).max() else {
            continue;
        };
        let tables: Vec<QualifiedName> = concerned.iter().map(|it| it.table.clone()).collect();
        let names = listed(&tables);
        let under = format!("under {}, which {}", lock.name(), lock.told());
        let message = match work {
            Work::Rewrites => format!("{names}: all rows are written anew {under}"),
            Work::Reads => format!("{names}: all rows are read {under}"),
            Work::Builds => {
                let built: Vec<&str> = concerned
                    .iter()
                    .flat_map(|it| it.built.iter().map(String::as_str))
                    .collect();
                format!("{names}: {} is built {under}", built.join(", "))
            }
        };
        found.push(of(rule, effect, tables, message));
    }
    found
}

/// Whether a lock stops those who write.
fn stops(lock: Option<Lock>) -> bool {
    lock >= Some(Lock::Share)
}

/// Whether the statement needs the strong lock itself, rather than to work under an earlier one's.
fn locks_itself(table: &TableEffect, words: &[Word]) -> bool {
    if table.lock.is_some() {
        return stops(table.lock);
    }
    // It had the lock that it needs already.
    let head = words.first().and_then(Word::plain);
    let changes = matches!(
        head,
        Some("alter" | "create" | "reindex" | "cluster" | "refresh")
    );
    changes && !words.iter().any(|word| word.is("validate"))
}

fn dropped_index(effect: &Effect, words: &[Word]) -> Option<Found> {
    let [drop, index, ..] = words else {
        return None;
    };
    let drops = drop.is("drop") && index.is("index");
    let concerned: Vec<&TableEffect> = effect
        .tables
        .iter()
        .filter(|it| drops && !it.dropped_indexes.is_empty() && stops(it.held))
        .collect();
    let names: Vec<&str> = concerned
        .iter()
        .flat_map(|it| it.dropped_indexes.iter().map(String::as_str))
        .collect();
    let tables: Vec<QualifiedName> = concerned.iter().map(|it| it.table.clone()).collect();
    let message = format!("{} of {} is dropped", names.join(", "), listed(&tables));
    (!tables.is_empty()).then(|| of(Rule::DropsIndex, effect, tables, message))
}

fn lost(effect: &Effect) -> Option<Found> {
    let mut lost = Vec::new();
    let mut tables = Vec::new();
    for it in &effect.tables {
        let name = &it.table;
        let what = if it.dropped {
            format!("the rows of {name}")
        } else if it.emptied {
            format!("all rows of {name}")
        } else if !it.dropped_columns.is_empty() {
            format!("what is in {} of {name}", it.dropped_columns.join(", "))
        } else if it.deleted_rows > 0 {
            format!("rows of {name}")
        } else {
            continue;
        };
        lost.push(what);
        tables.push(name.clone());
    }
    let message = format!("lost: {}", lost.join(", "));
    (!lost.is_empty()).then(|| of(Rule::LosesData, effect, tables, message))
}

fn all_rows(effect: &Effect) -> Option<Found> {
    let concerned = effect
        .tables
        .iter()
        .filter(|it| it.rows > 0 && it.changed_rows - it.deleted_rows >= it.rows);
    let tables: Vec<QualifiedName> = concerned.map(|it| it.table.clone()).collect();
    let message = format!(
        "{}: every row is changed in one transaction",
        listed(&tables)
    );
    (!tables.is_empty()).then(|| of(Rule::ChangesAllRows, effect, tables, message))
}

fn no_timeout(service: &Service, migration: &str, effect: &Effect) -> Option<Found> {
    let own = service.lock_timeout(&Settings::default(), migration, false);
    if effect.has_lock_timeout || !own.is_zero() {
        return None;
    }
    let concerned: Vec<&TableEffect> = effect.tables.iter().filter(|it| stops(it.lock)).collect();
    let lock = concerned.iter().filter_map(|it| it.lock).max()?;
    let tables: Vec<QualifiedName> = concerned.iter().map(|it| it.table.clone()).collect();
    let message = format!(
        "{}: waits for {} without a limit",
        listed(&tables),
        lock.name()
    );
    Some(of(Rule::NoLockTimeout, effect, tables, message))
}

fn beyond(service: &Service, effect: &Effect, words: &[Word]) -> Option<Found> {
    let is_elsewhere = |table: &QualifiedName| table.schema != service.schema();
    let locked = effect.tables.iter().filter(|it| {
        is_elsewhere(&it.table) && (it.lock > Some(Lock::RowExclusive) || it.changed_rows > 0)
    });
    let mut tables: Vec<QualifiedName> = locked.map(|it| it.table.clone()).collect();
    tables.extend(effect.made_elsewhere.iter().cloned());
    let message = if !tables.is_empty() {
        format!(
            "{} is in another schema than {}",
            listed(&tables),
            service.schema()
        )
    } else if reaches_beyond(words) {
        "it changes what belongs to the server, or to all of its databases".to_owned()
    } else {
        return None;
    };
    Some(of(Rule::ReachesBeyondSchema, effect, tables, message))
}

/// The first statement that reads or writes rows while locks of earlier ones stop others.
fn holds_lock(effects: &[Effect]) -> Option<Found> {
    effects.iter().find_map(|effect| {
        let words = words(&effect.statement);
        let works = |it: &&TableEffect| it.work.is_some() || it.changed_rows > 0;
        if !effect.tables.iter().any(|it| works(&it)) {
            return None;
        }
        // Where the statement itself needs the lock, another rule says so.
        let own: BTreeSet<&QualifiedName> = effect
            .tables
            .iter()
            .filter(|it| works(it) && locks_itself(it, &words))
            .map(|it| &it.table)
            .collect();
        let held = effect.held.iter();
        let held = held.filter(|(table, lock)| stops(Some(*lock)) && !own.contains(table));
        let held: Vec<&(QualifiedName, Lock)> = held.collect();
        let lock = held.iter().map(|(_, lock)| *lock).max()?;
        let worked: Vec<QualifiedName> = effect
            .tables
            .iter()
            .filter(works)
            .map(|it| it.table.clone())
            .collect();
        let tables: Vec<QualifiedName> = held.iter().map(|(table, _)| table.clone()).collect();
        let message = format!(
            "{} stays locked by {}, which {}, while rows of {} are read or written",
            listed(&tables),
            lock.name(),
            lock.told(),
            listed(&worked)
        );
        Some(of(Rule::HoldsLock, effect, tables, message))
    })
}

/// The statement with which a transaction locks another table than those before it did.
fn several_tables(watched: &Watched) -> Option<Found> {
    if !watched.in_transaction {
        return None;
    }
    let mut locked: BTreeSet<QualifiedName> = BTreeSet::new();
    let mut last = None;
    for effect in &watched.trial.effects {
        let strong = effect.tables.iter();
        let strong = strong.filter(|it| it.lock >= Some(Lock::ShareRowExclusive));
        let more: Vec<QualifiedName> = strong
            .map(|it| it.table.clone())
            .filter(|table| !locked.contains(table))
            .collect();
        if !more.is_empty() && !locked.is_empty() {
            last = Some(effect);
        }
        locked.extend(more);
    }
    let tables: Vec<QualifiedName> = locked.into_iter().collect();
    let message = format!("one transaction locks {}", listed(&tables));
    last.map(|effect| of(Rule::LocksSeveralTables, effect, tables, message))
}

/// A statement that fails on any row. One that fails on the row that was tried may not fail on others.
fn refused_by_rows(watched: &Watched) -> Option<Found> {
    let refused = watched.trial.refused.as_ref()?;
    // <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    let is_null = refused.state.as_deref() == Some("23502");
    is_null.then(|| Found {
        rule: Rule::FailsOnRows,
        statement: Some((refused.statement.clone(), refused.text)),
        tables: Vec::new(),
        message: refused.message.clone(),
    })
}

/// What running code meets after the migration, and did not before.
fn running_code(watched: &Watched) -> Vec<Found> {
    let Some([before, after]) = &watched.looks else {
        return Vec::new();
    };
    // After the rollout the new code runs alone.
    let version = if watched.after_rollout {
        Version::New
    } else {
        Version::Old
    };
    let known: BTreeSet<&Failure> = before.failures(version).iter().collect();
    let new = after
        .failures(version)
        .iter()
        .filter(|it| !known.contains(it));
    let mut by_rule: BTreeMap<Rule, Vec<&Failure>> = BTreeMap::new();
    for failure in new {
        let rule = match failure.remedy {
            Remedy::None => Rule::BreaksRunningCode,
            Remedy::NewConnections => Rule::NeedsNewConnections,
        };
        by_rule.entry(rule).or_default().push(failure);
    }
    let found = by_rule.into_iter().map(|(rule, failures)| {
        let told: Vec<String> = failures.iter().map(ToString::to_string).collect();
        let tables: BTreeSet<QualifiedName> = failures.iter().map(|it| it.table.clone()).collect();
        Found {
            rule,
            statement: None,
            tables: tables.into_iter().collect(),
            message: format!("{version} code: {}", told.join("; ")),
        }
    });
    found.collect()
}

fn of(rule: Rule, effect: &Effect, tables: Vec<QualifiedName>, message: String) -> Found {
    Found {
        rule,
        statement: Some((effect.statement.clone(), effect.text)),
        tables,
        message,
    }
}

fn listed(tables: &[QualifiedName]) -> String {
    let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
    names.join(", ")
}
