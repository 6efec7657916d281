//! New columns that must not be null and have no default, filled for the rows that are there: the column comes
//! with a default, which goes in the same migration. PostgreSQL stores a constant one without touching the
//! rows: <https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN>.

use crate::{
    Error, Result,
    catalog::{Catalog, ColumnRef, Expression, QualifiedName, Uses},
    diff::{Rename, diff},
    plan::{Action, Effect, Failure, Plan, plan},
};

/// `up`, which leads from `current` to `target`, with what `texts` say of new columns.
pub(super) fn filled(
    up: Plan,
    (current, target): (&Catalog, &Catalog),
    renames: &[Rename],
    texts: &[String],
) -> Result<Plan> {
    if texts.is_empty() {
        return Ok(up);
    }
    let (mut filled, required) = (target.clone(), unfilled(&up));
    for text in texts {
        let (column, sql) = understood(text, &required)?;
        let table = filled.tables.get_mut(&column.table);
        let columns = table.into_iter().flat_map(|it| &mut it.columns);
        for it in columns.filter(|it| it.name == column.column) {
            it.default = Some(Expression {
                sql: sql.clone(),
                uses: Uses::default(),
            });
        }
    }
    let mut whole = plan(&diff(current, &filled, renames)?)?;
    whole
        .steps
        .extend(plan(&diff(&filled, target, &[])?)?.steps);
    Ok(whole)
}

/// The column and the value that `text` says, of the columns that are required.
fn understood(text: &str, required: &[ColumnRef]) -> Result<(ColumnRef, String)> {
    let wrong = |problem: &str| Error::FillOption {
        text: text.to_owned(),
        problem: problem.to_owned(),
    };
    let (name, sql) = text.split_once('=').ok_or_else(|| wrong("it has no ="))?;
    let sql = sql.trim();
    if sql.is_empty() {
        return Err(wrong("the value is empty"));
    }
    let is_meant = |column: &&ColumnRef| {
        let ColumnRef {
            table: QualifiedName { name: table, .. },
            column,
        } = column;
        format!("{table}.{column}") == name
    };
    let column = required.iter().find(is_meant).ok_or_else(|| {
        let known = required.iter();
        let known = known.map(|it| format!("{}.{}", it.table.name, it.column));
        let known: Vec<String> = known.collect();
        if known.is_empty() {
            wrong("no new column needs a value")
        } else {
            wrong(&format!("what needs a value is {}", known.join(", ")))
        }
    })?;
    Ok((column.clone(), sql.to_owned()))
}

/// The new columns that a plan gives no value, and that must not be null.
pub fn unfilled(plan: &Plan) -> Vec<ColumnRef> {
    let steps = plan.steps.iter();
    let certain = steps.filter(|step| {
        let mut hazards = step.hazards.iter();
        hazards.any(|it| it.effect == Effect::FailsOnRows(Failure::Unfilled))
    });
    let columns = certain.filter_map(|step| {
        let Action::SetNotNull(column) = &step.action else {
            return None;
        };
        Some(column.clone())
    });
    columns.collect()
}
