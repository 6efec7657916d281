//! Reads domains and their checks.

use super::{
    expression::to_fixpoint,
    row::{Oid, Reader, array, not_of_extension},
};
use crate::Result;

/// A domain as read.
pub(super) struct DomainRow {
    pub(super) oid: Oid,
    pub(super) array: Oid,
    pub(super) schema: Oid,
    pub(super) name: String,
    pub(super) data_type: (Oid, i32),
    pub(super) collation: Oid,
    pub(super) not_null: bool,
    pub(super) default: Option<String>,
    pub(super) owner: String,
    pub(super) privileges: Option<String>,
}

/// A domain's constraint as read.
pub(super) struct DomainCheckRow {
    pub(super) oid: Oid,
    pub(super) domain: Oid,
    pub(super) name: String,
    /// None for the constraint that refuses nulls.
    pub(super) expression: Option<String>,
    pub(super) validated: bool,
}

/// Reads the domains.
pub(super) async fn read(reader: &Reader<'_>) -> Result<Vec<DomainRow>> {
    let sql = format!(
        "SELECT t.oid::int8, t.typarray::int8, t.typnamespace::int8, t.typname::text, t.typbasetype::int8, t.typtypmod, \
           t.typcollation::int8, t.typnotnull, pg_catalog.pg_get_expr(t.typdefaultbin, 0), pg_catalog.pg_get_userbyid(t.typowner)::text, \
           pg_catalog.array_to_string(t.typacl, E'\\n') \
         FROM pg_catalog.pg_type t WHERE t.typnamespace = ANY({}) AND t.typtype = 'd' AND {}",
        reader.schemas(),
        not_of_extension("pg_type", "t.oid"),
    );
    reader
        .rows("domains", &sql, |row| {
            Ok(DomainRow {
                oid: row.take()?,
                array: row.take()?,
                schema: row.take()?,
                name: row.take()?,
                data_type: (row.take()?, row.take()?),
                collation: row.take()?,
                not_null: row.take()?,
                default: row.take::<Option<String>>()?.map(|sql| to_fixpoint(&sql)),
                owner: row.take()?,
                privileges: row.take()?,
            })
        })
        .await
}

/// Reads the checks of `domains`.
pub(super) async fn read_checks(
    reader: &Reader<'_>,
    domains: &[DomainRow],
) -> Result<Vec<DomainCheckRow>> {
    if domains.is_empty() {
        return Ok(Vec::new());
    }
    // Before PostgreSQL 17 a domain that refuses nulls has no constraint.
    let sql = format!(
        "SELECT o.oid::int8, o.contypid::int8, o.conname::text, pg_catalog.pg_get_expr(o.conbin, 0), o.convalidated \
         FROM pg_catalog.pg_constraint o WHERE o.contypid = ANY({}::oid[]) AND o.contype IN ('c', 'n') ORDER BY o.contypid, o.conname",
        array(domains.iter().map(|domain| domain.oid)),
    );
    reader
        .rows("checks of domains", &sql, |row| {
            Ok(DomainCheckRow {
                oid: row.take()?,
                domain: row.take()?,
                name: row.take()?,
                expression: row.take::<Option<String>>()?.map(|sql| to_fixpoint(&sql)),
                validated: row.take()?,
            })
        })
        .await
}
