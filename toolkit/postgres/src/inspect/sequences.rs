//! Reads sequences, those of identity columns included.

use super::row::{Oid, Reader, not_of_extension};
use crate::{Result, catalog::SequenceOptions};

/// A sequence as read.
pub(super) struct SequenceRow {
    pub(super) oid: Oid,
    pub(super) schema: Oid,
    pub(super) name: String,
    pub(super) unlogged: bool,
    pub(super) options: SequenceOptions,
    pub(super) owner: Option<(Oid, i16)>,
    pub(super) identity: bool,
    pub(super) role: String,
    pub(super) privileges: Option<String>,
}

/// Reads the sequences. `pg_sequence` is open to every role, `pg_sequences` is not.
pub(super) async fn read(reader: &Reader<'_>) -> Result<Vec<SequenceRow>> {
    let sql = format!(
        "SELECT c.oid::int8, c.relnamespace::int8, c.relname::text, c.relpersistence = 'u', pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, \
           s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, d.refobjid::int8, d.refobjsubid::int2, \
           coalesce(d.deptype = 'i', false), \
           pg_catalog.pg_get_userbyid(c.relowner)::text, pg_catalog.array_to_string(c.relacl, E'\\n') \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid \
         LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass::oid AND d.objid = c.oid AND d.objsubid = 0 \
           AND d.refclassid = 'pg_catalog.pg_class'::regclass::oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') \
         WHERE c.relnamespace = ANY({}) AND c.relkind = 'S' AND c.relpersistence <> 't' AND {} \
         ORDER BY c.oid",
        reader.schemas(),
        not_of_extension("pg_class", "c.oid"),
    );
    reader
        .rows("sequences", &sql, |row| {
            Ok(SequenceRow {
                oid: row.take()?,
                schema: row.take()?,
                name: row.take()?,
                unlogged: row.take()?,
                options: SequenceOptions {
                    data_type: row.take()?,
                    start: row.take()?,
                    increment: row.take()?,
                    min: row.take()?,
                    max: row.take()?,
                    cache: row.take()?,
                    cycle: row.take()?,
                },
                owner: row.take::<Option<Oid>>()?.zip(row.take::<Option<i16>>()?),
                identity: row.take()?,
                role: row.take()?,
                privileges: row.take()?,
            })
        })
        .await
}
