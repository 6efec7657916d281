//! Functions and procedures.

use super::Part;

/// A routine can be replaced by one of the same arguments and result. Its arguments' defaults may
/// become more, not fewer: <https://www.postgresql.org/docs/current/sql-createfunction.html>.
pub(super) fn routines() -> Part {
    let keywords = "CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END";
    Part {
        kind: "pg_catalog.lower(CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END)",
        keywords,
        catalog: "'pg_catalog.pg_proc'",
        oid: "p.oid",
        schema: "p.pronamespace",
        name: "p.proname::text".to_owned(),
        arguments: "'(' || pg_catalog.oidvectortypes(p.proargtypes) || ')'".to_owned(),
        text: format!(
            "pg_catalog.rtrim(pg_catalog.substr(pg_catalog.pg_get_functiondef(p.oid), pg_catalog.length('CREATE OR REPLACE ' || {keywords} || ' ' || \
             pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.proname)) + 1), E'\\n')"
        ),
        mode: "'replace'",
        same: "pg_catalog.array_cat(ARRAY[p.prokind::text, coalesce(pg_catalog.pg_get_function_result(p.oid), ''), \
                 pg_catalog.pg_get_function_identity_arguments(p.oid)], \
                 pg_catalog.array_fill('default'::text, ARRAY[p.pronargdefaults::int]))"
            .to_owned(),
        body: "CASE WHEN p.prosqlbody IS NULL AND l.lanname NOT IN ('c', 'internal') THEN p.prosrc END",
        is_checked: "l.lanname = 'sql' AND p.prosqlbody IS NULL",
        owner: "p.proowner",
        privileges: "p.proacl",
        from: "pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang \
               WHERE p.prokind <> 'a' AND p.pronamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}
