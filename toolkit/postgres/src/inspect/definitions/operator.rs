//! Operators. PostgreSQL does not print them, so the statement is put together from
//! <https://www.postgresql.org/docs/current/catalog-pg-operator.html>.

use super::Part;

/// Of a kept operator the estimators can be set:
/// <https://www.postgresql.org/docs/current/sql-alteroperator.html>. One that is only promised, as
/// another one's commutator, is none yet.
pub(super) fn operators() -> Part {
    let lasting = lasting();
    let estimator = |option: &str, column: &str| {
        format!(
            "CASE WHEN o.{column}::oid <> 0::oid THEN '{option} = ' || o.{column}::regproc::text END"
        )
    };
    let set = |option: &str, column: &str| {
        format!(
            "'{option} = ' || CASE WHEN o.{column}::oid <> 0::oid THEN o.{column}::regproc::text ELSE 'NONE' END"
        )
    };
    Part {
        kind: "'operator'",
        keywords: "'OPERATOR'",
        catalog: "'pg_catalog.pg_operator'",
        oid: "o.oid",
        schema: "o.oprnamespace",
        name: "o.oprname::text".to_owned(),
        arguments: ARGUMENTS.to_owned(),
        owner: "o.oprowner",
        text: format!(
            "'(' || pg_catalog.concat_ws(', ', {lasting}, {}, {}) || ')'",
            estimator("RESTRICT", "oprrest"),
            estimator("JOIN", "oprjoin"),
        ),
        mode: "'alter'",
        same: format!("ARRAY[pg_catalog.concat_ws(', ', {lasting})]"),
        alter: format!(
            "{ARGUMENTS} || ' SET (' || {} || ', ' || {} || ')'",
            set("RESTRICT", "oprrest"),
            set("JOIN", "oprjoin"),
        ),
        from: "pg_catalog.pg_operator o WHERE o.oprcode::oid <> 0::oid AND o.oprnamespace = ANY($schemas)".to_owned(),
        ..Part::default()
    }
}

const ARGUMENTS: &str = "'(' || coalesce(pg_catalog.format_type(nullif(o.oprleft, 0::oid), NULL), 'NONE') || ', ' || \
     coalesce(pg_catalog.format_type(nullif(o.oprright, 0::oid), NULL), 'NONE') || ')'";

fn lasting() -> String {
    let argument = |option: &str, column: &str| {
        format!("'{option} = ' || pg_catalog.format_type(nullif(o.{column}, 0::oid), NULL)")
    };
    let other = |option: &str, column: &str| {
        format!(
            "(SELECT '{option} = OPERATOR(' || pg_catalog.quote_ident(n.nspname) || '.' || t.oprname::text || ')' FROM pg_catalog.pg_operator t \
               JOIN pg_catalog.pg_namespace n ON n.oid = t.oprnamespace WHERE t.oid = o.{column})"
        )
    };
    [
        "'FUNCTION = ' || o.oprcode::regproc::text".to_owned(),
        argument("LEFTARG", "oprleft"),
        argument("RIGHTARG", "oprright"),
        other("COMMUTATOR", "oprcom"),
        other("NEGATOR", "oprnegate"),
        "CASE WHEN o.oprcanhash THEN 'HASHES' END".to_owned(),
        "CASE WHEN o.oprcanmerge THEN 'MERGES' END".to_owned(),
    ]
    .join(", ")
}
