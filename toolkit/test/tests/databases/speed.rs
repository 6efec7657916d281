//! How long a test waits for its database, beside running all migrations for each:
//! `cargo test --workspace --test databases speed -- --ignored --nocapture`, on a quiet machine.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, Database};
use toolkit_runtime::Service;
use toolkit_test::TestDatabase;
use toolkit_testkit::own_server;

/// How many tests, and how many at once.
const TESTS: usize = 200;
const AT_ONCE: usize = 8;
/// How many of them run all migrations, which takes long.
const MIGRATED: usize = 16;

fn services() -> [Service; 4] {
    [
        planning_migration::service(),
        memory_migration::service(),
        user_service_migration::service(),
        observability_migration::service(),
    ]
}

/// Measures each of `tests` tests, some at once.
fn measure(name: &str, tests: usize, at_once: usize, test: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    let mut times: Vec<Duration> = thread::scope(|scope| {
        let worker = || {
            let mut times = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= tests {
                    return times;
                }
                let started = Instant::now();
                test(number);
                times.push(started.elapsed());
            }
        };
        let workers: Vec<_> = (0..at_once).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .flat_map(|it| it.join().unwrap())
            .collect()
    });
    let all = started.elapsed();
    times.sort();
    println!(
        "{name}: {tests} tests, {at_once} at once: {:.1} s in all; a test: median {} ms, slowest of ten {} ms",
        all.as_secs_f64(),
        times[tests / 2].as_millis(),
        times[tests * 9 / 10].as_millis(),
    );
}

fn event_loop() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

fn copied(services: &[Service]) {
    event_loop().block_on(async {
        let database = TestDatabase::create(services).await.unwrap();
        let db = database.connection();
        db.execute_unprepared("SELECT 1").await.unwrap();
        database.disconnect().await;
    });
}

/// What a test without a template does.
fn migrated(server: &str, number: usize, services: &[Service]) {
    event_loop().block_on(async {
        let admin = Database::connect(format!("{server}/postgres"))
            .await
            .unwrap();
        let name = format!("migrated_{number}");
        let create = format!("CREATE DATABASE {name}");
        admin.execute_unprepared(&create).await.unwrap();
        let db = Database::connect(format!("{server}/{name}")).await.unwrap();
        for service in services {
            service.migrate(&db).await.unwrap();
        }
        db.execute_unprepared("SELECT 1").await.unwrap();
        db.close().await.unwrap();
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        admin.execute_unprepared(&drop).await.unwrap();
        admin.close().await.unwrap();
    });
}

/// The outer process sets the variable for the inner one, which is this test again.
#[test]
#[ignore = "it measures, and takes a minute"]
fn speed() {
    if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
        let services = services();
        let started = Instant::now();
        copied(&services);
        println!(
            "the first test, which migrates: {} ms",
            started.elapsed().as_millis()
        );
        for at_once in [1, AT_ONCE] {
            measure("copied", TESTS, at_once, |_| copied(&services));
        }
        let server = url.rsplit_once('/').unwrap().0;
        for (at_once, tests) in [(1, MIGRATED), (AT_ONCE, 2 * MIGRATED)] {
            measure("migrated", tests, at_once, |number| {
                migrated(server, number + 100 * at_once, &services);
            });
        }
        return;
    }
    let Some(cluster) = own_server("speed") else {
        return;
    };
    cluster.psql("postgres", "ALTER SYSTEM SET log_statement = 'none'");
    cluster.psql("postgres", "SELECT pg_reload_conf()");
    let output = toolkit_testkit::Program::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "speed::speed"])
        .env("TEST_DATABASE_URL", cluster.url("postgres", "postgres"))
        .run()
        .success();
    println!("PostgreSQL {}\n{}", cluster.major(), output.stdout);
}
