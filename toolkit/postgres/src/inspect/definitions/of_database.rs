//! Collations, text search dictionaries and configurations, range types and extensions.

use super::{super::row::Reader, Part};

/// Collations; where a locale stands differs between versions:
/// <https://www.postgresql.org/docs/current/catalog-pg-collation.html>.
pub(super) fn collations(reader: &Reader<'_>) -> Part {
    let locale = if reader.is_at_least(17) {
        "coalesce(x.colllocale, x.collcollate)"
    } else if reader.is_at_least(15) {
        "coalesce(x.colliculocale, x.collcollate)"
    } else {
        "x.collcollate"
    };
    let rules = if reader.is_at_least(16) {
        "'rules = ' || pg_catalog.quote_literal(x.collicurules)"
    } else {
        "NULL"
    };
    Part {
        kind: "'collation'",
        keywords: "'COLLATION'",
        catalog: "'pg_catalog.pg_collation'",
        oid: "x.oid",
        schema: "x.collnamespace",
        name: "x.collname::text".to_owned(),
        owner: "x.collowner",
        text: format!(
            "'(' || pg_catalog.concat_ws(', ', 'provider = ' || CASE x.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' \
               ELSE 'libc' END, CASE WHEN x.collprovider = 'c' THEN 'lc_collate = ' || pg_catalog.quote_literal(x.collcollate) || \
               ', lc_ctype = ' || pg_catalog.quote_literal(x.collctype) ELSE 'locale = ' || pg_catalog.quote_literal({locale}) END, \
               {rules}, CASE WHEN NOT x.collisdeterministic THEN 'deterministic = false' END) || ')'"
        ),
        from: "pg_catalog.pg_collation x WHERE x.collnamespace = ANY($schemas)".to_owned(),
        ..Part::default()
    }
}

/// Text search dictionaries.
pub(super) fn text_search_dictionaries() -> Part {
    Part {
        kind: "'text search dictionary'",
        keywords: "'TEXT SEARCH DICTIONARY'",
        catalog: "'pg_catalog.pg_ts_dict'",
        oid: "x.oid",
        schema: "x.dictnamespace",
        name: "x.dictname::text".to_owned(),
        owner: "x.dictowner",
        text: "'(TEMPLATE = ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.tmplname) || \
               coalesce(', ' || x.dictinitoption, '') || ')'"
            .to_owned(),
        from: "pg_catalog.pg_ts_dict x JOIN pg_catalog.pg_ts_template t ON t.oid = x.dicttemplate \
               JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace WHERE x.dictnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}

/// Text search configurations, with a setting for each token type that has dictionaries.
pub(super) fn text_search_configurations() -> Part {
    Part {
        kind: "'text search configuration'",
        keywords: "'TEXT SEARCH CONFIGURATION'",
        catalog: "'pg_catalog.pg_ts_config'",
        oid: "x.oid",
        schema: "x.cfgnamespace",
        name: "x.cfgname::text".to_owned(),
        owner: "x.cfgowner",
        text: "'(PARSER = ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(r.prsname) || ')'"
            .to_owned(),
        settings: "ARRAY(SELECT pg_catalog.unnest(ARRAY['mapping.' || t.alias, \
                     pg_catalog.string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno)]) \
                     FROM pg_catalog.pg_ts_config_map m JOIN pg_catalog.ts_token_type(x.cfgparser) t ON t.tokid = m.maptokentype \
                     WHERE m.mapcfg = x.oid GROUP BY t.alias)"
            .to_owned(),
        from: "pg_catalog.pg_ts_config x JOIN pg_catalog.pg_ts_parser r ON r.oid = x.cfgparser \
               JOIN pg_catalog.pg_namespace n ON n.oid = r.prsnamespace WHERE x.cfgnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}

/// Range types, each with its multirange type.
pub(super) fn range_types() -> Part {
    let function = |option: &str, column: &str| {
        format!(
            "CASE WHEN r.{column}::oid <> 0::oid THEN '{option} = ' || r.{column}::regproc::text END"
        )
    };
    Part {
        kind: "'type'",
        keywords: "'TYPE'",
        catalog: "'pg_catalog.pg_type'",
        oid: "t.oid",
        schema: "t.typnamespace",
        name: "t.typname::text".to_owned(),
        text: format!(
            "'AS RANGE (' || pg_catalog.concat_ws(', ', 'subtype = ' || pg_catalog.format_type(r.rngsubtype, NULL), \
               'multirange_type_name = ' || pg_catalog.format_type(r.rngmultitypid, NULL), \
               (SELECT 'subtype_opclass = ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.opcname) \
                FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace \
                WHERE o.oid = r.rngsubopc AND NOT o.opcdefault), \
               CASE WHEN r.rngcollation <> s.typcollation THEN 'collation = ' || r.rngcollation::regcollation::text END, \
               {}, {}) || ')'",
            function("canonical", "rngcanonical"),
            function("subtype_diff", "rngsubdiff"),
        ),
        owner: "t.typowner",
        privileges: "t.typacl",
        from: "pg_catalog.pg_type t JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype \
               WHERE t.typtype = 'r' AND t.typnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}

/// Extensions, each of the whole database, though its objects are in a schema. What they own is theirs.
pub(super) fn extensions() -> Part {
    Part {
        kind: "'extension'",
        keywords: "'EXTENSION'",
        catalog: "'pg_catalog.pg_extension'",
        oid: "x.oid",
        schema: "x.extnamespace",
        name: "x.extname::text".to_owned(),
        text: "'WITH SCHEMA ' || pg_catalog.quote_ident(n.nspname)".to_owned(),
        mode: "'alter'",
        alter: "'SET SCHEMA ' || pg_catalog.quote_ident(n.nspname)".to_owned(),
        settings: "ARRAY['version', x.extversion]".to_owned(),
        from: "pg_catalog.pg_extension x JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace"
            .to_owned(),
        ..Part::default()
    }
}
