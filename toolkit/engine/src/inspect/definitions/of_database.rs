//! Collations, text search dictionaries and configurations, range types and extensions.

use sea_orm::ConnectionTrait;

use super::{super::row::Reader, Part};

/// Collations; where a locale stands differs between versions:
/// <https://www.postgresql.org/docs/current/catalog-pg-collation.html>.
pub(super) fn collations<C: ConnectionTrait>(reader: &Reader<'_, C>) -> Part {
    let locale = if reader.is_at_least(17) {
        "coalesce(x.colllocale, x.collcollate)"
    } else if reader.is_at_least(15) {
        "coalesce(x.colliculocale, x.collcollate)"
    } else {
        "x.collcollate"
    };
    let rules = if reader.is_at_least(16) {
        "'rules = ' || quote_literal(x.collicurules)"
    } else {
        "NULL"
    };
    Part {
        kind: "'collation'",
        keywords: "'COLLATION'",
        catalog: "'pg_collation'",
        oid: "x.oid",
        schema: "x.collnamespace",
        name: "x.collname::text".to_owned(),
        owner: "x.collowner",
        text: format!(
            "'(' || concat_ws(', ', 'provider = ' || CASE x.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' \
               ELSE 'libc' END, CASE WHEN x.collprovider = 'c' THEN 'lc_collate = ' || quote_literal(x.collcollate) || \
               ', lc_ctype = ' || quote_literal(x.collctype) ELSE 'locale = ' || quote_literal({locale}) END, \
               {rules}, CASE WHEN NOT x.collisdeterministic THEN 'deterministic = false' END) || ')'"
        ),
        from: "pg_collation x WHERE x.collnamespace = ANY($schemas)".to_owned(),
        ..Part::default()
    }
}

/// Text search dictionaries.
pub(super) fn text_search_dictionaries() -> Part {
    Part {
        kind: "'text search dictionary'",
        keywords: "'TEXT SEARCH DICTIONARY'",
        catalog: "'pg_ts_dict'",
        oid: "x.oid",
        schema: "x.dictnamespace",
        name: "x.dictname::text".to_owned(),
        owner: "x.dictowner",
        text: "'(TEMPLATE = ' || quote_ident(n.nspname) || '.' || quote_ident(t.tmplname) || \
               coalesce(', ' || x.dictinitoption, '') || ')'"
            .to_owned(),
        from: "pg_ts_dict x JOIN pg_ts_template t ON t.oid = x.dicttemplate \
               JOIN pg_namespace n ON n.oid = t.tmplnamespace WHERE x.dictnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}

/// Text search configurations, with a setting for each token type that has dictionaries.
pub(super) fn text_search_configurations() -> Part {
    Part {
        kind: "'text search configuration'",
        keywords: "'TEXT SEARCH CONFIGURATION'",
        catalog: "'pg_ts_config'",
        oid: "x.oid",
        schema: "x.cfgnamespace",
        name: "x.cfgname::text".to_owned(),
        owner: "x.cfgowner",
        text: "'(PARSER = ' || quote_ident(n.nspname) || '.' || quote_ident(r.prsname) || ')'"
            .to_owned(),
        settings: "ARRAY(SELECT unnest(ARRAY['mapping.' || t.alias, \
                     string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno)]) \
                     FROM pg_ts_config_map m JOIN ts_token_type(x.cfgparser) t ON t.tokid = m.maptokentype \
                     WHERE m.mapcfg = x.oid GROUP BY t.alias)"
            .to_owned(),
        from: "pg_ts_config x JOIN pg_ts_parser r ON r.oid = x.cfgparser \
               JOIN pg_namespace n ON n.oid = r.prsnamespace WHERE x.cfgnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}

/// Range types, each with its multirange type.
pub(super) fn range_types() -> Part {
    let function = |option: &str, column: &str| {
        format!("CASE WHEN r.{column} <> 0 THEN '{option} = ' || r.{column}::regproc END")
    };
    Part {
        kind: "'type'",
        keywords: "'TYPE'",
        catalog: "'pg_type'",
        oid: "t.oid",
        schema: "t.typnamespace",
        name: "t.typname::text".to_owned(),
        text: format!(
            "'AS RANGE (' || concat_ws(', ', 'subtype = ' || format_type(r.rngsubtype, NULL), \
               'multirange_type_name = ' || format_type(r.rngmultitypid, NULL), \
               (SELECT 'subtype_opclass = ' || quote_ident(n.nspname) || '.' || quote_ident(o.opcname) \
                FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace \
                WHERE o.oid = r.rngsubopc AND NOT o.opcdefault), \
               CASE WHEN r.rngcollation <> s.typcollation THEN 'collation = ' || r.rngcollation::regcollation END, \
               {}, {}) || ')'",
            function("canonical", "rngcanonical"),
            function("subtype_diff", "rngsubdiff"),
        ),
        owner: "t.typowner",
        privileges: "t.typacl",
        from: "pg_type t JOIN pg_range r ON r.rngtypid = t.oid JOIN pg_type s ON s.oid = r.rngsubtype \
               WHERE t.typtype = 'r' AND t.typnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}

/// Extensions. What they own is theirs.
pub(super) fn extensions() -> Part {
    Part {
        kind: "'extension'",
        keywords: "'EXTENSION IF NOT EXISTS'",
        catalog: "'pg_extension'",
        oid: "x.oid",
        schema: "x.extnamespace",
        name: "x.extname::text".to_owned(),
        text: "'WITH SCHEMA ' || quote_ident(n.nspname)".to_owned(),
        mode: "'replace'",
        settings: "ARRAY['version', x.extversion]".to_owned(),
        from: "pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace".to_owned(),
        ..Part::default()
    }
}
