//! Constraints.

use super::{Names, names::list, object};
use crate::{
    catalog::{
        Constraint, ConstraintKind, Deferral, ForeignKey, Key, MatchType, QualifiedName,
        ReferentialAction,
    },
    identifier::quote_identifier,
};

pub(super) fn add(table: &QualifiedName, constraint: &Constraint, names: &Names) -> String {
    let not_valid = if constraint.validated || !constraint.enforced {
        ""
    } else {
        " NOT VALID"
    };
    let only = match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) if !key.valid => "ONLY ",
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclusion { .. } => "",
    };
    format!(
        "ALTER TABLE {only}{} ADD {}{not_valid}",
        names.object(table),
        definition(constraint, names)
    )
}

pub(super) fn alter(table: &QualifiedName, constraint: &Constraint, names: &Names) -> String {
    let (table, name) = (names.object(table), quote_identifier(&constraint.name));
    let deferral = match constraint.deferral {
        Deferral::NotDeferrable => "NOT DEFERRABLE",
        Deferral::InitiallyImmediate => "DEFERRABLE INITIALLY IMMEDIATE",
        Deferral::InitiallyDeferred => "DEFERRABLE INITIALLY DEFERRED",
    };
    format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {deferral}")
}

/// The constraint as it stands in `CREATE TABLE` and after `ADD`.
pub(super) fn definition(constraint: &Constraint, names: &Names) -> String {
    let Constraint {
        name,
        kind,
        deferral,
        validated: _,
        enforced,
        parent: _,
        comment: _,
        index_comment: _,
        settled: _,
    } = constraint;
    let body = match kind {
        ConstraintKind::PrimaryKey(it) => format!("PRIMARY KEY {}", key(it)),
        ConstraintKind::Unique(it) => {
            format!(
                "UNIQUE {}{}",
                if it.nulls_not_distinct {
                    "NULLS NOT DISTINCT "
                } else {
                    ""
                },
                key(it)
            )
        }
        ConstraintKind::ForeignKey(key) => foreign_key(key, names),
        ConstraintKind::Check {
            expression,
            no_inherit,
        } => {
            format!(
                "CHECK {}{}",
                in_parentheses(&expression.sql),
                if *no_inherit { " NO INHERIT" } else { "" }
            )
        }
        ConstraintKind::Exclusion {
            definition,
            uses: _,
        } => definition.clone(),
    };
    let deferral = self::deferral(*deferral);
    let enforced = if *enforced { "" } else { " NOT ENFORCED" };
    format!(
        "CONSTRAINT {} {body}{deferral}{enforced}",
        quote_identifier(name)
    )
}

pub(super) fn deferral(deferral: Deferral) -> &'static str {
    match deferral {
        Deferral::NotDeferrable => "",
        Deferral::InitiallyImmediate => " DEFERRABLE",
        Deferral::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

/// What a constraint with an index is called.
pub(super) fn key_kind(kind: &ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::PrimaryKey(_) => "PRIMARY KEY",
        ConstraintKind::Unique(_) => "UNIQUE",
        ConstraintKind::ForeignKey(_) => "FOREIGN KEY",
        ConstraintKind::Check { .. } => "CHECK",
        ConstraintKind::Exclusion { .. } => "EXCLUDE",
    }
}

fn key(key: &Key) -> String {
    let Key {
        columns,
        include,
        nulls_not_distinct: _,
        without_overlaps,
        valid: _,
        options,
    } = key;
    let overlaps = if *without_overlaps {
        " WITHOUT OVERLAPS"
    } else {
        ""
    };
    let include = if include.is_empty() {
        String::new()
    } else {
        format!(" INCLUDE ({})", list(include))
    };
    format!(
        "({}{overlaps}){include}{}",
        list(columns),
        object::with_options(options)
    )
}

fn foreign_key(key: &ForeignKey, names: &Names) -> String {
    let ForeignKey {
        columns,
        references,
        referenced_columns,
        on_update,
        on_delete,
        on_delete_columns,
        match_type,
        period,
        uses: _,
    } = key;
    let listed = |columns: &[String]| match (*period, columns.split_last()) {
        (true, Some((last, rest))) if !rest.is_empty() => {
            format!("{}, PERIOD {}", list(rest), quote_identifier(last))
        }
        (_, _) => list(columns),
    };
    let mut parts = vec![format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        listed(columns),
        names.object(references),
        listed(referenced_columns)
    )];
    match match_type {
        MatchType::Simple => {}
        MatchType::Full => parts.push("MATCH FULL".to_owned()),
    }
    parts.extend(action(*on_update).map(|action| format!("ON UPDATE {action}")));
    parts.extend(action(*on_delete).map(|action| format!("ON DELETE {action}")));
    if !on_delete_columns.is_empty() {
        parts.push(format!("({})", list(on_delete_columns)));
    }
    parts.join(" ")
}

fn action(action: ReferentialAction) -> Option<&'static str> {
    (action != ReferentialAction::NoAction).then(|| action.as_str())
}

/// The expression in one pair of parentheses: PostgreSQL prints some of them with their own.
fn in_parentheses(sql: &str) -> String {
    let mut depth = 0;
    let mut quote = None;
    for (place, c) in sql.char_indices() {
        match quote {
            Some(open) if open == c => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == '(' => depth += 1,
            None if c == ')' => depth -= 1,
            Some(_) | None => {}
        }
        if depth == 0 && quote.is_none() && place + 1 < sql.len() {
            return format!("({sql})");
        }
    }
    sql.to_owned()
}
