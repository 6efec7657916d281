//! What entities say of their tables, thing by thing, and as lines of a file: so that what was taken out of
//! an entity and what never was in it are two things. No I/O here.
//!
//! ```text
//! # What the entities of this service say. Written by `toolkit generate`; commit it.
//! plans.title
//! plans.title default
//! plans index (title)
//! ```
//!
//! A line says that something is said, not what: a value that changes is a difference by itself, and
//! expressions are not printed alike by all versions of PostgreSQL.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use toolkit_runtime::EntityTable;
use toolkit_text::is_hidden;

use super::align::says_type;
use crate::{
    catalog::{Catalog, Column, ConstraintKind, ForeignKey, Index, ReferentialAction, Table},
    diff::Rename,
};

const HEADER: &str =
    "# What the entities of this service say. Written by `toolkit generate`; commit it.";
/// Those that Git writes into a file that it could not merge. What either side has was said.
const CONFLICT_MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// One thing that an entity can say of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fact {
    /// The table.
    pub(super) table: String,
    /// What is said of it.
    pub(super) saying: Saying,
}

/// What an entity can say or leave out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Saying {
    /// A column.
    Column(String),
    /// More of a column's type than the type of the field does: a length, a precision.
    Type(String),
    /// A column's default, identity or generation expression.
    Default(String),
    /// The comment of the table.
    Comment,
    /// The comment of a column.
    ColumnComment(String),
    /// An index that is not unique, on these columns.
    Index(BTreeSet<String>),
    /// A unique key or index on these columns.
    Unique(BTreeSet<String>),
    /// A foreign key.
    ForeignKey(Reference),
    /// An `ON DELETE` of a foreign key that is not `NO ACTION`.
    OnDelete(Reference),
    /// An `ON UPDATE` of one.
    OnUpdate(Reference),
}

impl Saying {
    /// An index on plain `columns`.
    pub(super) fn of_index(index: &Index, columns: &[&str]) -> Self {
        if index.unique {
            Self::Unique(set(columns))
        } else {
            Self::Index(set(columns))
        }
    }
}

/// Which foreign key: its columns, and the table that they refer to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    columns: BTreeSet<String>,
    references: String,
}

impl From<&ForeignKey> for Reference {
    fn from(key: &ForeignKey) -> Self {
        Self {
            columns: set(&key.columns),
            references: key.references.name.clone(),
        }
    }
}

pub(super) fn set(columns: &[impl AsRef<str>]) -> BTreeSet<String> {
    columns.iter().map(|it| it.as_ref().to_owned()).collect()
}

/// What the entities of a service say, and what is declared of their tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said(BTreeSet<Fact>);

impl Said {
    /// What stands in `desired` of the tables that `entities` describe.
    pub fn of(desired: &Catalog, entities: &[EntityTable]) -> Self {
        let entities = entities.iter().map(|entity| entity.name.as_str());
        let entities: BTreeSet<&str> = entities.collect();
        let tables = desired.tables.values();
        let tables = tables.filter(|it| entities.contains(it.name.name.as_str()));
        Self(tables.flat_map(of_table).collect())
    }

    pub(super) fn contains(&self, fact: &Fact) -> bool {
        self.0.contains(fact)
    }
}

/// The text of the file.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        self.0.iter().try_for_each(|fact| writeln!(f, "{fact}"))
    }
}

fn of_table(table: &Table) -> Vec<Fact> {
    let mut sayings: Vec<Saying> = table.columns.iter().flat_map(of_column).collect();
    sayings.extend(table.comment.as_ref().map(|_| Saying::Comment));
    for constraint in table.constraints.values() {
        match &constraint.kind {
            ConstraintKind::Unique(key) => sayings.push(Saying::Unique(set(&key.columns))),
            ConstraintKind::ForeignKey(key) => sayings.extend(of_foreign_key(key)),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Check { .. }
            | ConstraintKind::Exclusion { .. } => {}
        }
    }
    let indexes = table.indexes.values();
    sayings.extend(indexes.filter_map(|it| Some(Saying::of_index(it, &it.plain_columns()?))));
    let fact = |saying| Fact {
        table: table.name.name.clone(),
        saying,
    };
    sayings.into_iter().map(fact).collect()
}

fn of_column(column: &Column) -> Vec<Saying> {
    let name = || column.name.clone();
    let said = [
        (true, Saying::Column(name())),
        (says_type(&column.data_type), Saying::Type(name())),
        (fills_itself(column), Saying::Default(name())),
        (column.comment.is_some(), Saying::ColumnComment(name())),
    ];
    let said = said.into_iter().filter(|(is_said, _)| *is_said);
    said.map(|(_, saying)| saying).collect()
}

/// Whether a row that says nothing of the column gets a value.
pub(super) fn fills_itself(column: &Column) -> bool {
    column.default.is_some() || column.identity.is_some() || column.generated.is_some()
}

fn of_foreign_key(key: &ForeignKey) -> Vec<Saying> {
    let is_said = |action| action != ReferentialAction::NoAction;
    let reference = Reference::from(key);
    let mut said = vec![Saying::ForeignKey(reference.clone())];
    if is_said(key.on_delete) {
        said.push(Saying::OnDelete(reference.clone()));
    }
    if is_said(key.on_update) {
        said.push(Saying::OnUpdate(reference));
    }
    said
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, saying } = self;
        let table = word(table);
        match saying {
            Saying::Column(name) => write!(f, "{table}.{}", word(name)),
            Saying::Type(name) => write!(f, "{table}.{} type", word(name)),
            Saying::Default(name) => write!(f, "{table}.{} default", word(name)),
            Saying::Comment => write!(f, "{table} comment"),
            Saying::ColumnComment(name) => write!(f, "{table}.{} comment", word(name)),
            Saying::Index(columns) => write!(f, "{table} index ({})", words(columns)),
            Saying::Unique(columns) => write!(f, "{table} unique ({})", words(columns)),
            Saying::ForeignKey(key) => write!(f, "{table} {key}"),
            Saying::OnDelete(key) => write!(f, "{table} {key} on delete"),
            Saying::OnUpdate(key) => write!(f, "{table} {key} on update"),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            columns,
            references,
        } = self;
        write!(
            f,
            "foreign key ({}) references {}",
            words(columns),
            word(references)
        )
    }
}

fn words(names: &BTreeSet<String>) -> String {
    let names: Vec<String> = names.iter().map(|name| word(name)).collect();
    names.join(", ")
}

/// A name as one word of a line, whatever it holds.
fn word(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(is_plain) {
        return name.to_owned();
    }
    let mut quoted = String::from('"');
    for c in name.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if is_hidden(c) => quoted.extend(c.escape_unicode()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// What the entities said when the last migration was generated: the lines of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidBefore(BTreeSet<String>);

impl SaidBefore {
    /// Reads the text of the file. A line that is not understood is one that no entity says.
    pub fn parse(text: &str) -> Self {
        let is_marker = |line: &str| CONFLICT_MARKERS.iter().any(|it| line.starts_with(it));
        let lines = text.lines().map(str::trim_end);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self(
            lines
                .filter(|line| !is_marker(line))
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Whether the file had `fact`, which has the names that `renames` give.
    pub(super) fn contains(&self, fact: &Fact, renames: &OldNames) -> bool {
        self.0.contains(&renames.of_fact(fact).to_string())
    }
}

/// The names that tables and columns had before they were renamed.
#[derive(Debug, Default)]
pub(super) struct OldNames {
    /// Of tables, by the new ones.
    tables: HashMap<String, String>,
    /// Of columns, by the table's old name and their new one.
    columns: HashMap<(String, String), String>,
}

impl OldNames {
    pub(super) fn new(renames: &[Rename]) -> Self {
        let mut old = Self::default();
        for rename in renames {
            if let Rename::Table { from, to } = rename {
                old.tables.insert(to.clone(), from.name.clone());
            }
        }
        for rename in renames {
            if let Rename::Column { table, from, to } = rename {
                let table = old.table(&table.name);
                old.columns.insert((table, to.clone()), from.clone());
            }
        }
        old
    }

    fn table(&self, name: &str) -> String {
        self.tables
            .get(name)
            .map_or(name, String::as_str)
            .to_owned()
    }

    fn of_fact(&self, fact: &Fact) -> Fact {
        let table = self.table(&fact.table);
        let column = |name: &String| {
            let renamed = self.columns.get(&(table.clone(), name.clone()));
            renamed.unwrap_or(name).clone()
        };
        let columns = |names: &BTreeSet<String>| names.iter().map(column).collect();
        let reference = |key: &Reference| Reference {
            columns: columns(&key.columns),
            references: self.table(&key.references),
        };
        let saying = match &fact.saying {
            Saying::Column(name) => Saying::Column(column(name)),
            Saying::Type(name) => Saying::Type(column(name)),
            Saying::Default(name) => Saying::Default(column(name)),
            Saying::Comment => Saying::Comment,
            Saying::ColumnComment(name) => Saying::ColumnComment(column(name)),
            Saying::Index(names) => Saying::Index(columns(names)),
            Saying::Unique(names) => Saying::Unique(columns(names)),
            Saying::ForeignKey(key) => Saying::ForeignKey(reference(key)),
            Saying::OnDelete(key) => Saying::OnDelete(reference(key)),
            Saying::OnUpdate(key) => Saying::OnUpdate(reference(key)),
        };
        Fact { table, saying }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::QualifiedName;

    fn fact(table: &str, saying: Saying) -> Fact {
        Fact {
            table: table.to_owned(),
            saying,
        }
    }

    #[test]
    fn a_name_is_one_word_of_one_line_whatever_it_holds() {
        let names = [
            "a",
            "a b",
            "a.b",
            "a\nb",
            "a\"b",
            "a\\b",
            "a\u{202e}b",
            "",
            "größe",
        ];
        let words: BTreeSet<String> = names.iter().map(|name| word(name)).collect();
        assert_eq!(words.len(), names.len());
        assert!(
            words.iter().all(|it| !it.chars().any(is_hidden)),
            "{words:?}"
        );
        let said = Said(
            names
                .iter()
                .map(|name| fact(name, Saying::Default((*name).to_owned())))
                .collect(),
        );
        let before = SaidBefore::parse(&said.to_string());
        assert_eq!(before.0.len(), names.len());
        let none = OldNames::default();
        assert!(said.0.iter().all(|fact| before.contains(fact, &none)));
    }

    #[test]
    fn both_sides_of_a_conflict_were_said() {
        let text = "# x\n<<<<<<< HEAD\na.b\n=======\na.c\r\n>>>>>>> other\n";
        let before = SaidBefore::parse(text);
        let none = OldNames::default();
        for name in ["b", "c"] {
            let fact = fact("a", Saying::Column(name.to_owned()));
            assert!(before.contains(&fact, &none), "{name}");
        }
        assert_eq!(before.0.len(), 2);
    }

    #[test]
    fn what_was_renamed_was_said_under_its_old_name() {
        let table = |name: &str| QualifiedName::new("shop", name);
        let column = |from: &str, to: &str| Rename::Column {
            table: table("new"),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let to = "new".to_owned();
        let from = table("old");
        let renames = [
            Rename::Table { from, to },
            column("a", "b"),
            column("b", "a"),
        ];
        let old = OldNames::new(&renames);
        let before = SaidBefore::parse("old.a default\nold index (b)\n");
        let default = |name: &str| fact("new", Saying::Default(name.to_owned()));
        assert!(before.contains(&default("b"), &old));
        assert!(!before.contains(&default("a"), &old));
        let index = Saying::Index(set(&["a".to_owned()]));
        assert!(before.contains(&fact("new", index), &old));
    }
}
