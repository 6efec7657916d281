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
        parent: _,
        valid,
        uses: _,
        statistics: _,
        settled: _,
        comment: _,
    } = index;
    // A partitioned table's index is not valid before all partitions have theirs.
    let only = if *valid { "" } else { "ONLY " };
    let unique = if *unique { "UNIQUE " } else { "" };
    let using = if method == "btree" {
        String::new()
    } else {
        format!(" USING {}", quote_identifier(method))
    };
    let keys: Vec<_> = keys.iter().map(|it| key(it, names)).collect();
    let mut parts = vec![format!(
        "CREATE {unique}INDEX {} ON {only}{}{using} ({})",
        quote_identifier(name),
        names.object(table),
        keys.join(", ")
    )];
    parts.extend((!include.is_empty()).then(|| format!("INCLUDE ({})", list(include))));
    parts.extend(nulls_not_distinct.then(|| "NULLS NOT DISTINCT".to_owned()));
    parts
        .extend((!options.is_empty()).then(|| format!("WITH ({})", object::list_options(options))));
    parts.extend(
        predicate
            .as_ref()
            .map(|predicate| format!("WHERE {}", predicate.sql)),
    );
    parts.join(" ")
}

fn key(key: &IndexKey, names: &Names) -> String {
    let IndexKey {
        term,
        collation,
        operator_class,
        operator_class_options,
        descending,
        nulls_first,
    } = key;
    let mut parts = vec![match term {
        IndexTerm::Column(name) => quote_identifier(name).into_owned(),
        IndexTerm::Expression(sql) => sql.clone(),
    }];
    parts.extend(
        collation
            .as_ref()
            .map(|collation| format!("COLLATE {}", names.object(collation))),
    );
    parts.extend(operator_class.as_ref().map(|class| names.object(class)));
    if !operator_class_options.is_empty() {
        parts.push(format!(
            "({})",
            object::list_options(operator_class_options)
        ));
    }
    match (descending, nulls_first) {
        (false, false) => {}
        (false, true) => parts.push("NULLS FIRST".to_owned()),
        (true, true) => parts.push("DESC".to_owned()),
        (true, false) => parts.push("DESC NULLS LAST".to_owned()),
    }
    parts.join(" ")
}
