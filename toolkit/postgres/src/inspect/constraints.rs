//! Reads constraints.

use super::{
    expression::settle,
    indexes::PARENT_INDEX,
    row::{Oid, Reader},
};
use crate::{Result, catalog::Options};

/// A constraint as read.
#[allow(clippy::struct_excessive_bools, reason = "a row of pg_constraint")]
pub(super) struct ConstraintRow {
    pub(super) oid: Oid,
    pub(super) table: Oid,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) columns: Vec<i16>,
    pub(super) deferrable: bool,
    pub(super) deferred: bool,
    pub(super) validated: bool,
    pub(super) enforced: bool,
    pub(super) no_inherit: bool,
    pub(super) period: bool,
    pub(super) index: Oid,
    /// The constraint or the index of the partitioned table that its index belongs to.
    pub(super) parent: Option<String>,
    pub(super) settled: bool,
}

/// `contype`, with what only that has: there are several constraints for each table.
pub(super) enum Kind {
    PrimaryKey(Box<KeyRow>),
    Unique(Box<KeyRow>),
    ForeignKey(Box<ForeignKeyRow>),
    /// The expression.
    Check(String),
    /// The definition.
    Exclusion(String),
    NotNull,
    Unknown(char),
}

impl Kind {
    fn new(code: char, definition: Option<String>, key: KeyRow, foreign: ForeignKeyRow) -> Self {
        let definition = definition.unwrap_or_default();
        match code {
            'p' => Self::PrimaryKey(Box::new(key)),
            'u' => Self::Unique(Box::new(key)),
            'f' => Self::ForeignKey(Box::new(foreign)),
            'c' => Self::Check(definition),
            'x' => Self::Exclusion(definition),
            'n' => Self::NotNull,
            other => Self::Unknown(other),
        }
    }

    /// Whether its index, if it has one, is its own.
    pub(super) fn is_foreign_key(&self) -> bool {
        matches!(self, Self::ForeignKey(_))
    }
}

/// What a key's index says.
pub(super) struct KeyRow {
    pub(super) columns: Vec<i16>,
    pub(super) key_columns: i16,
    pub(super) nulls_not_distinct: bool,
    pub(super) valid: bool,
    pub(super) options: Options,
}

/// What only a foreign key has.
pub(super) struct ForeignKeyRow {
    pub(super) schema: Option<String>,
    pub(super) table_name: Option<String>,
    pub(super) table: Oid,
    pub(super) columns: Vec<i16>,
    /// The referenced columns' names where the table is outside the schemas that are read.
    pub(super) foreign_columns: Option<Vec<String>>,
    pub(super) on_update: char,
    pub(super) on_delete: char,
    pub(super) on_delete_columns: Vec<i16>,
    pub(super) match_type: char,
}

/// Reads the constraints of tables; of those that refuse nulls the ones that plain `NOT NULL` does not make.
/// What a parent alone gives is the parent's.
///
/// Only checks and exclusions are deparsed: plain columns say all there is about the others.
pub(super) async fn read(reader: &Reader<'_>) -> Result<Vec<ConstraintRow>> {
    let sql = query(reader);
    reader
        .rows("constraints", &sql, |row| {
            let mut settled = true;
            let (oid, table, name, code) =
                (row.take()?, row.take()?, row.take()?, row.take_code()?);
            let mut constraint = ConstraintRow {
                oid,
                table,
                name,
                kind: Kind::Unknown(code),
                columns: row.take::<Option<_>>()?.unwrap_or_default(),
                deferrable: row.take()?,
                deferred: row.take()?,
                validated: row.take()?,
                enforced: row.take()?,
                no_inherit: row.take()?,
                period: row.take()?,
                index: row.take()?,
                parent: row.take()?,
                settled: true,
            };
            let definition: Option<String> = row.take()?;
            let definition = definition.map(|sql| settle(&sql, &mut settled));
            let key = KeyRow {
                columns: row.take_vector()?,
                key_columns: row.take::<Option<_>>()?.unwrap_or_default(),
                nulls_not_distinct: row.take::<Option<_>>()?.unwrap_or_default(),
                valid: row.take::<Option<_>>()?.unwrap_or(true),
                options: row.take_options("")?,
            };
            let foreign = ForeignKeyRow {
                schema: row.take()?,
                table_name: row.take()?,
                table: row.take()?,
                columns: row.take::<Option<_>>()?.unwrap_or_default(),
                foreign_columns: row.take()?,
                on_update: row.take_code()?,
                on_delete: row.take_code()?,
                on_delete_columns: row.take::<Option<_>>()?.unwrap_or_default(),
                match_type: row.take_code()?,
            };
            constraint.kind = Kind::new(code, definition, key, foreign);
            constraint.settled = settled;
            Ok(constraint)
        })
        .await
}

/// What plain `NOT NULL` does not make.
const NOT_NULL: &str = "o.contype = 'n' AND (NOT o.convalidated OR o.connoinherit OR o.conname::text <> c.relname::text || '_' || \
     (SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = o.conrelid AND a.attnum = o.conkey[1]) \
     || '_not_null' OR EXISTS (SELECT FROM pg_catalog.pg_description d \
       WHERE d.classoid = 'pg_catalog.pg_constraint'::regclass AND d.objoid = o.oid))";

fn query(reader: &Reader<'_>) -> String {
    let (schemas, parent_index) = (reader.schemas(), PARENT_INDEX);
    let nulls_not_distinct = if reader.is_at_least(15) {
        "x.indnullsnotdistinct"
    } else {
        "false"
    };
    let on_delete_columns = if reader.is_at_least(15) {
        "o.confdelsetcols"
    } else {
        "NULL::int2[]"
    };
    let (enforced, period) = if reader.is_at_least(18) {
        ("o.conenforced", "o.conperiod")
    } else {
        ("true", "false")
    };
    let not_null = if reader.is_at_least(18) {
        NOT_NULL
    } else {
        "false"
    };
    format!(
        "SELECT o.oid::int8, o.conrelid::int8, o.conname::text, o.contype::text, o.conkey, o.condeferrable, \
           o.condeferred, o.convalidated, {enforced}, o.connoinherit, {period}, o.conindid::int8, \
           CASE WHEN o.conparentid <> 0::oid THEN (SELECT p.conname::text FROM pg_catalog.pg_constraint p WHERE p.oid = o.conparentid) \
             WHEN xc.relispartition THEN {parent_index} END, \
           CASE o.contype WHEN 'c' THEN pg_catalog.pg_get_expr(o.conbin, o.conrelid) \
             WHEN 'x' THEN pg_catalog.pg_get_constraintdef(o.oid) END, \
           x.indkey::text, x.indnkeyatts, {nulls_not_distinct}, x.indisvalid, xc.reloptions, \
           fn.nspname::text, fc.relname::text, o.confrelid::int8, o.confkey, \
           CASE WHEN o.contype = 'f' AND fc.relnamespace <> ALL({schemas}) THEN \
             ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(o.confkey) WITH ORDINALITY k(number, position) \
                   JOIN pg_catalog.pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.number ORDER BY k.position) END, \
           o.confupdtype::text, o.confdeltype::text, {on_delete_columns}, o.confmatchtype::text \
         FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_class c ON c.oid = o.conrelid \
         LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = o.conindid AND o.contype IN ('p', 'u', 'x') \
         LEFT JOIN pg_catalog.pg_class xc ON xc.oid = x.indexrelid \
         LEFT JOIN pg_catalog.pg_class fc ON fc.oid = o.confrelid AND o.contype = 'f' \
         LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace \
         WHERE c.relnamespace = ANY({schemas}) AND c.relkind IN ('r', 'p') AND (o.contype IN ('p', 'u', 'f', 'c', 'x') OR {not_null}) \
           AND NOT (o.contype = 'f' AND o.conparentid <> 0::oid) AND (o.conislocal OR o.contype <> 'c') \
         ORDER BY o.conrelid, o.conname"
    )
}
