//! What roles may do: declared, or given by a migration and kept.

use toolkit_engine::compare::Wishes;
use toolkit_runtime::{Declarations, Service};

use crate::{Bench, declared::orders, up};

/// The roles, which tests share.
const ROLES: &str = "
    DO $$ BEGIN CREATE ROLE shop_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    DO $$ BEGIN CREATE ROLE shop_writer; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
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
            "privileges of role shop_reader on schema shop, column shop.orders.total, view shop.totals",
            "privileges of role shop_writer on table shop.orders",
        ]
    );
    let anew = bench.settle(&with_another_view()).await;
    assert!(
        anew.contains(&"GRANT SELECT ON TABLE totals TO shop_reader".to_owned()),
        "{anew:?}"
    );
    let wishes = Wishes {
        drop: vec!["shop_reader".to_owned()],
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
