//! Reads the columns of tables, views and composite types.

use super::{
    expression::to_fixpoint,
    row::{Oid, Reader, options},
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
    /// `attstorage`.
    pub(super) storage: char,
    pub(super) default: Option<Oid>,
    pub(super) expression: Option<String>,
    rare: Option<Box<Rare>>,
}

impl ColumnRow {
    /// What few columns have.
    pub(super) fn rare(&self) -> &Rare {
        static OF_MOST: Rare = Rare::new();
        self.rare.as_deref().unwrap_or(&OF_MOST)
    }
}

/// What few columns have. It comes as one array, or as nothing: each value of a row takes its time, and
/// there are many columns.
pub(super) struct Rare {
    pub(super) identity: String,
    pub(super) generated: String,
    pub(super) compression: String,
    pub(super) statistics: Option<i32>,
    pub(super) options: Options,
    /// Whether it comes from a parent alone.
    pub(super) inherited: bool,
    pub(super) privileges: Option<String>,
}

impl Rare {
    /// Nothing of it.
    const fn new() -> Self {
        Self {
            identity: String::new(),
            generated: String::new(),
            compression: String::new(),
            statistics: None,
            options: Options::new(),
            inherited: false,
            privileges: None,
        }
    }
}

/// Reads the columns, dropped ones left out.
pub(super) async fn read(reader: &Reader<'_>) -> Result<Vec<ColumnRow>> {
    let sql = format!(
        "SELECT a.attrelid::int8, a.attnum, a.attname::text, a.atttypid::int8, a.atttypmod, a.attcollation::int8, \
           a.attnotnull, a.attstorage::text, d.oid::int8, pg_catalog.pg_get_expr(d.adbin, d.adrelid), \
           CASE WHEN a.attidentity <> '' OR a.attgenerated <> '' OR a.attcompression <> '' OR a.attstattarget >= 0 \
               OR a.attoptions IS NOT NULL OR NOT a.attislocal OR a.attacl IS NOT NULL THEN \
             ARRAY[a.attidentity::text, a.attgenerated::text, a.attcompression::text, \
               coalesce(NULLIF(a.attstattarget, -1)::text, ''), coalesce(pg_catalog.array_to_string(a.attoptions, E'\\n'), ''), \
               CASE WHEN a.attislocal THEN '' ELSE 'inherited' END, coalesce(pg_catalog.array_to_string(a.attacl, E'\\n'), '')] END \
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
         LEFT JOIN pg_catalog.pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum \
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
                storage: row.take_code()?,
                default: row.take()?,
                expression: row.take::<Option<String>>()?.map(|sql| to_fixpoint(&sql)),
                rare: row.take::<Option<_>>()?.map(|it| Box::new(rare(it))),
            })
        })
        .await
}

/// The values in the order in which the query puts them; an empty one stands for none.
fn rare(values: Vec<String>) -> Rare {
    let mut values = values.into_iter();
    let mut next = || values.next().unwrap_or_default();
    Rare {
        identity: next(),
        generated: next(),
        compression: next(),
        statistics: next().parse().ok(),
        options: options(next().lines(), ""),
        inherited: !next().is_empty(),
        privileges: Some(next()).filter(|list| !list.is_empty()),
    }
}
