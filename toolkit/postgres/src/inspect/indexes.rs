//! Reads the indexes that belong to no constraint.

use super::{
    expression::settle,
    row::{Oid, Reader},
};
use crate::{Result, catalog::Options};

/// An index as read.
#[allow(clippy::struct_excessive_bools, reason = "a row of pg_index")]
pub(super) struct IndexRow {
    pub(super) oid: Oid,
    pub(super) table: Oid,
    pub(super) name: String,
    /// The index of the partitioned table that it belongs to.
    pub(super) parent: Option<String>,
    pub(super) method: String,
    pub(super) unique: bool,
    pub(super) valid: bool,
    pub(super) nulls_not_distinct: bool,
    pub(super) key_columns: i16,
    /// Column numbers, keys first; 0 for an expression.
    pub(super) columns: Vec<i16>,
    pub(super) collations: Vec<Oid>,
    pub(super) operator_classes: Vec<Oid>,
    /// Per key: bit 0 for `DESC`, bit 1 for `NULLS FIRST`.
    pub(super) flags: Vec<i16>,
    pub(super) options: Options,
    /// The expressions in the order of their keys.
    pub(super) expressions: Vec<String>,
    pub(super) predicate: Option<String>,
    pub(super) settled: bool,
    /// `key=target`, where a key has one.
    pub(super) statistics: Vec<String>,
    /// Per key the parameters of its operator class, `name=value`, joined by a new line.
    pub(super) operator_class_options: Option<Vec<String>>,
}

/// The name of the index that the index `x` is a part of.
pub(super) const PARENT_INDEX: &str = "(SELECT p.relname::text FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p \
     ON p.oid = h.inhparent WHERE h.inhrelid = x.indexrelid)";

/// Reads the indexes; only expressions and predicates are deparsed.
pub(super) async fn read(reader: &Reader<'_>) -> Result<Vec<IndexRow>> {
    let nulls_not_distinct = if reader.is_at_least(15) {
        "x.indnullsnotdistinct"
    } else {
        "false"
    };
    let sql = format!(
        "SELECT x.indexrelid::int8, x.indrelid::int8, i.relname::text, \
           CASE WHEN i.relispartition THEN {PARENT_INDEX} END, m.amname::text, x.indisunique, x.indisvalid, \
           {nulls_not_distinct}, x.indnkeyatts, x.indkey::text, x.indcollation::text, \
           x.indclass::text, x.indoption::text, i.reloptions, \
           CASE WHEN x.indexprs IS NOT NULL THEN \
             ARRAY(SELECT pg_catalog.pg_get_indexdef(x.indexrelid, k, false) FROM pg_catalog.generate_series(1, x.indnkeyatts) k \
                   WHERE x.indkey[k - 1] = 0 ORDER BY k) END, \
           CASE WHEN x.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(x.indpred, x.indrelid) END, \
           CASE WHEN x.indexprs IS NOT NULL THEN ARRAY(SELECT a.attnum::text || '=' || a.attstattarget::text FROM pg_catalog.pg_attribute a \
             WHERE a.attrelid = x.indexrelid AND a.attstattarget >= 0) END, \
           CASE WHEN m.amname <> 'btree' AND EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = x.indexrelid \
               AND a.attoptions IS NOT NULL) THEN \
             ARRAY(SELECT coalesce(pg_catalog.array_to_string(a.attoptions, E'\\n'), '') FROM pg_catalog.pg_attribute a \
                   WHERE a.attrelid = x.indexrelid ORDER BY a.attnum) END \
         FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid \
         JOIN pg_catalog.pg_am m ON m.oid = i.relam \
         LEFT JOIN pg_catalog.pg_constraint o ON o.conindid = x.indexrelid AND o.contype IN ('p', 'u', 'x') \
         WHERE c.relnamespace = ANY({}) AND c.relkind IN ('r', 'p', 'm') AND o.oid IS NULL ORDER BY x.indrelid, i.relname",
        reader.schemas(),
    );
    reader
        .rows("indexes", &sql, |row| {
            let mut settled = true;
            let mut settle = |sql: &String| settle(sql, &mut settled);
            Ok(IndexRow {
                oid: row.take()?,
                table: row.take()?,
                name: row.take()?,
                parent: row.take()?,
                method: row.take()?,
                unique: row.take()?,
                valid: row.take()?,
                nulls_not_distinct: row.take()?,
                key_columns: row.take()?,
                columns: row.take_vector()?,
                collations: row.take_vector()?,
                operator_classes: row.take_vector()?,
                flags: row.take_vector()?,
                options: row.take_options("")?,
                expressions: row
                    .take::<Option<Vec<String>>>()?
                    .unwrap_or_default()
                    .iter()
                    .map(&mut settle)
                    .collect(),
                predicate: row.take::<Option<String>>()?.as_ref().map(&mut settle),
                settled,
                statistics: row.take::<Option<_>>()?.unwrap_or_default(),
                operator_class_options: row.take()?,
            })
        })
        .await
}
