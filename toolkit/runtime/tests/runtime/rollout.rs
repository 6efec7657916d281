//! Migrations that are for after the rollout: while old code may run, `up` stops before them.

use sea_orm_migration::MigratorTrait;
use toolkit_runtime::{
    Connection, Direction, Error, Extent, Report, Runner, Service, Settings, Silent, Standing,
    State,
};
use toolkit_testkit::{Database, server};

use crate::service::{connect, migrator, orders, text};

migrator!(First, "m1": ["CREATE TABLE a (id int, old int)"] / ["DROP TABLE a"]);
migrator!(
    Second,
    "m1": ["CREATE TABLE a (id int, old int)"] / ["DROP TABLE a"],
    "m2_expand": ["ALTER TABLE a ADD new int"] / ["ALTER TABLE a DROP new"],
    "m3_contract": ["ALTER TABLE a DROP old"] / ["ALTER TABLE a ADD old int"],
    "m4_contract": ["ALTER TABLE a ALTER new SET NOT NULL"] / ["ALTER TABLE a ALTER new DROP NOT NULL"],
);
migrator!(
    Third,
    "m1": ["CREATE TABLE a (id int, old int)"] / ["DROP TABLE a"],
    "m2_expand": ["ALTER TABLE a ADD new int"] / ["ALTER TABLE a DROP new"],
    "m3_contract": ["ALTER TABLE a DROP old"] / ["ALTER TABLE a ADD old int"],
    "m4_contract": ["ALTER TABLE a ALTER new SET NOT NULL"] / ["ALTER TABLE a ALTER new DROP NOT NULL"],
    "m5": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
    "m6_contract": ["DROP TABLE b"] / ["CREATE TABLE b (id int)"],
);

/// The release that has the migrations of `M`.
fn release<M: MigratorTrait>() -> Service {
    let service = orders::<M>();
    let listed = service.migrations();
    ["m3_contract", "m4_contract", "m6_contract"]
        .into_iter()
        .filter(|name| listed.iter().any(|migration| migration.name() == *name))
        .fold(service, Service::after_rollout)
}

async fn up(connection: &Connection, service: &Service, settings: &Settings) -> Report {
    let mut report = Report::default();
    let runner = Runner::new(service, connection, settings, &Silent);
    runner.up(&mut report, &Extent::All).await.unwrap();
    report
}

async fn waiting(connection: &Connection, service: &Service) -> Vec<String> {
    let standing = Standing::read(connection, service).await.unwrap();
    let names = standing.names(State::AfterRollout).into_iter();
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn up_stops_before_what_is_for_after_the_rollout_until_old_code_is_gone() {
    let Some(cluster) = server("up_stops_before_what_is_for_after_the_rollout") else {
        return;
    };
    let contracts = ["m3_contract", "m4_contract"];
    let rolled_out = Settings {
        after_rollout: true,
        ..Settings::default()
    };
    for told in [true, false] {
        let database = cluster.database();
        let connection = connect(&database).await;
        let usual = Settings::default();
        up(&connection, &release::<First>(), &usual).await;
        let service = release::<Second>();
        assert_eq!(waiting(&connection, &service).await, contracts);
        // As often as it is asked, and however far it is to go.
        let report = up(&connection, &service, &usual).await;
        assert_eq!(report.names(Direction::Up), ["m2_expand"]);
        assert_eq!(report.after_rollout, contracts);
        for extent in [
            Extent::All,
            Extent::Count(5),
            Extent::To("m4_contract".to_owned()),
        ] {
            let mut report = Report::default();
            let runner = Runner::new(&service, &connection, &usual, &Silent);
            runner.up(&mut report, &extent).await.unwrap();
            assert!(report.is_idle(), "{report:?}");
            assert_eq!(report.after_rollout, contracts);
        }
        let report = if told {
            let report = up(&connection, &service, &rolled_out).await;
            assert_eq!(report.names(Direction::Up), contracts);
            report
        } else {
            // The next release: the code of the first is gone.
            let report = up(&connection, &release::<Third>(), &usual).await;
            assert_eq!(
                report.names(Direction::Up),
                ["m3_contract", "m4_contract", "m5"]
            );
            assert_eq!(
                waiting(&connection, &release::<Third>()).await,
                ["m6_contract"]
            );
            report
        };
        assert_eq!(report.after_rollout.is_empty(), told);
        let columns = "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute \
                       WHERE attrelid = 'orders.a'::regclass AND attnum > 0 AND NOT attisdropped";
        assert_eq!(text(&connection, columns).await, "id,new");
    }
}

#[tokio::test]
async fn where_nothing_ran_before_everything_is_applied_and_what_is_rolled_back_waits_again() {
    let database = Database::create();
    let connection = connect(&database).await;
    let (service, settings) = (release::<Second>(), Settings::default());
    assert_eq!(waiting(&connection, &service).await, [""; 0]);
    let report = up(&connection, &service, &settings).await;
    assert_eq!(report.names(Direction::Up).len(), 4);
    let runner = Runner::new(&service, &connection, &settings, &Silent);
    let down = &mut Report::default();
    runner.down(down, &Extent::Count(2)).await.unwrap();
    assert_eq!(down.names(Direction::Down), ["m4_contract", "m3_contract"]);
    assert_eq!(
        waiting(&connection, &service).await,
        ["m3_contract", "m4_contract"]
    );
    assert!(up(&connection, &service, &settings).await.is_idle());
    let again = &mut Report::default();
    runner.refresh(again).await.unwrap();
    assert_eq!(
        again.names(Direction::Up).len(),
        4,
        "nothing is left that old code could use"
    );

    // The embedded server serves one process, so no old code runs beside this one.
    runner.down(down, &Extent::Count(1)).await.unwrap();
    let alone = connection.alone();
    let report = up(&alone, &service, &settings).await;
    assert_eq!(report.names(Direction::Up), ["m4_contract"]);
}

#[tokio::test]
async fn a_name_that_no_migration_has_is_an_error() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<First>().after_rollout("m9");
    let error = Standing::read(&connection, &service).await.unwrap_err();
    assert!(matches!(error, Error::UnknownMigration { .. }), "{error}");
}
