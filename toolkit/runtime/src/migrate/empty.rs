//! Emptying a schema: everything in it goes, everything outside it stays.

use sea_orm::{ConnectionTrait, DbErr, TryGetable};
use toolkit_text::identifier::quote_literal;

use crate::{Error, Reader, Service};

/// Drops every object of the service's schema, but not the schema itself: its owner, its grants
/// and its comment stay, and extensions with what they own. Returns how many objects were dropped by name; what hangs on them is not
/// counted.
pub(crate) async fn empty_schema(
    db: &(impl ConnectionTrait + Reader),
    service: &Service,
) -> Result<usize, Error> {
    let failed = || Error::database("empty the schema", service);
    let dependants = strings(db, &dependants_query(service.schema()))
        .await
        .map_err(failed())?;
    if !dependants.is_empty() {
        return Err(Error::Dependants {
            service: service.name().to_owned(),
            schema: service.schema().to_owned(),
            dependants,
        });
    }
    let mut dropped = 0;
    // One at a time, asking again after each: CASCADE takes others along.
    while let Some(statement) = strings(db, &next_drop_query(service.schema()))
        .await
        .map_err(failed())?
        .first()
    {
        db.execute_unprepared(statement).await.map_err(failed())?;
        dropped += 1;
    }
    Ok(dropped)
}

async fn strings(db: &impl Reader, sql: &str) -> Result<Vec<String>, DbErr> {
    let rows = db.rows(sql).await?;
    rows.iter()
        .map(|row| String::try_get_by(row, 0).map_err(DbErr::from))
        .collect()
}

/// What lies outside the schema and would fall with an object inside it.
///
/// <https://www.postgresql.org/docs/current/catalog-pg-depend.html>
fn dependants_query(schema: &str) -> String {
    let schema = quote_literal(schema);
    format!(
        "SELECT DISTINCT coalesce(view.type || ' ' || view.identity,
                                  outside.type || ' ' || outside.identity) AS dependant
         FROM pg_catalog.pg_depend AS d
         CROSS JOIN LATERAL pg_catalog.pg_identify_object_as_address(d.refclassid, d.refobjid, 0) AS needed
         CROSS JOIN LATERAL pg_catalog.pg_identify_object_as_address(d.classid, d.objid, 0) AS needing
         CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) AS outside
         -- A view depends through its rule; a person drops the view.
         LEFT JOIN pg_catalog.pg_rewrite AS rule
                ON d.classid = 'pg_catalog.pg_rewrite'::regclass::oid AND rule.oid = d.objid
         LEFT JOIN LATERAL pg_catalog.pg_identify_object(
                'pg_catalog.pg_class'::regclass::oid, rule.ev_class, 0) AS view ON rule.oid IS NOT NULL
         WHERE d.deptype IN ('n', 'a')
           AND d.refclassid <> 'pg_catalog.pg_namespace'::regclass::oid
           AND d.classid <> 'pg_catalog.pg_default_acl'::regclass::oid
           AND needed.object_names[1] = {schema}
           -- The one function quotes the schema's name, the other does not.
           AND coalesce(outside.schema <> pg_catalog.quote_ident({schema}),
                        needing.object_names[1] <> {schema})
           AND needing.type <> 'extension'
           -- What an extension owns stays, and the array type of a type that it owns.
           AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_depend AS owned
              LEFT JOIN pg_catalog.pg_depend AS part
                     ON part.classid = d.refclassid AND part.objid = d.refobjid AND part.deptype = 'i'
              WHERE owned.deptype = 'e'
                AND ((owned.classid, owned.objid) = (d.refclassid, d.refobjid)
                  OR (owned.classid, owned.objid) = (part.refclassid, part.refobjid)))
         ORDER BY 1"
    )
}

/// The next statement that drops an object of the schema, or no row when it is empty.
///
/// What others depend on least comes first, so that few objects fall unnamed. Extensions stay with what
/// they own: they are the database's, and others may use them.
fn next_drop_query(schema: &str) -> String {
    let schema = quote_literal(schema);
    format!(
        "WITH namespace AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema}),
         objects AS (
            SELECT CASE relkind WHEN 'v' THEN 1 WHEN 'm' THEN 1 WHEN 'S' THEN 4 ELSE 2 END AS rank,
                   'pg_catalog.pg_class'::regclass::oid AS classid, oid AS objid
              FROM pg_catalog.pg_class
              WHERE relnamespace IN (TABLE namespace) AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            UNION ALL
            SELECT 3, 'pg_catalog.pg_proc'::regclass::oid, oid
              FROM pg_catalog.pg_proc WHERE pronamespace IN (TABLE namespace)
            UNION ALL
            SELECT 5, 'pg_catalog.pg_type'::regclass::oid, t.oid
              FROM pg_catalog.pg_type AS t LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
              WHERE t.typnamespace IN (TABLE namespace) AND t.typelem = 0
                AND coalesce(c.relkind, 'c') = 'c'
            UNION ALL
            SELECT 6, 'pg_catalog.pg_operator'::regclass::oid, oid
              FROM pg_catalog.pg_operator WHERE oprnamespace IN (TABLE namespace)
            UNION ALL
            SELECT 6, 'pg_catalog.pg_opfamily'::regclass::oid, oid
              FROM pg_catalog.pg_opfamily WHERE opfnamespace IN (TABLE namespace)
            UNION ALL
            SELECT 6, 'pg_catalog.pg_collation'::regclass::oid, oid
              FROM pg_catalog.pg_collation WHERE collnamespace IN (TABLE namespace)
            UNION ALL
            SELECT 6, 'pg_catalog.pg_conversion'::regclass::oid, oid
              FROM pg_catalog.pg_conversion WHERE connamespace IN (TABLE namespace)
            UNION ALL
            SELECT 6, 'pg_catalog.pg_statistic_ext'::regclass::oid, oid
              FROM pg_catalog.pg_statistic_ext WHERE stxnamespace IN (TABLE namespace)
            UNION ALL
            SELECT 7, 'pg_catalog.pg_ts_config'::regclass::oid, oid
              FROM pg_catalog.pg_ts_config WHERE cfgnamespace IN (TABLE namespace)
            UNION ALL
            SELECT 8, 'pg_catalog.pg_ts_dict'::regclass::oid, oid
              FROM pg_catalog.pg_ts_dict WHERE dictnamespace IN (TABLE namespace)
         )
         SELECT pg_catalog.format('DROP %s IF EXISTS %s CASCADE',
                       CASE object.type WHEN 'statistics object' THEN 'STATISTICS'
                                        WHEN 'composite type' THEN 'TYPE'
                                        ELSE pg_catalog.upper(object.type) END,
                       object.identity)
         FROM objects
         CROSS JOIN LATERAL pg_catalog.pg_identify_object(classid, objid, 0) AS object
         WHERE NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = objects.classid AND d.objid = objects.objid AND d.deptype IN ('e', 'i')
              -- A partitioned table depends on its own key in this way.
              AND (d.refclassid, d.refobjid) <> (d.classid, d.objid)
         )
         ORDER BY rank, objid LIMIT 1"
    )
}
