//! Reads, updates and inserts on a schedule, as users of a service make them, and what they feel.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::ConnectionTrait;
use tokio::task::JoinHandle;
use toolkit_runtime::Connection;
use toolkit_testkit::Database;

/// How many sessions share the load. While one waits, its later statements are late, which counts.
const SESSIONS: u32 = 16;

/// A load that goes on until it is ended.
pub struct Load {
    stop: Arc<AtomicBool>,
    sessions: Vec<JoinHandle<Vec<Answer>>>,
    started: Instant,
}

/// One statement: how long after its time the answer came, when that was, and whether it was an error.
struct Answer {
    latency: Duration,
    at: Instant,
    error: Option<String>,
}

/// What the load's users have felt.
pub struct Felt {
    pub statements: usize,
    pub p99: Duration,
    /// The longest time in which nobody got an answer.
    pub silence: Duration,
    pub errors: Vec<String>,
}

impl Load {
    /// `rate` statements a second on `items` of `database`, which has `rows` rows.
    pub async fn begin(database: &Database, rate: u32, rows: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut connections = Vec::new();
        for _ in 0..SESSIONS {
            let url = database.url().parse().unwrap();
            connections.push(Connection::open(&url, "load").await.unwrap());
        }
        let started = Instant::now();
        let sessions = connections.into_iter().zip(0..).map(|(connection, first)| {
            let schedule = Schedule {
                first,
                rate,
                rows,
                started,
            };
            tokio::spawn(schedule.keep(connection, stop.clone()))
        });
        let sessions = sessions.collect();
        Self {
            stop,
            sessions,
            started,
        }
    }

    pub async fn end(self) -> Felt {
        self.stop.store(true, Ordering::SeqCst);
        let mut answers = Vec::new();
        for session in self.sessions {
            answers.extend(session.await.unwrap());
        }
        answers.sort_by_key(|answer| answer.at);
        let times = std::iter::once(self.started).chain(answers.iter().map(|answer| answer.at));
        let times: Vec<Instant> = times.collect();
        let silences = times.windows(2).map(|pair| pair[1] - pair[0]);
        let silence = silences.max().unwrap_or_default();
        let mut latencies: Vec<Duration> = answers.iter().map(|answer| answer.latency).collect();
        latencies.sort_unstable();
        let p99 = latencies.get(latencies.len() * 99 / 100);
        Felt {
            statements: answers.len(),
            p99: p99.copied().unwrap_or_default(),
            silence,
            errors: answers
                .into_iter()
                .filter_map(|answer| answer.error)
                .collect(),
        }
    }
}

/// When one session sends its statements.
struct Schedule {
    first: u32,
    rate: u32,
    rows: u32,
    started: Instant,
}

impl Schedule {
    async fn keep(self, connection: Connection, stop: Arc<AtomicBool>) -> Vec<Answer> {
        let mut answers = Vec::new();
        let mut number = self.first;
        while !stop.load(Ordering::SeqCst) {
            let due = self.started + Duration::from_secs(1) * number / self.rate;
            tokio::time::sleep_until(due.into()).await;
            let sql = self.statement(number);
            let done = connection.db().execute_unprepared(&sql).await;
            let at = Instant::now();
            answers.push(Answer {
                latency: at - due,
                at,
                error: done.err().map(|error| error.to_string()),
            });
            number += SESSIONS;
        }
        answers
    }

    /// Of ten statements seven read a row, two change one, one adds one.
    fn statement(&self, number: u32) -> String {
        let key = fastrand::u32(1..=self.rows);
        match number % 10 {
            0..7 => format!("SELECT id, amount FROM orders.items WHERE id = {key}"),
            7..9 => format!("UPDATE orders.items SET amount = amount + 1 WHERE id = {key}"),
            _ => format!("INSERT INTO orders.items (amount) VALUES ({key})"),
        }
    }
}
