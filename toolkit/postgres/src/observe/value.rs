//! Plausible values for columns, so that statements can be executed. No I/O here.
//!
//! One type has one first value everywhere, so a key finds what it refers to.

use std::collections::BTreeSet;

use crate::catalog::{
    Catalog, Column, ConstraintKind, DataType, Expression, ObjectRef, QualifiedName, Table,
};

/// The most rows that are tried for one statement.
pub(super) const MOST_ROWS: usize = 12;

/// The values to try for `column`, the likeliest first; none stands for null. Empty where no value of
/// the type is known and null is refused.
pub(super) fn candidates(catalog: &Catalog, table: &Table, column: &Column) -> Vec<Option<String>> {
    let mut values: Vec<Option<String>> = said_by_checks(table, column)
        .into_iter()
        .chain(of_type(catalog, &column.data_type))
        .map(Some)
        .collect();
    let mut seen = BTreeSet::new();
    // The first value of the type is what other tables' keys have.
    if let Some(first) = of_type(catalog, &column.data_type).into_iter().next() {
        values.insert(0, Some(first));
    }
    values.retain(|value| seen.insert(value.clone()));
    if values.is_empty() && column.nullable {
        values.push(None);
    }
    values.truncate(MOST_ROWS);
    values
}

fn of_type(catalog: &Catalog, data_type: &DataType) -> Vec<String> {
    let name = QualifiedName::new(&data_type.schema, &data_type.name);
    if data_type.array {
        return vec!["{}".to_owned()];
    }
    if let Some(of_enum) = catalog.enums.get(&name) {
        return of_enum.values.clone();
    }
    if let Some(domain) = catalog.domains.get(&name) {
        let mut values = of_type(catalog, &domain.data_type);
        for check in domain.checks.values() {
            values.extend(literals(&check.expression.sql));
        }
        return values;
    }
    if !data_type.is_built_in() {
        return Vec::new();
    }
    let values: &[&str] = match data_type.base_name().trim() {
        "smallint" | "integer" | "bigint" | "oid" => &["1", "0", "100"],
        "numeric" | "real" | "double precision" | "money" => &["1", "0", "0.5"],
        "boolean" => &["true", "false"],
        "text" | "character varying" | "character" | "name" | "\"char\"" => {
            &["a", "A", "1", "a@example.com", "aaaaaaaaaa"]
        }
        "uuid" => &["00000000-0000-4000-8000-000000000001"],
        "date" => &["2000-01-01"],
        "timestamp without time zone" | "timestamp with time zone" => &["2000-01-01 00:00:00"],
        "time without time zone" | "time with time zone" => &["00:00:00"],
        "interval" => &["1 day"],
        "json" | "jsonb" => &["{}", "[]"],
        "bytea" => &["\\x00"],
        "inet" => &["127.0.0.1"],
        "cidr" => &["127.0.0.0/8"],
        "macaddr" => &["08:00:2b:01:02:03"],
        "macaddr8" => &["08:00:2b:01:02:03:04:05"],
        "xml" => &["<a/>"],
        "tsvector" | "tsquery" => &["a"],
        "point" => &["(0,0)"],
        "int4range" | "int8range" | "numrange" | "daterange" | "tsrange" | "tstzrange" => {
            &["empty"]
        }
        "int4multirange" | "int8multirange" | "nummultirange" | "datemultirange"
        | "tsmultirange" | "tstzmultirange" => &["{}"],
        _ => &[],
    };
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// The constants of the checks that look at the column.
fn said_by_checks(table: &Table, column: &Column) -> Vec<String> {
    let reference = ObjectRef::column(&table.name, &column.name);
    let checks = table.constraints.values().filter_map(|it| match &it.kind {
        ConstraintKind::Check {
            expression: Expression { sql, uses },
            no_inherit: _,
        } if uses.contains(&reference) => Some(sql),
        ConstraintKind::Check { .. }
        | ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Exclusion { .. } => None,
    });
    checks.flat_map(|sql| literals(sql)).collect()
}

/// The strings and numbers in an expression.
fn literals(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    // Between quotes are the odd pieces; a doubled quote is of no use as a value.
    for (place, piece) in sql.split('\'').enumerate() {
        if place % 2 == 1 {
            found.push(piece.to_owned());
            continue;
        }
        let numbers = piece.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_');
        found.extend(
            numbers
                .filter(|number| number.parse::<f64>().is_ok())
                .map(str::to_owned),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::literals;

    #[test]
    fn constants_of_checks_are_values_to_try() {
        assert_eq!(
            literals("((state = ANY (ARRAY['open'::text, 'done'::text])) AND (v2 > 10))"),
            ["open", "done", "10"]
        );
    }
}
