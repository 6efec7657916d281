//! Throwaway PostgreSQL clusters and databases for tests, with `pg_dump` and `psql` as judges.
//!
//! A test process starts at most one cluster, from the PostgreSQL that is installed; it ends with
//! the process, however that ends. Without an installed PostgreSQL a test's database is an embedded
//! one, and tests that need a server call [`server`], which says so and fails under `CI=true`.

mod cluster;
mod database;
mod dump;
mod line;
mod named;
mod pooler;
mod program;
mod tell;
mod terminal;
mod workspace;

pub use cluster::{Cluster, Logged, own_server, server, standby};
pub use database::Database;
pub use dump::{difference, statements};
pub use line::Line;
pub use named::{Named, named, run};
pub use pooler::{Pooler, pooler};
pub use program::{Output, PASSWORDS, Program};
pub use tell::{is_ci, is_slow_tier, not_here, skipped, slow_tier, tell, unless_slow};
pub use terminal::keys;
pub use workspace::{Workspace, built, cargo, copy_repository};
