//! The page that leads to all others: the services, and what they have to do with each other.

use super::{Book, drawn, escape, grid, slug};
use crate::{
    map::{self, Link},
    mermaid::shortened,
    model::Picture,
};

pub(super) fn page(book: &Book<'_>) -> String {
    let links = map::links(book.references);
    let mut page = "# Schemas\n\n".to_owned();
    page.push_str(
        "Each service has one schema. [index.html](index.html) shows all of this in a browser, with search and a \
         diagram to move about in.\n\n",
    );
    let rows: Vec<Vec<String>> = book.pictures.iter().map(row).collect();
    page.push_str(&grid(&["Service", "Schema", "Tables", "Comment"], &rows));
    if !links.is_empty() {
        page.push_str("\n## Between services\n\n");
        page.push_str(&drawn(&map::diagram(book.pictures, &links)));
        page.push_str(
            "\nA dashed line is no foreign key: columns there are named after another service's table, as `user_id` is \
             after `users`.\n\n",
        );
        let rows: Vec<Vec<String>> = links.iter().map(|it| between(book, it)).collect();
        page.push_str(&grid(&["From", "To", "By"], &rows));
    }
    page
}

fn row(picture: &Picture) -> Vec<String> {
    let comment = picture.comment.as_deref().unwrap_or_default();
    vec![
        format!(
            "[{}]({}/README.md)",
            escape::text(&picture.service),
            slug(&picture.service)
        ),
        escape::code(&picture.schema),
        picture.tables.len().to_string(),
        escape::text(&shortened(comment, 120)),
    ]
}

fn between(book: &Book<'_>, link: &Link<'_>) -> Vec<String> {
    let service = |schema: &str| {
        let picture = book.of(schema);
        escape::text(picture.map_or(schema, |it| &it.service))
    };
    let columns = link.references.iter().map(|it| {
        format!(
            "{} → {}",
            escape::code(&format!("{}.{}", it.from.table, it.from.columns.join(", "))),
            escape::code(&it.to.table)
        )
    });
    let kind = if link.by_naming {
        "naming"
    } else {
        "foreign key"
    };
    vec![
        service(link.from),
        service(link.to),
        format!("{kind}: {}", columns.collect::<Vec<_>>().join("<br>")),
    ]
}
