//! What tables have to do with each other: by foreign keys, and by naming.

use std::collections::BTreeMap;

use pluralizer::pluralize;
use serde::Serialize;

use super::{Picture, Table};

/// How it is known that one table refers to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A foreign key says so; its name.
    ForeignKey(String),
    /// No foreign key does, but the column is called as one would be.
    Naming,
}

/// One end of a reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct End {
    /// The schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The columns.
    pub columns: Vec<String>,
}

/// One table refers to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reference {
    /// The table that refers.
    pub from: End,
    /// The table that is referred to.
    pub to: End,
    /// How that is known.
    pub by: Source,
    /// Whether a row may refer to nothing.
    pub optional: bool,
    /// Whether two rows cannot refer to the same one.
    pub unique: bool,
}

impl Reference {
    /// Whether no foreign key says so.
    pub fn is_by_naming(&self) -> bool {
        self.by == Source::Naming
    }
}

impl End {
    /// Whether it is `table` in `schema`.
    pub fn is(&self, schema: &str, table: &str) -> bool {
        self.schema == schema && self.table == table
    }
}

/// All references of `pictures`, in order: the foreign keys, and what looks like one.
///
/// A column `user_id` without a foreign key refers *by naming* to a table `users` or `user` whose primary key is the
/// one column `id` of the same type: to that of its own schema, else to the only one that the other schemas have. A
/// table does not refer to itself this way.
pub fn references(pictures: &[Picture]) -> Vec<Reference> {
    let keyed = by_name(pictures);
    let mut all: Vec<Reference> = Vec::new();
    for picture in pictures {
        for table in &picture.tables {
            all.extend(by_key(picture, table));
            all.extend(by_naming(picture, table, &keyed));
        }
    }
    all.sort();
    all
}

/// The tables that a name may mean: with the type of their `id`.
type Keyed<'p> = BTreeMap<&'p str, Vec<(&'p str, &'p str)>>;

fn by_name(pictures: &[Picture]) -> Keyed<'_> {
    let mut keyed = Keyed::new();
    for picture in pictures {
        for table in picture.tables.iter().filter(|it| it.is_whole()) {
            let id = table.column("id");
            if let (Some([_]), Some(id)) = (table.primary_key(), id.filter(|it| it.primary_key)) {
                let found = keyed.entry(&table.name).or_default();
                found.push((&picture.schema, &id.data_type));
            }
        }
    }
    keyed
}

fn by_key<'p>(picture: &'p Picture, table: &'p Table) -> impl Iterator<Item = Reference> + 'p {
    // A partition has those of its table, which are drawn there.
    let own = table.constraints.iter().filter(|it| !it.inherited);
    own.filter_map(|constraint| {
        let target = constraint.references.as_ref()?;
        let to = End {
            schema: target.schema.clone(),
            table: target.table.clone(),
            columns: target.columns.clone(),
        };
        let by = Source::ForeignKey(constraint.name.clone());
        Some(reference(picture, table, &constraint.columns, to, by))
    })
}

fn by_naming(picture: &Picture, table: &Table, keyed: &Keyed<'_>) -> Vec<Reference> {
    if !table.is_whole() {
        return Vec::new();
    }
    let columns = table.columns.iter().filter(|it| !table.refers_by(&it.name));
    let found = columns.filter_map(|column| {
        let stem = column
            .name
            .strip_suffix("_id")
            .filter(|it| !it.is_empty())?;
        let meant = [pluralize(stem, 2, false), stem.to_owned()];
        let (schema, name) = meant.iter().find_map(|name| {
            let schema = chosen(picture, keyed.get(name.as_str())?, &column.data_type)?;
            Some((schema, name))
        })?;
        if schema == picture.schema && *name == table.name {
            return None;
        }
        let to = End {
            schema: schema.to_owned(),
            table: name.clone(),
            columns: vec!["id".to_owned()],
        };
        let columns = [column.name.clone()];
        Some(reference(picture, table, &columns, to, Source::Naming))
    });
    found.collect()
}

/// The schema of the table that is meant, of those that have one of the name.
fn chosen<'p>(picture: &Picture, found: &[(&'p str, &'p str)], data_type: &str) -> Option<&'p str> {
    let fitting = || found.iter().filter(|(_, id)| *id == data_type);
    let own = fitting().find(|(schema, _)| *schema == picture.schema);
    let mut others = fitting();
    match (own, others.next(), others.next()) {
        (Some((schema, _)), _, _) | (None, Some((schema, _)), None) => Some(schema),
        (None, _, _) => None,
    }
}

fn reference(
    picture: &Picture,
    table: &Table,
    columns: &[String],
    to: End,
    by: Source,
) -> Reference {
    let may_be_null = |name: &String| table.column(name).is_some_and(|it| it.nullable);
    Reference {
        optional: columns.iter().any(may_be_null),
        unique: table.is_unique(columns),
        from: End {
            schema: picture.schema.clone(),
            table: table.name.clone(),
            columns: columns.to_vec(),
        },
        to,
        by,
    }
}

impl Table {
    /// Whether it is no partition: those are drawn as their table.
    pub fn is_whole(&self) -> bool {
        self.partition_of.is_none()
    }
}
