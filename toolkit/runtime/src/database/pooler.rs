//! Tells a server from a pooler that gives each transaction another session.

use sea_orm::sqlx::{self, Connection as _, Error as SqlxError, Executor, PgConnection, Row};
use uuid::Uuid;

use super::{
    ConnectError, Connection, connect_error::describe, connection::CONNECT_TIMEOUT, options::Way,
};

/// How often the sessions are compared where nothing says that a pooler is there.
const FEW: usize = 3;
/// How often where one is there. It gives a free session either to who asks next or in turn, so
/// the first comparison tells it unless other clients come in between.
const MANY: usize = 50;
/// A setting that nobody else sets.
const MARK: &str = "toolkit.session";

impl Connection {
    /// Whether a pooler in transaction mode stands between this connection and the server.
    ///
    /// That a pooler is there is a fact: what a client asks for when it connects
    /// (`options=-c name=value`) holds in a session that the server began for it; a pooler, whose
    /// sessions are there before their clients, refuses or forgets it. Whether it gives a session to
    /// a client or to a transaction, the sessions tell: one that is really ours has the same process
    /// at every statement, and no other connection has that process. Where only one connection can
    /// be had, there is no pooler.
    ///
    /// # Errors
    /// [`ConnectError`] when no second connection can be had, and what the server says.
    pub(crate) async fn is_pooled(&self) -> Result<bool, ConnectError> {
        let Some(way) = &self.beside else {
            return Ok(false);
        };
        let rounds = if is_direct(way).await? { FEW } else { MANY };
        let beside = Self::open_by(way, "toolkit pooler check").await?;
        let pooled = share_sessions(self, &beside, rounds).await;
        beside.close().await;
        pooled.map_err(|error| ConnectError::Other {
            address: way.to_string(),
            source: error.into(),
        })
    }
}

/// Whether a session takes what its client asked for when it connected.
async fn is_direct(way: &Way) -> Result<bool, ConnectError> {
    let mark = Uuid::new_v4().simple().to_string();
    let options = way
        .options("toolkit pooler check")?
        .options([(MARK, &mark)]);
    let kept = async {
        let mut session = PgConnection::connect_with(&options).await?;
        let sql = "SELECT pg_catalog.current_setting('toolkit.session', true)";
        let row = sqlx::raw_sql(sql).fetch_one(&mut session).await?;
        let kept: Option<String> = row.try_get(0)?;
        // A failed goodbye does not matter: the answer is there.
        let _ = session.close().await;
        Ok(kept)
    };
    let kept = tokio::time::timeout(CONNECT_TIMEOUT, kept).await;
    match kept.unwrap_or(Err(SqlxError::PoolTimedOut)) {
        Ok(kept) => Ok(kept.as_deref() == Some(mark.as_str())),
        Err(error) if is_refusal(&error) => Ok(false),
        Err(error) => Err(describe(&options, error)),
    }
}

/// Whether the setting itself was refused (08P01, 0A000): a server takes any that has a dot.
fn is_refusal(error: &SqlxError) -> bool {
    let Some(report) = error.as_database_error() else {
        return false;
    };
    let code = report.code();
    code.is_some_and(|code| ["08P01", "0A000"].contains(&code.as_ref()))
}

async fn share_sessions(
    ours: &Connection,
    beside: &Connection,
    rounds: usize,
) -> Result<bool, SqlxError> {
    // Held all the while: a connection that goes back to its pool is pinged, which takes a session.
    let mut ours = ours.pool.acquire().await?;
    let mut beside = beside.pool.acquire().await?;
    for _ in 0..rounds {
        let own = process(&mut ours).await?;
        let mut shared = process(&mut ours).await? != own;
        // A transaction keeps its session; the one that ours had last is free.
        beside.execute("BEGIN").await?;
        shared |= process(&mut beside).await? == own;
        beside.execute("ROLLBACK").await?;
        if shared {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn process(connection: &mut PgConnection) -> Result<i32, SqlxError> {
    let query = sqlx::raw_sql("SELECT pg_catalog.pg_backend_pid()");
    query.fetch_one(connection).await?.try_get(0)
}
