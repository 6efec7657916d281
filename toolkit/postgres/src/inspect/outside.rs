//! Reads what leans on the schemas from outside them.

use std::collections::BTreeMap;

use super::{
    Scope,
    dependencies::{Address, SystemCatalog},
    row::{FIRST_NORMAL_OID, Reader, Row, not_of_extension},
};
use crate::{Result, catalog::Hold};

/// An object of another schema as read, with what it refers to.
pub(super) struct OutsiderRow {
    pub(super) name: String,
    pub(super) hold: Hold,
    pub(super) uses: Vec<Address>,
}

/// Reads what refers to the schemas in `scope` from others. Where all schemas are read there is nothing.
pub(super) async fn read(reader: &Reader<'_>, scope: &Scope) -> Result<Vec<OutsiderRow>> {
    if scope.schemas.is_empty() || !there_are_others(reader).await? {
        return Ok(Vec::new());
    }
    let rows = reader
        .rows("what other schemas use", &query(reader.schemas()), |row| {
            let name: String = row.take()?;
            let hold = hold(&row.take::<String>()?);
            let used = Address {
                catalog: SystemCatalog(row.take()?),
                oid: row.take()?,
                number: row.take()?,
            };
            Ok((name, hold, used))
        })
        .await?;
    let mut outsiders: BTreeMap<String, OutsiderRow> = BTreeMap::new();
    for (name, hold, used) in rows {
        let row = outsiders.entry(name.clone());
        let row = row.or_insert(OutsiderRow {
            name,
            hold,
            uses: Vec::new(),
        });
        row.uses.push(used);
    }
    Ok(outsiders.into_values().collect())
}

/// Whether other schemas have anything: to look through all dependencies takes longer than to read a schema.
async fn there_are_others(reader: &Reader<'_>) -> Result<bool> {
    let is_other = |schema: &str| {
        format!(
            "c.oid >= {FIRST_NORMAL_OID}::oid AND c.{schema} <> ALL({})",
            reader.schemas()
        )
    };
    let sql = format!(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE {} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')) \
           OR EXISTS (SELECT FROM pg_catalog.pg_proc c WHERE {} AND {}) \
           OR EXISTS (SELECT FROM pg_catalog.pg_type c WHERE {} AND c.typrelid = 0::oid AND c.typelem = 0::oid AND {}) \
           OR EXISTS (SELECT FROM pg_catalog.pg_statistic_ext c WHERE {}) \
           OR EXISTS (SELECT FROM pg_catalog.pg_operator c WHERE {} AND {})",
        is_other("relnamespace"),
        is_other("pronamespace"),
        not_of_extension("pg_proc", "c.oid"),
        is_other("typnamespace"),
        not_of_extension("pg_type", "c.oid"),
        is_other("stxnamespace"),
        is_other("oprnamespace"),
        not_of_extension("pg_operator", "c.oid"),
    );
    let there = reader.rows("other schemas", &sql, Row::take).await?;
    Ok(there.into_iter().any(|there: bool| there))
}

fn hold(code: &str) -> Hold {
    match code {
        "stores" => Hold::Stores,
        "refers" => Hold::Refers,
        "inherits" => Hold::Inherits,
        "partition" => Hold::Partition,
        "follows" => Hold::Follows,
        _ => Hold::Reads,
    }
}

/// A view's rule stands for the view. `pg_identify_object` says names as no setting translates them:
/// <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-OBJECT>.
fn query(schemas: &str) -> String {
    format!(
        "SELECT pg_catalog.concat(i.type, ' ', i.identity), u.hold, u.refclassid::int8, u.refobjid::int8, u.refobjsubid \
         FROM (SELECT CASE WHEN w.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass::oid END AS catalog, \
             coalesce(w.ev_class, d.objid) AS oid, CASE WHEN w.oid IS NULL THEN d.objsubid ELSE 0 END AS number, \
             d.refclassid, d.refobjid, d.refobjsubid, \
             CASE WHEN k.contype = 'f' THEN 'refers' WHEN r.relispartition AND d.classid = 'pg_catalog.pg_class'::regclass::oid \
                 AND d.deptype = 'a' THEN 'partition' \
               WHEN d.classid = 'pg_catalog.pg_class'::regclass::oid AND d.objsubid = 0 \
                 AND d.refclassid = 'pg_catalog.pg_class'::regclass::oid AND d.refobjsubid = 0 THEN 'inherits' \
               WHEN d.classid = 'pg_catalog.pg_class'::regclass::oid AND d.objsubid > 0 \
                 AND d.refclassid = 'pg_catalog.pg_type'::regclass::oid THEN 'stores' \
               WHEN d.classid = 'pg_catalog.pg_statistic_ext'::regclass::oid THEN 'follows' ELSE 'reads' END AS hold, \
             coalesce(r.relnamespace, p.pronamespace, t.typnamespace, k.connamespace, s.stxnamespace, o.oprnamespace) AS schema \
           FROM ( \
               SELECT 'pg_catalog.pg_class'::regclass::oid AS catalog, c.oid FROM pg_catalog.pg_class c WHERE c.relnamespace = ANY({schemas}) \
               UNION ALL SELECT 'pg_catalog.pg_type'::regclass::oid, c.oid FROM pg_catalog.pg_type c WHERE c.typnamespace = ANY({schemas}) \
               UNION ALL SELECT 'pg_catalog.pg_proc'::regclass::oid, c.oid FROM pg_catalog.pg_proc c WHERE c.pronamespace = ANY({schemas}) \
               UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass::oid, c.oid FROM pg_catalog.pg_constraint c WHERE c.connamespace = ANY({schemas}) \
               UNION ALL SELECT 'pg_catalog.pg_operator'::regclass::oid, c.oid FROM pg_catalog.pg_operator c WHERE c.oprnamespace = ANY({schemas}) \
               UNION ALL SELECT 'pg_catalog.pg_collation'::regclass::oid, c.oid FROM pg_catalog.pg_collation c WHERE c.collnamespace = ANY({schemas}) \
               UNION ALL SELECT 'pg_catalog.pg_ts_config'::regclass::oid, c.oid FROM pg_catalog.pg_ts_config c WHERE c.cfgnamespace = ANY({schemas}) \
               UNION ALL SELECT 'pg_catalog.pg_ts_dict'::regclass::oid, c.oid FROM pg_catalog.pg_ts_dict c WHERE c.dictnamespace = ANY({schemas}) \
             ) own \
           JOIN pg_catalog.pg_depend d ON d.refclassid = own.catalog AND d.refobjid = own.oid \
           LEFT JOIN pg_catalog.pg_rewrite e ON d.classid = 'pg_catalog.pg_rewrite'::regclass::oid AND e.oid = d.objid \
           LEFT JOIN pg_catalog.pg_rewrite w ON w.oid = e.oid AND w.rulename = '_RETURN' \
           LEFT JOIN pg_catalog.pg_attrdef f ON d.classid = 'pg_catalog.pg_attrdef'::regclass::oid AND f.oid = d.objid \
           LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::regclass::oid AND k.oid = d.objid \
           LEFT JOIN pg_catalog.pg_trigger g ON d.classid = 'pg_catalog.pg_trigger'::regclass::oid AND g.oid = d.objid \
           LEFT JOIN pg_catalog.pg_policy y ON d.classid = 'pg_catalog.pg_policy'::regclass::oid AND y.oid = d.objid \
           LEFT JOIN pg_catalog.pg_class r ON r.oid = CASE WHEN d.classid = 'pg_catalog.pg_class'::regclass::oid THEN d.objid \
             ELSE coalesce(e.ev_class, f.adrelid, nullif(k.conrelid, 0::oid), g.tgrelid, y.polrelid) END \
           LEFT JOIN pg_catalog.pg_proc p ON d.classid = 'pg_catalog.pg_proc'::regclass::oid AND p.oid = d.objid \
           LEFT JOIN pg_catalog.pg_type t ON d.classid = 'pg_catalog.pg_type'::regclass::oid AND t.oid = d.objid \
           LEFT JOIN pg_catalog.pg_statistic_ext s ON d.classid = 'pg_catalog.pg_statistic_ext'::regclass::oid AND s.oid = d.objid \
           LEFT JOIN pg_catalog.pg_operator o ON d.classid = 'pg_catalog.pg_operator'::regclass::oid AND o.oid = d.objid \
           WHERE d.deptype IN ('n', 'a') AND d.objid >= {FIRST_NORMAL_OID}::oid AND d.refobjid >= {FIRST_NORMAL_OID}::oid) u, \
         LATERAL pg_catalog.pg_identify_object(u.catalog, u.oid, u.number) i \
         WHERE u.schema <> ALL({schemas}) ORDER BY 1, 3, 4, 5"
    )
}
