//! Tells a server from a pooler that gives each transaction another session.

use sea_orm::sqlx::{self, Executor, PgConnection, Row};

use super::{ConnectError, Connection};

/// How often the sessions are compared. A pooler gives a free session either to who asks next or in
/// turn, so the first comparison tells it unless other clients come in between.
const ROUNDS: usize = 3;

impl Connection {
    /// Whether a pooler in transaction mode stands between this connection and the server.
    ///
    /// A session that is really ours has the same process at every statement, and no other
    /// connection has that process. Where only one connection can be had, there is no pooler.
    ///
    /// # Errors
    /// [`ConnectError`] when no second connection can be had, and what the server says.
    pub(crate) async fn is_pooled(&self) -> Result<bool, ConnectError> {
        let Some(url) = &self.beside else {
            return Ok(false);
        };
        let beside = Self::open(url, "toolkit pooler check").await?;
        let pooled = share_sessions(self, &beside).await;
        beside.close().await;
        pooled.map_err(|error| ConnectError::Other {
            address: url.to_string(),
            source: error.into(),
        })
    }
}

async fn share_sessions(ours: &Connection, beside: &Connection) -> Result<bool, sqlx::Error> {
    // Held all the while: a connection that goes back to its pool is pinged, which takes a session.
    let mut ours = ours.pool.acquire().await?;
    let mut beside = beside.pool.acquire().await?;
    for _ in 0..ROUNDS {
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

async fn process(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let query = sqlx::raw_sql("SELECT pg_catalog.pg_backend_pid()");
    query.fetch_one(connection).await?.try_get(0)
}
