//! Runs the statements of a migration one after the other, and looks before and after each.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};
use toolkit_runtime::DatabaseError;

use super::{
    compare::{Effect, Moments},
    snapshot::Snapshot,
};
use crate::{
    Error, Result,
    catalog::Catalog,
    observe::{Refusal, insert_rows, qualified, refusal},
    reach::words::{Word, words},
    rehearse::Lock,
    script,
};

/// What the statements of a migration did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// Each that ran, in order.
    pub effects: Vec<Effect>,
    /// The statement that rows are in the way of; the others were then run without rows.
    pub refused: Option<Refused>,
    /// The statement behind which nothing could be tried, as what was bound past SeaORM.
    pub untried: Option<Refused>,
}

/// A statement that PostgreSQL refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The statement.
    pub statement: String,
    /// Which of the migration's texts it stands in, the first being 0.
    pub text: usize,
    /// PostgreSQL's code.
    pub state: Option<String>,
    /// Why.
    pub message: String,
}

/// Where a trial takes place.
#[derive(Debug)]
struct Stage<'s> {
    /// The service's schema.
    schema: &'s str,
    /// Its tables that are nobody's business.
    ignored: &'s [String],
    /// Before the migration.
    start: Snapshot,
    /// How many rows its tables have then.
    rows: BTreeMap<i64, i64>,
    trial: Trial,
}

/// Runs the `texts` of a migration that has a transaction, on rows, and takes all of it back. The service's
/// schema `schema` holds `catalog`, and is in the session's search path.
///
/// # Errors
/// When the session is lost.
pub async fn within(
    db: &DatabaseConnection,
    catalog: &Catalog,
    schema: &str,
    ignored: &[String],
    texts: &[String],
) -> Result<Trial> {
    let with_rows = once_within(db, Some(catalog), schema, ignored, texts).await;
    let trial = with_rows.map_err(lost)?;
    let Some(refused) = trial.untried else {
        return Ok(trial);
    };
    let without = once_within(db, None, schema, ignored, texts).await;
    let without = without.map_err(lost)?;
    let is_of_rows = without.untried.as_ref() != Some(&refused);
    Ok(Trial {
        refused: is_of_rows.then_some(refused),
        ..without
    })
}

async fn once_within(
    db: &DatabaseConnection,
    rows_of: Option<&Catalog>,
    schema: &str,
    ignored: &[String],
    texts: &[String],
) -> Result<Trial, DbErr> {
    let transaction = db.begin().await?;
    if let Some(catalog) = rows_of {
        insert_rows(&transaction, catalog, schema).await?;
    }
    // As the runner sets one; nobody else is here.
    transaction
        .execute_unprepared("SET LOCAL lock_timeout = '1s'")
        .await?;
    let mut stage = Stage::new(&transaction, schema, ignored).await?;
    for (number, text) in texts.iter().enumerate() {
        if !stage
            .run(&transaction, number, &script::each(text), None)
            .await?
        {
            break;
        }
    }
    transaction.rollback().await?;
    Ok(stage.trial)
}

/// Runs the `texts` of a migration that has no transaction, on rows. What was sent together is one
/// transaction, unless it cannot be in one. All of it stays: the database is of no use afterwards.
///
/// # Errors
/// When the session is lost.
pub async fn outside(
    db: &DatabaseConnection,
    catalog: &Catalog,
    schema: &str,
    ignored: &[String],
    texts: &[String],
) -> Result<Trial> {
    let trial = once_outside(db, catalog, schema, ignored, texts).await;
    trial.map_err(lost)
}

async fn once_outside(
    db: &DatabaseConnection,
    catalog: &Catalog,
    schema: &str,
    ignored: &[String],
    texts: &[String],
) -> Result<Trial, DbErr> {
    let transaction = db.begin().await?;
    insert_rows(&transaction, catalog, schema).await?;
    transaction.commit().await?;
    let mut stage = Stage::new(db, schema, ignored).await?;
    for (number, text) in texts.iter().enumerate() {
        let done = if let Some(lock) = lock_alone(text) {
            stage.run(db, number, &[text.as_str()], Some(lock)).await?
        } else {
            let transaction = db.begin().await?;
            let statements = script::each(text);
            let done = stage.run(&transaction, number, &statements, None).await?;
            if done {
                transaction.commit().await?;
            } else {
                transaction.rollback().await?;
            }
            done
        };
        if !done {
            break;
        }
    }
    Ok(stage.trial)
}

impl<'s> Stage<'s> {
    async fn new(
        db: &impl ConnectionTrait,
        schema: &'s str,
        ignored: &'s [String],
    ) -> Result<Self, DbErr> {
        // Counting leaves its marks, which are no statement's.
        let rows = rows(db, &Snapshot::read(db, ignored).await?).await?;
        Ok(Self {
            schema,
            ignored,
            start: Snapshot::read(db, ignored).await?,
            rows,
            trial: Trial::default(),
        })
    }

    /// Runs each of `statements` of the text of that number; whether all did. `alone` is the lock of one that
    /// cannot be in a transaction: it is gone before anybody could ask for it, so the manual's word is taken.
    async fn run(
        &mut self,
        db: &impl ConnectionTrait,
        number: usize,
        statements: &[&str],
        alone: Option<Lock>,
    ) -> Result<bool, DbErr> {
        let mut before = Snapshot::read(db, self.ignored).await?;
        for statement in statements {
            if let Err(error) = db.execute_unprepared(statement).await {
                self.refuse(number, statement, error)?;
                return Ok(false);
            }
            let after = Snapshot::read(db, self.ignored).await?;
            self.note(number, statement, (&before, &after), alone);
            before = after;
        }
        Ok(true)
    }

    fn note(
        &mut self,
        text: usize,
        statement: &str,
        (before, after): (&Snapshot, &Snapshot),
        known_lock: Option<Lock>,
    ) {
        let moments = Moments {
            start: &self.start,
            before,
            after,
            rows: &self.rows,
            known_lock,
        };
        self.trial.effects.push(Effect {
            statement: statement.to_owned(),
            text,
            in_transaction: known_lock.is_none(),
            has_lock_timeout: before.has_lock_timeout,
            tables: moments.tables(),
            held: moments.held(),
            made_elsewhere: moments.made_elsewhere(self.schema),
        });
    }

    fn refuse(&mut self, text: usize, statement: &str, error: DbErr) -> Result<(), DbErr> {
        let Refusal { state, message } = refusal(error)?;
        self.trial.untried = Some(Refused {
            statement: statement.to_owned(),
            text,
            state,
            message,
        });
        Ok(())
    }
}

/// How many rows each table has.
async fn rows(db: &impl ConnectionTrait, snapshot: &Snapshot) -> Result<BTreeMap<i64, i64>, DbErr> {
    let mut rows = BTreeMap::new();
    for (oid, table) in snapshot.tables().filter(|(_, table)| table.bytes > 0) {
        let sql = format!("SELECT pg_catalog.count(*) FROM {}", qualified(&table.name));
        let counted = Statement::from_string(DbBackend::Postgres, sql);
        if let Some(row) = db.query_one_raw(counted).await? {
            rows.insert(oid, row.try_get_by_index(0)?);
        }
    }
    Ok(rows)
}

/// The lock of `text`, where PostgreSQL takes it in no transaction: of what is done `CONCURRENTLY`, and of `VACUUM`.
/// <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>,
/// <https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES>
fn lock_alone(text: &str) -> Option<Lock> {
    let [statement] = script::each(text)[..] else {
        return None;
    };
    let words = words(statement);
    let has = |name: &str| words.iter().any(|word| word.is(name));
    let beside = has("concurrently").then_some(Lock::ShareUpdateExclusive);
    match words.first().and_then(Word::plain)? {
        "vacuum" if has("full") && beside.is_none() => Some(Lock::AccessExclusive),
        "vacuum" => Some(Lock::ShareUpdateExclusive),
        "create" | "drop" if has("index") => beside,
        "alter" if has("detach") => beside,
        "reindex" if has("database") || has("schema") || has("system") => {
            beside.or(Some(Lock::Share))
        }
        "reindex" => beside,
        _ => None,
    }
}

fn lost(source: DbErr) -> Error {
    Error::Scratch {
        action: "watch what a migration's statements do",
        source: Box::new(DatabaseError::from(source)),
    }
}
