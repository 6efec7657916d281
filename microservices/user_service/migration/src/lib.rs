//! Migrations of `user_service`.

use entity::user_service::{api_key, membership, organization, session, user};
use sea_orm_migration::prelude::*;
use toolkit_runtime::{Service, entities};

mod declared;
mod m20260901_000001_create_organizations_and_users;
mod m20260901_000002_add_organization_owner;
mod m20260902_000001_create_memberships;
mod m20260905_000001_create_api_keys_and_sessions;
mod m20261122_170158_declare_checks_and_indexes;
mod m20261125_105824_declare_row_level_security;

/// The service as the toolkit knows it.
pub fn service() -> Service {
    Service::new::<Migrator>("user_service", "user_service")
        .folder(env!("CARGO_MANIFEST_DIR"))
        .lock(include_str!("../migrations.lock"))
        .entities(|| {
            entities![
                organization::Entity,
                user::Entity,
                membership::Entity,
                api_key::Entity,
                session::Entity
            ]
        })
        .declare(declared::declare)
}

/// The service's migrations, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260901_000001_create_organizations_and_users::Migration),
            Box::new(m20260901_000002_add_organization_owner::Migration),
            Box::new(m20260902_000001_create_memberships::Migration),
            Box::new(m20260905_000001_create_api_keys_and_sessions::Migration),
            Box::new(m20261122_170158_declare_checks_and_indexes::Migration),
            Box::new(m20261125_105824_declare_row_level_security::Migration),
        ]
    }
}
