//! Tenants that fail.

use toolkit_testkit::Cluster;

use crate::tenants::{Case, Home};

pub const ALL: [(&str, Case); 3] = [
    ("a_tenant_that_fails_stops_nobody_else", grouped),
    ("max_failures_and_canaries_stop_the_rest", stopped),
    (
        "a_history_that_cannot_be_read_is_one_tenants_alone",
        unreadable,
    ),
];

/// Tenants at the second migration, of which the third fails at some.
fn violating(cluster: &'static Cluster, count: usize, bad: &[usize]) -> Home {
    let home = Home::with(cluster, count);
    home.shop(2).arg("up").run().success();
    for number in bad {
        home.psql(&format!(
            "INSERT INTO tenant_{number:04}.orders VALUES ({number}, -{number})"
        ));
    }
    home
}

fn grouped(cluster: &'static Cluster) {
    let home = violating(cluster, 9, &[2, 5]);
    let output = home.shop(3).arg("up").run().code(2);
    assert!(output.stdout.contains("7 migrated, 2 failed"), "{output:?}");
    assert_eq!(output.stderr.matches("error:").count(), 1, "{output:?}");
    assert_eq!(output.stderr.matches("hint:").count(), 1, "{output:?}");
    assert!(
        output
            .stderr
            .contains("2 tenants of shop: migration m3_positive of shop failed"),
        "{output:?}"
    );
    assert!(output.stderr.contains("tenants: "), "{output:?}");
    assert!(
        output.stderr.contains("tenant_0002") && output.stderr.contains("tenant_0005"),
        "{output:?}"
    );
    let done = home.done();
    let behind = done
        .iter()
        .filter(|(_, done)| !done.contains("m3_positive"));
    assert_eq!(behind.count(), 2);
    let json = home.shop(3).args(["up", "--format", "json"]).run().code(2);
    assert_eq!(
        json.stdout.matches("\"result\":\"failed\"").count(),
        2,
        "{json:?}"
    );
    assert!(json.stdout.contains("\"failed\":2,"), "{json:?}");

    // The cause is mended: a second run does the rest.
    home.psql("DELETE FROM tenant_0002.orders; DELETE FROM tenant_0005.orders");
    let output = home.shop(3).arg("up").run().success();
    assert!(
        output.stdout.contains("2 migrated, 7 had nothing to do"),
        "{output:?}"
    );
}

fn stopped(cluster: &'static Cluster) {
    let home = violating(cluster, 40, &[1, 2, 3]);
    let one = ["up", "--jobs", "1", "--max-failures", "1"];
    let output = home.shop(3).args(one).run().code(2);
    assert!(
        output.stdout.contains("1 failed, 39 not started"),
        "{output:?}"
    );
    let output = home.shop(3).args(["up", "--canary", "2"]).run().code(2);
    assert!(
        output.stdout.contains("2 failed, 38 not started"),
        "{output:?}"
    );
    let output = home
        .shop(3)
        .args(["up", "--canary", "tenant_0009, tenant_0003"])
        .run()
        .code(2);
    assert!(
        output
            .stdout
            .contains("1 migrated, 1 failed, 38 not started"),
        "{output:?}"
    );
    let output = home
        .shop(3)
        .args(["up", "--canary", "tenant_0009,nobody"])
        .run()
        .code(2);
    assert!(
        output.stderr.contains("shop has no tenant nobody"),
        "{output:?}"
    );
    let output = home
        .shop(3)
        .args(["up", "--canary", "tenant_0010", "--max-failures", "99"])
        .run()
        .code(2);
    assert!(
        output
            .stdout
            .contains("36 migrated, 1 had nothing to do, 3 failed"),
        "{output:?}"
    );
}

fn unreadable(cluster: &'static Cluster) {
    let home = violating(cluster, 5, &[]);
    let role = format!("{}_reader", home.database.name());
    home.psql(&format!(
        "CREATE ROLE {role} LOGIN; DO $$DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace \
         WHERE nspname LIKE 'tenant%' LOOP EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}; \
         GRANT SELECT ON ALL TABLES IN SCHEMA %I TO {role}', s, s); END LOOP; END$$"
    ));
    home.psql(&format!(
        "REVOKE ALL ON tenant_0004.seaql_migrations FROM {role}"
    ));
    let url = cluster.url(&role, home.database.name());
    let output = home
        .shop(2)
        .env("DATABASE_URL", url)
        .arg("status")
        .run()
        .code(2);
    assert!(
        output.stdout.contains("4 at m2_add_note, 1 not readable"),
        "{output:?}"
    );
    assert!(
        output
            .stderr
            .contains("tenant_0004: cannot read the migrations table of shop"),
        "{output:?}"
    );
}
