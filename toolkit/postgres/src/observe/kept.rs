//! Statements that a connection keeps prepared, and how they fail.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, RuntimeErr, sqlx};

use super::{Remedy, StatementKind, Version, statement::Statement};

/// A statement that a connection keeps prepared.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) statement: Statement,
    pub(super) name: String,
    pub(super) is_prepared: bool,
}

/// Why a statement failed.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) state: Option<String>,
    pub(crate) message: String,
}

impl Refusal {
    fn is_of_row(&self) -> bool {
        is_of_row(self.state.as_deref())
    }
}

/// Whether another row may be taken where a statement failed with `state`.
pub(super) fn is_of_row(state: Option<&str>) -> bool {
    let classes = ["22", "23", "P0"];
    state.is_some_and(|state| classes.iter().any(|class| state.starts_with(class)))
}

/// The statements of the table at `place`, as a connection of `version` keeps them.
pub(super) fn kept(version: Version, place: usize, statements: Vec<Statement>) -> Vec<Kept> {
    let numbered = statements.into_iter().enumerate();
    let mut kept: Vec<Kept> = numbered
        .map(|(number, statement)| Kept {
            statement,
            name: format!("toolkit_{version}_{place}_{number}"),
            is_prepared: false,
        })
        .collect();
    // The row of the `INSERT` of all columns is the one that the others find.
    kept.sort_by_key(|it| {
        !it.statement.kind.inserts() || it.statement.kind == StatementKind::Insert
    });
    kept
}

impl Kept {
    /// Executes it over one of the `tries` rows from `row` on; gives the row that was taken, or why the first
    /// was not.
    pub(super) async fn execute_one(
        &mut self,
        transaction: &DatabaseTransaction,
        row: usize,
        tries: usize,
    ) -> Result<Result<usize, (Refusal, Remedy)>, DbErr> {
        let mut first = None;
        for row in row..row + tries.max(1) {
            let Err((refusal, remedy)) = self.execute(transaction, row).await? else {
                return Ok(Ok(row));
            };
            let goes_on = refusal.is_of_row();
            let (_, _) = first.get_or_insert((refusal, remedy));
            if !goes_on {
                break;
            }
        }
        Ok(first.map_or(Ok(row), Err))
    }

    /// Executes it as a connection would that kept it prepared, and prepared anew where that fails.
    async fn execute(
        &mut self,
        transaction: &DatabaseTransaction,
        row: usize,
    ) -> Result<Result<(), (Refusal, Remedy)>, DbErr> {
        let execute = format!("EXECUTE {}{}", self.name, self.statement.arguments(row));
        let mut kept = None;
        if self.is_prepared {
            match attempt(transaction, &execute).await? {
                Ok(()) => return Ok(Ok(())),
                Err(refusal) if refusal.is_of_row() => return Ok(Err((refusal, Remedy::None))),
                Err(refusal) => kept = Some(refusal),
            }
            // A migration may have had its session forget it.
            let forget = format!("DEALLOCATE {}", self.name);
            let _ = attempt(transaction, &forget).await?;
            self.is_prepared = false;
        }
        let prepare = format!("PREPARE {}{}", self.name, self.statement.prepared);
        if let Err(refusal) = attempt(transaction, &prepare).await? {
            return Ok(Err((refusal, Remedy::None)));
        }
        self.is_prepared = true;
        Ok(match (attempt(transaction, &execute).await?, kept) {
            (Ok(()), None) => Ok(()),
            (Ok(()), Some(refusal)) => Err((refusal, Remedy::NewConnections)),
            (Err(refusal), _) => Err((refusal, Remedy::None)),
        })
    }
}

/// Does `sql` in a savepoint, which is given up where it fails.
pub(super) async fn attempt(
    transaction: &DatabaseTransaction,
    sql: &str,
) -> Result<Result<(), Refusal>, DbErr> {
    let all = format!("SAVEPOINT of_statement; {sql}; RELEASE SAVEPOINT of_statement");
    let Err(error) = transaction.execute_unprepared(&all).await else {
        return Ok(Ok(()));
    };
    let refusal = refusal(error)?;
    let back = "ROLLBACK TO SAVEPOINT of_statement; RELEASE SAVEPOINT of_statement";
    transaction.execute_unprepared(back).await?;
    Ok(Err(refusal))
}

/// What the server said, or the error where it said nothing.
pub(crate) fn refusal(error: DbErr) -> Result<Refusal, DbErr> {
    let (DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))) =
        &error
    else {
        return Err(error);
    };
    match inner.as_database_error() {
        Some(said) => Ok(Refusal {
            state: sqlx::error::DatabaseError::code(said).map(std::borrow::Cow::into_owned),
            message: said.message().to_owned(),
        }),
        None => Err(error),
    }
}
