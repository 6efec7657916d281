//! What other schemas have of one that is compared alone.

use toolkit_engine::{
    catalog::Catalog,
    diff::diff,
    inspect::{Scope, inspect},
    plan::{Cause, HazardKind, plan},
    render::sql::{Names, script},
};

use toolkit_testkit::{Cluster, server};

/// What is in schema `a`, in schema `b`, in `a` afterwards, and what is told of `b`.
struct Case {
    from: &'static str,
    outside: &'static str,
    to: &'static str,
    told: &'static [(HazardKind, &'static str)],
}

const CASES: &[Case] = &[
    Case {
        from: "CREATE TABLE a.t (x int, y int)",
        outside: "CREATE VIEW b.v AS SELECT x FROM a.t; CREATE MATERIALIZED VIEW b.m AS SELECT y FROM a.t",
        to: "CREATE TABLE a.t (x bigint, y int)",
        told: &[(
            HazardKind::Blocked,
            "view b.v leans on column a.t.x and is in a schema that is not compared",
        )],
    },
    Case {
        from: "CREATE TABLE a.t (x int PRIMARY KEY)",
        outside: "CREATE TABLE b.u (x int CONSTRAINT u_fk REFERENCES a.t)",
        to: "CREATE TABLE a.t (x int)",
        told: &[(
            HazardKind::Blocked,
            "table constraint u_fk on b.u leans on constraint t_pkey of a.t and is in a schema that is not compared",
        )],
    },
    Case {
        from: "CREATE TABLE a.t (x int NOT NULL); CREATE UNIQUE INDEX i ON a.t (x)",
        outside: "CREATE TABLE b.u (x int CONSTRAINT u_fk REFERENCES a.t (x))",
        to: "CREATE TABLE a.t (x int NOT NULL)",
        told: &[(
            HazardKind::Blocked,
            "table constraint u_fk on b.u leans on index i of a.t and is in a schema that is not compared",
        )],
    },
    Case {
        from: "CREATE TABLE a.t (x int PRIMARY KEY)",
        outside: "CREATE TABLE b.u (x int CONSTRAINT u_fk REFERENCES a.t)",
        to: "CREATE TABLE a.t (x bigint PRIMARY KEY)",
        told: &[(
            HazardKind::FailsOnRows,
            "table constraint u_fk on b.u, in a schema that is not compared, is checked again; fails where it does not hold",
        )],
    },
    Case {
        from: "CREATE TABLE a.t (x int)",
        outside: "CREATE FUNCTION b.f() RETURNS SETOF a.t LANGUAGE sql AS 'SELECT * FROM a.t'",
        to: "",
        told: &[(
            HazardKind::Blocked,
            "function b.f() leans on table a.t and is in a schema that is not compared",
        )],
    },
    Case {
        from: "CREATE TYPE a.e AS ENUM ('k', 'l')",
        outside: "CREATE TABLE b.u (x a.e)",
        to: "CREATE TYPE a.e AS ENUM ('l', 'k')",
        told: &[(
            HazardKind::Blocked,
            "table column b.u.x leans on type a.e and is in a schema that is not compared",
        )],
    },
    Case {
        from: "CREATE DOMAIN a.d AS int",
        outside: "CREATE TABLE b.u (x a.d)",
        to: "",
        told: &[(
            HazardKind::Blocked,
            "table column b.u.x leans on type a.d and is in a schema that is not compared",
        )],
    },
    Case {
        from: "CREATE TABLE a.t (x int)",
        outside: "CREATE TABLE b.u (x a.t)",
        to: "CREATE TABLE a.t (x bigint)",
        told: &[(
            HazardKind::Blocked,
            "table column b.u.x leans on column a.t.x and is in a schema that is not compared",
        )],
    },
    Case {
        from: "CREATE SEQUENCE a.s",
        outside: "CREATE TABLE b.u (x bigint DEFAULT nextval('a.s'))",
        to: "",
        told: &[(
            HazardKind::Blocked,
            "default value for b.u.x leans on sequence a.s and is in a schema that is not compared",
        )],
    },
    Case {
        from: "CREATE FUNCTION a.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        outside: "CREATE TABLE b.u (); CREATE TRIGGER g BEFORE INSERT ON b.u FOR EACH ROW EXECUTE FUNCTION a.f()",
        to: "",
        told: &[(
            HazardKind::Blocked,
            "trigger g on b.u leans on function a.f() and is in a schema that is not compared",
        )],
    },
    Case {
        from: "CREATE TABLE a.t (x int, y int)",
        outside: "CREATE TABLE b.c () INHERITS (a.t)",
        to: "CREATE TABLE a.t (x bigint)",
        told: &[
            (
                HazardKind::DataLoss,
                "column a.t.y is lost in table b.c, too, in a schema that is not compared",
            ),
            (
                HazardKind::BreaksRunningCode,
                "column a.t.x changes in table b.c, too, in a schema that is not compared",
            ),
        ],
    },
    Case {
        from: "CREATE TABLE a.t (x int)",
        outside: "CREATE TABLE b.c () INHERITS (a.t)",
        to: "",
        told: &[(
            HazardKind::Blocked,
            "table b.c leans on table a.t and is in a schema that is not compared",
        )],
    },
    Case {
        from: "CREATE TABLE a.t (x int) PARTITION BY LIST (x)",
        outside: "CREATE TABLE b.p PARTITION OF a.t FOR VALUES IN (1)",
        to: "",
        told: &[(
            HazardKind::DataLoss,
            "the rows of table b.p, in a schema that is not compared, are lost",
        )],
    },
    Case {
        from: "CREATE TABLE a.t (x int, y int)",
        outside: "CREATE STATISTICS b.s ON x, y FROM a.t",
        to: "CREATE TABLE a.t (x int)",
        told: &[(
            HazardKind::BreaksRunningCode,
            "statistics object b.s, in a schema that is not compared, goes with column a.t.y",
        )],
    },
    Case {
        from: "CREATE VIEW a.v AS SELECT 1 AS x",
        outside: "CREATE VIEW b.v AS SELECT x FROM a.v",
        to: "CREATE VIEW a.v AS SELECT 1::bigint AS x",
        told: &[(
            HazardKind::Blocked,
            "view b.v leans on view a.v and is in a schema that is not compared",
        )],
    },
];

#[tokio::test]
async fn what_another_schema_has_of_a_compared_one_is_told_and_is_true() {
    let Some(cluster) = server("what other schemas use") else {
        return;
    };
    for case in CASES {
        let before = cluster.create_database();
        let sql = format!("CREATE SCHEMA a; CREATE SCHEMA b; {};", case.from);
        let made = cluster.script(&before, &format!("{sql} {}", case.outside));
        made.expect("the schemas");
        let after = cluster.create_database();
        let made = cluster.script(&after, &format!("CREATE SCHEMA a; {}", case.to));
        made.expect("the schema");
        let from = read(cluster, &before).await;
        let to = read(cluster, &after).await;
        let changes = diff(&from, &to, &[]).expect("no renames");
        let plan = plan(&changes).expect("an order");
        let hazards = plan.steps.iter().flat_map(|step| &step.hazards);
        let told: Vec<_> = hazards
            .filter(|hazard| matches!(hazard.by, Some(Cause::Outsider(_))))
            .map(|hazard| (hazard.kind(), hazard.to_string()))
            .collect();
        let told: Vec<_> = told.iter().map(|(kind, it)| (*kind, it.as_str())).collect();
        assert_eq!(told, case.told, "{}", case.outside);
        let is_blocked = told.iter().any(|(kind, _)| *kind == HazardKind::Blocked);
        let said = cluster.transact(&before, &script(&plan, &Names::qualified()));
        assert_eq!(said.is_err(), is_blocked, "{}: {said:?}", case.outside);
    }
}

async fn read(cluster: &Cluster, database: &str) -> Catalog {
    let scope = Scope {
        schemas: vec!["a".to_owned()],
        ..Scope::default()
    };
    let connection = cluster.connect(database).await;
    inspect(&connection, &scope).await.expect("a catalog")
}
