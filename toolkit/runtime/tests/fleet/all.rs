//! `up` and `status` of all tenants.

use toolkit_testkit::Cluster;

use crate::tenants::{Case, Home};

pub const ALL: [(&str, Case); 4] = [
    (
        "all_tenants_are_migrated_and_told_how_many_are_where",
        counted,
    ),
    ("what_became_of_each_tenant_is_a_line_of_json", json),
    ("names_of_all_kinds_are_tenants", hostile),
    ("no_tenants_are_nothing_to_do", none),
];

fn counted(cluster: &'static Cluster) {
    let home = Home::with(cluster, 12);
    let output = home.shop(2).arg("up").run().success();
    assert!(output.stdout.contains("shop: 12 tenants in "), "{output:?}");
    assert!(output.stdout.contains(": 12 migrated"), "{output:?}");
    assert!(
        output.stdout.contains("applied m1_create, m2_add_note"),
        "{output:?}"
    );
    for (schema, done) in home.done() {
        assert_eq!(done, "m1_create,m2_add_note");
        assert!(home.is_recorded_once(&schema, 2), "{schema}");
    }
    assert_eq!(home.done().len(), 12);
    let again = home.shop(2).arg("up").run().success();
    assert!(again.stdout.contains(": 12 had nothing to do"), "{again:?}");

    // Two are ahead of the others.
    for tenant in ["tenant_0003", "tenant_0007"] {
        let output = home
            .shop(3)
            .args(["up", "--tenant", tenant])
            .run()
            .success();
        assert!(output.stdout.contains("m3_positive"), "{output:?}");
    }
    let status = home.shop(3).args(["status", "--exit-code"]).run().code(1);
    let expected = "shop: 12 tenants: 10 at m2_add_note, 2 at m3_positive";
    assert!(status.stdout.contains(expected), "{status:?}");
    assert!(status.stdout.contains("1 pending"), "{status:?}");
    assert!(
        status.stdout.contains("tenant_0003, tenant_0007"),
        "{status:?}"
    );
    assert!(
        !status.stdout.contains("and "),
        "all ten are shown: {status:?}"
    );
    let status = home.shop(2).args(["status", "--exit-code"]).run().code(1);
    assert!(
        status.stdout.contains("1 missing from the code"),
        "{status:?}"
    );
    home.shop(3).arg("up").run().success();
    let status = home.shop(3).args(["status", "--exit-code"]).run().success();
    assert!(status.stdout.contains("12 at m3_positive"), "{status:?}");
    assert!(status.stdout.contains("and 2 more"), "{status:?}");
    let json = home
        .shop(3)
        .args(["status", "--format", "json"])
        .run()
        .success();
    assert!(json.stdout.contains("\"at\": \"m3_positive\""), "{json:?}");
    assert!(json.stdout.contains("\"tenants\": 12"), "{json:?}");
}

fn json(cluster: &'static Cluster) {
    let home = Home::with(cluster, 3);
    let output = home
        .shop(1)
        .args(["up", "--format", "json"])
        .run()
        .success();
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{output:?}");
    for line in &lines[..3] {
        assert!(line.contains("\"tenant\":\"tenant_000"), "{line}");
        assert!(line.contains("\"result\":\"done\""), "{line}");
        assert!(
            line.contains("\"name\":\"m1_create\",\"direction\":\"up\""),
            "{line}"
        );
    }
    let last = lines[3];
    assert!(
        last.starts_with(
            "{\"command\":\"up\",\"ok\":true,\"service\":\"shop\",\"tenants\":3,\"done\":3,"
        ),
        "{last}"
    );
}

fn hostile(cluster: &'static Cluster) {
    let home = Home::new(cluster);
    let long = "n".repeat(63);
    let names = [
        "Ten\"ant\"; DROP SCHEMA public; --",
        "it's \\ a %I tenant",
        "Großbuchstaben ÄÖ 客户",
        "$$; SELECT 1; $$",
        "public",
        long.as_str(),
    ];
    let list = format!("list:{}", names.join("|"));
    let output = home.release(2, &list).arg("up").run().success();
    assert!(output.stdout.contains(": 6 migrated"), "{output:?}");
    let schemas = home.psql("SELECT string_agg(schemaname, '|' ORDER BY schemaname) FROM pg_tables WHERE tablename = 'orders'");
    let mut expected = names;
    expected.sort_unstable();
    assert_eq!(schemas, expected.join("|"));
    let status = home
        .release(2, &list)
        .args(["status", "--exit-code"])
        .run()
        .success();
    assert!(status.stdout.contains("6 at m2_add_note"), "{status:?}");
    for name in names {
        let down = home
            .release(2, &list)
            .args(["down", "--yes", "--tenant", name]);
        assert!(down.run().success().stdout.contains("m2_add_note"));
    }
    let again = home.release(2, &list).arg("up").run().success();
    assert!(again.stdout.contains(": 6 migrated"), "{again:?}");

    let long = "n".repeat(64);
    let output = home
        .release(2, &format!("list:{long}|a"))
        .arg("up")
        .run()
        .code(2);
    assert!(output.stderr.contains("it has 64 bytes"), "{output:?}");
    assert!(output.stdout.contains("1 migrated, 1 failed"), "{output:?}");
}

fn none(cluster: &'static Cluster) {
    let home = Home::new(cluster);
    for tenants in ["schemas:tenant_%", "list:", "query:SELECT 'x' WHERE false"] {
        let output = home.release(2, tenants).arg("up").run().success();
        assert!(output.stdout.contains("shop: 0 tenants"), "{output:?}");
        let output = home
            .release(2, tenants)
            .args(["status", "--exit-code"])
            .run()
            .success();
        assert!(output.stdout.contains("shop: 0 tenants"), "{output:?}");
    }
    assert_eq!(
        home.psql("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'tenant%'"),
        "0"
    );
}
