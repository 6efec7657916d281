//! Migrations of `observability_service`.

use entity::observability::{alert, log_event, metric, span, trace};
use sea_orm_migration::prelude::*;
use toolkit_runtime::{Service, entities};

mod declared;
mod m20260901_000001_create_traces;
mod m20260901_000002_create_log_events;
mod m20260904_000001_create_metrics_and_alerts;
mod m20260918_000001_add_alert_quiet_hours;
mod m20261122_170200_declare_checks_and_indexes;
mod m20261125_102500_partition_log_events;
mod m20261125_105825_declare_recent_errors;

/// The service as the toolkit knows it.
pub fn service() -> Service {
    Service::new::<Migrator>("observability_service", "observability")
        .folder(env!("CARGO_MANIFEST_DIR"))
        .lock(include_str!("../migrations.lock"))
        .entities(|| {
            entities![
                trace::Entity,
                span::Entity,
                metric::Entity,
                log_event::Entity,
                alert::Entity
            ]
        })
        .declare(declared::declare)
}

/// The service's migrations, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260901_000001_create_traces::Migration),
            Box::new(m20260901_000002_create_log_events::Migration),
            Box::new(m20260904_000001_create_metrics_and_alerts::Migration),
            Box::new(m20260918_000001_add_alert_quiet_hours::Migration),
            Box::new(m20261122_170200_declare_checks_and_indexes::Migration),
            Box::new(m20261125_102500_partition_log_events::Migration),
            Box::new(m20261125_105825_declare_recent_errors::Migration),
        ]
    }
}
