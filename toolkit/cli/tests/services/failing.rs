//! A service whose migration fails on a fresh database, between two that are sound.

use std::time::Duration;

use sea_orm_migration::prelude::*;
use toolkit_runtime::{Limits, Service, entities};
use toolkit_testkit::{Workspace, server};

use crate::toolkit;

pub const SERVICES: &str = "failing";

pub fn services() -> [Service; 3] {
    [
        Service::new::<First>("first", "first").entities(|| entities![first::note::Entity]),
        Service::new::<Broken>("broken", "broken").entities(|| entities![broken::note::Entity]),
        Service::new::<Last>("last", "last")
            .entities(|| entities![last::note::Entity])
            .limits(
                "m1_notes",
                Limits::default().lock_timeout(Duration::from_millis(250)),
            ),
    ]
}

/// Each in a folder of its own, for what stands beside a listed entity belongs to the service too.
macro_rules! entity {
    ($schema:ident, $name:literal) => {
        mod $schema {
            pub mod note {
                use sea_orm::entity::prelude::*;

                #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
                #[sea_orm(schema_name = $name, table_name = "notes")]
                pub struct Model {
                    #[sea_orm(primary_key, auto_increment = false)]
                    pub id: i32,
                }

                #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
                pub enum Relation {}

                impl ActiveModelBehavior for ActiveModel {}
            }
        }
    };
}
pub(crate) use entity;

entity!(first, "first");
entity!(broken, "broken");
entity!(last, "last");

/// A migration that sends one statement outside a transaction, where a live database would need a
/// person's word after a failure.
struct Sends(&'static str, &'static str);

impl MigrationName for Sends {
    fn name(&self) -> &str {
        self.0
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Sends {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(self.1).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("DROP TABLE IF EXISTS notes")
            .await
            .map(drop)
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

macro_rules! migrator {
    ($name:ident, $($migration:literal: $statement:literal),+) => {
        struct $name;

        impl MigratorTrait for $name {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![$(Box::new(Sends($migration, $statement))),+]
            }
        }
    };
}
migrator!(First, "m1_notes": "CREATE TABLE notes (id int PRIMARY KEY)");
migrator!(
    Broken,
    "m1_notes": "CREATE TABLE notes (id int PRIMARY KEY)",
    "m2_sizes": "UPDATE sizes SET size = 1"
);
migrator!(Last, "m1_notes": "CREATE TABLE notes (id int PRIMARY KEY, text text)");

const FAILS: &str = "error: migration m2_sizes of broken fails on a fresh database\n  \
                     statement: UPDATE sizes SET size = 1\n  caused by: relation \"sizes\" does not exist";

pub fn check_goes_on_behind_a_migration_that_fails() {
    let workspace = Workspace::create();
    let check = toolkit(SERVICES, &workspace, &["check"]).run().code(2);
    let rows: Vec<&str> = check.stdout.lines().take(4).collect();
    assert!(rows[1].starts_with("first    ok "), "{}", check.stdout);
    assert!(
        rows[2].starts_with("broken   NOT CHECKED"),
        "{}",
        check.stdout
    );
    assert!(
        rows[3].starts_with("last     1 DIFFERENCE "),
        "{}",
        check.stdout
    );
    assert!(check.stderr.contains(FAILS), "{}", check.stderr);

    let check = toolkit(SERVICES, &workspace, &["check", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&check.run().code(2).stdout).unwrap();
    assert_eq!(document["ok"], false);
    let services = &document["services"];
    assert_eq!(services[0]["error"], serde_json::Value::Null);
    let message = services[1]["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("migration m2_sizes of broken fails"),
        "{message}"
    );
    assert_eq!(services[2]["entities"].as_array().unwrap().len(), 1);

    let Some(cluster) = server("check_goes_on_behind_a_migration_that_fails") else {
        return;
    };
    // A database where the migration went well, for there was a table.
    let database = cluster.database();
    cluster.psql(
        database.name(),
        "CREATE SCHEMA broken; CREATE TABLE broken.sizes (size int)",
    );
    let on_it = |words| toolkit(SERVICES, &workspace, words).env("DATABASE_URL", database.url());
    on_it(&["up-all"]).run().success();
    let check = on_it(&["check"]).run().code(2);
    assert!(check.stderr.contains(FAILS), "{}", check.stderr);
    assert!(
        check.stdout.contains("last     1 DIFFERENCE  ok "),
        "{}",
        check.stdout
    );
}

pub fn what_fails_on_scratch_is_never_to_be_resolved() {
    let workspace = Workspace::create();
    for words in [
        &["check"][..],
        &["check", "-s", "broken"],
        &["verify"],
        &["generate", "-s", "broken"],
        &[
            "diff", "-s", "broken", "--from", "history", "--to", "entities",
        ],
        &["plan", "-s", "broken"],
    ] {
        let output = toolkit(SERVICES, &workspace, words).run();
        assert_ne!(output.code, Some(0), "{output:?}");
        let told = output.stdout + &output.stderr;
        assert!(
            told.contains("migration m2_sizes of broken fails on a fresh database"),
            "{words:?}\n{told}"
        );
        assert!(!told.contains("toolkit resolve"), "{words:?}\n{told}");
    }
}

pub fn generate_goes_on_behind_a_service_that_fails() {
    let workspace = Workspace::create();
    let words = ["generate", "--dry-run", "--format", "json"];
    let generate = toolkit(SERVICES, &workspace, &words).run().code(2);
    let document: serde_json::Value = serde_json::from_str(&generate.stdout).unwrap();
    assert_eq!(document["ok"], false);
    let services = &document["services"];
    assert_eq!(services[0]["statements"].as_array().unwrap().len(), 0);
    let message = services[1]["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("migration m2_sizes of broken fails"),
        "{message}"
    );
    assert_eq!(services[2]["statements"].as_array().unwrap().len(), 1);
    assert!(generate.stderr.contains(FAILS), "{}", generate.stderr);
}

pub fn a_script_gives_each_migration_its_own_lock_timeout() {
    let workspace = Workspace::create();
    let words = ["plan", "--format", "sql", "-s", "first", "-s", "last"];
    let script = toolkit(SERVICES, &workspace, &words).run().code(1).stdout;
    let lines: Vec<&str> = script
        .lines()
        .filter(|line| line.contains("lock_timeout"))
        .collect();
    // Outside a transaction a migration waits without limit, unless it has one of its own.
    let expected = ["'100ms'", "0", "'100ms'", "'250ms'", "'100ms'"];
    assert_eq!(
        lines,
        expected.map(|value| format!("SET lock_timeout = {value};"))
    );
}
