//! A service in the schema `public` that needs an extension: what belongs to the database is left to it.

use sea_orm_migration::prelude::*;
use toolkit_runtime::{Service, entities};
use toolkit_testkit::{Workspace, server};

use crate::{failing::entity, toolkit};

pub const SERVICES: &str = "extending";

pub fn services() -> [Service; 1] {
    let service = Service::new::<Migrator>("labels", "public");
    let service = service.entities(|| entities![public::note::Entity]);
    [service.declare(|declared| {
        declared.extension("citext");
    })]
}

entity!(public, "public");

/// What `generate` writes for an extension: the way back leaves it.
struct Extends;

impl MigrationName for Extends {
    fn name(&self) -> &'static str {
        "m1_citext"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Extends {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let sql = "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public";
        db.execute_unprepared(sql).await.map(drop)
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Extends)]
    }
}

pub fn what_belongs_to_the_database_is_left_to_it() {
    let Some(cluster) = server("what_belongs_to_the_database_is_left_to_it") else {
        return;
    };
    let (workspace, database) = (Workspace::create(), cluster.database());
    let toolkit = |words: &[&str]| {
        let program = toolkit(SERVICES, &workspace, words);
        program.env("DATABASE_URL", database.url()).run()
    };
    let verified = toolkit(&["verify"]).success();
    assert!(verified.stdout.contains(" ok"), "{}", verified.stdout);
    let generated = toolkit(&["generate", "--dry-run", "--format", "sql"]).success();
    assert!(
        generated.stdout.contains("CREATE TABLE notes"),
        "{}",
        generated.stdout
    );
    // Only who owns them may describe them.
    assert!(
        !generated.stdout.contains("COMMENT ON"),
        "{}",
        generated.stdout
    );
}
