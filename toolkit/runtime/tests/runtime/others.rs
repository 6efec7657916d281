//! Sessions of others that use the tables of a service while it is migrated.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tokio::task::JoinHandle;
use toolkit_testkit::Database;

use crate::service::connect;

/// What others may feel: the default lock timeout, and what a look from beside may add to it.
const FELT: &str = "SET lock_timeout = '150ms'";
/// How long a reader holds a table.
const READING: Duration = Duration::from_secs(3);

/// A transaction that ends after the time that it takes.
pub struct Ending {
    since: Instant,
    /// Its value is when it ended.
    task: JoinHandle<Instant>,
}

impl Ending {
    pub fn later(reading: DatabaseTransaction) -> Self {
        let since = Instant::now();
        let task = tokio::spawn(async move {
            tokio::time::sleep(READING).await;
            reading.rollback().await.unwrap();
            Instant::now()
        });
        Self { since, task }
    }

    /// What is done now has waited for it, and no longer than needed.
    pub async fn was_waited_for(self) {
        let done = Instant::now();
        assert!(self.since.elapsed() >= READING, "it was waited for");
        let after = done.duration_since(self.task.await.unwrap());
        // A tenth of that on a quiet machine.
        assert!(after < Duration::from_secs(5), "done {after:?} after it");
    }
}

/// Others that use the tables all the while. Each of their statements fails that waits for a lock for
/// longer than may be felt: the server measures it, however busy the machine is.
pub struct Others {
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Others {
    pub async fn of(database: &Database, statements: &[&'static str]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = Vec::new();
        for sql in statements.iter().copied() {
            let connection = connect(database).await;
            connection.db().execute_unprepared(FELT).await.unwrap();
            let stop = stop.clone();
            tasks.push(tokio::spawn(async move {
                let mut count = 0;
                // A run that is over at once was still met by some.
                while count <= 10 || !stop.load(Ordering::SeqCst) {
                    connection.db().execute_unprepared(sql).await.unwrap();
                    count += 1;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }));
        }
        Self { stop, tasks }
    }

    pub async fn users(database: &Database) -> Self {
        let statements = [
            "SELECT count(*) FROM orders.a WHERE id = 1",
            "INSERT INTO orders.a (id) VALUES (1)",
            "SELECT count(*) FROM orders.z WHERE id = 1",
        ];
        Self::of(database, &statements).await
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// Nobody has waited for longer than may be felt.
    pub async fn end(self) {
        self.stop();
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}
