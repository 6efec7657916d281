//! Commands for one tenant.

use toolkit_runtime::{Error, Service, Tenants, TenantsError};
use toolkit_testkit::Cluster;

use crate::{
    program::Migrator,
    tenants::{Case, Home},
};

pub const ALL: [(&str, Case); 3] = [
    ("commands_for_one_tenant_ask_which", asked),
    ("a_new_tenant_is_made_where_the_definition_has_it", new),
    ("a_program_makes_a_tenant", created),
];

fn asked(cluster: &'static Cluster) {
    let home = Home::with(cluster, 2);
    home.shop(2).arg("up").run().success();
    let commands: [&[&str]; 6] = [
        &["down", "--yes"],
        &["fresh", "--yes"],
        &["refresh", "--yes"],
        &["reset", "--yes"],
        &["history"],
        &["resolve", "m1_create", "--retry"],
    ];
    for command in commands {
        let output = home.shop(2).args(command).run().code(1);
        let expected = format!("shop has tenants, and `{}` is for one of them", command[0]);
        assert!(output.stderr.contains(&expected), "{output:?}");
        let output = home
            .shop(2)
            .args(command)
            .args(["--tenant", "nobody"])
            .run()
            .code(2);
        assert!(
            output.stderr.contains("shop has no tenant nobody"),
            "{output:?}"
        );
        assert!(
            output
                .stderr
                .contains("among them: tenant_0001, tenant_0002"),
            "{output:?}"
        );
    }
    assert!(
        home.done()
            .iter()
            .all(|(_, done)| done == "m1_create,m2_add_note")
    );

    let tenant = |command: &[&str]| {
        home.shop(2)
            .args(command)
            .args(["--tenant", "tenant_0002"])
            .run()
    };
    let at = |number: usize| home.done()[number].1.clone();
    tenant(&["down", "--yes"]).success();
    assert_eq!(
        (at(0).as_str(), at(1).as_str()),
        ("m1_create,m2_add_note", "m1_create")
    );
    let history = tenant(&["history"]).success();
    assert_eq!(
        history.stdout.matches("m2_add_note").count(),
        2,
        "{history:?}"
    );
    tenant(&["refresh", "--yes"]).success();
    assert_eq!(at(1), "m1_create,m2_add_note");
    home.psql("CREATE TABLE tenant_0002.more (id int)");
    tenant(&["fresh", "--yes"]).success();
    assert_eq!(
        home.psql("SELECT to_regclass('tenant_0002.more') IS NULL"),
        "t"
    );
    tenant(&["reset", "--yes"]).success();
    assert_eq!(home.done().len(), 1);
    let resolve = tenant(&["resolve", "m1_create", "--retry"]).code(1);
    assert!(
        resolve.stderr.contains("m1_create is not unfinished"),
        "{resolve:?}"
    );
    let status = tenant(&["status"]).success();
    assert!(
        status.stdout.contains("shop: 0 applied, 2 pending"),
        "{status:?}"
    );
    let asking = home
        .shop(2)
        .args(["down", "--tenant", "tenant_0001"])
        .run()
        .code(1);
    assert!(
        asking
            .stderr
            .contains("down of shop (tenant tenant_0001) was not confirmed"),
        "{asking:?}"
    );
}

fn new(cluster: &'static Cluster) {
    let home = Home::with(cluster, 1);
    let output = home
        .shop(2)
        .args(["up", "--tenant", "tenant_new"])
        .run()
        .success();
    assert!(output.stdout.contains("schema tenant_new"), "{output:?}");
    assert_eq!(
        home.done(),
        [("tenant_new".to_owned(), "m1_create,m2_add_note".to_owned())]
    );
    for other in ["other", "tenant_template", "public", "pg_tenant"] {
        let output = home.shop(2).args(["up", "--tenant", other]).run().code(2);
        let expected = format!("shop has no tenant {other}");
        assert!(output.stderr.contains(&expected), "{output:?}");
    }
    let output = home
        .release(2, "list:a|b")
        .args(["up", "--tenant", "c"])
        .run()
        .code(2);
    assert!(output.stderr.contains("among them: a, b"), "{output:?}");
    let none = home
        .release(2, "")
        .args(["up", "--tenant", "a"])
        .run()
        .code(2);
    assert!(none.stderr.contains("shop has none"), "{none:?}");
    assert_eq!(home.done().len(), 1);
}

fn created(cluster: &'static Cluster) {
    let home = Home::new(cluster);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = sea_orm::Database::connect(home.database.url())
            .await
            .unwrap();
        let shop = Service::new::<Migrator>("shop", "tenant_template")
            .tenants(Tenants::schemas("tenant_%"));
        let made = |name: &'static str| shop.create_tenant(&db, name);
        let (first, second) = tokio::join!(made("tenant_x"), made("tenant_x"));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(first.migrations.len() + second.migrations.len(), 1, "once");
        assert!(made("tenant_x").await.unwrap().is_idle());
        for refused in ["tenant_template", "other", "public"] {
            let error = made(refused).await.unwrap_err();
            let is_unknown = matches!(&error, Error::Tenants(TenantsError::Unknown { .. }));
            assert!(is_unknown, "{error}");
        }
    });
    assert_eq!(
        home.done(),
        [("tenant_x".to_owned(), "m1_create".to_owned())]
    );
}
