//! Migrations of observability_service.

use sea_orm_migration::prelude::*;
use toolkit_runtime::Service;

/// The service's migrations, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }
}

/// The service as the toolkit knows it.
pub fn service() -> Service {
    Service::new::<Migrator>("observability_service", "observability")
}
