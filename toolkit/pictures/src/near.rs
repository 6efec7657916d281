//! A table with its neighbours: the tables that it refers to, and those that refer to it.

use std::collections::BTreeSet;

use crate::{
    mermaid::{Detail, Drawing},
    model::{Picture, Reference, Table},
};

/// How many neighbours a person can tell apart.
const MOST: usize = 40;

/// The neighbours of a table, by schema and name.
pub fn tables<'r>(
    references: &'r [Reference],
    schema: &str,
    table: &str,
) -> BTreeSet<(&'r str, &'r str)> {
    let near = references.iter().filter_map(|it| {
        let far = if it.from.is(schema, table) {
            &it.to
        } else if it.to.is(schema, table) {
            &it.from
        } else {
            return None;
        };
        (!far.is(schema, table)).then_some((far.schema.as_str(), far.table.as_str()))
    });
    near.collect()
}

/// `table` of `picture` with as much as `detail` says, and its neighbours with their names; where there are many, the
/// first of them.
pub fn diagram(
    pictures: &[Picture],
    references: &[Reference],
    picture: &Picture,
    table: &Table,
    detail: Detail,
) -> String {
    let near: Vec<(&str, &str)> = tables(references, &picture.schema, &table.name)
        .into_iter()
        .take(MOST)
        .collect();
    let is_qualified = near.iter().any(|(schema, _)| *schema != picture.schema);
    let mut drawing = Drawing::new(is_qualified);
    drawing.table(&picture.schema, table, detail);
    for (schema, name) in near {
        let found = pictures.iter().find(|it| it.schema == schema);
        match found.and_then(|it| it.table(name)) {
            Some(table) => drawing.table(schema, table, Detail::Keys),
            None => drawing.named(schema, name),
        }
    }
    // Lines between neighbours are drawn on their own pages.
    let own = references.iter().filter(|it| {
        it.from.is(&picture.schema, &table.name) || it.to.is(&picture.schema, &table.name)
    });
    drawing.references(own);
    drawing.text()
}
