//! The texts of files that `init` writes, and the lines that it adds. No I/O here.

/// What a workspace's manifest begins with.
pub(crate) const ROOT: &str = "[workspace]
resolver = \"3\"
members = [
]

[workspace.package]
version = \"0.1.0\"
edition = \"2024\"
publish = false

[profile.dev]
debug = \"line-tables-only\"

[profile.dev.package.\"*\"]
debug = false
";

/// What a workspace's manifest says of SeaORM.
pub(crate) const SEA_ORM: &str = "{ version = \"2.0.4\", default-features = false, features = [
    \"entity-registry\",
    \"macros\",
    \"postgres-array\",
    \"runtime-tokio-rustls\",
    \"sqlx-postgres\",
    \"with-chrono\",
    \"with-ipnetwork\",
    \"with-json\",
    \"with-rust_decimal\",
    \"with-uuid\",
] }";

/// The same of its migrations.
pub(crate) const SEA_ORM_MIGRATION: &str =
    "{ version = \"2.0.4\", default-features = false, features = [
    \"runtime-tokio-rustls\",
    \"sqlx-postgres\",
] }";

/// What the embedded PostgreSQL spends its start in: optimised, a start takes less than half the time.
pub(crate) const OPTIMISED: [&str; 12] = [
    "pglite-oxide",
    "wasmer",
    "wasmer-compiler",
    "wasmer-types",
    "wasmer-vm",
    "wasmer-wasix",
    "virtual-fs",
    "rkyv",
    "bytecheck",
    "sha2",
    "flate2",
    "miniz_oxide",
];

/// The features of the toolkit's package.
pub(crate) const TOOLKIT_FEATURES: &str = "default = [\"embedded\"]
# Fall back to the embedded PostgreSQL when no URL is configured.
embedded = [\"toolkit-engine/embedded\"]
";

/// The toolkit.
pub(crate) const TOOLKIT: &str =
    "//! The toolkit of this workspace: it knows the services and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    toolkit_engine::main(&[])
}
";

/// The library of all entities.
pub(crate) const ENTITIES: &str =
    "//! SeaORM entities of all services, one module per service.\n\n";

/// What git leaves out.
pub(crate) const IGNORED: [&str; 3] = ["/target", "/.toolkit", "/.env"];

/// What may be set.
pub(crate) const ENVIRONMENT: &str = "\
# Copy to .env beside the workspace's Cargo.toml. What is set in the real environment wins over this file, and
# options on the command line win over both.

# The database of every service that has none of its own. Unset: an embedded PostgreSQL with its data in .toolkit/.
#DATABASE_URL=postgres://user:password@localhost:5432/app

# One service's database: the service's name in capitals, then _DATABASE_URL.
#BILLING_DATABASE_URL=postgres://billing:password@localhost:5432/app

# Where the URLs above lead through a pooler such as PgBouncer, migrations can go past it.
#MIGRATION_DATABASE_URL=postgres://user:password@localhost:5432/app

# Where scratch databases are made, if not on the server of the service's database.
#TOOLKIT_SCRATCH_URL=postgres://user:password@localhost:5433/postgres
";

/// What CI runs, with the toolkit's package in the place of PACKAGE.
pub(crate) const CI: &str = "\
# Entities against migrations, and migrations against a database: up, down and up again.
name: Schema
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  schema:
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    services:
      postgres:
        image: postgres:17
        env:
          POSTGRES_PASSWORD: postgres
        ports:
          - 5432:5432
        options: --health-cmd pg_isready --health-interval 2s --health-retries 30
    env:
      DATABASE_URL: postgres://postgres:postgres@localhost:5432/postgres
    steps:
      - uses: actions/checkout@v4
      - uses: Swatinem/rust-cache@v2
      - run: cargo build --locked --package PACKAGE --no-default-features
      - run: target/debug/PACKAGE up-all
      - run: target/debug/PACKAGE check
      - run: target/debug/PACKAGE verify
";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::CI;

    #[test]
    fn the_book_shows_the_file_for_github() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ci.md");
        let page = std::fs::read_to_string(page).unwrap();
        let block = format!("```yaml\n{}```\n", CI.replace("PACKAGE", "toolkit"));
        assert!(page.contains(&block), "docs/ci.md shows another file");
    }
}
