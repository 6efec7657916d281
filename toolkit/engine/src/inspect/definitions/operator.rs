//! Operators. PostgreSQL does not print them, so the statement is put together from
//! <https://www.postgresql.org/docs/current/catalog-pg-operator.html>.

use super::Part;

/// Of a kept operator the estimators can be set:
/// <https://www.postgresql.org/docs/current/sql-alteroperator.html>. One that is only promised, as
/// another one's commutator, is none yet.
pub(super) fn operators() -> Part {
    let lasting = lasting();
    let estimator = |option: &str, column: &str| {
        format!("CASE WHEN o.{column} <> 0 THEN '{option} = ' || o.{column}::regproc END")
    };
    let set = |option: &str, column: &str| {
        format!(
            "'{option} = ' || CASE WHEN o.{column} <> 0 THEN o.{column}::regproc::text ELSE 'NONE' END"
        )
    };
    Part {
        kind: "'operator'",
        keywords: "'OPERATOR'",
        catalog: "'pg_operator'",
        oid: "o.oid",
        schema: "o.oprnamespace",
        name: "o.oprname::text".to_owned(),
        arguments: ARGUMENTS.to_owned(),
        owner: "o.oprowner",
        text: format!(
            "'(' || concat_ws(', ', {lasting}, {}, {}) || ')'",
            estimator("RESTRICT", "oprrest"),
            estimator("JOIN", "oprjoin"),
        ),
        mode: "'alter'",
        same: format!("ARRAY[concat_ws(', ', {lasting})]"),
        alter: format!(
            "{ARGUMENTS} || ' SET (' || {} || ', ' || {} || ')'",
            set("RESTRICT", "oprrest"),
            set("JOIN", "oprjoin"),
        ),
        from: "pg_operator o WHERE o.oprcode <> 0 AND o.oprnamespace = ANY($schemas)".to_owned(),
        ..Part::default()
    }
}

const ARGUMENTS: &str = "'(' || coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE') || ', ' || \
     coalesce(format_type(nullif(o.oprright, 0), NULL), 'NONE') || ')'";

fn lasting() -> String {
    let argument = |option: &str, column: &str| {
        format!("'{option} = ' || format_type(nullif(o.{column}, 0), NULL)")
    };
    let other = |option: &str, column: &str| {
        format!(
            "(SELECT '{option} = OPERATOR(' || quote_ident(n.nspname) || '.' || t.oprname || ')' FROM pg_operator t \
               JOIN pg_namespace n ON n.oid = t.oprnamespace WHERE t.oid = o.{column})"
        )
    };
    [
        "'FUNCTION = ' || o.oprcode::regproc".to_owned(),
        argument("LEFTARG", "oprleft"),
        argument("RIGHTARG", "oprright"),
        other("COMMUTATOR", "oprcom"),
        other("NEGATOR", "oprnegate"),
        "CASE WHEN o.oprcanhash THEN 'HASHES' END".to_owned(),
        "CASE WHEN o.oprcanmerge THEN 'MERGES' END".to_owned(),
    ]
    .join(", ")
}
