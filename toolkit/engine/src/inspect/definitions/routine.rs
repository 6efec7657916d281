//! Functions and procedures.

use super::Part;

/// A routine can be replaced by one of the same arguments and result. Its arguments' defaults may
/// become more, not fewer: <https://www.postgresql.org/docs/current/sql-createfunction.html>.
pub(super) fn routines() -> Part {
    let keywords = "CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END";
    Part {
        kind: "lower(CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END)",
        keywords,
        catalog: "'pg_proc'",
        oid: "p.oid",
        schema: "p.pronamespace",
        name: "p.proname::text".to_owned(),
        arguments: "'(' || oidvectortypes(p.proargtypes) || ')'".to_owned(),
        text: format!(
            "rtrim(substr(pg_get_functiondef(p.oid), length('CREATE OR REPLACE ' || {keywords} || ' ' || \
             quote_ident(pn.nspname) || '.' || quote_ident(p.proname)) + 1), E'\\n')"
        ),
        mode: "'replace'",
        same: "ARRAY[p.prokind::text, coalesce(pg_get_function_result(p.oid), ''), \
                 pg_get_function_identity_arguments(p.oid)] || array_fill('default'::text, ARRAY[p.pronargdefaults::int])"
            .to_owned(),
        body: "CASE WHEN p.prosqlbody IS NULL AND l.lanname NOT IN ('c', 'internal') THEN p.prosrc END",
        is_checked: "l.lanname = 'sql' AND p.prosqlbody IS NULL",
        owner: "p.proowner",
        privileges: "p.proacl",
        from: "pg_proc p JOIN pg_namespace pn ON pn.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang \
               WHERE p.prokind <> 'a' AND p.pronamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}
