//! Throwaway PostgreSQL clusters and databases for tests, with `pg_dump` and `psql` as judges.
//!
//! A test process starts at most one cluster, from the PostgreSQL that is installed; it ends with
//! the process, however that ends. Without an installed PostgreSQL a test's database is an embedded
//! one, and tests that need a server call [`server`], which says so and fails under `CI=true`.

mod cluster;
mod database;
mod line;
mod pooler;
mod program;
mod tier;
mod workspace;

pub use cluster::{Cluster, Logged, server, standby};
pub use database::Database;
pub use line::Line;
pub use pooler::{Pooler, pooler};
pub use program::{Output, PASSWORDS, Program};
pub use tier::{is_slow_tier, slow_tier, unless_slow};
pub use workspace::Workspace;
