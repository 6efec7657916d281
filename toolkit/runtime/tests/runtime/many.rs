//! A long history.

use std::time::Duration;

use sea_orm_migration::prelude::*;
use toolkit_runtime::{Direction, Entry, Extent, Lockfile, Report, checksum};
use toolkit_testkit::server;

use crate::service::{connect, orders, run};

const COUNT: usize = 1_000;

struct Numbered(String, usize);

impl MigrationName for Numbered {
    fn name(&self) -> &str {
        &self.0
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Numbered {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = format!("CREATE TYPE t{} AS ENUM ()", self.1);
        let db = manager.get_connection();
        db.execute_unprepared(&sql).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = format!("DROP TYPE t{}", self.1);
        let db = manager.get_connection();
        db.execute_unprepared(&sql).await.map(drop)
    }
}

fn name(number: usize) -> String {
    format!("m20260901_{number:06}_create_a_type_with_a_name_of_usual_length")
}

struct Thousand;

impl MigratorTrait for Thousand {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        (0..COUNT)
            .map(|number| Box::new(Numbered(name(number), number)) as Box<dyn MigrationTrait>)
            .collect()
    }
}

/// The middle of the times of the first tenth and of the last tenth in `direction`.
fn times(report: &Report, direction: Direction) -> (Duration, Duration) {
    let done = report.migrations.iter();
    let times: Vec<Duration> = done
        .filter(|done| done.direction == direction)
        .map(|done| done.duration)
        .collect();
    assert_eq!(times.len(), COUNT);
    let median = |times: &[Duration]| {
        let mut times = times.to_vec();
        times.sort();
        times[times.len() / 2]
    };
    let tenth = COUNT / 10;
    (median(&times[..tenth]), median(&times[COUNT - tenth..]))
}

#[tokio::test]
async fn each_of_a_thousand_migrations_takes_its_own_time() {
    let Some(cluster) = server("each_of_a_thousand_migrations") else {
        return;
    };
    let database = cluster.database();
    let connection = connect(&database).await;
    let entries = (0..COUNT).map(|number| Entry::new(&name(number), &checksum(b"fn up() {}")));
    let lockfile = entries.collect::<Lockfile>().to_string();
    let service = orders::<Thousand>().lock(lockfile.leak());
    let (report, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await?;
        runner.down(report, &Extent::All).await
    })
    .await;
    result.unwrap();
    for direction in [Direction::Up, Direction::Down] {
        let (first, last) = times(&report, direction);
        // Ten times as many before it, and each would take ten times as long if it read them.
        let (short, long) = (first.min(last), first.max(last));
        assert!(long < short * 4, "{first:?} {last:?}");
    }
}
