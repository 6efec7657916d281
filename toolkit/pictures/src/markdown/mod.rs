//! Schemas as Markdown files with Mermaid diagrams, as GitHub and GitLab show them.

mod escape;
mod index;
mod service;
mod table;

use std::collections::BTreeMap;

use crate::model::{Picture, Reference};

/// What stands in the first line of each file, by which those that are no longer written are known.
pub const MARK: &str = "Written by `toolkit docs`; edits are lost.";

/// Files by their paths below one folder.
pub type Files = BTreeMap<String, String>;

/// The files that describe `pictures`: an index, a page for each service and one for each table.
pub fn files(pictures: &[Picture], references: &[Reference]) -> Files {
    let book = Book {
        pictures,
        references,
    };
    let mut files = Files::new();
    files.insert("README.md".to_owned(), marked(&index::page(&book)));
    for picture in pictures {
        let folder = slug(&picture.service);
        let page = marked(&service::page(&book, picture));
        files.insert(format!("{folder}/README.md"), page);
        for table in &picture.tables {
            let page = marked(&table::page(&book, picture, table));
            files.insert(format!("{folder}/{}.md", slug(&table.name)), page);
        }
    }
    files
}

/// What the pages are about.
struct Book<'b> {
    pictures: &'b [Picture],
    references: &'b [Reference],
}

impl<'b> Book<'b> {
    /// The picture of `schema`.
    fn of(&self, schema: &str) -> Option<&'b Picture> {
        self.pictures.iter().find(|it| it.schema == schema)
    }

    /// A link to a table from the page of a table or of a service, `from`; its name alone where it has no page.
    fn link(&self, from: &Picture, schema: &str, table: &str) -> String {
        let label = if schema == from.schema {
            table.to_owned()
        } else {
            format!("{schema}.{table}")
        };
        let label = escape::text(&label);
        let Some(picture) = self.of(schema).filter(|it| it.table(table).is_some()) else {
            return label;
        };
        let file = format!("{}.md", slug(table));
        if picture.schema == from.schema {
            format!("[{label}]({file})")
        } else {
            format!("[{label}](../{}/{file})", slug(&picture.service))
        }
    }
}

fn marked(page: &str) -> String {
    format!("<!-- {MARK} -->\n\n{page}")
}

/// A name as that of a file on every system: what is no small letter, digit, `_` or `-` is written as its bytes, so
/// that two names never meet where case does not count.
pub fn slug(name: &str) -> String {
    // This one would be the index, and what is empty no file.
    if name == "readme" {
        return "+72eadme".to_owned();
    }
    let mut slug = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => slug.push(char::from(byte)),
            byte => slug.push_str(&format!("+{byte:02x}")),
        }
    }
    slug
}

/// A fenced block that `diagram` is drawn in.
fn drawn(diagram: &str) -> String {
    format!("```mermaid\n{diagram}```\n")
}

/// A table of Markdown; nothing without rows.
fn grid(head: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let rule: Vec<&str> = head.iter().map(|_| "---").collect();
    let mut lines = vec![
        format!("| {} |\n", head.join(" | ")),
        format!("| {} |\n", rule.join(" | ")),
    ];
    lines.extend(rows.iter().map(|row| format!("| {} |\n", row.join(" | "))));
    lines.concat()
}

/// A section with a heading; nothing where its text is empty.
fn section(heading: &str, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("\n## {heading}\n\n{text}")
    }
}
