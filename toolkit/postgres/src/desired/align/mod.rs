//! Comparing by entity: what entities leave open takes the form that the current schema has, and
//! what they cannot say stays as it is. Afterwards an exact comparison is the right one.
//! No I/O here.

mod column;
mod objects;
mod table;
mod unsaid;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use toolkit_runtime::{EntityTable, Service};

pub use unsaid::LeftOpen;
pub(super) use unsaid::says_type;

use unsaid::{Of, Unsaid};

use super::{
    names::{Names, names},
    said::{Said, SaidBefore},
};
use crate::{
    catalog::{Catalog, Enum, ObjectRef, QualifiedName, Table},
    diff::Rename,
};

/// What exists, but no entity and no declaration says so: it is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// An object.
    Object(ObjectRef),
    /// What a role may do.
    Privileges {
        /// The role.
        role: String,
        /// The objects.
        on: Vec<ObjectRef>,
    },
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(object) => object.fmt(f),
            Self::Privileges { role, on } => {
                let on: Vec<_> = on.iter().map(ObjectRef::to_string).collect();
                write!(f, "role:{role}, its privileges on {}", on.join(", "))
            }
        }
    }
}

/// What was said of the way from the current schema to the desired one.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// What the entities say now.
    pub said: &'a Said,
    /// What they said before.
    pub before: &'a SaidBefore,
    /// The renames, which the current schema has already.
    pub renames: &'a [Rename],
    /// What shall go after all.
    pub drop: &'a [String],
}

/// What stays though nobody says so.
#[derive(Clone, Debug, Default)]
pub struct Aligned {
    /// What entities cannot say.
    pub kept: Vec<Kept>,
    /// What they could say.
    pub left_open: Vec<LeftOpen>,
}

/// Gives `desired` what entities leave open as `current` has it: names of keys and indexes, unique
/// as a constraint or as an index, serial or identity, storage; of a service that keeps what is unsaid,
/// defaults and the like, too. Adds what only `current` has and entities cannot say, except what is to be
/// dropped.
///
/// Returns what was kept in this way.
pub fn align(
    desired: &mut Catalog,
    current: &Catalog,
    service: &Service,
    words: Words<'_>,
) -> Aligned {
    let Words {
        said,
        before,
        renames,
        drop,
    } = words;
    let entities = service.entity_tables();
    let made = made(&entities);
    let mut unsaid = service
        .keeps_unsaid()
        .then(|| Unsaid::new(said, before, renames, drop));
    let mut kept = Vec::new();
    // A service's runner makes its schema.
    desired.schemas.clone_from(&current.schemas);
    for (name, table) in &current.tables {
        let is_dropped = goes(desired, current, table, drop);
        match desired.tables.get_mut(name) {
            Some(wanted) => {
                if let (Some(unsaid), Some(of)) = (&mut unsaid, entity_of(current, table, &made)) {
                    unsaid.columns(wanted, table, of);
                }
                let soft = table::soft_names(wanted, made.get(name.name.as_str()));
                kept.extend(table::align(wanted, table, &soft, drop));
            }
            None if is_dropped => {}
            None => {
                kept.push(Kept::Object(ObjectRef::Table(name.clone())));
                desired.tables.insert(name.clone(), table.clone());
            }
        }
    }
    if let Some(unsaid) = &mut unsaid {
        for table in current.tables.values() {
            if let Some(of) = entity_of(current, table, &made) {
                unsaid.parts(desired, table, of);
            }
        }
    }
    kept.extend(keep_sequences(desired, current, drop));
    kept.extend(keep_enums(desired, current, drop));
    kept.extend(objects::keep(desired, current, drop));
    let mut declared = service.declarations().roles;
    declared.extend(desired.grantees());
    kept.extend(objects::keep_privileges(desired, current, &declared, drop));
    kept.sort();
    Aligned {
        kept,
        left_open: unsaid.map(Unsaid::into_left).unwrap_or_default(),
    }
}

/// The entity that the table, or what it is a partition of, is described by.
fn entity_of<'a>(
    current: &'a Catalog,
    table: &'a Table,
    entities: &BTreeMap<&str, Names>,
) -> Option<Of<'a>> {
    let name = table.name.name.as_str();
    if entities.contains_key(name) {
        return Some(Of {
            entity: name,
            is_listed: true,
        });
    }
    let parent = current.tables.get(&table.partition_of.as_ref()?.parent)?;
    let of = entity_of(current, parent, entities)?;
    Some(Of {
        is_listed: false,
        ..of
    })
}

/// Whether nobody wants the table, and `drop` names it or what it is a partition of.
fn goes(desired: &Catalog, current: &Catalog, table: &Table, drop: &[String]) -> bool {
    let parent = table.partition_of.as_ref();
    let parent = parent.and_then(|partition| current.tables.get(&partition.parent));
    !desired.tables.contains_key(&table.name)
        && (is_named(drop, &table.name, None)
            || parent.is_some_and(|parent| goes(desired, current, parent, drop)))
}

/// `desired` without the constraints and indexes whose names SeaORM made up, unless `current` has
/// such a name: only a name that somebody chose is a reason to rename.
pub fn with_chosen_names(
    desired: &Catalog,
    current: &Catalog,
    entities: &[EntityTable],
) -> Catalog {
    let mut chosen = desired.clone();
    let made = made(entities);
    for (name, wanted) in &mut chosen.tables {
        let Some(table) = current.tables.get(name) else {
            continue;
        };
        let soft = table::soft_names(wanted, made.get(name.name.as_str()));
        let stays = |name: &String, has: bool| has || !soft.contains(name);
        wanted
            .constraints
            .retain(|name, _| stays(name, table.constraints.contains_key(name)));
        wanted
            .indexes
            .retain(|name, _| stays(name, table.indexes.contains_key(name)));
    }
    chosen
}

/// The names that entities leave to SeaORM, by table.
fn made(entities: &[EntityTable]) -> BTreeMap<&str, Names> {
    let tables = entities.iter().map(|entity| entity.name.as_str());
    tables.zip(names(entities)).collect()
}

/// Whether `drop` names the object: `plans`, or `plans.plans_title_not_blank`, or the latter's last
/// part alone.
fn is_named(drop: &[String], table: &QualifiedName, part: Option<&str>) -> bool {
    drop.iter().any(|name| match part {
        None => *name == table.name,
        Some(part) => name == part || *name == format!("{}.{part}", table.name),
    })
}

/// Sequences of columns that stay serial, and those that stand alone.
fn keep_sequences(desired: &mut Catalog, current: &Catalog, drop: &[String]) -> Vec<Kept> {
    let mut kept = Vec::new();
    for (name, sequence) in &current.sequences {
        if desired.sequences.contains_key(name) {
            continue;
        }
        let is_used = desired
            .tables
            .values()
            .any(|table| uses_sequence(table, name));
        let owner_stays = match &sequence.owned_by {
            Some(owner) => desired
                .column(owner)
                .is_some_and(|column| column.identity.is_none()),
            None => !is_named(drop, name, None),
        };
        if !is_used && !owner_stays {
            continue;
        }
        desired.sequences.insert(name.clone(), sequence.clone());
        if !is_used {
            kept.push(Kept::Object(ObjectRef::Sequence(name.clone())));
        }
    }
    kept
}

fn uses_sequence(table: &Table, name: &QualifiedName) -> bool {
    let reference = ObjectRef::Sequence(name.clone());
    table
        .columns
        .iter()
        .filter_map(|column| column.default.as_ref())
        .any(|default| default.uses.contains(&reference))
}

/// An enum that loses its last column goes with it; one that never had a column stays.
fn keep_enums(desired: &mut Catalog, current: &Catalog, drop: &[String]) -> Vec<Kept> {
    let known = &current.enums;
    let (used_before, used_after) = (used_enums(current, known), used_enums(desired, known));
    let mut kept = Vec::new();
    for (name, enumeration) in &current.enums {
        if desired.enums.contains_key(name) || is_named(drop, name, None) {
            continue;
        }
        let never_used = !used_before.contains(name);
        if used_after.contains(name) || never_used {
            desired.enums.insert(name.clone(), enumeration.clone());
        }
        if never_used {
            kept.push(Kept::Object(ObjectRef::Type(name.clone())));
        }
    }
    kept
}

/// Those of the `known` enums that a column of `catalog` has.
fn used_enums(catalog: &Catalog, known: &BTreeMap<QualifiedName, Enum>) -> BTreeSet<QualifiedName> {
    let columns = catalog.tables.values().flat_map(|table| &table.columns);
    columns
        .map(|column| QualifiedName::new(&column.data_type.schema, &column.data_type.name))
        .filter(|name| known.contains_key(name))
        .collect()
}
