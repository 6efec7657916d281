//! What is learnt of the statements that are sent.

use futures_util::TryStreamExt;
use sea_orm::{ConnectionTrait, DbBackend, Statement, StreamTrait, TransactionTrait};
use toolkit_runtime::sent_statements;
use toolkit_testkit::Database;

use crate::service::connect;

fn with_values(text: &str) -> Statement {
    Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT $1::text, $2::int4",
        [text.into(), 2.into()],
    )
}

#[tokio::test]
async fn statements_are_learnt_in_order_with_their_values() {
    let database = Database::create();
    let connection = connect(&database).await;
    let db = connection.db();
    let work = async {
        let transaction = db.begin().await?;
        transaction
            .execute_unprepared("CREATE TABLE a (id int); CREATE TABLE b (id int)")
            .await?;
        transaction.query_all_raw(with_values("it's")).await?;
        let stream = transaction.stream_raw(with_values("streamed")).await?;
        let rows: Vec<_> = stream.try_collect().await?;
        assert_eq!(rows.len(), 1);
        transaction.execute_unprepared("SELECT '$1'").await?;
        transaction.rollback().await
    };
    let (outcome, statements) = sent_statements(work).await;
    outcome.unwrap();
    let expected = [
        "CREATE TABLE a (id int); CREATE TABLE b (id int)",
        "SELECT E'it\\'s'::text, 2::int4",
        "SELECT 'streamed'::text, 2::int4",
        "SELECT '$1'",
    ];
    let ours: Vec<&String> = statements
        .iter()
        .filter(|sent| !["BEGIN", "ROLLBACK"].contains(&sent.as_str()))
        .collect();
    assert_eq!(ours, expected);
}

#[tokio::test]
async fn nothing_of_one_listener_reaches_another() {
    let database = Database::create();
    let connection = connect(&database).await;
    let db = connection.db();
    let (inner, outer) = sent_statements(async {
        let (outcome, inner) = sent_statements(db.query_all_raw(with_values("inner"))).await;
        outcome.unwrap();
        inner
    })
    .await;
    assert_eq!(inner, ["SELECT 'inner'::text, 2::int4"]);
    // Who listens outside hears it too; its values are the inner one's.
    assert_eq!(outer.len(), 1);
}
