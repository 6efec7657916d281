//! Indexes.

use super::{Names, names::list, object};
use crate::{
    catalog::{Index, IndexKey, IndexTerm, QualifiedName},
    identifier::quote_identifier,
};

pub(super) fn create(table: &QualifiedName, index: &Index, names: &Names) -> String {
    let Index {
        name,
        unique,
        method,
        keys,
        include,
        nulls_not_distinct,
        predicate,
        options,
        valid: _,
        uses: _,
        comment: _,
    } = index;
    let unique = if *unique { "UNIQUE " } else { "" };
    let using = if method == "btree" { String::new() } else { format!(" USING {}", quote_identifier(method)) };
    let keys: Vec<_> = keys.iter().map(|it| key(it, names)).collect();
    let mut sql = format!(
        "CREATE {unique}INDEX {} ON {}{using} ({})",
        quote_identifier(name),
        names.object(table),
        keys.join(", ")
    );
    if !include.is_empty() {
        sql.push_str(&format!(" INCLUDE ({})", list(include)));
    }
    if *nulls_not_distinct {
        sql.push_str(" NULLS NOT DISTINCT");
    }
    sql.push_str(&object::with_options(options));
    if let Some(predicate) = predicate {
        sql.push_str(&format!(" WHERE {}", predicate.sql));
    }
    sql
}

fn key(key: &IndexKey, names: &Names) -> String {
    let IndexKey { term, collation, operator_class, operator_class_options, descending, nulls_first } = key;
    let mut sql = match term {
        IndexTerm::Column(name) => quote_identifier(name).into_owned(),
        IndexTerm::Expression(sql) => sql.clone(),
    };
    if let Some(collation) = collation {
        sql.push_str(&format!(" COLLATE {}", names.object(collation)));
    }
    if let Some(operator_class) = operator_class {
        sql.push_str(&format!(" {}", names.object(operator_class)));
    }
    if !operator_class_options.is_empty() {
        sql.push_str(&format!(" ({})", object::list_options(operator_class_options)));
    }
    match (descending, nulls_first) {
        (false, false) => {}
        (false, true) => sql.push_str(" NULLS FIRST"),
        (true, true) => sql.push_str(" DESC"),
        (true, false) => sql.push_str(" DESC NULLS LAST"),
    }
    sql
}
