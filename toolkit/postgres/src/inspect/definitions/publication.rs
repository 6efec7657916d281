//! Publications, and what each publishes: tables and schemas are added by statements of their own, as
//! `pg_dump` does it. <https://www.postgresql.org/docs/current/catalog-pg-publication.html>.

use super::{super::row::Reader, Part};

/// What is set with `WITH` and with `SET`, all of it or what differs from the defaults.
fn options(reader: &Reader<'_>, all: bool) -> String {
    let published = "pg_catalog.concat_ws(', ', CASE WHEN x.pubinsert THEN 'insert' END, \
         CASE WHEN x.pubupdate THEN 'update' END, CASE WHEN x.pubdelete THEN 'delete' END, \
         CASE WHEN x.pubtruncate THEN 'truncate' END)";
    let if_said = |condition: &str, option: &str| {
        if all {
            option.to_owned()
        } else {
            format!("CASE WHEN {condition} THEN {option} END")
        }
    };
    let mut options = vec![
        if_said(
            "NOT (x.pubinsert AND x.pubupdate AND x.pubdelete AND x.pubtruncate)",
            &format!("'publish = ' || pg_catalog.quote_literal({published})"),
        ),
        if_said(
            "x.pubviaroot",
            "'publish_via_partition_root = ' || CASE WHEN x.pubviaroot THEN 'true' ELSE 'false' END",
        ),
    ];
    if reader.is_at_least(18) {
        options.push(if_said(
            "x.pubgencols <> 'n'",
            "'publish_generated_columns = ' || CASE x.pubgencols WHEN 's' THEN 'stored' ELSE 'none' END",
        ));
    }
    format!("pg_catalog.concat_ws(', ', {})", options.join(", "))
}

/// One of all tables can become none of some, nor the reverse:
/// <https://www.postgresql.org/docs/current/sql-alterpublication.html>.
pub(super) fn publications(reader: &Reader<'_>) -> Part {
    Part {
        kind: "'publication'",
        keywords: "'PUBLICATION'",
        catalog: "'pg_catalog.pg_publication'",
        oid: "x.oid",
        schema: "'pg_catalog'::regnamespace::oid",
        name: "x.pubname::text".to_owned(),
        owner: "x.pubowner",
        text: format!(
            "pg_catalog.concat_ws(' ', CASE WHEN x.puballtables THEN 'FOR ALL TABLES' END, \
               'WITH (' || nullif({}, '') || ')')",
            options(reader, false)
        ),
        mode: "'alter'",
        same: "ARRAY[x.puballtables::text]".to_owned(),
        alter: format!("'SET (' || {} || ')'", options(reader, true)),
        from: "pg_catalog.pg_publication x".to_owned(),
        ..Part::default()
    }
}

/// The tables of a publication, each with its list of columns and its filter.
pub(super) fn tables(reader: &Reader<'_>) -> Part {
    let text = if reader.is_at_least(15) {
        "pg_catalog.concat_ws(' ', '(' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' \
           ORDER BY a.attnum) FROM pg_catalog.pg_attribute a \
           WHERE a.attrelid = r.prrelid AND a.attnum = ANY(r.prattrs)) || ')', \
           'WHERE (' || pg_catalog.pg_get_expr(r.prqual, r.prrelid) || ')')"
    } else {
        "''"
    };
    Part {
        kind: "'publication table'",
        keywords: "'PUBLICATION'",
        catalog: "'pg_catalog.pg_publication_rel'",
        oid: "r.oid",
        schema: "c.relnamespace",
        name: "x.pubname::text".to_owned(),
        relation: "r.prrelid",
        text: text.to_owned(),
        from:
            "pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication x ON x.oid = r.prpubid \
               JOIN pg_catalog.pg_class c ON c.oid = r.prrelid"
                .to_owned(),
        ..Part::default()
    }
}

/// The schemas of a publication, from PostgreSQL 15 on.
pub(super) fn schemas() -> Part {
    Part {
        kind: "'publication schema'",
        keywords: "'PUBLICATION'",
        catalog: "'pg_catalog.pg_publication_namespace'",
        oid: "s.oid",
        schema: "s.pnnspid",
        name: "x.pubname::text".to_owned(),
        text: "''".to_owned(),
        from: "pg_catalog.pg_publication_namespace s JOIN pg_catalog.pg_publication x ON x.oid = s.pnpubid"
            .to_owned(),
        ..Part::default()
    }
}
