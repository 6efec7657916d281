//! Entity-relationship diagrams as Mermaid's text, which GitHub and GitLab draw:
//! <https://mermaid.js.org/syntax/entityRelationshipDiagram.html>.

use std::collections::{BTreeMap, BTreeSet};

use toolkit_text::harmless_line;

use crate::model::{Column, Picture, Reference, Source, Table};

/// The most characters that Mermaid reads, `maxTextSize`:
/// <https://mermaid.js.org/config/schema-docs/config.html#maxtextsize>.
pub const MOST_TEXT: usize = 50_000;
/// The most lines between boxes that Mermaid draws, `maxEdges`:
/// <https://mermaid.js.org/config/schema-docs/config.html#maxedges>.
pub const MOST_EDGES: usize = 500;

/// What is drawn of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// All columns.
    Columns,
    /// The columns of keys.
    Keys,
    /// The name.
    Name,
}

/// Whether Mermaid, as GitHub has it, would draw `diagram`.
pub fn fits(diagram: &str) -> bool {
    let edges = diagram.lines().filter(|it| it.contains(" : ")).count();
    diagram.chars().count() < MOST_TEXT && edges < MOST_EDGES
}

/// The diagram of all tables of `pictures`, partitions aside.
pub fn diagram(pictures: &[Picture], references: &[Reference]) -> String {
    let mut drawing = Drawing::new(pictures.len() > 1);
    for picture in pictures {
        for table in picture.tables.iter().filter(|it| it.is_whole()) {
            drawing.table(&picture.schema, table, Detail::Columns);
        }
    }
    drawing.references(references);
    drawing.text()
}

/// A diagram that is being drawn.
pub struct Drawing {
    /// Whether names carry their schema.
    is_qualified: bool,
    /// The short names by which a diagram refers to its boxes.
    boxes: BTreeMap<(String, String), String>,
    lines: Vec<String>,
}

impl Drawing {
    /// An empty one; `is_qualified` where it has tables of several schemas.
    pub fn new(is_qualified: bool) -> Self {
        Self {
            is_qualified,
            boxes: BTreeMap::new(),
            lines: Vec::new(),
        }
    }

    /// Draws `table` of `schema` with as much as `detail` says.
    pub fn table(&mut self, schema: &str, table: &Table, detail: Detail) {
        let head = self.open(schema, &table.name);
        let is_drawn = |column: &&Column| match detail {
            Detail::Columns => true,
            Detail::Keys => column.primary_key || table.refers_by(&column.name),
            Detail::Name => false,
        };
        let columns: Vec<String> = (table.columns.iter())
            .filter(is_drawn)
            .map(|column| attribute(table, column))
            .collect();
        if columns.is_empty() {
            self.lines.push(head);
            return;
        }
        self.lines.push(format!("{head} {{"));
        self.lines.extend(columns);
        self.lines.push("  }".to_owned());
    }

    /// Draws a box for what is not described here.
    pub fn named(&mut self, schema: &str, table: &str) {
        let head = self.open(schema, table);
        self.lines.push(head);
    }

    /// Draws those of `references` whose two ends are drawn.
    pub fn references<'r>(&mut self, references: impl IntoIterator<Item = &'r Reference>) {
        let mut drawn = BTreeSet::new();
        for reference in references {
            let end =
                |schema: &str, table: &str| self.boxes.get(&(schema.to_owned(), table.to_owned()));
            let from = end(&reference.from.schema, &reference.from.table);
            let to = end(&reference.to.schema, &reference.to.table);
            if let (Some(from), Some(to)) = (from, to) {
                drawn.insert(line(reference, from, to));
            }
        }
        self.lines.extend(drawn);
    }

    /// The diagram.
    pub fn text(&self) -> String {
        let lines = self.lines.iter().map(|line| format!("{line}\n"));
        format!("erDiagram\n{}", lines.collect::<String>())
    }

    fn open(&mut self, schema: &str, table: &str) -> String {
        let label = if self.is_qualified {
            format!("{schema}.{table}")
        } else {
            table.to_owned()
        };
        let key = format!("t{}", self.boxes.len() + 1);
        let place = (schema.to_owned(), table.to_owned());
        self.boxes.insert(place, key.clone());
        format!("  {key}[\"{}\"]", quoted(&label))
    }
}

/// A dashed line is a reference that no foreign key holds.
fn line(reference: &Reference, from: &str, to: &str) -> String {
    let Reference {
        from: end,
        to: _,
        by,
        optional,
        unique,
    } = reference;
    let one = if *optional { "|o" } else { "||" };
    let many = if *unique { "o|" } else { "o{" };
    let middle = match by {
        Source::ForeignKey(_) => "--",
        Source::Naming => "..",
    };
    let label = quoted(&end.columns.join(", "));
    format!("  {to} {one}{middle}{many} {from} : \"{label}\"")
}

fn attribute(table: &Table, column: &Column) -> String {
    let name = word(&column.name);
    let mut parts = vec![word(&short_type(&column.data_type)), name.clone()];
    let keys = [
        (column.primary_key, "PK"),
        (table.refers_by(&column.name), "FK"),
        (
            !column.primary_key && table.is_unique(std::slice::from_ref(&column.name)),
            "UK",
        ),
    ];
    let keys: Vec<&str> = (keys.into_iter())
        .filter_map(|(is_so, key)| is_so.then_some(key))
        .collect();
    parts.extend((!keys.is_empty()).then(|| keys.join(", ")));
    // A word that cannot be written as it is stands in the remark.
    let mut remarks = Vec::new();
    remarks.extend((name != column.name).then(|| column.name.clone()));
    remarks.extend(column.comment.as_deref().map(|it| shortened(it, 60)));
    if !remarks.is_empty() {
        parts.push(format!("\"{}\"", quoted(&remarks.join(": "))));
    }
    format!("    {}", parts.join(" "))
}

/// The name that people use of a type that has a longer one.
pub fn short_type(name: &str) -> String {
    let (name, brackets) = match name.strip_suffix("[]") {
        Some(element) => (element, "[]"),
        None => (name, ""),
    };
    let replaced = name
        .replace("character varying", "varchar")
        .replace("double precision", "float8");
    let short = if let Some(start) = replaced.strip_suffix(" with time zone") {
        match start.split_once('(') {
            Some((start, precision)) => format!("{start}tz({precision}"),
            None => format!("{start}tz"),
        }
    } else {
        let plain = replaced.strip_suffix(" without time zone");
        plain.unwrap_or(&replaced).to_owned()
    };
    format!("{short}{brackets}")
}

/// `text` as one word of Mermaid's, which begins with a letter.
fn word(text: &str) -> String {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || "_-[]()".contains(c);
    let word: String = (text.chars())
        .map(|c| if is_of_word(c) { c } else { '_' })
        .collect();
    if word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        word
    } else {
        format!("x{word}")
    }
}

/// `text` in the quotes of Mermaid, which have no escape: a code of HTML stands for what must not be there.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for c in harmless_line(text).chars() {
        match c {
            '"' | '%' | '\\' | '#' | '<' | '>' | '&' | ';' | '`' => {
                quoted.push_str(&format!("#{};", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    if quoted.is_empty() {
        " ".to_owned()
    } else {
        quoted
    }
}

/// The beginning of `text`, in one line.
pub fn shortened(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let start: String = line.chars().take(most - 1).collect();
    format!("{}…", start.trim_end())
}
