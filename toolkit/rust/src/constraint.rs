//! Constraints, inside `CREATE TABLE` and added later.

use super::{
    code::{Code, Link},
    index::without_parentheses,
    names::{Names, is_plain},
};
use crate::{
    catalog::{
        Constraint, ConstraintKind, Deferral, ForeignKey, Key, MatchType, QualifiedName,
        ReferentialAction,
    },
    plan::Action,
};

/// Whether sea-query can say it as part of `CREATE TABLE`.
pub(super) fn fits_inside(constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
            is_plain_key(constraint, key)
        }
        ConstraintKind::ForeignKey(key) => is_plain_foreign_key(constraint, key),
        ConstraintKind::Check { no_inherit, .. } => !no_inherit && is_immediate(constraint),
        ConstraintKind::Exclusion { .. } => false,
    }
}

/// Whether the key has nothing that sea-query does not know.
pub(super) fn is_plain_key(constraint: &Constraint, key: &Key) -> bool {
    let Key {
        columns: _,
        include: _,
        nulls_not_distinct: _,
        without_overlaps,
        valid,
        options,
    } = key;
    !without_overlaps && *valid && options.is_empty() && is_immediate(constraint)
}

fn is_plain_foreign_key(constraint: &Constraint, key: &ForeignKey) -> bool {
    let ForeignKey {
        columns: _,
        references: _,
        referenced_columns: _,
        on_update: _,
        on_delete: _,
        on_delete_columns,
        match_type,
        period,
        uses: _,
    } = key;
    is_immediate(constraint)
        && on_delete_columns.is_empty()
        && *match_type == MatchType::Simple
        && !period
}

fn is_immediate(constraint: &Constraint) -> bool {
    let Constraint {
        name,
        kind: _,
        deferral,
        validated,
        enforced,
        parent: _,
        comment: _,
        index_comment: _,
        settled: _,
    } = constraint;
    is_plain(name) && *deferral == Deferral::NotDeferrable && *validated && *enforced
}

/// `table` with the constraint; only those that [`fits_inside`] accepts.
pub(super) fn inside(
    table: Code,
    name: &QualifiedName,
    constraint: &Constraint,
    names: &Names<'_>,
) -> Code {
    let index = |key: &Key| {
        let code =
            Code::Call("Index::create", Vec::new()).with("name", Code::text(&constraint.name));
        let code = key
            .columns
            .iter()
            .fold(code, |code, column| code.with("col", Code::text(column)));
        key.include.iter().fold(code, |code, column| {
            code.with("include", Code::text(column))
        })
    };
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => table.with("primary_key", index(key)),
        ConstraintKind::Unique(key) => {
            let code = index(key).call("unique");
            let code = if key.nulls_not_distinct {
                code.call("nulls_not_distinct")
            } else {
                code
            };
            table.with("index", code)
        }
        ConstraintKind::ForeignKey(key) => table.with(
            "foreign_key",
            foreign_key(name, &constraint.name, key, names),
        ),
        ConstraintKind::Check {
            expression,
            no_inherit: _,
        } => {
            let expression = Code::expression(without_parentheses(&expression.sql));
            table.with(
                "check",
                Code::tuple(vec![Code::text(&constraint.name), expression]),
            )
        }
        ConstraintKind::Exclusion { .. } => table,
    }
}

/// `ForeignKey::create()…`, for one that is added later.
pub(super) fn added_foreign_key(
    table: &QualifiedName,
    constraint: &Constraint,
    names: &Names<'_>,
) -> Option<Code> {
    let key = constraint
        .foreign_key()
        .filter(|key| is_plain_foreign_key(constraint, key))?;
    Some(foreign_key(table, &constraint.name, key, names).call("to_owned"))
}

/// The constraint in SQL.
pub(super) fn in_sql(table: &QualifiedName, constraint: &Constraint) -> Action {
    Action::AddConstraint {
        table: table.clone(),
        constraint: constraint.clone(),
    }
}

fn foreign_key(table: &QualifiedName, name: &str, key: &ForeignKey, names: &Names<'_>) -> Code {
    let code = Code::Call("ForeignKey::create", Vec::new()).with("name", Code::text(name));
    let code = end(
        code,
        ["from", "from_tbl", "from_col"],
        names.object(table),
        &key.columns,
    );
    let code = end(
        code,
        ["to", "to_tbl", "to_col"],
        names.object(&key.references),
        &key.referenced_columns,
    );
    let code = match action(key.on_delete) {
        Some(action) => code.with("on_delete", Code::raw(action)),
        None => code,
    };
    match action(key.on_update) {
        Some(action) => code.with("on_update", Code::raw(action)),
        None => code,
    }
}

/// One end of a foreign key: sea-query takes tuples of up to three columns.
fn end(
    code: Code,
    [both, alone, each]: [&'static str; 3],
    table: Code,
    columns: &[String],
) -> Code {
    match columns {
        [column] => code.with_both(both, table, Code::text(column)),
        [_, _] | [_, _, _] => code.with_both(
            both,
            table,
            Code::tuple(columns.iter().map(Code::text).collect()),
        ),
        _ => columns.iter().fold(
            code.link(Link::Method(alone, vec![table])),
            |code, column| code.with(each, Code::text(column)),
        ),
    }
}

fn action(action: ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some("ForeignKeyAction::Restrict"),
        ReferentialAction::Cascade => Some("ForeignKeyAction::Cascade"),
        ReferentialAction::SetNull => Some("ForeignKeyAction::SetNull"),
        ReferentialAction::SetDefault => Some("ForeignKeyAction::SetDefault"),
    }
}
