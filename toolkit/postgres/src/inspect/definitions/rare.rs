//! Casts, conversions and event triggers. PostgreSQL does not print them, so the statements are put
//! together from <https://www.postgresql.org/docs/current/catalogs.html>.

use super::{super::row::FIRST_NORMAL_OID, Part, of_table::firing};

/// A cast is in no schema: it counts to that of its function or its types.
pub(super) fn casts() -> Part {
    Part {
        kind: "'cast'",
        keywords: "'CAST'",
        catalog: "'pg_catalog.pg_cast'",
        oid: "x.oid",
        schema: "coalesce(p.pronamespace, CASE WHEN s.typnamespace = 'pg_catalog'::regnamespace::oid \
                 THEN t.typnamespace ELSE s.typnamespace END)",
        name: "'(' || pg_catalog.format_type(s.oid, NULL) || ' AS ' || pg_catalog.format_type(t.oid, NULL) || ')'"
            .to_owned(),
        text: "CASE x.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || x.castfunc::regprocedure::text \
                 WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END || \
               CASE x.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END"
            .to_owned(),
        from: format!(
            "pg_catalog.pg_cast x JOIN pg_catalog.pg_type s ON s.oid = x.castsource \
             JOIN pg_catalog.pg_type t ON t.oid = x.casttarget LEFT JOIN pg_catalog.pg_proc p ON p.oid = x.castfunc \
             WHERE x.oid >= {FIRST_NORMAL_OID}::oid"
        ),
        ..Part::default()
    }
}

/// Conversions between encodings.
pub(super) fn conversions() -> Part {
    Part {
        kind: "'conversion'",
        keywords: "CASE WHEN x.condefault THEN 'DEFAULT CONVERSION' ELSE 'CONVERSION' END",
        catalog: "'pg_catalog.pg_conversion'",
        oid: "x.oid",
        schema: "x.connamespace",
        name: "x.conname::text".to_owned(),
        owner: "x.conowner",
        text: "pg_catalog.concat('FOR ', pg_catalog.quote_literal(pg_catalog.pg_encoding_to_char(x.conforencoding)::text), \
                 ' TO ', pg_catalog.quote_literal(pg_catalog.pg_encoding_to_char(x.contoencoding)::text), \
                 ' FROM ', x.conproc::regproc::text)"
            .to_owned(),
        from: "pg_catalog.pg_conversion x WHERE x.connamespace = ANY($schemas)".to_owned(),
        ..Part::default()
    }
}

/// Event triggers. One is in no schema: it counts to that of its function.
pub(super) fn event_triggers() -> Part {
    Part {
        kind: "'event trigger'",
        keywords: "'EVENT TRIGGER'",
        catalog: "'pg_catalog.pg_event_trigger'",
        oid: "x.oid",
        schema: "p.pronamespace",
        name: "x.evtname::text".to_owned(),
        owner: "x.evtowner",
        text: "pg_catalog.concat('ON ', x.evtevent::text, ' WHEN TAG IN (' || (SELECT pg_catalog.string_agg( \
                 pg_catalog.quote_literal(g.tag), ', ' ORDER BY g.tag) FROM pg_catalog.unnest(x.evttags) g(tag)) || ')', \
                 ' EXECUTE FUNCTION ', x.evtfoid::regproc::text, '()')"
            .to_owned(),
        settings: firing("x.evtenabled"),
        from: "pg_catalog.pg_event_trigger x JOIN pg_catalog.pg_proc p ON p.oid = x.evtfoid".to_owned(),
        ..Part::default()
    }
}
