//! The page of a service: its diagram, and what its schema holds.

use super::{Book, drawn, escape, grid, section};
use crate::{
    mermaid::{self, Detail, Drawing, shortened},
    model::{Part, Picture, Table, View},
};

/// How many tables a person can read in one diagram, with all columns.
const MOST_TABLES: usize = 25;
/// Likewise, with their names alone.
const MOST_NAMES: usize = 80;

pub(super) fn page(book: &Book<'_>, picture: &Picture) -> String {
    let mut page = format!(
        "[Schemas](../README.md)\n\n# {}\n\nSchema {}.\n",
        escape::text(&picture.service),
        escape::code(&picture.schema)
    );
    if let Some(comment) = &picture.comment {
        page.push_str(&format!("\n{}\n", escape::text(comment)));
    }
    page.push_str(&section("Diagram", &diagram(book, picture)));
    let rows: Vec<Vec<String>> = (picture.tables.iter())
        .map(|table| row(book, picture, table))
        .collect();
    page.push_str(&section(
        "Tables",
        &grid(&["Table", "Columns", "Comment"], &rows),
    ));
    page.push_str(&section("Enum types", &enums(picture)));
    let views = picture.views.iter().map(view);
    page.push_str(&section("Views", &views.collect::<Vec<_>>().join("\n")));
    let others = picture.others.iter().map(part);
    page.push_str(&section("Else", &others.collect::<Vec<_>>().join("\n")));
    page
}

/// All tables with all columns, if that can be read; else their names; else none.
fn diagram(book: &Book<'_>, picture: &Picture) -> String {
    let tables: Vec<&Table> = picture.tables.iter().filter(|it| it.is_whole()).collect();
    if tables.is_empty() {
        return String::new();
    }
    let draw = |detail| {
        let mut drawing = Drawing::new(false);
        for table in &tables {
            drawing.table(&picture.schema, table, detail);
        }
        drawing.references(book.references);
        drawing.text()
    };
    let full = draw(Detail::Columns);
    if tables.len() <= MOST_TABLES && mermaid::fits(&full) {
        return drawn(&full);
    }
    let names = draw(Detail::Name);
    if tables.len() <= MOST_NAMES && mermaid::fits(&names) {
        return drawn(&names);
    }
    format!(
        "{} tables are too many for one picture: each table's page has it with its neighbours, and \
         [index.html](../index.html) has all of them.\n",
        tables.len()
    )
}

fn row(book: &Book<'_>, picture: &Picture, table: &Table) -> Vec<String> {
    let comment = table.comment.as_deref().unwrap_or_default();
    let partition = table
        .partition_of
        .as_ref()
        .map(|it| format!("partition of {}", it.table));
    vec![
        book.link(picture, &picture.schema, &table.name),
        table.columns.len().to_string(),
        escape::text(&shortened(partition.as_deref().unwrap_or(comment), 120)),
    ]
}

fn enums(picture: &Picture) -> String {
    let rows: Vec<Vec<String>> = (picture.enums.iter())
        .map(|it| {
            let values = it.values.iter().map(|value| escape::code(value));
            vec![
                escape::code(&it.name),
                values.collect::<Vec<_>>().join(", "),
                escape::text(it.comment.as_deref().unwrap_or_default()),
            ]
        })
        .collect();
    grid(&["Type", "Values", "Comment"], &rows)
}

fn view(view: &View) -> String {
    let View {
        name,
        kind,
        columns,
        definition,
        comment,
    } = view;
    let mut text = format!("### {}\n\nA {kind}.", escape::text(name));
    if let Some(comment) = comment {
        text.push_str(&format!(" {}", escape::text(comment)));
    }
    text.push_str("\n\n");
    let rows: Vec<Vec<String>> = (columns.iter())
        .map(|it| {
            let comment = it.comment.as_deref().unwrap_or_default();
            vec![escape::code(&it.name), escape::text(comment)]
        })
        .collect();
    text.push_str(&grid(&["Column", "Comment"], &rows));
    format!("{text}\n{}", escape::block(definition))
}

fn part(part: &Part) -> String {
    let Part {
        kind,
        name,
        definition,
        comment,
    } = part;
    let mut text = format!("### {kind} {}\n\n", escape::text(name));
    if let Some(comment) = comment {
        text.push_str(&format!("{}\n\n", escape::text(comment)));
    }
    if !definition.is_empty() {
        text.push_str(&escape::block(definition));
    }
    text
}
