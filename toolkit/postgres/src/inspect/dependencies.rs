//! Reads comments, and which definition refers to what.

use std::collections::HashMap;

use super::row::{FIRST_NORMAL_OID, Oid, Reader};
use crate::Result;

/// A system catalog by its identifier, which is the same in every version:
/// <https://www.postgresql.org/docs/current/system-catalog-initial-data.html#SYSTEM-CATALOG-OID-ASSIGNMENT>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SystemCatalog(pub(super) Oid);

impl SystemCatalog {
    /// `pg_proc`.
    pub(super) const PROCEDURE: Self = Self(1255);
    /// `pg_type`.
    pub(super) const TYPE: Self = Self(1247);
    /// `pg_class`.
    pub(super) const CLASS: Self = Self(1259);
    /// `pg_attrdef`.
    pub(super) const DEFAULT: Self = Self(2604);
    /// `pg_constraint`.
    pub(super) const CONSTRAINT: Self = Self(2606);
    /// `pg_namespace`.
    pub(super) const NAMESPACE: Self = Self(2615);
}

/// An object in a system catalog; the number is a column's, or 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Address {
    pub(super) catalog: SystemCatalog,
    pub(super) oid: Oid,
    pub(super) number: i32,
}

impl Address {
    /// The object `oid` of `catalog`, not one of its columns.
    pub(super) fn new(catalog: SystemCatalog, oid: Oid) -> Self {
        Self {
            catalog,
            oid,
            number: 0,
        }
    }
}

/// Reads the comments on everything that is not PostgreSQL's own.
pub(super) async fn read_comments(reader: &Reader<'_>) -> Result<HashMap<Address, String>> {
    let sql = format!(
        "SELECT d.classoid::int8, d.objoid::int8, d.objsubid, d.description FROM pg_catalog.pg_description d \
         WHERE d.objoid >= {FIRST_NORMAL_OID}::oid OR d.classoid = 'pg_catalog.pg_namespace'::regclass::oid"
    );
    let rows = reader
        .rows("comments", &sql, |row| {
            Ok((
                Address {
                    catalog: SystemCatalog(row.take()?),
                    oid: row.take()?,
                    number: row.take()?,
                },
                row.take()?,
            ))
        })
        .await?;
    Ok(rows.into_iter().collect())
}

/// Reads what comes with a type: its array type, a range's multirange type and functions. Pairs of
/// part and type.
pub(super) async fn read_parts_of_types(reader: &Reader<'_>) -> Result<Vec<(Address, Address)>> {
    let sql = format!(
        "SELECT d.classid::int8, d.objid::int8, d.refobjid::int8 FROM pg_catalog.pg_depend d WHERE d.deptype = 'i' \
           AND d.refclassid = 'pg_catalog.pg_type'::regclass::oid AND d.refobjid >= {FIRST_NORMAL_OID}::oid \
           AND d.classid IN ('pg_catalog.pg_type'::regclass::oid, 'pg_catalog.pg_proc'::regclass::oid)"
    );
    reader
        .rows("parts of types", &sql, |row| {
            let part = Address::new(SystemCatalog(row.take()?), row.take()?);
            Ok((part, Address::new(SystemCatalog::TYPE, row.take()?)))
        })
        .await
}

/// Reads what expressions, views, triggers and the like refer to: pairs of user and used. Of a relation's
/// columns the types and the like are noted for the columns.
///
/// What a constraint's or an index's plain columns are, `pg_constraint` and `pg_index` say.
pub(super) async fn read(reader: &Reader<'_>) -> Result<Vec<(Address, Address)>> {
    let sql = query(reader.is_at_least(15));
    reader
        .rows("dependencies", &sql, |row| {
            Ok((
                Address {
                    catalog: SystemCatalog(row.take()?),
                    oid: row.take()?,
                    number: row.take()?,
                },
                Address {
                    catalog: SystemCatalog(row.take()?),
                    oid: row.take()?,
                    number: row.take()?,
                },
            ))
        })
        .await
}

/// An operator class leans on what is in its family.
///
/// Before PostgreSQL 15 a generated column itself refers to what its expression uses; since then
/// its `pg_attrdef` does, as with any other default.
fn query(generated_have_attrdef: bool) -> String {
    let generated = if generated_have_attrdef {
        "false"
    } else {
        "d.classid = 'pg_catalog.pg_class'::regclass::oid AND d.objsubid > 0 AND EXISTS (SELECT FROM pg_catalog.pg_attribute ga \
           WHERE ga.attrelid = d.objid AND ga.attnum = d.objsubid AND ga.attgenerated <> ''::\"char\")"
    };
    format!(
        "SELECT CASE WHEN g.oid IS NOT NULL THEN 'pg_catalog.pg_attrdef'::regclass::oid WHEN r.rulename = '_RETURN' \
             THEN 'pg_catalog.pg_class'::regclass::oid ELSE d.classid END::int8, \
           CASE WHEN g.oid IS NOT NULL THEN g.oid WHEN r.rulename = '_RETURN' THEN r.ev_class ELSE d.objid END::int8, \
           CASE WHEN g.oid IS NULL THEN d.objsubid ELSE 0 END, \
           d.refclassid::int8, d.refobjid::int8, d.refobjsubid \
         FROM pg_catalog.pg_depend d LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass::oid AND r.oid = d.objid \
         LEFT JOIN pg_catalog.pg_attrdef g ON {generated} AND g.adrelid = d.objid AND g.adnum = d.objsubid \
         WHERE d.objid >= {FIRST_NORMAL_OID}::oid AND d.refobjid >= {FIRST_NORMAL_OID}::oid AND d.deptype IN ('n', 'a') \
           AND d.refclassid IN ('pg_catalog.pg_class'::regclass::oid, 'pg_catalog.pg_type'::regclass::oid, 'pg_catalog.pg_proc'::regclass::oid, \
             'pg_catalog.pg_collation'::regclass::oid, 'pg_catalog.pg_ts_dict'::regclass::oid, 'pg_catalog.pg_ts_config'::regclass::oid, \
             'pg_catalog.pg_operator'::regclass::oid, 'pg_catalog.pg_foreign_server'::regclass::oid, 'pg_catalog.pg_constraint'::regclass::oid, \
             'pg_catalog.pg_foreign_data_wrapper'::regclass::oid) \
           AND (d.classid IN ('pg_catalog.pg_attrdef'::regclass::oid, 'pg_catalog.pg_rewrite'::regclass::oid, 'pg_catalog.pg_policy'::regclass::oid, \
                  'pg_catalog.pg_trigger'::regclass::oid, 'pg_catalog.pg_proc'::regclass::oid, 'pg_catalog.pg_type'::regclass::oid, 'pg_catalog.pg_statistic_ext'::regclass::oid, \
                  'pg_catalog.pg_ts_config'::regclass::oid, 'pg_catalog.pg_operator'::regclass::oid, 'pg_catalog.pg_cast'::regclass::oid, 'pg_catalog.pg_event_trigger'::regclass::oid, \
                  'pg_catalog.pg_conversion'::regclass::oid, 'pg_catalog.pg_foreign_data_wrapper'::regclass::oid, \
                  'pg_catalog.pg_foreign_server'::regclass::oid, 'pg_catalog.pg_user_mapping'::regclass::oid, \
                  'pg_catalog.pg_publication_rel'::regclass::oid, 'pg_catalog.pg_ts_parser'::regclass::oid, \
                  'pg_catalog.pg_ts_template'::regclass::oid, 'pg_catalog.pg_am'::regclass::oid) \
             OR (d.classid = 'pg_catalog.pg_constraint'::regclass::oid AND d.refclassid <> 'pg_catalog.pg_class'::regclass::oid) \
             OR (d.classid = 'pg_catalog.pg_class'::regclass::oid AND (d.refclassid <> 'pg_catalog.pg_class'::regclass::oid OR g.oid IS NOT NULL \
               OR d.objid IN (SELECT x.indexrelid FROM pg_catalog.pg_index x WHERE x.indexprs IS NOT NULL OR x.indpred IS NOT NULL)))) \
         UNION ALL SELECT 'pg_catalog.pg_opclass'::regclass::oid::int8, c.oid::int8, 0, u.catalog::oid::int8, u.used::int8, 0 \
         FROM pg_catalog.pg_opclass c CROSS JOIN LATERAL ( \
           SELECT 'pg_catalog.pg_type'::regclass::oid AS catalog, c.opcintype AS used \
           UNION ALL SELECT 'pg_catalog.pg_operator'::regclass::oid, amopopr FROM pg_catalog.pg_amop WHERE amopfamily = c.opcfamily \
           UNION ALL SELECT 'pg_catalog.pg_proc'::regclass::oid, amproc::oid FROM pg_catalog.pg_amproc WHERE amprocfamily = c.opcfamily) u \
         WHERE c.oid >= {FIRST_NORMAL_OID}::oid"
    )
}
