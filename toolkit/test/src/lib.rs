//! A migrated database for each test.
//!
//! ```
//! # mod users { pub fn service() -> toolkit_runtime::Service { unimplemented!() } }
//! use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
//!
//! #[toolkit_test::test(service = users::service)]
//! async fn a_user_can_join(db: DatabaseConnection) -> Result<(), DbErr> {
//!     db.execute_unprepared("INSERT INTO users (name) VALUES ('Ann')").await?;
//!     Ok(())
//! }
//! ```
//!
//! All migrations run once, into a template; each test has a copy of it, which goes with the test. The copy of a
//! test that fails stays, and the test says how to open it.
//!
//! ```text
//! Site ─ Server ─ Template ─ TestDatabase ─ test
//! ```
//!
//! Databases are made on the server of `TEST_DATABASE_URL`, else of `DATABASE_URL`, else on a private cluster of
//! the PostgreSQL that is installed, else embedded. Nothing is written into a database that was there before.

mod admin;
mod argument;
mod database;
#[cfg(feature = "embedded")]
mod embedded;
mod error;
mod name;
mod process;
mod program;
mod run;
mod server;
mod site;
mod sweep;
mod template;

pub use argument::Argument;
pub use database::TestDatabase;
pub use error::TestError;
/// Makes an `async fn` a test with a migrated database of its own.
///
/// - `service = path` or `services = [path, path]`: functions that return the services whose migrations the
///   database has.
/// - `fixtures("users", seed)`: what is put into it before, in this order: the SQL of
///   `tests/fixtures/users.sql` in the crate's folder, and an async function that takes a
///   `&DatabaseConnection` and returns a `Result<(), E>`.
/// - `flavor = "multi_thread"`, `worker_threads = 4`: as of `#[tokio::test]`.
///
/// A parameter of the type `DatabaseConnection` is a pool with the `search_path` of all services. Where there
/// are as many of them as services, each is that of one service, in their order. A parameter `TestDatabase`
/// is the database itself. The test returns nothing or a `Result`; `#[ignore]` and `#[should_panic]` mean what
/// they mean for other tests.
pub use toolkit_test_macros::test;

/// What the attribute writes. It may change at any time.
#[doc(hidden)]
pub mod __private {
    pub use crate::{
        argument::Places,
        run::{Settings, run},
    };
}
