//! What old and new code see of a change: pairs of schemas whose steps are run one by one, and what
//! was executed in between, judged by what PostgreSQL and the driver are known to refuse.
#![allow(clippy::expect_used, clippy::panic, reason = "a test")]

mod converge;

use converge::planned;
use sea_orm::ConnectionTrait;
use toolkit_engine::{
    inspect::{Scope, inspect},
    observe::{Observation, Verdict, Version, Watch},
    render::sql::{Names, statement},
};
use toolkit_testkit::{Cluster, server};

/// Takes `from` to `to` by the plan's steps and looks after each.
async fn observed(cluster: &Cluster, from: &str, to: &str) -> Observation {
    let databases = [cluster.create_database(), cluster.create_database()];
    let (mut catalogs, mut connections) = (Vec::new(), Vec::new());
    for (database, sql) in databases.iter().zip([from, to]) {
        cluster.script(database, sql).expect("a schema");
        let connection = cluster.connect(database).await;
        let catalog = inspect(&connection, &Scope::default()).await;
        catalogs.push(catalog.expect("a catalog"));
        connections.push(connection);
    }
    let plan = planned(&catalogs[0], &catalogs[1]).expect("a plan");
    let mut watch = Watch::new(&catalogs[0], &catalogs[1], "public");
    let db = &connections[0];
    watch.look(db, "nothing").await.expect("a look");
    for step in &plan.steps {
        let sql = statement(&step.action, &Names::qualified());
        db.execute_unprepared(&sql).await.expect("a step");
        watch.look(db, sql).await.expect("a look");
    }
    watch.finish(db).await.expect("an observation")
}

/// A pair of schemas, and what must be seen.
struct Seen {
    what: &'static str,
    from: &'static str,
    to: &'static str,
    /// What the old code must show at the end, and a part of what is said.
    old: (Verdict, &'static str),
    /// Likewise the new code at the start.
    new: (Verdict, &'static str),
}

const SEEN: &[Seen] = &[
    Seen {
        what: "a nullable column comes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a text)",
        old: (Verdict::Works, ""),
        new: (
            Verdict::Fails,
            "column \"a\" of relation \"t\" does not exist (42703)",
        ),
    },
    Seen {
        what: "a column goes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a text)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY)",
        old: (
            Verdict::Fails,
            "SELECT of public.t: column \"a\" does not exist (42703)",
        ),
        new: (Verdict::Works, ""),
    },
    Seen {
        what: "a string gets longer",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a varchar(20))",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a varchar(40))",
        old: (
            Verdict::NewConnections,
            "cached plan must not change result type (0A000)",
        ),
        new: (Verdict::Works, ""),
    },
    Seen {
        what: "a number gets wider",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a bigint NOT NULL)",
        old: (
            Verdict::Fails,
            "column a is bigint, and the code decodes integer",
        ),
        new: (
            Verdict::Fails,
            "column a is integer, and the code decodes bigint",
        ),
    },
    Seen {
        what: "a column may not be null any more",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a text)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL)",
        old: (
            Verdict::Fails,
            "INSERT of nulls of public.t: null value in column \"a\"",
        ),
        new: (
            Verdict::Fails,
            "column a is null in rows that the other code writes",
        ),
    },
    Seen {
        what: "a column may be null",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a text)",
        old: (
            Verdict::Fails,
            "column a is null in rows that the other code writes",
        ),
        new: (Verdict::Fails, "null value in column \"a\""),
    },
    Seen {
        what: "a column without a default comes that must be given",
        from: "CREATE TABLE t (id bigint PRIMARY KEY)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        old: (
            Verdict::Fails,
            "INSERT of public.t: null value in column \"a\"",
        ),
        new: (Verdict::Fails, "does not exist"),
    },
    Seen {
        what: "a column with a default comes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL DEFAULT 0)",
        old: (Verdict::Works, ""),
        new: (Verdict::Fails, "does not exist"),
    },
    Seen {
        what: "a default goes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL DEFAULT 0)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        old: (
            Verdict::Fails,
            "INSERT with defaults of public.t: null value",
        ),
        new: (Verdict::Works, ""),
    },
    Seen {
        what: "a value is added to an enum",
        from: "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (id bigint PRIMARY KEY, a e NOT NULL)",
        to: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (id bigint PRIMARY KEY, a e NOT NULL)",
        old: (Verdict::Works, ""),
        new: (Verdict::Works, ""),
    },
    Seen {
        what: "a value is removed from an enum, and the first one is another",
        from: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (id bigint PRIMARY KEY, a e NOT NULL)",
        to: "CREATE TYPE e AS ENUM ('b'); CREATE TABLE t (id bigint PRIMARY KEY, a e NOT NULL)",
        old: (
            Verdict::Fails,
            "invalid input value for enum e: \"a\" (22P02)",
        ),
        new: (Verdict::Works, ""),
    },
    Seen {
        what: "a check comes that old values break",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL CONSTRAINT c CHECK (a > 50))",
        old: (Verdict::Fails, "violates check constraint \"c\" (23514)"),
        new: (Verdict::Works, ""),
    },
    Seen {
        what: "a table is dropped",
        from: "CREATE TABLE t (id bigint PRIMARY KEY); CREATE TABLE u ()",
        to: "CREATE TABLE u ()",
        old: (
            Verdict::Fails,
            "relation \"public.t\" does not exist (42P01)",
        ),
        new: (Verdict::Works, ""),
    },
    Seen {
        what: "a key refers to rows that are there",
        from: "CREATE TABLE p (id uuid PRIMARY KEY); CREATE TABLE t (id bigint PRIMARY KEY, p uuid NOT NULL)",
        to: "CREATE TABLE p (id uuid PRIMARY KEY);
             CREATE TABLE t (id bigint PRIMARY KEY, p uuid NOT NULL REFERENCES p)",
        old: (Verdict::Works, ""),
        new: (Verdict::Works, ""),
    },
    Seen {
        what: "tables refer to each other, and a column goes",
        from: "CREATE TABLE o (id uuid PRIMARY KEY, owner uuid);
             CREATE TABLE u (id uuid PRIMARY KEY, o uuid NOT NULL REFERENCES o);
             ALTER TABLE o ADD FOREIGN KEY (owner) REFERENCES u;
             CREATE TABLE t (id bigint PRIMARY KEY, u uuid NOT NULL REFERENCES u, a text)",
        to: "CREATE TABLE o (id uuid PRIMARY KEY, owner uuid);
             CREATE TABLE u (id uuid PRIMARY KEY, o uuid NOT NULL REFERENCES o);
             ALTER TABLE o ADD FOREIGN KEY (owner) REFERENCES u;
             CREATE TABLE t (id bigint PRIMARY KEY, u uuid NOT NULL REFERENCES u)",
        old: (
            Verdict::Fails,
            "INSERT of public.t: column \"a\" of relation \"t\" does not exist",
        ),
        new: (Verdict::Works, ""),
    },
    Seen {
        what: "a trigger refuses what old code writes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY);
             CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'",
        to: "CREATE TABLE t (id bigint PRIMARY KEY);
             CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
             CREATE TRIGGER b BEFORE UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION f()",
        old: (Verdict::Fails, "DELETE of public.t: no (P0001)"),
        new: (Verdict::Works, ""),
    },
];

#[tokio::test]
async fn what_running_code_sees_is_what_postgresql_and_the_driver_refuse() {
    let Some(cluster) = server("what running code sees") else {
        return;
    };
    for seen in SEEN {
        let observation = observed(cluster, seen.from, seen.to).await;
        let first = observation.looks.first().expect("a first look");
        let last = observation.looks.last().expect("a last look");
        for (look, version, (verdict, said)) in [
            (last, Version::Old, seen.old),
            (first, Version::New, seen.new),
        ] {
            let failures = match version {
                Version::Old => &look.old,
                Version::New => &look.new,
            };
            let told: Vec<String> = failures.iter().map(ToString::to_string).collect();
            let what = format!("{}, {version:?}: {observation:#?}", seen.what);
            assert_eq!(look.verdict(version), verdict, "{what}");
            assert!(told.is_empty() == said.is_empty(), "{what}");
            assert!(
                said.is_empty() || told.iter().any(|it| it.contains(said)),
                "{what}"
            );
        }
        assert_eq!(first.verdict(Version::Old), Verdict::Works, "{}", seen.what);
        // New code that was there before the change has kept statements, too.
        let mended = last.verdict(Version::New) != Verdict::Fails;
        assert!(mended, "{}: {observation:#?}", seen.what);
    }
}

#[tokio::test]
async fn new_connections_mend_what_was_kept_prepared_and_nothing_is_left() {
    let Some(cluster) = server("new connections") else {
        return;
    };
    let database = cluster.create_database();
    let db = cluster.connect(&database).await;
    let made = "CREATE TABLE t (id serial PRIMARY KEY, a varchar(20), b numeric(4, 1))";
    cluster.script(&database, made).expect("a table");
    let before = inspect(&db, &Scope::default()).await.expect("a catalog");
    let steps = [
        "ALTER TABLE t ALTER a TYPE text",
        "ALTER TABLE t ALTER b SET DEFAULT 0",
    ];
    let other = cluster.create_database();
    let there = cluster.script(&other, &format!("{made}; {}; {}", steps[0], steps[1]));
    there.expect("a schema");
    let after = inspect(&cluster.connect(&other).await, &Scope::default()).await;
    let mut watch = Watch::new(&before, &after.expect("a catalog"), "public");
    watch.look(&db, "nothing").await.expect("a look");
    for step in steps {
        db.execute_unprepared(step).await.expect("a step");
        watch.look(&db, step).await.expect("a look");
    }
    let observation = watch.finish(&db).await.expect("an observation");
    let verdicts: Vec<_> = observation
        .looks
        .iter()
        .map(|look| look.verdict(Version::Old))
        .collect();
    let expected = [Verdict::Works, Verdict::NewConnections, Verdict::Works];
    assert_eq!(verdicts, expected, "{observation:#?}");
    let nothing_left = "SELECT 1 / (NOT EXISTS (SELECT FROM t))::int, \
        1 / (NOT EXISTS (SELECT FROM pg_prepared_statements WHERE name LIKE 'toolkit%'))::int";
    db.execute_unprepared(nothing_left)
        .await
        .expect("nothing is left");
}
