//! A database of its own on a server that others use, too. A thread makes it and drops it, so that
//! neither Ctrl-C nor an error comes in between.

use std::{sync::mpsc, thread, time::Duration};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use tokio::sync::oneshot;
use toolkit_runtime::{Connection, DatabaseError, DatabaseUrl, Printer, command::Leaving};

use crate::carried::carry;

const PREFIX: &str = "toolkit_scratch_";
/// A scratch database that nobody is connected to is in the making or about to be dropped, unless it
/// is older: then a killed run left it.
const LEFTOVER_SECONDS: i64 = 15 * 60;
/// How often its dropping is tried, and how long between.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);

/// A database that is dropped with the value.
#[derive(Debug)]
pub(super) struct Created {
    name: String,
    /// Dropped, it has the thread drop the database.
    end: Option<mpsc::Sender<()>>,
    gone: Option<oneshot::Receiver<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Created {
    /// Makes one on the server of `url`; else says why not.
    pub(super) async fn create(url: &DatabaseUrl, printer: Printer) -> Result<Self, String> {
        let (made, name) = oneshot::channel();
        let (end, ended) = mpsc::channel();
        let (dropped, gone) = oneshot::channel();
        let url = url.clone();
        let thread = thread::spawn(move || keep(&url, printer, made, &ended, dropped));
        // From here on the database goes with the value, also while it is being made.
        let mut created = Self {
            name: String::new(),
            end: Some(end),
            gone: Some(gone),
            thread: Some(thread),
        };
        let made = name.await;
        created.name = made.map_err(|_| "it could not be made".to_owned())??;
        Ok(created)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Drops it and waits until it is gone.
    pub(super) async fn close(mut self) {
        drop(self.end.take());
        if let Some(gone) = self.gone.take() {
            // If the thread is gone, so is the database, or it said that it stays.
            let _ = gone.await;
        }
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Makes the database, waits for the end, and drops it.
fn keep(
    url: &DatabaseUrl,
    printer: Printer,
    made: oneshot::Sender<Result<String, String>>,
    ended: &mpsc::Receiver<()>,
    dropped: oneshot::Sender<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = made.send(Err(error.to_string()));
            return;
        }
    };
    let (name, leaving) = match runtime.block_on(create(url)) {
        Ok(made) => made,
        Err(why) => {
            let _ = made.send(Err(why));
            return;
        }
    };
    // Who waited for it may be gone, but then the end has come.
    let _ = made.send(Ok(name.clone()));
    let _ = ended.recv();
    if let Err(why) = runtime.block_on(drop_surely(url, &name)) {
        printer.warn(&format!(
            "the scratch database could not be dropped ({why}); on {url}, run: {}",
            drop_statement(&name)
        ));
    }
    drop(leaving);
    let _ = dropped.send(());
}

async fn create(url: &DatabaseUrl) -> Result<(String, Leaving), String> {
    let told = |error: DbErr| DatabaseError::from(error).to_string();
    let admin = connect(url).await?;
    let made = async {
        let now = now(&admin).await.map_err(told)?;
        for leftover in leftovers(&admin, now).await.map_err(told)? {
            // Without FORCE: if somebody is in it after all, it stays. Somebody else may be removing it.
            let sql = format!("DROP DATABASE IF EXISTS {leftover}");
            let _ = admin.db().execute_unprepared(&sql).await;
        }
        let name = format!("{PREFIX}{now}_{:016x}", fastrand::u64(..));
        let leaving = Leaving::new(format!(
            "the scratch database stays until a later command removes it; on {url}, run: {}",
            drop_statement(&name)
        ));
        let sql = format!("CREATE DATABASE {name} TEMPLATE template0");
        admin.db().execute_unprepared(&sql).await.map_err(told)?;
        if let Err(error) = carry(&admin, &name).await {
            let _ = admin.db().execute_unprepared(&drop_statement(&name)).await;
            return Err(told(error));
        }
        Ok((name, leaving))
    };
    let made = made.await;
    admin.close().await;
    made
}

async fn connect(url: &DatabaseUrl) -> Result<Connection, String> {
    let opened = Connection::open(url, "toolkit scratch").await;
    let admin = opened.map_err(|error| error.to_string())?;
    // A role's defaults are meant for its queries.
    let own = "SET search_path = pg_catalog; SET statement_timeout = 0; \
               SET default_transaction_read_only = off";
    match admin.db().execute_unprepared(own).await {
        Ok(_) => Ok(admin),
        Err(error) => Err(DatabaseError::from(error).to_string()),
    }
}

/// The server's clock, in seconds: another machine's may go otherwise.
async fn now(admin: &Connection) -> Result<i64, DbErr> {
    let sql = "SELECT pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())::pg_catalog.int8";
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = admin.db().query_one_raw(statement).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

/// The scratch databases that nobody is connected to and that are too old to be in the making.
async fn leftovers(admin: &Connection, now: i64) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "SELECT d.datname::pg_catalog.text FROM pg_catalog.pg_database AS d \
         WHERE pg_catalog.starts_with(d.datname::pg_catalog.text, '{PREFIX}') AND NOT EXISTS (\
         SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.datid OPERATOR(pg_catalog.=) d.oid)"
    );
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let rows = admin.db().query_all_raw(statement).await?;
    let names: Vec<String> = rows
        .iter()
        .map(|row| row.try_get_by_index(0))
        .collect::<Result<_, DbErr>>()?;
    Ok(names.into_iter().filter(|name| is_old(name, now)).collect())
}

/// Whether `name` is of a scratch database, and says that it was made long before `now`.
fn is_old(name: &str, now: i64) -> bool {
    let parts = name.strip_prefix(PREFIX).and_then(|it| it.split_once('_'));
    let Some((made, random)) = parts else {
        return false;
    };
    let is_ours = !random.is_empty() && random.bytes().all(|it| it.is_ascii_hexdigit());
    let made: Option<i64> = made.parse().ok();
    is_ours && made.is_some_and(|made| made.saturating_add(LEFTOVER_SECONDS) < now)
}

async fn drop_surely(url: &DatabaseUrl, name: &str) -> Result<(), String> {
    let mut why = String::new();
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let admin = match connect(url).await {
            Ok(admin) => admin,
            Err(error) => {
                why = error;
                continue;
            }
        };
        let dropped = admin.db().execute_unprepared(&drop_statement(name)).await;
        admin.close().await;
        match dropped {
            Ok(_) => return Ok(()),
            Err(error) => why = DatabaseError::from(error).to_string(),
        }
    }
    Err(why)
}

fn drop_statement(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_like_a_scratch_database_and_is_old_is_a_leftover() {
        let now = 1_000_000;
        for (name, expected) in [
            ("toolkit_scratch_999999_0a", false),
            ("toolkit_scratch_999000_00ff00ff00ff00ff", true),
            ("toolkit_scratch_900000_4711", true),
            // A clock that goes ahead.
            ("toolkit_scratch_2000000_0a", false),
            ("toolkit_scratch_1_", false),
            ("toolkit_scratch_1_of mine", false),
            ("toolkit_scratch_", false),
            ("toolkit_scratch_x_1", false),
        ] {
            assert_eq!(is_old(name, now), expected, "{name}");
        }
    }
}
