//! The page of a table.

use super::{Book, drawn, escape, grid, section, slug};
use crate::{
    mermaid::{self, Detail},
    model::{Change, Column, Constraint, Index, Part, Picture, Reference, Source, Table, What},
    near,
};

pub(super) fn page(book: &Book<'_>, picture: &Picture, table: &Table) -> String {
    let service = escape::text(&picture.service);
    let name = escape::text(&table.name);
    let mut page = format!("[Schemas](../README.md) / [{service}](README.md)\n\n# {name}\n");
    if let Some(comment) = &table.comment {
        page.push_str(&format!("\n{}\n", escape::text(comment)));
    }
    let traits = traits(table);
    if !traits.is_empty() {
        page.push_str(&format!("\n{}\n", traits.join(" ")));
    }
    page.push_str(&section("Columns", &columns(table)));
    page.push_str(&section("Keys and checks", &constraints(table)));
    page.push_str(&section("Indexes", &indexes(table)));
    page.push_str(&section(
        "Refers to",
        &references(book, picture, table, true),
    ));
    page.push_str(&section(
        "Referred to by",
        &references(book, picture, table, false),
    ));
    page.push_str(&section("Neighbours", &neighbours(book, picture, table)));
    page.push_str(&section("Partitions", &partitions(picture, table)));
    page.push_str(&section("Triggers", &parts(&table.triggers)));
    page.push_str(&section("Policies", &parts(&table.policies)));
    page.push_str(&section("Rules", &parts(&table.rules)));
    page.push_str(&section("Migrations", &migrations(&table.migrations)));
    page
}

/// What is so of the whole table.
fn traits(table: &Table) -> Vec<String> {
    let mut traits = Vec::new();
    if table.unlogged {
        traits.push("It is not logged: a crash empties it.".to_owned());
    }
    if let Some(key) = &table.partitioned_by {
        traits.push(format!("Partitioned by {}.", escape::code(key)));
    }
    if let Some(it) = &table.partition_of {
        let parent = format!("[{}]({}.md)", escape::text(&it.table), slug(&it.table));
        traits.push(format!(
            "Partition of {parent} {}.",
            escape::code(&it.bound)
        ));
    }
    for parent in &table.inherits {
        traits.push(format!("Inherits from {}.", escape::code(parent)));
    }
    match (table.row_security, table.row_security_forced) {
        (false, _) => {}
        (true, false) => traits.push("Row-level security is enabled.".to_owned()),
        (true, true) => {
            traits.push("Row-level security is enabled, for the owner, too.".to_owned());
        }
    }
    traits
}

fn columns(table: &Table) -> String {
    let rows: Vec<Vec<String>> = (table.columns.iter())
        .map(|column| {
            let Column {
                name,
                data_type,
                nullable,
                default,
                identity,
                generated,
                primary_key,
                comment,
            } = column;
            let mut marks = Vec::new();
            marks.extend(primary_key.then_some("primary key"));
            marks.extend(table.refers_by(name).then_some("foreign key"));
            let value = match (identity, generated, default) {
                (Some(kind), _, _) => format!("identity, {}", kind.to_lowercase()),
                (None, Some(from), _) => format!("generated: {}", escape::code(from)),
                (None, None, Some(default)) => escape::code(default),
                (None, None, None) => String::new(),
            };
            vec![
                escape::code(name),
                escape::code(data_type),
                marks.join(", "),
                if *nullable { "yes" } else { "no" }.to_owned(),
                value,
                escape::text(comment.as_deref().unwrap_or_default()),
            ]
        })
        .collect();
    grid(
        &["Column", "Type", "Key", "Null", "Default", "Comment"],
        &rows,
    )
}

fn constraints(table: &Table) -> String {
    let rows: Vec<Vec<String>> = (table.constraints.iter())
        .map(|constraint| {
            let Constraint {
                name,
                kind: _,
                columns: _,
                definition,
                references: _,
                validated,
                inherited: _,
                comment,
            } = constraint;
            // Its name has a column of its own.
            let start = definition.find(" PRIMARY KEY ").into_iter();
            let start = start
                .chain(
                    [" UNIQUE ", " FOREIGN KEY ", " CHECK ", " EXCLUDE "]
                        .iter()
                        .filter_map(|it| definition.find(it)),
                )
                .min();
            let said = start.map_or(definition.as_str(), |start| &definition[start..]);
            let open = if *validated { "" } else { " (not validated)" };
            vec![
                escape::code(name),
                format!("{}{open}", escape::code(said)),
                escape::text(comment.as_deref().unwrap_or_default()),
            ]
        })
        .collect();
    grid(&["Name", "Definition", "Comment"], &rows)
}

fn indexes(table: &Table) -> String {
    let rows: Vec<Vec<String>> = (table.indexes.iter())
        .map(|index| {
            let Index {
                name,
                unique: _,
                keys: _,
                partial: _,
                definition,
                valid,
                comment,
            } = index;
            let broken = if *valid { "" } else { " (not valid)" };
            vec![
                escape::code(name),
                format!("{}{broken}", escape::code(definition)),
                escape::text(comment.as_deref().unwrap_or_default()),
            ]
        })
        .collect();
    grid(&["Name", "Definition", "Comment"], &rows)
}

/// What it refers to, or what refers to it.
fn references(book: &Book<'_>, picture: &Picture, table: &Table, outward: bool) -> String {
    let own = |it: &&Reference| {
        let end = if outward { &it.from } else { &it.to };
        end.is(&picture.schema, &table.name)
    };
    let rows: Vec<Vec<String>> = (book.references.iter().filter(own))
        .map(|it| {
            let (near, far) = if outward {
                (&it.from, &it.to)
            } else {
                (&it.to, &it.from)
            };
            let by = match &it.by {
                Source::ForeignKey(name) => escape::code(name),
                Source::Naming => "naming alone".to_owned(),
            };
            vec![
                escape::code(&near.columns.join(", ")),
                book.link(picture, &far.schema, &far.table),
                escape::code(&far.columns.join(", ")),
                by,
            ]
        })
        .collect();
    grid(&["Column", "Table", "Its column", "By"], &rows)
}

fn neighbours(book: &Book<'_>, picture: &Picture, table: &Table) -> String {
    let near = near::tables(book.references, &picture.schema, &table.name);
    if near.is_empty() {
        return String::new();
    }
    let mut diagrams = [Detail::Columns, Detail::Keys]
        .into_iter()
        .map(|detail| near::diagram(book.pictures, book.references, picture, table, detail));
    let fitting = diagrams.find(|it| mermaid::fits(it));
    fitting.map_or_else(String::new, |it| drawn(&it))
}

fn partitions(picture: &Picture, table: &Table) -> String {
    let rows: Vec<Vec<String>> = (picture.tables.iter())
        .filter_map(|it| {
            let of = it
                .partition_of
                .as_ref()
                .filter(|of| of.table == table.name)?;
            Some(vec![
                format!("[{}]({}.md)", escape::text(&it.name), slug(&it.name)),
                escape::code(&of.bound),
            ])
        })
        .collect();
    grid(&["Partition", "Rows"], &rows)
}

fn parts(parts: &[Part]) -> String {
    let parts = parts.iter().map(|part| {
        let Part {
            kind: _,
            name: _,
            definition,
            comment,
        } = part;
        let comment = comment.as_ref();
        let comment = comment.map_or_else(String::new, |it| format!("{}\n\n", escape::text(it)));
        format!("{comment}{}", escape::block(definition))
    });
    parts.collect::<Vec<_>>().join("\n")
}

fn migrations(changes: &[Change]) -> String {
    let rows: Vec<Vec<String>> = (changes.iter())
        .map(|it| {
            let what = match &it.what {
                What::Made => "made it".to_owned(),
                What::Renamed(old) => format!("gave it its name; it was {}", escape::code(old)),
                What::Changed => "changed it".to_owned(),
            };
            vec![escape::code(&it.migration), what]
        })
        .collect();
    grid(&["Migration", "What it did"], &rows)
}
