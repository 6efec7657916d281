//! Migrations of `memory_agent`.

use entity::memory::{conversation, memory_item, memory_link, message};
use sea_orm_migration::prelude::*;
use toolkit_runtime::{Service, entities};

mod declared;
mod m20260901_000001_create_conversations;
mod m20260903_000001_create_memories;
mod m20260910_000001_create_memory_links;
mod m20260917_000001_add_memory_expiry;
mod m20261122_170156_declare_checks_and_indexes;
mod m20261125_105824_declare_tidy_tags_and_a_view;

/// The service as the toolkit knows it.
pub fn service() -> Service {
    Service::new::<Migrator>("memory_agent", "memory")
        .folder(env!("CARGO_MANIFEST_DIR"))
        .lock(include_str!("../migrations.lock"))
        .entities(|| {
            entities![
                conversation::Entity,
                message::Entity,
                memory_item::Entity,
                memory_link::Entity
            ]
        })
        .declare(declared::declare)
}

/// The service's migrations, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260901_000001_create_conversations::Migration),
            Box::new(m20260903_000001_create_memories::Migration),
            Box::new(m20260910_000001_create_memory_links::Migration),
            Box::new(m20260917_000001_add_memory_expiry::Migration),
            Box::new(m20261122_170156_declare_checks_and_indexes::Migration),
            Box::new(m20261125_105824_declare_tidy_tags_and_a_view::Migration),
        ]
    }
}
