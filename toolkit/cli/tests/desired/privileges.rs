//! What roles may do: declared, or given by a migration and kept.

use std::collections::BTreeSet;

use toolkit_engine::compare::Wishes;
use toolkit_runtime::{Declarations, Service};

use crate::{Bench, declared::orders, up};

/// The roles, which tests share.
const ROLES: &str = "
    DO $$ BEGIN CREATE ROLE shop_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    DO $$ BEGIN CREATE ROLE shop_writer; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
";

/// Orders and a view of them.
fn declare(declared: &mut Declarations, view: &str) {
    declared
        .sql("email_address", "CREATE DOMAIN email_address AS text")
        .sql("place", "CREATE TYPE place AS (city text)")
        .view_sql("totals", view);
}

fn ungranted() -> Service {
    orders().declare(|declared| declare(declared, "SELECT id FROM orders"))
}

fn with_another_view() -> Service {
    orders().declare(|declared| declare(declared, "SELECT total AS id FROM orders"))
}

fn granted() -> Service {
    orders().declare(|declared| {
        declare(declared, "SELECT id FROM orders");
        declared.grant("SELECT", "totals", "shop_reader").grant(
            "USAGE",
            "SCHEMA shop",
            "shop_reader",
        );
    })
}

#[tokio::test]
async fn a_declared_grant_on_the_schema_takes_nothing_from_its_owner() {
    let bench = Bench::create(&ungranted()).await;
    bench.send(ROLES).await;
    bench.settle(&ungranted()).await;
    assert_eq!(
        bench.settle(&granted()).await,
        [
            "GRANT USAGE ON SCHEMA shop TO shop_reader",
            "GRANT SELECT ON TABLE totals TO shop_reader",
        ]
    );
}

/// They used to be lost with the view, and to stay unseen when their declaration went.
#[tokio::test]
async fn what_roles_have_that_nobody_declares_is_kept_and_listed_and_goes_when_it_is_named() {
    let bench = Bench::create(&ungranted()).await;
    bench.send(ROLES).await;
    bench.settle(&granted()).await;
    bench
        .send(
            "GRANT INSERT ON orders TO shop_writer; GRANT UPDATE (total) ON orders TO shop_reader",
        )
        .await;
    let undeclared = ungranted();
    let comparison = bench.compare(&undeclared, &Wishes::default()).await;
    assert_eq!(up(&comparison), [] as [&str; 0]);
    let kept: Vec<_> = comparison.kept.iter().map(ToString::to_string).collect();
    assert_eq!(
        kept,
        [
            "role:shop_reader, its privileges on schema shop, column shop.orders.total, view shop.totals",
            "role:shop_writer, its privileges on table shop.orders",
        ]
    );
    let anew = bench.settle(&with_another_view()).await;
    assert!(
        anew.contains(&"GRANT SELECT ON TABLE totals TO shop_reader".to_owned()),
        "{anew:?}"
    );
    let wishes = Wishes {
        drop: vec!["role:shop_reader".to_owned()],
        ..Wishes::default()
    };
    let comparison = bench.compare(&with_another_view(), &wishes).await;
    assert_eq!(
        up(&comparison),
        [
            "REVOKE USAGE ON SCHEMA shop FROM shop_reader",
            "REVOKE UPDATE (total) ON TABLE orders FROM shop_reader",
            "REVOKE SELECT ON TABLE totals FROM shop_reader",
        ]
    );
}

/// What they may do depends on when an object was made, so it is nobody's word.
#[tokio::test]
async fn roles_that_have_privileges_by_default_are_left_alone() {
    for default in ["IN SCHEMA shop", ""] {
        let bench = Bench::create(&ungranted()).await;
        bench.send(ROLES).await;
        let defaults = format!(
            "ALTER DEFAULT PRIVILEGES {default} GRANT SELECT ON TABLES TO shop_reader;
             CREATE TABLE early (id integer); GRANT INSERT ON early TO shop_writer"
        );
        bench.send(&defaults).await;
        let made = bench.settle(&ungranted()).await;
        assert!(!made.iter().any(|it| it.contains("shop_")), "{made:?}");
    }
}

/// A live database has them from whoever runs the server.
#[tokio::test]
async fn privileges_that_migrations_do_not_name_beside_an_object_are_no_drift() {
    let bench = Bench::create(&ungranted()).await;
    bench.send(ROLES).await;
    bench.settle(&granted()).await;
    let given = bench.current(&ungranted()).await;
    bench
        .send("GRANT SELECT ON orders TO shop_reader; GRANT SELECT ON totals TO shop_writer")
        .await;
    let mut live = bench.current(&ungranted()).await;
    assert_ne!(live, given);
    live.forget_strangers(&BTreeSet::new(), &given);
    assert_eq!(live, given);
    bench.send("REVOKE SELECT ON totals FROM shop_reader").await;
    let mut live = bench.current(&ungranted()).await;
    live.forget_strangers(&BTreeSet::new(), &given);
    assert_ne!(live, given);
}

/// Which privileges a table has depends on the version of the server, and a migration may run on another.
#[tokio::test]
async fn all_privileges_of_a_table_are_written_as_all() {
    let service = orders().declare(|declared| {
        declare(declared, "SELECT id FROM orders");
        declared.grant("ALL", "orders", "shop_reader");
    });
    let bench = Bench::create(&service).await;
    bench.send(ROLES).await;
    let made = bench.settle(&service).await;
    assert!(
        made.contains(&"GRANT ALL ON TABLE orders TO shop_reader".to_owned()),
        "{made:?}"
    );
}
