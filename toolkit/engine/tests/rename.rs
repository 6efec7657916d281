//! Renames: proposed with a reason, applied without loss, undone on the way back.
#![allow(clippy::expect_used, reason = "a test")]

mod cluster;

use cluster::{Cluster, difference, skip};
use toolkit_engine::{
    catalog::{Catalog, QualifiedName},
    diff::{Rename, diff, propose_renames},
    inspect::{Scope, inspect},
    plan::plan,
    render::sql::{Names, script},
};

const FROM: &str = "
CREATE TYPE state AS ENUM ('new', 'done');
CREATE TABLE users (
    id bigint PRIMARY KEY,
    user_name text NOT NULL CONSTRAINT name_not_empty CHECK (user_name <> ''),
    state state NOT NULL DEFAULT 'new',
    upper_name text GENERATED ALWAYS AS (upper(user_name)) STORED
);
CREATE INDEX users_name ON users (lower(user_name)) WHERE state = 'new';
CREATE TABLE posts (author bigint CONSTRAINT posts_author REFERENCES users (id));
INSERT INTO users VALUES (1, 'Ada', 'new');
";

const TO: &str = "
CREATE TYPE status AS ENUM ('fresh', 'done');
CREATE TABLE people (
    id bigint CONSTRAINT users_pkey PRIMARY KEY,
    username text NOT NULL CONSTRAINT name_is_there CHECK (username <> ''),
    state status NOT NULL DEFAULT 'fresh',
    upper_name text GENERATED ALWAYS AS (upper(username)) STORED
);
CREATE INDEX people_name ON people (lower(username)) WHERE state = 'fresh';
CREATE TABLE posts (author bigint CONSTRAINT posts_author REFERENCES people (id));
";

fn renames() -> Vec<Rename> {
    let name = |name: &str| QualifiedName::new("public", name);
    let people = || name("people");
    vec![
        Rename::Table {
            from: name("users"),
            to: "people".to_owned(),
        },
        Rename::Column {
            table: people(),
            from: "user_name".to_owned(),
            to: "username".to_owned(),
        },
        Rename::Constraint {
            table: people(),
            from: "name_not_empty".to_owned(),
            to: "name_is_there".to_owned(),
        },
        Rename::Index {
            table: people(),
            from: "users_name".to_owned(),
            to: "people_name".to_owned(),
        },
        Rename::Enum {
            from: name("state"),
            to: "status".to_owned(),
        },
        Rename::EnumValue {
            name: name("status"),
            from: "new".to_owned(),
            to: "fresh".to_owned(),
        },
    ]
}

async fn read(cluster: &Cluster, database: &str) -> Catalog {
    let connection = cluster.connect(database).await;
    inspect(&connection, &Scope::default())
        .await
        .expect("a catalog")
}

#[tokio::test]
async fn renames_keep_rows_and_can_be_undone() {
    let Some(cluster) = Cluster::start() else {
        return skip("renames: no PostgreSQL binaries");
    };
    if !cluster.can_dump() {
        return skip("renames: pg_dump is older than the server");
    }
    let (from, to) = (cluster.create_database(), cluster.create_database());
    cluster.psql(&from, FROM).expect("the first schema");
    cluster.psql(&to, TO).expect("the second schema");
    let (old, new) = (read(&cluster, &from).await, read(&cluster, &to).await);
    let dump = cluster.dump(&from);

    let up = plan(&diff(&old, &new, &renames()).expect("the names exist")).expect("an order");
    assert_eq!(
        up.steps.len(),
        renames().len(),
        "{}",
        script(&up, &Names::qualified())
    );
    cluster
        .transact(&from, &script(&up, &Names::qualified()))
        .expect("the way up");
    assert_eq!(difference(&cluster.dump(&from), &cluster.dump(&to)), None);
    cluster
        .psql(
            &from,
            "SELECT 1 / count(*) FROM people WHERE state = 'fresh'",
        )
        .expect("the row is there");

    let back = Rename::reversed(&renames());
    let down = plan(&diff(&new, &old, &back).expect("the names exist")).expect("an order");
    cluster
        .transact(&from, &script(&down, &Names::qualified()))
        .expect("the way down");
    assert_eq!(difference(&cluster.dump(&from), &dump), None);
}

#[tokio::test]
async fn a_likely_rename_is_proposed_and_not_applied() {
    let Some(cluster) = Cluster::start() else {
        return skip("renames: no PostgreSQL binaries");
    };
    let (from, to) = (cluster.create_database(), cluster.create_database());
    let table = |columns: &str| format!("CREATE TABLE t (id bigint, {columns})");
    cluster
        .psql(&from, &table("phone_number text, age integer"))
        .expect("the first schema");
    cluster
        .psql(&to, &table("phone text, weight integer"))
        .expect("the second schema");
    let (old, new) = (read(&cluster, &from).await, read(&cluster, &to).await);
    let proposals = propose_renames(&old, &new, &[]).expect("no renames yet");
    let expected = Rename::Column {
        table: QualifiedName::new("public", "t"),
        from: "phone_number".to_owned(),
        to: "phone".to_owned(),
    };
    assert_eq!(
        proposals.iter().map(|it| &it.rename).collect::<Vec<_>>(),
        [&expected]
    );
    assert_eq!(
        proposals[0].reason,
        "same type text and attributes, similar name"
    );
}
