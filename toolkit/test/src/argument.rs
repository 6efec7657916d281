//! What a test can take.

use sea_orm::DatabaseConnection;

use crate::{TestDatabase, TestError};

/// What a test of the attribute [`test`](macro@crate::test) can take as a parameter.
#[diagnostic::on_unimplemented(
    message = "a test cannot take `{Self}`",
    label = "it can take `DatabaseConnection` and `TestDatabase`"
)]
pub trait Argument: Sized {
    /// Whether it is a connection, of which each service may have its own.
    #[doc(hidden)]
    const IS_CONNECTION: bool;

    /// Takes it from the test's database.
    #[doc(hidden)]
    fn take(
        database: &TestDatabase,
        places: &mut Places,
    ) -> impl Future<Output = Result<Self, TestError>>;
}

/// Which of a test's connections is the next.
#[doc(hidden)]
#[derive(Debug)]
pub struct Places {
    connections: usize,
    taken: usize,
}

impl Places {
    /// Of a test's parameters: which are connections.
    pub fn new(are_connections: &[bool]) -> Self {
        Self {
            connections: are_connections.iter().filter(|it| **it).count(),
            taken: 0,
        }
    }
}

impl Argument for DatabaseConnection {
    const IS_CONNECTION: bool = true;

    async fn take(database: &TestDatabase, places: &mut Places) -> Result<Self, TestError> {
        let place = places.taken;
        places.taken += 1;
        if places.connections > 1 && places.connections == database.services() {
            database.connection_at(place).await
        } else {
            Ok(database.connection().clone())
        }
    }
}

impl Argument for TestDatabase {
    const IS_CONNECTION: bool = false;

    async fn take(database: &TestDatabase, _: &mut Places) -> Result<Self, TestError> {
        Ok(database.clone())
    }
}
