//! Foreign-data wrappers, servers, user mappings and foreign tables. PostgreSQL does not print them, so the statements are put
//! together from <https://www.postgresql.org/docs/current/catalog-pg-foreign-table.html>.

use super::Part;
use crate::inspect::relations::RelationKind;

/// `OPTIONS (…)` from an array of them, or nothing.
fn options(array: &str) -> String {
    format!(
        "'OPTIONS (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' ' || pg_catalog.quote_literal(o.option_value), ', ' \
           ORDER BY o.option_name) \
         FROM pg_catalog.pg_options_to_table({array}) o) || ')'"
    )
}

/// The options as pairs of name and value.
fn pairs(array: &str) -> String {
    format!(
        "ARRAY(SELECT pg_catalog.unnest(ARRAY[o.option_name, o.option_value]) FROM pg_catalog.pg_options_to_table({array}) o)"
    )
}

/// Foreign-data wrappers.
pub(super) fn wrappers() -> Part {
    let function = |option: &str, column: &str| {
        format!("CASE WHEN x.{column} <> 0::oid THEN '{option} ' || x.{column}::regproc::text END")
    };
    let functions = [
        function("HANDLER", "fdwhandler"),
        function("VALIDATOR", "fdwvalidator"),
    ]
    .join(", ");
    Part {
        kind: "'foreign data wrapper'",
        keywords: "'FOREIGN DATA WRAPPER'",
        catalog: "'pg_catalog.pg_foreign_data_wrapper'",
        oid: "x.oid",
        schema: "'pg_catalog'::regnamespace::oid",
        name: "x.fdwname::text".to_owned(),
        owner: "x.fdwowner",
        privileges: "x.fdwacl",
        text: format!(
            "pg_catalog.concat_ws(' ', {functions}, {})",
            options("x.fdwoptions")
        ),
        mode: "'options'",
        same: format!("ARRAY[pg_catalog.concat_ws(' ', {functions})]"),
        options: pairs("x.fdwoptions"),
        from: "pg_catalog.pg_foreign_data_wrapper x".to_owned(),
        ..Part::default()
    }
}

/// User mappings, without what may be a secret. A role that may not see the options reads none.
pub(super) fn user_mappings() -> Part {
    let shown = "ARRAY(SELECT o.option FROM pg_catalog.unnest(x.umoptions) o(option) \
         WHERE pg_catalog.split_part(o.option, '=', 1) !~* '(pass|secret|token|key|credential)')";
    Part {
        kind: "'user mapping'",
        keywords: "'USER MAPPING'",
        catalog: "'pg_catalog.pg_user_mapping'",
        oid: "x.umid",
        schema: "'pg_catalog'::regnamespace::oid",
        name: "x.usename::text".to_owned(),
        arguments: "x.srvname::text".to_owned(),
        text: format!("coalesce({}, '')", options(shown)),
        mode: "'options'",
        options: pairs(shown),
        from: "pg_catalog.pg_user_mappings x".to_owned(),
        ..Part::default()
    }
}

/// Of a kept server the options can be set.
pub(super) fn servers() -> Part {
    let lasting = "pg_catalog.concat_ws(' ', 'TYPE ' || pg_catalog.quote_literal(x.srvtype), \
         'VERSION ' || pg_catalog.quote_literal(x.srvversion), 'FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname))";
    Part {
        kind: "'server'",
        keywords: "'SERVER'",
        catalog: "'pg_catalog.pg_foreign_server'",
        oid: "x.oid",
        schema: "'pg_catalog'::regnamespace::oid",
        name: "x.srvname::text".to_owned(),
        owner: "x.srvowner",
        privileges: "x.srvacl",
        text: format!("pg_catalog.concat_ws(' ', {lasting}, {})", options("x.srvoptions")),
        mode: "'options'",
        same: format!("ARRAY[{lasting}]"),
        options: pairs("x.srvoptions"),
        from: "pg_catalog.pg_foreign_server x JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = x.srvfdw".to_owned(),
        ..Part::default()
    }
}

/// What plain `NOT NULL` does not make; there are none before PostgreSQL 18.
const UNUSUAL_NOT_NULL: &str = "k.contype = 'n' AND (k.connoinherit OR NOT k.convalidated OR k.conname::text <> \
     pg_catalog.concat(c.relname::text, '_', (SELECT u.attname::text FROM pg_catalog.pg_attribute u \
       WHERE u.attrelid = c.oid AND u.attnum = k.conkey[1]), '_not_null'))";

/// A foreign table holds no rows here, so it is made anew.
pub(super) fn tables() -> Part {
    let columns = format!(
        "ARRAY(SELECT pg_catalog.concat_ws(' ', pg_catalog.quote_ident(a.attname), pg_catalog.format_type(a.atttypid, a.atttypmod), {}, \
           CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation::text END, \
           CASE WHEN a.attgenerated <> '' THEN 'GENERATED ALWAYS AS (' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) || \
               CASE a.attgenerated WHEN 'v' THEN ') VIRTUAL' ELSE ') STORED' END \
             ELSE 'DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) END, \
           CASE WHEN a.attnotnull AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid \
             AND k.conkey[1] = a.attnum AND {UNUSUAL_NOT_NULL}) THEN 'NOT NULL' END) \
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
         LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)",
        options("a.attfdwoptions")
    );
    let checks = format!(
        "ARRAY(SELECT 'CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid) \
         FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND (k.contype = 'c' OR {UNUSUAL_NOT_NULL}) ORDER BY k.conname)"
    );
    Part {
        text: format!(
            "E'(\\n    ' || pg_catalog.array_to_string(pg_catalog.array_cat({columns}, {checks}), E',\\n    ') || E'\\n) ' || \
             pg_catalog.concat_ws(' ', 'SERVER ' || pg_catalog.quote_ident(s.srvname), {})",
            options("f.ftoptions")
        ),
        from: "pg_catalog.pg_class c JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver \
               WHERE c.relnamespace = ANY($schemas) AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid)"
            .to_owned(),
        ..Part::of_relation("'foreign table'", "'FOREIGN TABLE'", RelationKind::ForeignTable)
    }
}
