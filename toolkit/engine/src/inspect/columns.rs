//! Reads the columns of tables, views and composite types.

use sea_orm::ConnectionTrait;

use super::{
    expression::to_fixpoint,
    row::{Oid, Reader},
};
use crate::{Result, catalog::Options};

/// A column as read.
pub(super) struct ColumnRow {
    pub(super) table: Oid,
    pub(super) number: i16,
    pub(super) name: String,
    pub(super) data_type: (Oid, i32),
    pub(super) collation: Oid,
    pub(super) not_null: bool,
    pub(super) identity: String,
    pub(super) generated: String,
    pub(super) storage: String,
    pub(super) compression: String,
    pub(super) statistics: Option<i32>,
    pub(super) options: Options,
    pub(super) default: Option<Oid>,
    pub(super) expression: Option<String>,
    /// Whether it comes from a parent alone.
    pub(super) inherited: bool,
    pub(super) privileges: Option<String>,
}

/// Reads the columns, dropped ones left out.
pub(super) async fn read<C: ConnectionTrait>(reader: &Reader<'_, C>) -> Result<Vec<ColumnRow>> {
    let sql = format!(
        "SELECT a.attrelid::int8, a.attnum, a.attname::text, a.atttypid::int8, a.atttypmod, a.attcollation::int8, \
           a.attnotnull, a.attidentity::text, a.attgenerated::text, a.attstorage::text, a.attcompression::text, \
           NULLIF(a.attstattarget, -1)::int4, a.attoptions, d.oid::int8, pg_get_expr(d.adbin, d.adrelid), \
           NOT a.attislocal, array_to_string(a.attacl, E'\\n') \
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         LEFT JOIN pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE c.relnamespace = ANY({}) AND c.relkind IN ('r', 'p', 'v', 'm', 'c', 'f') AND a.attnum > 0 AND NOT a.attisdropped \
         ORDER BY a.attrelid, a.attnum",
        reader.schemas(),
    );
    reader
        .rows("columns", &sql, |row| {
            Ok(ColumnRow {
                table: row.take()?,
                number: row.take()?,
                name: row.take()?,
                data_type: (row.take()?, row.take()?),
                collation: row.take()?,
                not_null: row.take()?,
                identity: row.take()?,
                generated: row.take()?,
                storage: row.take()?,
                compression: row.take()?,
                statistics: row.take()?,
                options: row.take_options("")?,
                default: row.take()?,
                expression: row.take::<Option<String>>()?.map(|sql| to_fixpoint(&sql)),
                inherited: row.take()?,
                privileges: row.take()?,
            })
        })
        .await
}
