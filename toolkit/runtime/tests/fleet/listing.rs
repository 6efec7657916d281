//! Which schemas are tenants, and which are not.

use toolkit_testkit::Cluster;

use crate::{
    program::{SERVICE, TENANTS},
    tenants::{Case, Home},
};

pub const ALL: [(&str, Case); 4] = [
    (
        "a_pattern_means_what_it_says_and_never_the_template",
        pattern,
    ),
    (
        "a_query_says_which_tenants_there_are_and_changes_nothing",
        query,
    ),
    ("a_schema_of_another_service_is_no_tenant", foreign),
    (
        "a_server_that_is_not_postgresql_is_refused_in_words",
        product,
    ),
];

fn pattern(cluster: &'static Cluster) {
    let home = Home::with(cluster, 2);
    home.psql("CREATE SCHEMA tenants; CREATE SCHEMA tenantx1; CREATE SCHEMA tenant_template; CREATE SCHEMA \"Tenant_3\"");
    let output = home.shop(1).arg("up").run().success();
    assert!(output.stdout.contains("shop: 2 tenants"), "{output:?}");
    let done = |home: &Home| {
        home.done()
            .into_iter()
            .map(|(schema, _)| schema)
            .collect::<Vec<_>>()
    };
    assert_eq!(done(&home), ["tenant_0001", "tenant_0002"]);
    let output = home.release(1, "schemas:%").arg("up").run().success();
    assert!(output.stdout.contains("shop: 5 tenants"), "{output:?}");
    let all = [
        "\"Tenant_3\"",
        "tenant_0001",
        "tenant_0002",
        "tenants",
        "tenantx1",
    ];
    assert_eq!(done(&home), all);
}

fn query(cluster: &'static Cluster) {
    let home = Home::new(cluster);
    home.psql("CREATE TABLE public.tenants (schema text, active bool); \
               INSERT INTO public.tenants VALUES ('b', true), ('a', true), ('c', false), ('a', true), ('tenant_template', true)");
    let sql = "query:SELECT schema FROM public.tenants WHERE active; -- those who pay";
    let output = home.release(1, sql).arg("up").run().success();
    assert!(output.stdout.contains("shop: 2 tenants"), "{output:?}");
    let schemas: Vec<String> = home.done().into_iter().map(|(schema, _)| schema).collect();
    assert_eq!(schemas, ["a", "b"]);
    let writing =
        "query:WITH d AS (DELETE FROM public.tenants RETURNING schema) SELECT schema FROM d";
    let output = home.release(1, writing).arg("up").run().code(2);
    assert!(
        output.stderr.contains("cannot list the tenants of shop"),
        "{output:?}"
    );
    assert_eq!(home.psql("SELECT count(*) FROM public.tenants"), "5");
    let output = home
        .release(1, "query:SELECT NULL::text")
        .arg("up")
        .run()
        .code(2);
    assert!(output.stderr.contains("a row without a name"), "{output:?}");
}

fn foreign(cluster: &'static Cluster) {
    let home = Home::with(cluster, 1);
    let other = home.release(1, "list:tenant_other").env(SERVICE, "billing");
    other.arg("up").run().success();
    // Rolled back, its ledger alone tells whose it is.
    let other = home.release(1, "list:tenant_other").env(SERVICE, "billing");
    other
        .args(["down", "--yes", "--tenant", "tenant_other"])
        .run()
        .success();
    let output = home.shop(2).arg("up").run().code(1);
    assert!(
        output.stdout.contains("1 migrated, 1 refused"),
        "{output:?}"
    );
    let expected = "schema tenant_other is no tenant of shop: its ledger tells of billing alone";
    assert!(output.stderr.contains(expected), "{output:?}");
    assert_eq!(home.done().len(), 1);
    let output = home
        .shop(2)
        .args(["up", "--tenant", "tenant_other"])
        .run()
        .code(1);
    assert!(output.stderr.contains(expected), "{output:?}");

    // A history that the code does not know is another one's.
    let output = home.shop(1).arg("up").run().code(1);
    assert!(
        output.stderr.contains("missing from the code: m2_add_note"),
        "{output:?}"
    );
}

fn product(cluster: &'static Cluster) {
    let home = Home::with(cluster, 1);
    for (version, expected) in [
        (
            "CockroachDB CCL v25.2.0 (x86_64)",
            "is CockroachDB, which the toolkit does not work with",
        ),
        (
            "PostgreSQL 15.12-YB-2025.1.0.0-b0 on x86_64",
            "is YugabyteDB, which",
        ),
        (
            "PostgreSQL 9.6.24 on x86_64",
            "is PostgreSQL 9, which is too old",
        ),
        (
            "SomethingDB 4",
            "is SomethingDB 4, which the toolkit does not work with",
        ),
    ] {
        home.psql(&format!(
            "CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE AS $$SELECT '{version}'$$"
        ));
        for command in ["up", "status"] {
            let output = home.shop(1).arg(command).run().code(2);
            assert!(output.stderr.contains(expected), "{output:?}");
            assert!(output.stderr.contains("hint: "), "{output:?}");
            let single = home
                .shop(1)
                .env(TENANTS, "list:a")
                .arg(command)
                .run()
                .code(2);
            assert!(single.stderr.contains(expected), "{single:?}");
        }
    }
    assert_eq!(home.done(), []);
}
