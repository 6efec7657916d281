//! Tables that become logged or unlogged. A logged table refers to logged ones only:
//! <https://www.postgresql.org/docs/current/sql-createtable.html>.

use std::collections::BTreeSet;

use crate::{
    catalog::{ForeignKey, Persistence, QualifiedName, Table},
    plan::{
        draft::{Draft, Part},
        facts::{Context, persistence::referred_to},
        step::Action,
    },
};

/// `SET LOGGED` after that of the tables that it refers to, `SET UNLOGGED` after that of those that refer
/// to it.
pub(super) fn alter(context: &Context<'_>, from: &Table, to: &Table) -> Option<Draft> {
    if from.persistence == to.persistence {
        return None;
    }
    let draft = Draft::new(Action::SetPersistence {
        table: to.name.clone(),
        persistence: to.persistence,
    })
    .provides(part(&to.name))
    .ends(part(&to.name));
    let first: BTreeSet<_> = match to.persistence {
        Persistence::Permanent => referred_to(context, from).collect(),
        Persistence::Unlogged => context
            .kept_tables()
            .filter(|(other, _)| referred_to(context, other).any(|it| it == &to.name))
            .map(|(other, _)| &other.name)
            .collect(),
    };
    let first = first.into_iter().filter(|it| **it != to.name);
    Some(draft.needs_all(first.map(part)))
}

/// What a foreign key that comes finds, and one that goes leaves.
pub(super) fn of_both(table: &QualifiedName, key: &ForeignKey) -> [Part; 2] {
    [part(table), part(&key.references)]
}

fn part(table: &QualifiedName) -> Part {
    Part::Persistence(table.clone())
}
