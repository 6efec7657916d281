//! What earlier runs left on a server: databases of processes that were killed, and templates of programs that
//! are no more.

use std::collections::BTreeSet;

use sea_orm::{QueryResult, TryGetable};
use toolkit_text::identifier::quote_literal;

use crate::{
    TestError,
    admin::Admin,
    name::{self, Key, Name, Token},
    program::{Mark, Program},
};

/// After how long a template goes that nobody used.
const UNUSED_SECONDS: i64 = 7 * 24 * 60 * 60;

/// A database of ours on a server.
#[derive(Debug)]
struct Found {
    name: Name,
    mark: Option<Mark>,
    /// Nobody is connected to it.
    is_free: bool,
}

/// Drops what nobody needs any more, and returns what failed tests have left, which stays.
pub(crate) async fn sweep(
    admin: &Admin,
    program: &Program,
    is_own: bool,
) -> Result<BTreeSet<Name>, TestError> {
    let failed = TestError::database("look for what earlier runs left");
    // First: an owner that comes after this is of no database that is listed.
    let (found, now) = databases(admin).await.map_err(&failed)?;
    let living = owners(admin).await.map_err(&failed)?;
    let templates: BTreeSet<Key> = found
        .iter()
        .filter(|found| !is_stale(found, program, now))
        .filter_map(|found| match found.name {
            Name::Template(key) => Some(key),
            Name::Ready(..) | Name::Test { .. } | Name::Failed(_) => None,
        })
        .collect();
    let mut kept = BTreeSet::new();
    for found in found {
        let is_left = match &found.name {
            Name::Template(key) | Name::Ready(key, _) => !templates.contains(key),
            Name::Test { owner, .. } => !living.contains(owner),
            Name::Failed(_) => {
                kept.insert(found.name);
                continue;
            }
        };
        if is_left && found.is_free {
            // Without FORCE: if somebody is in it after all, it stays. Somebody else may be removing it.
            let sql = format!("DROP DATABASE IF EXISTS {}", found.name);
            let _ = admin.execute(&sql).await;
        }
    }
    if is_own {
        // Nothing else does it there, and this table has a dead row for each database that was.
        let _ = admin.execute("VACUUM pg_catalog.pg_database").await;
    }
    Ok(kept)
}

/// Whether a template is of a program that is no more, or was not used for long.
fn is_stale(found: &Found, program: &Program, now: i64) -> bool {
    found.mark.as_ref().is_some_and(|mark| {
        mark.used.saturating_add(UNUSED_SECONDS) < now || program.replaced(&mark.program)
    })
}

/// The databases of ours that this role made, and the server's clock in seconds.
async fn databases(admin: &Admin) -> Result<(Vec<Found>, i64), toolkit_runtime::DatabaseError> {
    let sql = format!(
        "SELECT d.datname::pg_catalog.text, pg_catalog.shobj_description(d.oid, 'pg_database'), \
         NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.datid OPERATOR(pg_catalog.=) d.oid), \
         pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())::pg_catalog.int8 \
         FROM pg_catalog.pg_database AS d \
         WHERE pg_catalog.starts_with(d.datname::pg_catalog.text, {}) \
         AND pg_catalog.pg_get_userbyid(d.datdba) OPERATOR(pg_catalog.=) CURRENT_USER",
        quote_literal(name::PREFIX)
    );
    let rows = admin.rows(&sql).await?;
    let mut found = Vec::new();
    let mut now = 0;
    for row in &rows {
        let name = String::try_get_by(row, 0).map_err(sea_orm::DbErr::from)?;
        now = i64::try_get_by(row, 3).map_err(sea_orm::DbErr::from)?;
        let Some(name) = Name::parse(&name) else {
            continue;
        };
        found.push(read(row, name)?);
    }
    Ok((found, now))
}

fn read(row: &QueryResult, name: Name) -> Result<Found, sea_orm::DbErr> {
    let mark: Option<String> = TryGetable::try_get_by(row, 1)?;
    Ok(Found {
        name,
        mark: mark.as_deref().and_then(Mark::parse),
        is_free: bool::try_get_by(row, 2)?,
    })
}

/// The owners that live: of each a lock is held, in whatever database.
async fn owners(admin: &Admin) -> Result<BTreeSet<Token>, toolkit_runtime::DatabaseError> {
    // https://www.postgresql.org/docs/current/view-pg-locks.html: the number's two halves.
    let sql = "SELECT pg_catalog.lpad(pg_catalog.to_hex(classid::pg_catalog.int8), 8, '0'), \
         pg_catalog.lpad(pg_catalog.to_hex(objid::pg_catalog.int8), 8, '0') FROM pg_catalog.pg_locks \
         WHERE locktype OPERATOR(pg_catalog.=) 'advisory' AND granted";
    let rows = admin.rows(sql).await?;
    let token = |row: &QueryResult| -> Result<Option<Token>, sea_orm::DbErr> {
        let (high, low) = (String::try_get_by(row, 0)?, String::try_get_by(row, 1)?);
        Ok(Token::parse(&format!("{high}{low}")))
    };
    let tokens: Result<Vec<_>, _> = rows.iter().map(token).collect();
    Ok(tokens?.into_iter().flatten().collect())
}
