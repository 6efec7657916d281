//! Migrations of `planning_agent`.

use sea_orm_migration::prelude::*;
use toolkit_runtime::Service;

mod m20260901_000001_create_plans;
mod m20260901_000002_create_tasks;
mod m20260908_000001_create_plan_revisions;
mod m20260915_000001_add_task_priority;

/// The service's migrations, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260901_000001_create_plans::Migration),
            Box::new(m20260901_000002_create_tasks::Migration),
            Box::new(m20260908_000001_create_plan_revisions::Migration),
            Box::new(m20260915_000001_add_task_priority::Migration),
        ]
    }
}

/// The service as the toolkit knows it.
pub fn service() -> Service {
    Service::new::<Migrator>("planning_agent", "planning")
}
