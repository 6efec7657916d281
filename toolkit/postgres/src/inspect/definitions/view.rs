//! Views and materialized views.

use super::Part;
use crate::inspect::relations::RelationKind;

/// Storage parameters in parentheses, or nothing.
const OPTIONS: &str = "coalesce('WITH (' || (SELECT pg_catalog.string_agg(o.option_name || '=' || pg_catalog.quote_literal(o.option_value), \
     ', ' ORDER BY o.option_name) FROM pg_catalog.pg_options_to_table(c.reloptions) o) || ') ', '')";

/// A view can be replaced by one that has the same columns, and perhaps more behind them.
pub(super) fn views() -> Part {
    Part {
        text: format!("{OPTIONS} || E'AS\\n' || pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';')"),
        mode: "'replace'",
        same: "ARRAY(SELECT pg_catalog.concat_ws(' ', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), \
                 nullif(a.attcollation, 0::oid)::regcollation) FROM pg_catalog.pg_attribute a \
                 WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum)"
            .to_owned(),
        settings: "ARRAY(SELECT pg_catalog.unnest(ARRAY['default.' || a.attname::text, pg_catalog.pg_get_expr(d.adbin, d.adrelid)]) FROM pg_catalog.pg_attrdef d \
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = c.oid)"
            .to_owned(),
        from: "pg_catalog.pg_class c WHERE c.relkind = 'v' AND c.relpersistence <> 't' AND c.relnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::of_relation("'view'", "'VIEW'", RelationKind::View)
    }
}

/// A materialized view is made anew.
pub(super) fn materialized_views() -> Part {
    Part {
        text: format!(
            "CASE WHEN m.amname <> 'heap' THEN 'USING ' || pg_catalog.quote_ident(m.amname) || ' ' ELSE '' END || {OPTIONS} \
             || E'AS\\n' || pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';')"
        ),
        is_filled: "c.relispopulated",
        settings: "ARRAY(SELECT pg_catalog.unnest(ARRAY['clustered', x.relname::text]) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid \
                     WHERE i.indrelid = c.oid AND i.indisclustered)"
            .to_owned(),
        from: "pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam \
               WHERE c.relkind = 'm' AND c.relnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::of_relation("'materialized view'", "'MATERIALIZED VIEW'", RelationKind::MaterializedView)
    }
}
