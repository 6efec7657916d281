//! Aggregates. PostgreSQL does not print them, so the statement is put together from
//! <https://www.postgresql.org/docs/current/catalog-pg-aggregate.html>.

use super::Part;

/// An aggregate can be replaced by one of the same arguments and result.
pub(super) fn aggregates() -> Part {
    let arguments = "coalesce(nullif(pg_catalog.pg_get_function_arguments(p.oid), ''), '*')";
    Part {
        kind: "'aggregate'",
        keywords: "'AGGREGATE'",
        catalog: "'pg_catalog.pg_proc'",
        oid: "p.oid",
        schema: "p.pronamespace",
        name: "p.proname::text".to_owned(),
        arguments: format!("'(' || {arguments} || ')'"),
        text: format!("'(' || {arguments} || ') (' || pg_catalog.concat_ws(', ', {}) || ')'", options()),
        mode: "'replace'",
        same: format!("ARRAY[pg_catalog.pg_get_function_result(p.oid), {arguments}]"),
        owner: "p.proowner",
        privileges: "p.proacl",
        from: "pg_catalog.pg_proc p JOIN pg_catalog.pg_aggregate g ON g.aggfnoid::oid = p.oid WHERE p.pronamespace = ANY($schemas)".to_owned(),
        ..Part::default()
    }
}

fn options() -> String {
    let function = |option: &str, column: &str| {
        format!(
            "CASE WHEN g.{column}::oid <> 0::oid THEN '{option} = ' || g.{column}::regproc::text END"
        )
    };
    let modify = |option: &str, column: &str| {
        format!(
            "CASE WHEN g.{column} <> CASE WHEN g.aggkind = 'n' THEN 'r' ELSE 'w' END THEN '{option} = ' || \
             CASE g.{column} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END"
        )
    };
    [
        "'SFUNC = ' || g.aggtransfn::regproc::text".to_owned(),
        "'STYPE = ' || pg_catalog.format_type(g.aggtranstype, NULL)".to_owned(),
        "CASE WHEN g.aggtransspace <> 0 THEN 'SSPACE = ' || g.aggtransspace::text END".to_owned(),
        function("FINALFUNC", "aggfinalfn"),
        "CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END".to_owned(),
        modify("FINALFUNC_MODIFY", "aggfinalmodify"),
        function("COMBINEFUNC", "aggcombinefn"),
        function("SERIALFUNC", "aggserialfn"),
        function("DESERIALFUNC", "aggdeserialfn"),
        "'INITCOND = ' || pg_catalog.quote_literal(g.agginitval)".to_owned(),
        function("MSFUNC", "aggmtransfn"),
        function("MINVFUNC", "aggminvtransfn"),
        "CASE WHEN g.aggmtranstype <> 0::oid THEN 'MSTYPE = ' || pg_catalog.format_type(g.aggmtranstype, NULL) END".to_owned(),
        "CASE WHEN g.aggmtransspace <> 0 THEN 'MSSPACE = ' || g.aggmtransspace::text END".to_owned(),
        function("MFINALFUNC", "aggmfinalfn"),
        "CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END".to_owned(),
        format!("CASE WHEN g.aggmtransfn::oid <> 0::oid THEN {} END", modify("MFINALFUNC_MODIFY", "aggmfinalmodify")),
        "'MINITCOND = ' || pg_catalog.quote_literal(g.aggminitval)".to_owned(),
        "(SELECT 'SORTOP = OPERATOR(' || pg_catalog.quote_ident(n.nspname) || '.' || o.oprname::text || ')' FROM pg_catalog.pg_operator o \
           JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid = g.aggsortop)"
            .to_owned(),
        "CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END".to_owned(),
        "CASE WHEN g.aggkind = 'h' THEN 'HYPOTHETICAL' END".to_owned(),
    ]
    .join(", ")
}
