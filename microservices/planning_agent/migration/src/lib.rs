//! Migrations of `planning_agent`.

use entity::planning::{plan, plan_revision, task, task_dependency};
use sea_orm_migration::prelude::*;
use toolkit_runtime::{Service, entities};

mod declared;
mod m20260901_000001_create_plans;
mod m20260901_000002_create_tasks;
mod m20260908_000001_create_plan_revisions;
mod m20260915_000001_add_task_priority;
mod m20261122_170155_declare_checks_and_indexes;
mod m20261125_105823_declare_views_and_a_trigger;

/// The service as the toolkit knows it.
pub fn service() -> Service {
    Service::new::<Migrator>("planning_agent", "planning")
        .folder(env!("CARGO_MANIFEST_DIR"))
        .lock(include_str!("../migrations.lock"))
        .entities(|| {
            entities![
                plan::Entity,
                task::Entity,
                task_dependency::Entity,
                plan_revision::Entity
            ]
        })
        .declare(declared::declare)
}

/// The service's migrations, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260901_000001_create_plans::Migration),
            Box::new(m20260901_000002_create_tasks::Migration),
            Box::new(m20260908_000001_create_plan_revisions::Migration),
            Box::new(m20260915_000001_add_task_priority::Migration),
            Box::new(m20261122_170155_declare_checks_and_indexes::Migration),
            Box::new(m20261125_105823_declare_views_and_a_trigger::Migration),
        ]
    }
}
