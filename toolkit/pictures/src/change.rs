//! What becomes another one between two states of schemas, with what stands beside it.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{Column, Picture, Reference, Table, references};

/// What becomes of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is there after it alone.
    Made,
    /// It is there before it alone.
    Gone,
    /// It becomes another one.
    Changed,
    /// It stays as it is.
    Same,
}

/// What changes, to be drawn: the tables that are touched, and their neighbours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The tables.
    pub tables: Vec<TableChange>,
    /// What leads from one of them to another.
    pub references: Vec<ReferenceChange>,
}

/// A table that is touched, or the neighbour of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableChange {
    /// The schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Its columns, keys, indexes and the like that do not stay as they are.
    pub parts: Vec<PartChange>,
}

/// A part of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartChange {
    /// As a person says it: `email text not null`, `index open_orders`.
    pub text: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What leads from one table to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReferenceChange {
    /// It.
    #[serde(flatten)]
    pub reference: Reference,
    /// Whether no foreign key holds it.
    pub naming: bool,
    /// What becomes of it.
    pub fate: Fate,
}

/// What differs between the states `before` and `after` of the same schemas.
pub fn between(before: &[Picture], after: &[Picture]) -> Changes {
    let fates = fates(before, after);
    let touched: BTreeSet<&Place> = (fates.iter())
        .filter(|(_, fate)| *fate != Fate::Same)
        .map(|(place, _)| place)
        .collect();
    let references = compared(&references(before), &references(after));
    let place = |schema: &str, table: &str| (schema.to_owned(), table.to_owned());
    let ends = |it: &ReferenceChange| {
        let Reference { from, to, .. } = &it.reference;
        [
            place(&from.schema, &from.table),
            place(&to.schema, &to.table),
        ]
    };
    let mut drawn: BTreeSet<Place> = touched.iter().map(|it| (*it).clone()).collect();
    for reference in &references {
        let ends = ends(reference);
        if ends.iter().any(|end| touched.contains(end)) {
            drawn.extend(ends);
        }
    }
    let tables = fates.iter().filter(|(place, _)| drawn.contains(place));
    let tables = tables.map(|((schema, name), fate)| TableChange {
        schema: schema.clone(),
        name: name.clone(),
        fate: *fate,
        parts: parts(found(before, schema, name), found(after, schema, name)),
    });
    let tables: Vec<TableChange> = tables.collect();
    let known: BTreeSet<Place> = tables
        .iter()
        .map(|it| place(&it.schema, &it.name))
        .collect();
    let is_drawn = |it: &ReferenceChange| ends(it).iter().all(|end| known.contains(end));
    Changes {
        tables,
        references: references.into_iter().filter(is_drawn).collect(),
    }
}

type Place = (String, String);

fn found<'p>(pictures: &'p [Picture], schema: &str, name: &str) -> Option<&'p Table> {
    let mut pictures = pictures.iter().filter(|it| it.schema == schema);
    pictures.find_map(|it| it.table(name))
}

/// What becomes of each table, by schema and name.
fn fates(before: &[Picture], after: &[Picture]) -> Vec<(Place, Fate)> {
    let places: BTreeSet<Place> = (before.iter().chain(after))
        .flat_map(|picture| {
            let tables = picture.tables.iter();
            tables.map(|table| (picture.schema.clone(), table.name.clone()))
        })
        .collect();
    let fate =
        |(schema, name): &Place| match (found(before, schema, name), found(after, schema, name)) {
            (None, _) => Fate::Made,
            (Some(_), None) => Fate::Gone,
            (Some(before), Some(after)) if before == after => Fate::Same,
            (Some(_), Some(_)) => Fate::Changed,
        };
    let fates = places.into_iter().map(|place| {
        let fate = fate(&place);
        (place, fate)
    });
    fates.collect()
}

fn compared(before: &[Reference], after: &[Reference]) -> Vec<ReferenceChange> {
    let all: BTreeSet<&Reference> = before.iter().chain(after).collect();
    let compared = all.into_iter().map(|it| ReferenceChange {
        reference: it.clone(),
        naming: it.is_by_naming(),
        fate: match (before.contains(it), after.contains(it)) {
            (true, true) => Fate::Same,
            (true, false) => Fate::Gone,
            (false, _) => Fate::Made,
        },
    });
    compared.collect()
}

/// The parts that are not the same; of a table that comes its columns.
fn parts(before: Option<&Table>, after: Option<&Table>) -> Vec<PartChange> {
    let mut parts = compare(before, after, |table| {
        let columns = table.columns.iter();
        columns.map(|it| (it.name.clone(), column(it))).collect()
    });
    if before.is_none() || after.is_none() {
        return parts;
    }
    parts.extend(compare(before, after, |table| {
        let constraints = table.constraints.iter();
        constraints
            .map(|it| (it.name.clone(), it.definition.clone()))
            .collect()
    }));
    parts.extend(compare(before, after, |table| {
        let indexes = table.indexes.iter();
        indexes
            .map(|it| {
                (
                    it.name.clone(),
                    format!("index {} ({})", it.name, it.keys.join(", ")),
                )
            })
            .collect()
    }));
    parts.extend(compare(before, after, |table| {
        let parts = table
            .triggers
            .iter()
            .chain(&table.policies)
            .chain(&table.rules);
        parts
            .map(|it| {
                (
                    format!("{} {}", it.kind, it.name),
                    format!("{} {}", it.kind, it.name),
                )
            })
            .collect()
    }));
    parts
}

/// What of the parts that `list` gives by name is not the same.
fn compare(
    before: Option<&Table>,
    after: Option<&Table>,
    list: impl Fn(&Table) -> Vec<(String, String)>,
) -> Vec<PartChange> {
    let (before, after) = (before.map(&list), after.map(&list));
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let text = |parts: &[(String, String)], name: &String| {
        let mut parts = parts.iter();
        parts
            .find(|(it, _)| it == name)
            .map(|(_, text)| text.clone())
    };
    let mut changes: Vec<PartChange> = (after.iter())
        .filter_map(|(name, now)| {
            let fate = match text(&before, name) {
                None => Fate::Made,
                Some(was) if was != *now => Fate::Changed,
                Some(_) => return None,
            };
            let text = now.clone();
            Some(PartChange { text, fate })
        })
        .collect();
    let gone = before
        .iter()
        .filter(|(name, _)| text(&after, name).is_none());
    changes.extend(gone.map(|(_, was)| PartChange {
        text: was.clone(),
        fate: Fate::Gone,
    }));
    changes
}

fn column(column: &Column) -> String {
    let Column {
        name,
        data_type,
        nullable,
        default,
        identity,
        generated,
        primary_key: _,
        comment: _,
    } = column;
    let mut text = format!("{name} {data_type}");
    if !nullable {
        text.push_str(" not null");
    }
    if let Some(default) = default {
        text.push_str(&format!(" default {default}"));
    }
    if identity.is_some() {
        text.push_str(" identity");
    }
    if generated.is_some() {
        text.push_str(" generated");
    }
    text
}
