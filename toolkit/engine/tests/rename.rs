//! Renames: proposed with a reason, applied without loss, undone on the way back.
#![allow(clippy::expect_used, clippy::expect_fun_call, reason = "a test")]

#[path = "rename/inherited.rs"]
mod inherited;

use std::collections::BTreeSet;

use toolkit_engine::{
    catalog::{Catalog, QualifiedName},
    compare::rename_option,
    diff::{Rename, diff, identical_renames, propose_renames},
    inspect::{Scope, inspect},
    plan::{Action, HazardKind, plan},
    render::sql::{Names, script},
};
use toolkit_testkit::{Cluster, difference, server, skipped};

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
    let Some(cluster) = server("renames") else {
        return;
    };
    if !cluster.can_dump() {
        return skipped("renames", "a pg_dump that is not older than the server");
    }
    let renames = renames();
    let row_is_there = "SELECT 1 / count(*) FROM people WHERE state = 'fresh'";
    // From PostgreSQL 18 on, three columns have NOT NULL constraints with names of their own.
    let steps = renames.len() + if cluster.major() >= 18 { 3 } else { 0 };
    there_and_back(cluster, [FROM, TO], &renames, steps, row_is_there).await;
}

/// Brings a database of the first schema to the second and back, in as many steps as said each
/// way; `proof` must run in between.
async fn there_and_back(
    cluster: &Cluster,
    [from, to]: [&str; 2],
    renames: &[Rename],
    steps: usize,
    proof: &str,
) {
    let ([old, new], [from, to]) = both(cluster, from, to).await;
    let (old_dump, new_dump) = (cluster.dump(&from, &[]), &cluster.dump(&to, &[]));
    go(cluster, &from, [&old, &new], renames, steps).await;
    assert_eq!(difference(&cluster.dump(&from, &[]), new_dump), None);
    cluster.script(&from, proof).expect("the rows are there");
    let back = Rename::reversed(renames);
    go(cluster, &from, [&new, &old], &back, steps).await;
    assert_eq!(difference(&cluster.dump(&from, &[]), &old_dump), None);
}

/// Changes `database`, after which a second difference is empty.
async fn go(
    cluster: &Cluster,
    database: &str,
    [from, to]: [&Catalog; 2],
    renames: &[Rename],
    steps: usize,
) {
    let plan = plan(&diff(from, to, renames).expect("the names exist")).expect("an order");
    let sql = script(&plan, &Names::qualified());
    assert_eq!(plan.steps.len(), steps, "{sql}");
    for step in &plan.steps {
        if let Action::Rename(rename) = &step.action {
            let mut hazards = step.hazards.iter();
            let breaks = hazards.any(|it| it.kind() == HazardKind::BreaksRunningCode);
            // Code names everything but indexes.
            assert_eq!(
                breaks,
                !matches!(rename, Rename::Index { .. }),
                "{rename:?}"
            );
        }
    }
    cluster.transact(database, &sql).expect(&sql);
    let after = read(cluster, database).await;
    assert!(diff(&after, to, &[]).expect("no renames").is_empty());
}

/// A database of each schema, and what is read of them.
async fn both(cluster: &Cluster, from: &str, to: &str) -> ([Catalog; 2], [String; 2]) {
    let databases = [cluster.create_database(), cluster.create_database()];
    cluster
        .script(&databases[0], from)
        .expect("the first schema");
    cluster
        .script(&databases[1], to)
        .expect("the second schema");
    let catalogs = [
        read(cluster, &databases[0]).await,
        read(cluster, &databases[1]).await,
    ];
    (catalogs, databases)
}

const BEFORE_SWAPS: &str = "
CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE t (
    id integer CONSTRAINT t_id PRIMARY KEY,
    a text CONSTRAINT one CHECK (a <> 'one'), b integer CONSTRAINT two CHECK (b <> 2), c date,
    size size DEFAULT 'small',
    code text CONSTRAINT t_code UNIQUE,
    upper_a text GENERATED ALWAYS AS (upper(a)) STORED
);
CREATE INDEX first ON t (lower(a)) WHERE b > 0;
CREATE INDEX second ON t (c);
CREATE TABLE u (t integer CONSTRAINT u_t REFERENCES t (id));
CREATE TABLE v (x integer);
INSERT INTO t VALUES (1, 'x', 1, '2001-01-01', 'small');
INSERT INTO u VALUES (1);
";

/// `a`, `b` and `c` in a circle; everything else swapped.
const AFTER_SWAPS: &str = "
CREATE TYPE size AS ENUM ('large', 'small');
CREATE TABLE t (
    id integer CONSTRAINT t_code PRIMARY KEY,
    b text CONSTRAINT two CHECK (b <> 'one'), c integer CONSTRAINT one CHECK (c <> 2), a date,
    size size DEFAULT 'large',
    code text CONSTRAINT t_id UNIQUE,
    upper_a text GENERATED ALWAYS AS (upper(b)) STORED
);
CREATE INDEX second ON t (lower(b)) WHERE c > 0;
CREATE INDEX first ON t (a);
CREATE TABLE v (t integer CONSTRAINT u_t REFERENCES t (id));
CREATE TABLE u (x integer);
";

fn swaps() -> Vec<Rename> {
    let name = |name: &str| QualifiedName::new("public", name);
    let column = |from: &str, to: &str| Rename::Column {
        table: name("t"),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let constraint = |from: &str, to: &str| Rename::Constraint {
        table: name("t"),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let index = |from: &str, to: &str| Rename::Index {
        table: name("t"),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let table = |from: &str, to: &str| Rename::Table {
        from: name(from),
        to: to.to_owned(),
    };
    let value = |from: &str, to: &str| Rename::EnumValue {
        name: name("size"),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    vec![
        column("a", "b"),
        column("b", "c"),
        column("c", "a"),
        constraint("one", "two"),
        constraint("two", "one"),
        constraint("t_id", "t_code"),
        constraint("t_code", "t_id"),
        index("first", "second"),
        index("second", "first"),
        table("u", "v"),
        table("v", "u"),
        value("small", "large"),
        value("large", "small"),
    ]
}

#[tokio::test]
async fn names_change_places_through_a_temporary_name() {
    let Some(cluster) = server("swaps") else {
        return;
    };
    if !cluster.can_dump() {
        return skipped("swaps", "a pg_dump that is not older than the server");
    }
    let rows_are_there = "SELECT 1 / count(*) FROM t JOIN v ON v.t = t.id \
         WHERE b = 'x' AND c = 1 AND a = '2001-01-01' AND size = 'large' AND upper_a = 'X'";
    // One step more than names, each time.
    let schemas = [BEFORE_SWAPS, AFTER_SWAPS];
    there_and_back(
        cluster,
        schemas,
        &swaps(),
        swaps().len() + 6,
        rows_are_there,
    )
    .await;
}

#[tokio::test]
async fn a_chain_of_names_moves_from_its_end() {
    let Some(cluster) = server("a chain of renames") else {
        return;
    };
    if !cluster.can_dump() {
        return skipped(
            "a chain of renames",
            "a pg_dump that is not older than the server",
        );
    }
    let schemas = [
        "CREATE TABLE t (a text, b integer); INSERT INTO t VALUES ('x', 1)",
        "CREATE TABLE t (b text, c integer)",
    ];
    let column = |from: &str, to: &str| Rename::Column {
        table: QualifiedName::new("public", "t"),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let chain = [column("a", "b"), column("b", "c")];
    let row_is_there = "SELECT 1 / count(*) FROM t WHERE b = 'x' AND c = 1";
    there_and_back(cluster, schemas, &chain, 2, row_is_there).await;
    let ([old, new], _) = both(cluster, schemas[0], schemas[1]).await;
    let refused = diff(&old, &new, &chain[..1]).expect_err("b stays");
    assert!(refused.to_string().contains("taken"), "{refused}");
}

#[tokio::test]
async fn only_the_name_differs_so_it_is_renamed_and_not_made_anew() {
    let Some(cluster) = server("identical objects") else {
        return;
    };
    if !cluster.can_dump() {
        return skipped(
            "identical objects",
            "a pg_dump that is not older than the server",
        );
    }
    let from = "
CREATE TABLE t (id integer CONSTRAINT old_key PRIMARY KEY, a integer CONSTRAINT positive CHECK (a > 0),
    b integer CONSTRAINT old_fk REFERENCES t (id), c text CONSTRAINT taken UNIQUE);
CREATE INDEX swapped_1 ON t (a); CREATE INDEX swapped_2 ON t (b DESC);
CREATE INDEX old_index ON t (lower(c)); COMMENT ON INDEX old_index IS 'old';
CREATE INDEX in_the_way ON t (b, c); CREATE INDEX stays ON t (c, b);
";
    let to = "
CREATE TABLE t (id integer CONSTRAINT new_key PRIMARY KEY, a integer CONSTRAINT above_zero CHECK (a > 0),
    b integer CONSTRAINT new_fk REFERENCES t (id), c text CONSTRAINT taken UNIQUE);
CREATE INDEX swapped_2 ON t (a); CREATE INDEX swapped_1 ON t (b DESC);
CREATE INDEX new_index ON t (lower(c)); COMMENT ON INDEX new_index IS 'new';
CREATE INDEX free ON t (c, b); CREATE TABLE in_the_way ();
";
    let ([old, new], _) = both(cluster, from, to).await;
    let renames = identical_renames(&old, &new, &[]).expect("no renames yet");
    let names: BTreeSet<String> = renames.iter().map(rename_option).collect();
    let expected = [
        "t.positive=above_zero",
        "t.old_fk=new_fk",
        "t.old_key=new_key",
        "t.old_index=new_index",
        "t.stays=free",
        "t.swapped_2=swapped_1",
        "t.swapped_1=swapped_2",
    ];
    assert_eq!(names, expected.map(str::to_owned).into());
    // The swap takes one more; the comment, the index that goes and the table that comes are three.
    there_and_back(cluster, [from, to], &renames, expected.len() + 4, "SELECT").await;
}

#[tokio::test]
async fn a_taken_name_is_no_rename_on_either_way() {
    let Some(cluster) = server("taken names") else {
        return;
    };
    let from =
        "CREATE TABLE t (a integer, b integer); CREATE INDEX one ON t (a); CREATE TABLE two ()";
    let to = "CREATE TABLE t (a integer, b integer); CREATE INDEX two ON t (a)";
    let ([old, new], _) = both(cluster, from, to).await;
    for (from, to) in [(&old, &new), (&new, &old)] {
        let renames = identical_renames(from, to, &[]).expect("no renames yet");
        assert_eq!(renames, [], "the table has the name until it is dropped");
    }
}

#[tokio::test]
async fn a_likely_rename_is_proposed_and_not_applied() {
    let Some(cluster) = server("renames") else {
        return;
    };
    let (from, to) = (cluster.create_database(), cluster.create_database());
    let table = |columns: &str| format!("CREATE TABLE t (id bigint, {columns})");
    cluster
        .script(&from, &table("phone_number text, age integer"))
        .expect("the first schema");
    cluster
        .script(&to, &table("phone text, weight integer"))
        .expect("the second schema");
    let (old, new) = (read(cluster, &from).await, read(cluster, &to).await);
    let proposals = propose_renames(&old, &new, &[]).expect("no renames yet");
    let told: Vec<_> = proposals
        .iter()
        .map(|it| (rename_option(&it.rename), it.reason.as_str(), it.is_likely))
        .collect();
    let expected = [
        (
            "t.phone_number=phone",
            "same type text and attributes, similar name",
            true,
        ),
        ("t.age=weight", "same type integer and attributes", false),
    ];
    assert_eq!(
        told,
        expected.map(|(names, reason, is_likely)| (names.to_owned(), reason, is_likely))
    );
}

#[tokio::test]
async fn sequences_types_and_values_are_proposed() {
    let Some(cluster) = server("proposals") else {
        return;
    };
    let from = "CREATE SEQUENCE old_numbers CACHE 7; CREATE TYPE old_state AS ENUM ('on', 'off'); \
         CREATE TYPE size AS ENUM ('small', 'large')";
    let to = "CREATE SEQUENCE numbers CACHE 7; CREATE TYPE state AS ENUM ('on', 'off'); \
         CREATE TYPE size AS ENUM ('small', 'big')";
    let ([old, new], _) = both(cluster, from, to).await;
    let proposals = propose_renames(&old, &new, &[]).expect("no renames yet");
    let told: Vec<_> = proposals
        .iter()
        .map(|it| (rename_option(&it.rename), it.reason.as_str()))
        .collect();
    let expected = [
        ("old_state=state", "same values"),
        ("old_numbers=numbers", "same options"),
        ("size.large=big", "same place among the values"),
    ];
    assert_eq!(
        told,
        expected.map(|(names, reason)| (names.to_owned(), reason))
    );
    let renames: Vec<_> = proposals.into_iter().map(|it| it.rename).collect();
    if cluster.can_dump() {
        there_and_back(cluster, [from, to], &renames, 3, "SELECT").await;
    }
}
