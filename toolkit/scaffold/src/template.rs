//! The texts of a new service's files, as rustfmt leaves them. No I/O here.

/// The features of a migration crate.
pub(super) const FEATURES: &str = "default = [\"cli\", \"embedded\"]
# The migration binary; a service that migrates itself leaves it out.
cli = [\"toolkit-runtime/cli\"]
# Fall back to the embedded PostgreSQL when no URL is configured.
embedded = [\"toolkit-runtime/embedded\"]
";

/// The section of its binary.
pub(super) fn binary_section(package: &str) -> String {
    format!("name = {package:?}\npath = \"src/main.rs\"\nrequired-features = [\"cli\"]\n")
}

/// The list of its entities.
pub(super) fn entity_module(name: &str) -> String {
    format!("//! What `{name}` keeps.\n\npub mod example;\n")
}

/// An entity to begin with.
pub(super) fn entity(schema: &str) -> String {
    format!(
        "//! An example: change it, or put your own in its place.

use sea_orm::entity::prelude::*;

/// An example.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = {schema:?}, table_name = \"examples\")]
pub struct Model {{
    /// Identifies the example.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What it is called.
    #[sea_orm(column_type = \"Text\")]
    pub name: String,
}}

impl ActiveModelBehavior for ActiveModel {{}}
"
    )
}

/// The migration that makes what the entity says.
pub(super) const MIGRATION: &str = "//! Creates the examples.

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
";

/// Its migration binary.
pub(super) fn binary(name: &str, library: &str) -> String {
    format!(
        "//! The migration binary of `{name}`.

use std::process::ExitCode;

fn main() -> ExitCode {{
    toolkit_runtime::main(&{library}::service())
}}
"
    )
}
