//! A service in the middle of a rollout: one migration is for after it.

use sea_orm_migration::prelude::*;
use toolkit_runtime::{Service, entities};
use toolkit_testkit::{Workspace, server};

use crate::{failing::entity, toolkit};

pub const SERVICES: &str = "rolling";

pub fn services() -> [Service; 1] {
    let service = Service::new::<Migrator>("rolling", "rolling");
    let service = service.entities(|| entities![rolling::note::Entity]);
    [service.after_rollout("m2_contract")]
}

entity!(rolling, "rolling");

struct Sends(&'static str, &'static str, &'static str);

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
        db.execute_unprepared(self.2).await.map(drop)
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Sends(
                "m1_notes",
                "CREATE TABLE notes (id int PRIMARY KEY, old text)",
                "DROP TABLE notes",
            )),
            Box::new(Sends(
                "m2_contract",
                "ALTER TABLE notes DROP COLUMN old",
                "ALTER TABLE notes ADD COLUMN old text",
            )),
        ]
    }
}

pub fn every_command_tells_what_waits_for_the_end_of_the_rollout() {
    let Some(cluster) = server("every_command_tells_what_waits") else {
        return;
    };
    let (workspace, database) = (Workspace::create(), cluster.database());
    let toolkit = |words: &[&str]| {
        let program = toolkit(SERVICES, &workspace, words);
        program.env("DATABASE_URL", database.url()).run()
    };
    let json = |output: &str| -> serde_json::Value { serde_json::from_str(output).unwrap() };
    // As the release before left it.
    toolkit(&["up", "-s", "rolling", "-n", "1"]).success();

    let up = toolkit(&["up-all"]).success();
    assert!(up.stdout.contains("after the rollout"), "{}", up.stdout);
    assert!(up.stderr.contains("up --after-rollout"), "{}", up.stderr);
    let up = json(
        &toolkit(&["up", "-s", "rolling", "--format", "json"])
            .success()
            .stdout,
    );
    assert_eq!(up["services"][0]["result"], "nothing_to_do");
    assert_eq!(up["services"][0]["after_rollout"][0], "m2_contract");

    let status = toolkit(&["status", "--exit-code"]).success();
    assert!(
        status.stdout.contains("1 after the rollout"),
        "{}",
        status.stdout
    );
    let status = json(&toolkit(&["status", "--format", "json"]).success().stdout);
    let status = &status["services"][0];
    assert_eq!(
        (&status["pending"], &status["after_rollout"]),
        (&0.into(), &1.into())
    );
    assert_eq!(status["migrations"][1]["state"], "after_rollout");

    let plan = toolkit(&["plan"]).success();
    assert!(
        plan.stdout.contains("nothing is pending"),
        "{}",
        plan.stdout
    );
    assert!(plan.stdout.contains("m2_contract"), "{}", plan.stdout);
    let plan = toolkit(&["up", "-s", "rolling", "--after-rollout", "--dry-run"]).code(1);
    assert!(plan.stdout.contains("DROP COLUMN old"), "{}", plan.stdout);

    let check = toolkit(&["check"]).success();
    assert!(
        check
            .stdout
            .contains("waits for the end of the rollout: m2_contract"),
        "{}",
        check.stdout
    );

    toolkit(&["up-all", "--after-rollout"]).success();
    let status = toolkit(&["status"]).success();
    assert!(
        status.stdout.contains("rolling: 2 applied"),
        "{}",
        status.stdout
    );
    toolkit(&["check"]).success();
    toolkit(&["verify"]).success();
}
