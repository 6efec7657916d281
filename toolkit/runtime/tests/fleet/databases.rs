//! Tenants that are databases.

use std::fs;

use toolkit_testkit::Cluster;

use crate::tenants::{Case, Home};

pub const ALL: [(&str, Case); 1] = [(
    "databases_are_tenants_whose_passwords_nobody_sees",
    databases,
)];

fn databases(cluster: &'static Cluster) {
    let homes: Vec<Home> = (0..3).map(|_| Home::new(cluster)).collect();
    let role = format!("{}_owner", homes[0].database.name());
    homes[0].psql(&format!(
        "CREATE ROLE {role} SUPERUSER LOGIN PASSWORD 's3cret'"
    ));
    let url = |home: &Home| {
        let url = cluster.url(&role, home.database.name());
        url.replace(&format!("{role}@"), &format!("{role}:s3cret@"))
    };
    let mut lines: Vec<String> = homes.iter().map(url).collect();
    lines.insert(0, "# those who pay".to_owned());
    lines.push(String::new());
    let folder = std::env::temp_dir().join(format!("{role}_tenants"));
    fs::write(&folder, lines.join("\n")).unwrap();
    let tenants = format!("urls:{}", folder.display());
    let home = &homes[0];
    let shop = || home.release(1, &tenants).env("DATABASE_URL", "");
    let output = shop().arg("up").run().success();
    assert!(output.stdout.contains("shop: 3 tenants"), "{output:?}");
    for home in &homes {
        assert_eq!(home.done().len(), 1);
        assert!(home.is_recorded_once("tenant_template", 1));
    }
    let name = format!(
        "127.0.0.1:{}/{}",
        cluster_port(&lines[1]),
        homes[2].database.name()
    );
    let down = shop()
        .args(["down", "--yes", "--tenant", &name])
        .run()
        .success();
    assert!(down.stdout.contains("m1_create"), "{down:?}");
    assert_eq!(homes[2].done().len(), 0);

    // One that is not there fails alone.
    let missing = format!("{}/nowhere", lines[1].rsplit_once('/').unwrap().0);
    let fed = format!("{}\n{missing}\n{}\n", lines[1], lines[3]);
    let stdin = || home.release(1, "urls:-").env("DATABASE_URL", "");
    let output = stdin().arg("up").fed(&fed).code(2);
    assert!(
        output
            .stdout
            .contains("1 migrated, 1 had nothing to do, 1 failed"),
        "{output:?}"
    );
    assert!(
        output
            .stderr
            .contains("database \"nowhere\" does not exist"),
        "{output:?}"
    );
    let output = stdin()
        .arg("up")
        .fed("postgres://h/d\nmysql://u:s3cret@h/d\n")
        .code(2);
    let expected = "standard input, line 2: the database URL starts with mysql://";
    assert!(output.stderr.contains(expected), "{output:?}");
    let status = stdin()
        .args(["status", "--exit-code"])
        .fed(&lines.join("\n"))
        .success();
    assert!(status.stdout.contains("3 at m1_create"), "{status:?}");
    let _ = fs::remove_file(folder);
}

fn cluster_port(url: &str) -> String {
    let rest = url.rsplit('@').next().unwrap();
    let port = rest.split([':', '/']).nth(1).unwrap();
    port.to_owned()
}
