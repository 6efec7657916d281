//! Runs the statements of the desired schema. Nothing is decided here but their order.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use toolkit_runtime::{DatabaseError, Service};

use super::{Statement, excerpt::excerpt};
use crate::{Error, Result};

/// Sent with each statement, so that it costs one round trip.
const NEXT: &str = "RELEASE SAVEPOINT toolkit_statement; SAVEPOINT toolkit_statement;\n";
const BACK: &str = "ROLLBACK TO SAVEPOINT toolkit_statement";

/// Runs `statements`. One that needs what another one makes waits for it, whatever their order.
///
/// # Errors
/// [`Error::Desired`] when PostgreSQL refuses one, [`Error::ForeignKeys`] when it refuses foreign keys,
/// all of them.
pub(super) async fn write(
    transaction: &DatabaseTransaction,
    service: &Service,
    statements: &[Statement],
) -> Result<()> {
    let mut waiting: Vec<&Statement> = statements.iter().collect();
    let mut keys = Vec::new();
    send(transaction, "SAVEPOINT toolkit_statement").await?;
    while !waiting.is_empty() {
        let mut again = Vec::new();
        for statement in &waiting {
            let sent = format!("{NEXT}{}", statement.sql);
            let Err(source) = transaction.execute_unprepared(&sent).await else {
                continue;
            };
            let source = DatabaseError::from(source);
            let is_missing = source.is_missing();
            if !is_missing && !statement.is_foreign_key {
                return Err(refusal(service, statement, source));
            }
            send(transaction, BACK).await?;
            if is_missing {
                again.push((*statement, source));
            } else {
                keys.push((*statement, source));
            }
        }
        if again.len() == waiting.len() {
            // Nothing waits for a foreign key, so those are told with their own reasons.
            if again.iter().all(|(statement, _)| statement.is_foreign_key) {
                keys.extend(again);
                break;
            }
            again.retain(|(statement, _)| !statement.is_foreign_key);
            let (statement, source) = culprit(again);
            return Err(refusal(service, statement, source));
        }
        waiting = again.into_iter().map(|(statement, _)| statement).collect();
    }
    if keys.is_empty() {
        return Ok(());
    }
    let told = |(statement, source): (&Statement, DatabaseError)| {
        let why = source.to_string();
        let why = stranger(service, &why).unwrap_or(why);
        format!("{}: {}", statement.what, why.replace('\n', "\n  "))
    };
    Err(Error::ForeignKeys {
        service: service.name().to_owned(),
        refused: keys.into_iter().map(told).collect(),
    })
}

/// What to say where a foreign key leads to a table of another schema, as `why` tells.
fn stranger(service: &Service, why: &str) -> Option<String> {
    let (_, named) = why.split_once('"')?;
    let (name, rest) = named.split_once('"')?;
    let is_missing = rest.starts_with(" does not exist");
    let schema = match name.split_once('.') {
        Some((schema, _)) => schema,
        None if why.starts_with("schema ") => name,
        None => return None,
    };
    (is_missing && schema != service.schema()).then(|| {
        format!(
            "{name} is not of schema {}: another service makes it and drops it, so the database cannot hold a \
             key to it",
            service.schema()
        )
    })
}

/// Of statements that all wait, the one that does not wait for another one of them.
fn culprit(mut waiting: Vec<(&Statement, DatabaseError)>) -> (&Statement, DatabaseError) {
    let place = waiting.iter().position(|(statement, source)| {
        let message = source.to_string();
        let mut others = waiting.iter().map(|(other, _)| *other);
        !others.any(|other| other != *statement && mentions(&message, &other.name))
    });
    waiting.swap_remove(place.unwrap_or_default())
}

/// Whether a message of PostgreSQL, in which names stand in quotes or before a parenthesis, has
/// `name`.
fn mentions(message: &str, name: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    message
        .split(|character| !is_part(character))
        .any(|word| word == name)
}

async fn send(transaction: &DatabaseTransaction, sql: &str) -> Result<()> {
    let failed = |source: DbErr| Error::Scratch {
        action: "write the desired schema",
        source: Box::new(DatabaseError::from(source)),
    };
    transaction.execute_unprepared(sql).await.map_err(failed)?;
    Ok(())
}

/// The error of a statement that was sent behind [`NEXT`].
fn refusal(service: &Service, statement: &Statement, source: DatabaseError) -> Error {
    let position = source.position();
    let place = position.and_then(|position| position.checked_sub(NEXT.len()));
    refused(service, statement, place, source)
}

/// The error of a statement that PostgreSQL refuses at `place`.
pub(super) fn refused(
    service: &Service,
    statement: &Statement,
    place: Option<usize>,
    source: DatabaseError,
) -> Error {
    let place = place.or_else(|| named(statement, &source.to_string()));
    let shown = place.map_or_else(
        || format!("statement: {}", statement.sql),
        |place| excerpt(statement, place),
    );
    Error::Desired {
        service: service.name().to_owned(),
        what: statement.what.clone(),
        sql: statement.sql.clone(),
        shown,
        source: Box::new(source),
    }
}

/// The place of what `message` names, where PostgreSQL does not say it, as in `ALTER TABLE`:
/// `column "totl" does not exist`, `function slug(text) does not exist`. It reads an expression
/// from the left, so the first place is the one.
fn named(statement: &Statement, message: &str) -> Option<usize> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let word = message.split_whitespace().nth(1)?;
    let name = word
        .split('(')
        .next()?
        .rsplit('.')
        .next()?
        .trim_matches('"');
    let mut places = statement.written.iter().filter_map(|text| {
        let start = statement.sql.find(text)?;
        // PostgreSQL folds names to lower case.
        let folded = text.to_ascii_lowercase();
        let (place, _) = folded.match_indices(name).find(|(place, _)| {
            let (before, after) = (&folded[..*place], &folded[place + name.len()..]);
            !name.is_empty() && !before.ends_with(is_part) && !after.starts_with(is_part)
        })?;
        Some(start + place)
    });
    let place = places.next()?;
    Some(statement.sql[..place].chars().count())
}
