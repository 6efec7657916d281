//! The texts of a new service's files, as rustfmt leaves them. No I/O here.

use super::NewService;

/// The list of its entities.
pub(super) fn entity_module(new: &NewService) -> String {
    format!("//! What `{}` keeps.\n\npub mod example;\n", new.name)
}

/// An entity to begin with.
pub(super) fn entity(new: &NewService) -> String {
    format!(
        "//! An example: change it, or put your own in its place.

use sea_orm::entity::prelude::*;

/// An example.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = {:?}, table_name = \"examples\")]
pub struct Model {{
    /// Identifies the example.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What it is called.
    #[sea_orm(column_type = \"Text\")]
    pub name: String,
}}

impl ActiveModelBehavior for ActiveModel {{}}
",
        new.schema
    )
}

/// The migration that makes what the entity says.
pub(super) fn migration() -> String {
    "//! Creates the examples.

use sea_orm_migration::{
    prelude::*,
    schema::{big_pk_auto, text},
};

/// Creates `examples`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(\"examples\")
                    .col(big_pk_auto(\"id\"))
                    .col(text(\"name\"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(\"examples\").to_owned())
            .await
    }
}
"
    .to_owned()
}

/// The library of its migrations.
pub(super) fn library(new: &NewService) -> String {
    let NewService {
        name,
        schema,
        migration,
    } = new;
    format!(
        "//! Migrations of `{name}`.

use entity::{name}::example;
use sea_orm_migration::prelude::*;
use toolkit_runtime::{{Service, entities}};

mod {migration};

/// The service's migrations, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {{
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {{
        vec![Box::new({migration}::Migration)]
    }}
}}

/// The service as the toolkit knows it.
pub fn service() -> Service {{
    Service::new::<Migrator>({name:?}, {schema:?})
        .folder(env!(\"CARGO_MANIFEST_DIR\"))
        .lock(include_str!(\"../migrations.lock\"))
        .entities(|| entities![example::Entity])
}}
"
    )
}

/// Its migration binary.
pub(super) fn binary(new: &NewService) -> String {
    format!(
        "//! The migration binary of `{}`.

use std::process::ExitCode;

fn main() -> ExitCode {{
    toolkit_runtime::main(&{}::service())
}}
",
        new.name,
        new.library()
    )
}
