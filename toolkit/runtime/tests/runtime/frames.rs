//! The examples that `generate --empty=KIND` writes in comments, without the comments: they do what they say.

use sea_orm::ConnectionTrait;
use sea_orm_migration::prelude::*;
use toolkit_runtime::Extent;
use toolkit_testkit::server;

use crate::service::{Statements, connect, orders, run, text};

#[path = "../../../rust/src/frame/batches.rs"]
mod batches;
#[path = "../../../rust/src/frame/concurrently.rs"]
mod concurrently;
#[path = "../../../rust/src/frame/data.rs"]
mod data;
#[path = "../../../rust/src/frame/sql.rs"]
mod sql;

struct Frames;

impl MigratorTrait for Frames {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Statements {
                name: "m1_users",
                up: &[
                    "CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
                     name text UNIQUE, language text)",
                    "INSERT INTO users (name) VALUES ('ann')",
                ],
                down: &["DROP TABLE users"],
                transaction: None,
            }),
            Box::new(data::Migration),
            Box::new(Statements {
                name: "m2_many",
                up: &[
                    "INSERT INTO users (name) SELECT 'user ' || n FROM generate_series(1, 2500) n",
                ],
                down: &["DELETE FROM users WHERE name LIKE 'user %'"],
                transaction: None,
            }),
            Box::new(batches::Migration),
            Box::new(sql::Migration),
            Box::new(concurrently::Migration),
        ]
    }
}

#[tokio::test]
async fn the_examples_for_migrations_by_hand_do_what_they_say() {
    let Some(cluster) = server("the_examples_for_migrations_by_hand") else {
        return;
    };
    let database = cluster.database();
    let connection = connect(&database).await;
    let service = orders::<Frames>();
    let (_, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await?;
        runner.down(report, &Extent::All).await?;
        runner.up(report, &Extent::All).await
    })
    .await;
    result.unwrap();
    let there = "SELECT count(*) || ' ' || count(*) FILTER (WHERE language = 'en') || ' ' || \
                 count(*) FILTER (WHERE name = 'guest') FROM orders.users";
    assert_eq!(text(&connection, there).await, "2502 2502 1");
    let refused = "INSERT INTO orders.users (name) VALUES ('')";
    let refused = connection.db().execute_unprepared(refused).await;
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("users_name_not_empty")
    );
    let valid = "SELECT bool_and(indisvalid)::text FROM pg_index WHERE indrelid = 'orders.users'::regclass \
                 AND indexrelid = 'orders.users_language'::regclass";
    assert_eq!(text(&connection, valid).await, "true");
}
