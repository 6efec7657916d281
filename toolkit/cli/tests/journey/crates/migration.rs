//! Migrations of NAME.

use sea_orm_migration::prelude::*;
use toolkit_runtime::{Service, entities};

/// The service's migrations, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }
}

/// The service as the toolkit knows it.
pub fn service() -> Service {
    Service::new::<Migrator>("NAME", "NAME")
        .folder(env!("CARGO_MANIFEST_DIR"))
        .entities(|| ENTITIES)
}
