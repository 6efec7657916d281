//! What entities could say and do not: it stays as it is, unless they said it before. No I/O here.

use std::fmt;

use super::{
    super::said::{Fact, OldNames, Said, SaidBefore, Saying, fills_itself, set},
    is_named,
};
use crate::{
    catalog::{
        Catalog, Column, Constraint, ConstraintKind, DataType, ForeignKey, QualifiedName,
        ReferentialAction, Table,
    },
    diff::Rename,
};

/// Something that is there, that an entity could say and leaves open: it stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOpen {
    /// The table.
    pub table: String,
    /// What of it, as `--drop` takes it behind the table: `title.default`.
    pub part: String,
    /// What is there: `'x'::text`.
    pub there: String,
}

impl LeftOpen {
    /// How `--drop` calls it: `plans.title.default`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, self.part)
    }
}

impl fmt::Display for LeftOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.there)
    }
}

/// What decides whether something stays.
pub(super) struct Unsaid<'a> {
    said: &'a Said,
    before: &'a SaidBefore,
    old_names: OldNames,
    drop: &'a [String],
    left: Vec<LeftOpen>,
}

impl<'a> Unsaid<'a> {
    pub(super) fn new(
        said: &'a Said,
        before: &'a SaidBefore,
        renames: &[Rename],
        drop: &'a [String],
    ) -> Self {
        Self {
            said,
            before,
            old_names: OldNames::new(renames),
            drop,
            left: Vec::new(),
        }
    }

    pub(super) fn into_left(mut self) -> Vec<LeftOpen> {
        self.left.sort();
        self.left
    }

    /// Whether `saying` of `of` stays; then it is listed.
    fn stays(&mut self, of: Of<'_>, saying: Saying, (part, there): (String, String)) -> bool {
        let fact = Fact {
            table: of.entity.to_owned(),
            saying,
        };
        let taken_out = !self.said.contains(&fact) && self.before.contains(&fact, &self.old_names);
        let name = QualifiedName::new("", of.entity);
        if taken_out || is_named(self.drop, &name, Some(&part)) {
            return false;
        }
        // What partitions have is their table's.
        if of.is_listed {
            self.left.push(LeftOpen {
                table: of.entity.to_owned(),
                part,
                there,
            });
        }
        true
    }

    /// Gives the columns of `wanted` what entities leave open, and adds those that none has.
    pub(super) fn columns(&mut self, wanted: &mut Table, current: &Table, of: Of<'_>) {
        for current in &current.columns {
            let mut columns = wanted.columns.iter_mut();
            if let Some(wanted) = columns.find(|column| column.name == current.name) {
                self.column(wanted, current, of);
                continue;
            }
            let name = current.name.clone();
            let there = format!("column {}", shown_type(&current.data_type));
            let saying = Saying::Column(name.clone());
            if self.stays(of, saying, (name, there)) {
                wanted.columns.push(current.clone());
            }
        }
        if let (None, Some(comment)) = (&wanted.comment, &current.comment) {
            let there = ("comment".to_owned(), comment.clone());
            if self.stays(of, Saying::Comment, there) {
                wanted.comment = Some(comment.clone());
            }
        }
    }

    fn column(&mut self, wanted: &mut Column, current: &Column, of: Of<'_>) {
        let name = || current.name.clone();
        let part = |what: &str| format!("{}.{what}", current.name);
        if leaves_open(&wanted.data_type, &current.data_type) {
            let there = shown_type(&current.data_type);
            if self.stays(of, Saying::Type(name()), (part("type"), there)) {
                adopt_type(wanted, current);
            }
        }
        if !fills_itself(wanted) && fills_itself(current) {
            let there = shown_default(current);
            if self.stays(of, Saying::Default(name()), (part("default"), there)) {
                wanted.default.clone_from(&current.default);
                wanted.identity.clone_from(&current.identity);
                wanted.generated.clone_from(&current.generated);
            }
        }
        if let (None, Some(comment)) = (&wanted.comment, &current.comment) {
            let there = (part("comment"), comment.clone());
            if self.stays(of, Saying::ColumnComment(name()), there) {
                wanted.comment = Some(comment.clone());
            }
        }
    }

    /// Adds to the table of `desired` the keys and the indexes that none of its entities says, and gives foreign keys
    /// the actions that are left open. To be called when all tables have their columns.
    pub(super) fn parts(&mut self, desired: &mut Catalog, current: &Table, of: Of<'_>) {
        let Some(mut wanted) = desired.tables.remove(&current.name) else {
            return;
        };
        for (name, constraint) in &current.constraints {
            if let Some(wanted) = wanted.constraints.get_mut(name) {
                self.actions(wanted, constraint, of);
                continue;
            }
            let Some((saying, there)) = said_of(constraint) else {
                continue;
            };
            let stands = wanted.has_columns(&constraint.columns(&current.name))
                && refers_to_what_stays(constraint, desired, &wanted);
            if stands && self.stays(of, saying, (name.clone(), there)) {
                wanted.constraints.insert(name.clone(), constraint.clone());
            }
        }
        for (name, index) in &current.indexes {
            let columns: Vec<&str> = index.columns(&current.name).collect();
            let plain = index.plain_columns();
            let Some(plain) = plain.filter(|_| wanted.has_columns(&columns)) else {
                continue;
            };
            let there = format!("index on {}", plain.join(", "));
            let saying = Saying::of_index(index, &plain);
            let is_free = !wanted.indexes.contains_key(name);
            if is_free && self.stays(of, saying, (name.clone(), there)) {
                wanted.indexes.insert(name.clone(), index.clone());
            }
        }
        desired.tables.insert(current.name.clone(), wanted);
    }

    fn actions(&mut self, wanted: &mut Constraint, current: &Constraint, of: Of<'_>) {
        let (ConstraintKind::ForeignKey(wanted), ConstraintKind::ForeignKey(key)) =
            (&mut wanted.kind, &current.kind)
        else {
            return;
        };
        let is_open = |wanted: ReferentialAction, there: ReferentialAction| {
            wanted == ReferentialAction::NoAction && wanted != there
        };
        let part = |what: &str, action: ReferentialAction| {
            let part = format!("{}.{what}", current.name);
            (part, action.as_str().to_owned())
        };
        if is_open(wanted.on_delete, key.on_delete) {
            let saying = Saying::OnDelete((&*wanted).into());
            if self.stays(of, saying, part("on_delete", key.on_delete)) {
                wanted.on_delete = key.on_delete;
                wanted.on_delete_columns.clone_from(&key.on_delete_columns);
            }
        }
        if is_open(wanted.on_update, key.on_update) {
            let saying = Saying::OnUpdate((&*wanted).into());
            if self.stays(of, saying, part("on_update", key.on_update)) {
                wanted.on_update = key.on_update;
            }
        }
    }
}

/// The entity that a table is of.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    /// Its table's name.
    pub(super) entity: &'a str,
    /// Whether it is that table, not a partition of it.
    pub(super) is_listed: bool,
}

/// What an entity would say of a constraint, and how it is shown.
fn said_of(constraint: &Constraint) -> Option<(Saying, String)> {
    match &constraint.kind {
        ConstraintKind::Unique(key) => {
            let there = format!("unique key on {}", key.columns.join(", "));
            Some((Saying::Unique(set(&key.columns)), there))
        }
        ConstraintKind::ForeignKey(key) => {
            let there = format!(
                "foreign key on {} to {}",
                key.columns.join(", "),
                key.references.name
            );
            Some((Saying::ForeignKey(key.into()), there))
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclusion { .. } => None,
    }
}

/// Whether what a foreign key of `own` refers to is still there. Another schema's is none of ours.
fn refers_to_what_stays(constraint: &Constraint, desired: &Catalog, own: &Table) -> bool {
    let Some(ForeignKey {
        references,
        referenced_columns,
        ..
    }) = constraint.foreign_key()
    else {
        return true;
    };
    let table = if *references == own.name {
        Some(own)
    } else {
        desired.tables.get(references)
    };
    match table {
        Some(table) => table.has_columns(referenced_columns),
        None => references.schema != own.name.schema,
    }
}

/// Takes over the type, in which a default that is said is then printed, too.
fn adopt_type(wanted: &mut Column, current: &Column) {
    let brackets = |data_type: &DataType| if data_type.array { "[]" } else { "" };
    let cast = |data_type: &DataType| {
        let name = match data_type.base_name().as_str() {
            "character" => "bpchar".to_owned(),
            name => name.to_owned(),
        };
        format!("::{name}{}", brackets(data_type))
    };
    let (from, to) = (cast(&wanted.data_type), cast(&current.data_type));
    if let Some(default) = &mut wanted.default
        && let Some(value) = default.sql.strip_suffix(&from)
    {
        default.sql = format!("{value}{to}");
    }
    wanted.data_type.clone_from(&current.data_type);
    wanted.default_storage = current.default_storage;
}

/// Types of `pg_catalog` that SeaORM reads into the same type of a field as the first, which it takes a
/// field of that type to have when nothing is said of it.
const ALIKE: [(&str, &[&str]); 2] = [
    ("character varying", &["text", "character"]),
    ("json", &["jsonb"]),
];

/// Whether a field of the type `wanted` may well be a column of the type `current`: they differ in what
/// `column_type` alone can say.
fn leaves_open(wanted: &DataType, current: &DataType) -> bool {
    let alike = ALIKE.iter().any(|(unsaid, others)| {
        let both = wanted.is_built_in() && current.is_built_in() && wanted.array == current.array;
        both && wanted.name == *unsaid && others.contains(&current.base_name().as_str())
    });
    wanted != current && (alike || (is_bare(wanted) && wanted.same_base(current)))
}

fn is_bare(data_type: &DataType) -> bool {
    data_type.modifier.is_none() && data_type.modifiers.is_empty()
}

/// Whether a type is more than what a field of it has when nothing is said.
pub(in crate::desired) fn says_type(data_type: &DataType) -> bool {
    let base = data_type.base_name();
    let is_special = ALIKE
        .iter()
        .any(|(_, names)| names.contains(&base.as_str()));
    !is_bare(data_type) || (data_type.is_built_in() && is_special)
}

fn shown_type(data_type: &DataType) -> String {
    let brackets = if data_type.array { "[]" } else { "" };
    format!("{}{}{brackets}", data_type.name, data_type.modifiers)
}

fn shown_default(column: &Column) -> String {
    match (&column.default, &column.generated) {
        (Some(default), _) => default.sql.clone(),
        (None, Some(generated)) => format!("generated as {}", generated.expression.sql),
        (None, None) => "identity".to_owned(),
    }
}
