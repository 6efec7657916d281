//! Indexes.

use super::{
    code::Code,
    names::{Names, is_plain},
};
use crate::catalog::{Index, IndexKey, IndexTerm, QualifiedName};

/// `Index::create()…`; nothing where sea-query has no words for it.
pub(super) fn create(table: &QualifiedName, index: &Index, names: &Names<'_>) -> Option<Code> {
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
    if !options.is_empty() || !is_plain(name) || !valid {
        return None;
    }
    let mut code = Code::Call("Index::create", Vec::new())
        .with("name", Code::text(name))
        .with("table", names.object(table));
    match method.as_str() {
        "btree" => {}
        "hash" => code = code.with("index_type", Code::raw("IndexType::Hash")),
        other => {
            let name = Code::text(other).call("into_iden");
            code = code.with("index_type", Code::Call("IndexType::Custom", vec![name]));
        }
    }
    for it in keys {
        code = code.with("col", key(it, names)?);
    }
    if *unique {
        code = code.call("unique");
    }
    code = include.iter().fold(code, |code, column| {
        code.with("include", Code::text(column))
    });
    if *nulls_not_distinct {
        code = code.call("nulls_not_distinct");
    }
    if let Some(predicate) = predicate {
        code = code.with(
            "and_where",
            Code::expression(without_parentheses(&predicate.sql)),
        );
    }
    Some(code.call("to_owned"))
}

fn key(key: &IndexKey, names: &Names<'_>) -> Option<Code> {
    let IndexKey {
        term,
        collation,
        operator_class,
        operator_class_options,
        descending,
        nulls_first,
    } = key;
    let sayable =
        collation.is_none() && operator_class_options.is_empty() && descending == nulls_first;
    if !sayable || (*descending && operator_class.is_some()) {
        return None;
    }
    let term = match term {
        IndexTerm::Column(name) => Code::text(name),
        IndexTerm::Expression(sql) => Code::expression(without_parentheses(sql)),
    };
    if *descending {
        return Some(Code::tuple(vec![term, Code::raw("IndexOrder::Desc")]));
    }
    Some(match operator_class {
        None => term,
        Some(class) => term
            .call("into_index_column")
            .with("with_operator_class", Code::text(names.in_sql(class))),
    })
}

/// The expression without the one pair of parentheses around it; sea-query writes its own.
pub(super) fn without_parentheses(sql: &str) -> &str {
    let Some(inside) = sql.strip_prefix('(').and_then(|sql| sql.strip_suffix(')')) else {
        return sql;
    };
    let mut depth = 0;
    let mut quote = None;
    for c in inside.chars() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (Some(_) | None, _) => {}
        }
        if depth < 0 {
            return sql;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::without_parentheses;

    #[test]
    fn only_a_pair_around_everything_goes() {
        assert_eq!(without_parentheses("(a > 0)"), "a > 0");
        assert_eq!(
            without_parentheses("(a > 0) AND (b > 0)"),
            "(a > 0) AND (b > 0)"
        );
        assert_eq!(without_parentheses("(a = ')')"), "a = ')'");
        assert_eq!(without_parentheses("lower(a)"), "lower(a)");
    }
}
