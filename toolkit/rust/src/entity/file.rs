//! The file of one entity. No I/O here.

use super::{
    attribute::{doc, quoted, says, sea_orm},
    column, enumeration,
    said::{Draft, Said},
};
use crate::catalog::QualifiedName;

/// The source of the entity at `place`.
pub(super) fn source(said: &Said<'_>, place: usize) -> String {
    let draft = &said.drafts[place];
    let Draft {
        table, relations, ..
    } = draft;
    let name = quoted(&table.name.name);
    let (shared, own): (Vec<_>, Vec<_>) =
        (draft.enums.iter()).partition(|name| said.shared.contains_key(*name));
    let mut text = format!("//! The table {name}.\n\nuse sea_orm::entity::prelude::*;\n");
    if !shared.is_empty() {
        text.push('\n');
        let mut uses: Vec<String> = shared.iter().filter_map(|it| import(said, it)).collect();
        uses.sort();
        text.push_str(&uses.concat());
    }
    for it in own {
        if let (Some(enumeration), Some(ident)) =
            (said.catalog.enums.get(it), said.types.enums.get(it))
        {
            text.push('\n');
            text.push_str(&enumeration::source(enumeration, ident));
        }
    }
    text.push('\n');
    let about = format!("A row of {name}.");
    text.push_str(&doc(table.comment.as_deref().unwrap_or(&about), 0));
    text.push_str("#[sea_orm::model]\n");
    text.push_str(derives(said, draft));
    let mut words = vec![
        says("schema_name", &table.name.schema),
        says("table_name", &table.name.name),
    ];
    words.extend((table.comment.iter()).map(|comment| says("comment", comment)));
    text.push_str(&sea_orm(&words, 0));
    text.push_str("pub struct Model {\n");
    for it in &table.columns {
        text.push_str(&column::field(said, draft, it));
    }
    if !relations.is_empty() {
        text.push('\n');
    }
    for it in relations {
        text.push_str(&doc(&it.about, 4));
        text.push_str(&sea_orm(&it.words, 4));
        text.push_str(&format!("    pub {}: {},\n", it.field, it.rust));
    }
    text.push_str("}\n\nimpl ActiveModelBehavior for ActiveModel {}\n");
    text
}

fn import(said: &Said<'_>, name: &QualifiedName) -> Option<String> {
    let (module, ident) = (said.shared.get(name)?, said.types.enums.get(name)?);
    Some(format!("use super::{module}::{ident};\n"))
}

fn derives(said: &Said<'_>, draft: &Draft<'_>) -> &'static str {
    let mut columns = draft.table.columns.iter();
    if columns.all(|column| said.types.field(&column.data_type).is_eq()) {
        "#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]\n"
    } else {
        "#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]\n"
    }
}
