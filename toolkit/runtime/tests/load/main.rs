//! What users of a table feel while it is changed behind a session that reads it.
//!
//! ```text
//! cargo test -p toolkit-runtime --test load
//! ```
//!
//! Each line of the table is one change, with a database of its own, under the same load: reads, updates
//! and inserts on a schedule. A latency is measured from the time at which the statement was to be sent, so
//! that who waits in line counts. `TOOLKIT_TEST_SLOW=1` takes a million rows, 200 statements a second and a
//! reader of 8 seconds; without it everything is smaller, and the changes that are known to be bad are left
//! out. A release build on a quiet machine gives the figures that are worth to be told.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod load;

use std::{
    env,
    process::ExitCode,
    time::{Duration, Instant},
};

use load::{Felt, Load};
use sea_orm::{ConnectionTrait, TransactionTrait};
use sea_orm_migration::prelude::*;
use toolkit_runtime::{Connection, Extent, Report, Runner, Service, Settings, Silent};
use toolkit_testkit::{Cluster, Database, Pooler, is_slow_tier, pooler, server, unless_slow};

const TEST: &str = "what_users_feel_while_a_table_is_changed";
/// What `up` may add to what users feel without any change: the longest stall, and the slowest in a hundred. On a
/// quiet machine they are 150 ms and 50 ms at most; a busy one must not fail the tests, and who waits in the queue
/// waits for seconds.
const SILENCE: Duration = Duration::from_secs(1);
const P99: Duration = Duration::from_millis(500);
/// How long after the reader's end `up` may go on; a second at most on a quiet machine.
const AFTER: Duration = Duration::from_secs(5);

/// What is done to the table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Nothing,
    /// A statement that waits in the queue for as long as it takes.
    Waiting,
    /// The same with `lock_timeout = 3s`, again and again.
    Retrying,
    Up,
    UpOutside,
    UpPooled,
    UpIndex,
}

impl Change {
    const ALL: [Self; 7] = [
        Self::Nothing,
        Self::Waiting,
        Self::Retrying,
        Self::Up,
        Self::UpOutside,
        Self::UpPooled,
        Self::UpIndex,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Waiting => "ALTER TABLE that waits",
            Self::Retrying => "ALTER TABLE, lock_timeout 3 s",
            Self::Up => "up",
            Self::UpOutside => "up, outside a transaction",
            Self::UpPooled => "up, through PgBouncer",
            Self::UpIndex => "up, CREATE INDEX CONCURRENTLY",
        }
    }

    /// Whether users may feel more than [`SILENCE`] and [`P99`].
    fn is_bad(self) -> bool {
        matches!(self, Self::Waiting | Self::Retrying)
    }
}

struct Sends(&'static str, bool);

impl MigrationName for Sends {
    fn name(&self) -> &'static str {
        "m1"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Sends {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(self.0).await.map(drop)
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(self.1)
    }
}

const ALTER: &str = "ALTER TABLE orders.items ADD COLUMN added int";

struct Nothing;

impl MigratorTrait for Nothing {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }
}

fn service(statement: &'static str, in_transaction: bool) -> Service {
    Service::new::<Nothing>("orders", "orders")
        .map_migrations(move |_| vec![Box::new(Sends(statement, in_transaction))])
}

async fn up(url: &str, service: &Service) {
    let connection = Connection::open(&url.parse().unwrap(), "up").await.unwrap();
    let settings = Settings::default();
    let runner = Runner::new(service, &connection, &settings, &Silent);
    let mut report = Report::default();
    runner.up(&mut report, &Extent::All).await.unwrap();
    assert_eq!(report.migrations.len(), 1);
    connection.close().await;
}

/// Sends the statement with `timeout` until it is done.
async fn alter(url: &str, timeout: &str) {
    let connection = Connection::open(&url.parse().unwrap(), "alter")
        .await
        .unwrap();
    let sql = format!("SET lock_timeout = '{timeout}'; {ALTER}");
    while connection.db().execute_unprepared(&sql).await.is_err() {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// The figures of one change.
struct Figures {
    felt: Felt,
    /// How long it took, and how long of that after the reader had ended.
    took: Duration,
    after: Duration,
}

struct Bench {
    cluster: &'static Cluster,
    pooler: &'static Pooler,
    rows: u32,
    rate: u32,
    reading: Duration,
}

impl Bench {
    fn database(&self) -> Database {
        let database = self.cluster.database();
        let rows = self.rows;
        let sql = format!(
            "CREATE SCHEMA orders; CREATE TABLE orders.items (id bigint GENERATED BY DEFAULT AS IDENTITY \
             PRIMARY KEY, amount int NOT NULL); \
             INSERT INTO orders.items (amount) SELECT g FROM generate_series(1, {rows}) AS g"
        );
        self.cluster.psql(database.name(), &sql);
        self.cluster
            .psql(database.name(), "VACUUM ANALYZE orders.items");
        database
    }

    async fn measure(&self, change: Change) -> Figures {
        let database = self.database();
        let reader = Connection::open(&database.url().parse().unwrap(), "reader")
            .await
            .unwrap();
        let load = Load::begin(&database, self.rate, self.rows).await;
        let warm = Duration::from_secs(1);
        tokio::time::sleep(warm).await;
        let reading = reader.db().begin().await.unwrap();
        let sql = "SELECT id FROM orders.items LIMIT 1";
        reading.execute_unprepared(sql).await.unwrap();
        let end = Instant::now() + self.reading;
        let reading = tokio::spawn(async move {
            tokio::time::sleep_until(end.into()).await;
            reading.rollback().await.unwrap();
        });
        // So that it does not come in the same moment.
        tokio::time::sleep(warm / 10).await;
        let started = Instant::now();
        let (url, pooled) = (database.url(), self.pooler.url(database.name()));
        match change {
            Change::Nothing => tokio::time::sleep_until(end.into()).await,
            Change::Waiting => alter(&url, "0").await,
            Change::Retrying => alter(&url, "3s").await,
            Change::Up => up(&url, &service(ALTER, true)).await,
            Change::UpOutside => up(&url, &service(ALTER, false)).await,
            Change::UpPooled => up(&pooled, &service(ALTER, true)).await,
            Change::UpIndex => {
                let sql = "CREATE INDEX CONCURRENTLY items_amount ON orders.items (amount)";
                up(&url, &service(sql, false)).await;
            }
        }
        let done = Instant::now();
        reading.await.unwrap();
        tokio::time::sleep(warm).await;
        Figures {
            felt: load.end().await,
            took: done - started,
            after: done.saturating_duration_since(end),
        }
    }
}

fn main() -> ExitCode {
    // cargo asks every test program for its list.
    if env::args().any(|argument| argument == "--list") {
        println!("{TEST}: test");
        return ExitCode::SUCCESS;
    }
    let (Some(cluster), Some(pooler)) = (server(TEST), pooler(TEST)) else {
        return ExitCode::SUCCESS;
    };
    let bench = Bench {
        cluster,
        pooler,
        rows: unless_slow(10_000, 1_000_000),
        rate: unless_slow(100, 200),
        reading: unless_slow(Duration::from_secs(3), Duration::from_secs(8)),
    };
    let version = cluster.psql("postgres", "SHOW server_version");
    println!(
        "PostgreSQL {version}, {} rows, {} statements a second, a reader of {} s",
        bench.rows,
        bench.rate,
        bench.reading.as_secs()
    );
    println!(
        "{:32}{:>12}{:>10}{:>12}{:>8}{:>10}{:>14}",
        "change", "statements", "p99 ms", "silence ms", "errors", "seconds", "after reader"
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut usual = None;
    for change in Change::ALL {
        if change.is_bad() && !is_slow_tier() {
            continue;
        }
        let figures = runtime.block_on(bench.measure(change));
        show(change, &figures);
        let usual = usual.get_or_insert((figures.felt.p99, figures.felt.silence));
        judge(change, &figures, *usual);
    }
    ExitCode::SUCCESS
}

fn show(change: Change, figures: &Figures) {
    let Figures { felt, took, after } = figures;
    println!(
        "{:32}{:>12}{:>10}{:>12}{:>8}{:>10.1}{:>14.2}",
        change.name(),
        felt.statements,
        felt.p99.as_millis(),
        felt.silence.as_millis(),
        felt.errors.len(),
        took.as_secs_f64(),
        after.as_secs_f64()
    );
}

/// `usual` is what is felt without any change: the 99th percentile and the longest silence.
fn judge(change: Change, figures: &Figures, usual: (Duration, Duration)) {
    let Figures { felt, after, .. } = figures;
    assert!(felt.errors.is_empty(), "{:?}", felt.errors);
    if change.is_bad() {
        return;
    }
    let (p99, silence) = usual;
    // Of few statements one in a hundred is among those that waited.
    assert!(!is_slow_tier() || felt.p99 <= p99 + P99, "{:?}", felt.p99);
    assert!(felt.silence <= silence + SILENCE, "{:?}", felt.silence);
    // An index is built when those that it waited for are gone.
    if change != Change::UpIndex {
        assert!(*after <= AFTER, "{after:?}");
    }
}
