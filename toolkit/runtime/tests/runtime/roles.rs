//! The roles of services: what they can do, and what they cannot.

use sea_orm::ConnectionTrait;
use toolkit_runtime::{Connection, Error, Extent, Report, Runner, Service, Settings, Silent};
use toolkit_testkit::{Cluster, Database, server};

use crate::service::{connect, migrator};

migrator!(
    Generated,
    "m1": [
        "CREATE TABLE a (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED)",
        "CREATE TABLE b (id serial, at date) PARTITION BY RANGE (at)",
        "CREATE TABLE b_2026 PARTITION OF b FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "CREATE TYPE span AS RANGE (subtype = int)",
    ] / [],
    "m2": ["ALTER TABLE a ADD COLUMN c int", "ALTER TABLE b_2026 ADD CHECK (id > 0)"] / [],
);

#[tokio::test]
async fn everything_in_the_schema_is_given_to_its_owner() {
    let Some(cluster) = server("everything_in_the_schema_is_given") else {
        return;
    };
    let database = cluster.database();
    let service = Service::new::<Generated>("given", "given");
    let admin = connect(&database).await;
    let settings = Settings::default();
    let runner = Runner::new(&service, &admin, &settings, &Silent);
    let first = Extent::Count(1);
    runner.up(&mut Report::default(), &first).await.unwrap();
    create_roles(&database, &service).await.unwrap();
    let kept = "SELECT coalesce(string_agg(relname, ','), '') FROM pg_class \
                WHERE relnamespace = 'given'::regnamespace AND relowner <> 'given_owner'::regrole";
    assert_eq!(cluster.psql(database.name(), kept), "");
    up(&as_role(cluster, &database, "given_owner").await, &service).await;
}

migrator!(
    Bills,
    "m1": ["CREATE TYPE kind AS ENUM ('a', 'b')", "CREATE TABLE bills (id serial PRIMARY KEY, kind kind)"]
        / ["DROP TABLE bills", "DROP TYPE kind"],
    "m2": ["ALTER TABLE bills ADD COLUMN sum int", "ALTER TYPE kind RENAME VALUE 'a' TO 'c'"]
        / ["ALTER TABLE bills DROP COLUMN sum", "ALTER TYPE kind RENAME VALUE 'c' TO 'a'"],
);

fn services() -> [Service; 2] {
    [
        Service::new::<Bills>("billing", "Billing \"now\""),
        Service::new::<Bills>("paying", "paying"),
    ]
}

async fn as_role(cluster: &Cluster, database: &Database, role: &str) -> Connection {
    let role = role.replace(' ', "%20").replace('"', "%22");
    let url = cluster.url(&role, database.name());
    Connection::open(&url.parse().unwrap(), "test")
        .await
        .unwrap()
}

async fn create_roles(database: &Database, service: &Service) -> Result<bool, Error> {
    let connection = connect(database).await;
    let settings = Settings::default();
    let runner = Runner::new(service, &connection, &settings, &Silent);
    runner.create_roles().await.map(|(_, there)| there)
}

async fn up(connection: &Connection, service: &Service) {
    let settings = Settings::default();
    let runner = Runner::new(service, connection, &settings, &Silent);
    let mut report = Report::default();
    runner.up(&mut report, &Extent::All).await.unwrap();
    assert!(!report.migrations.is_empty());
}

/// Tries each statement and says which the server refuses.
async fn refused<'a>(connection: &Connection, statements: &[&'a str]) -> Vec<&'a str> {
    let mut refused = Vec::new();
    for statement in statements {
        if let Err(error) = connection.db().execute_unprepared(statement).await {
            let told = error.to_string();
            assert!(
                told.contains("permission denied") || told.contains("must be owner"),
                "{statement}: {told}"
            );
            refused.push(*statement);
        }
    }
    refused
}

#[tokio::test]
async fn the_application_works_with_its_rows_and_can_do_nothing_else() {
    let Some(cluster) = server("the_application_works_with_its_rows") else {
        return;
    };
    let database = cluster.database();
    let services = services();
    // One service was migrated by an administrator before it had roles.
    up(&connect(&database).await, &services[0]).await;
    for service in &services {
        create_roles(&database, service).await.unwrap();
    }
    let owner = as_role(cluster, &database, "Billing \"now\"_owner").await;
    let settings = Settings::default();
    let runner = Runner::new(&services[0], &owner, &settings, &Silent);
    runner.reset(&mut Report::default()).await.unwrap();
    let again = &mut Report::default();
    runner.up(again, &Extent::All).await.unwrap();
    let other = as_role(cluster, &database, "paying_owner").await;
    up(&other, &services[1]).await;

    let app = as_role(cluster, &database, "Billing \"now\"_app").await;
    let may = [
        "INSERT INTO bills (kind) VALUES ('b')",
        "SELECT * FROM bills",
        "UPDATE bills SET kind = 'c'",
        "DELETE FROM bills",
        "SELECT * FROM seaql_migrations",
    ];
    assert_eq!(refused(&app, &may).await, [""; 0]);
    let may_not = [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE bills ADD COLUMN mine int",
        "DROP TABLE bills",
        "TRUNCATE bills",
        "ALTER TYPE kind ADD VALUE 'mine'",
        "DELETE FROM seaql_migrations",
        "UPDATE toolkit_ledger SET state = 'failed'",
        "SELECT * FROM paying.bills",
        "INSERT INTO paying.bills (kind) VALUES ('b')",
        "SELECT nextval('paying.bills_id_seq')",
        "SELECT * FROM paying.toolkit_ledger",
        "CREATE SCHEMA mine",
        "DROP SCHEMA paying CASCADE",
    ];
    assert_eq!(refused(&app, &may_not).await, may_not);
    let other_owner = ["ALTER TABLE \"Billing \"\"now\"\"\".bills ADD COLUMN mine int"];
    assert_eq!(refused(&other, &other_owner).await, other_owner);
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let Some(cluster) = server("a_second_run_of_roles_changes_nothing") else {
        return;
    };
    let database = cluster.database();
    let service = Service::new::<Bills>("again", "again");
    assert!(!create_roles(&database, &service).await.unwrap());
    let before = cluster.dump(database.name(), &[]);
    assert!(create_roles(&database, &service).await.unwrap());
    assert_eq!(cluster.dump(database.name(), &[]), before);
    let passwords =
        "SELECT count(*) FROM pg_authid WHERE rolname LIKE 'again%' AND rolpassword IS NOT NULL";
    assert_eq!(cluster.psql(database.name(), passwords), "0");
}

#[tokio::test]
async fn an_administrator_who_is_no_superuser_can_do_it_and_who_may_not_changes_nothing() {
    let Some(cluster) = server("an_administrator_who_is_no_superuser") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    let (admin, nobody) = (format!("admin_{name}"), format!("nobody_{name}"));
    cluster.psql(
        name,
        &format!(
            "CREATE ROLE {admin} LOGIN CREATEROLE; GRANT ALL ON DATABASE {name} TO {admin} \
             WITH GRANT OPTION; CREATE ROLE {nobody} LOGIN"
        ),
    );
    let service = Service::new::<Bills>("modest", "modest");
    let settings = Settings::default();
    let connection = as_role(cluster, &database, &nobody).await;
    let runner = Runner::new(&service, &connection, &settings, &Silent);
    runner.create_roles().await.unwrap_err();
    let roles = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'modest%'";
    assert_eq!(cluster.psql(name, roles), "0");

    let connection = as_role(cluster, &database, &admin).await;
    let runner = Runner::new(&service, &connection, &settings, &Silent);
    runner.create_roles().await.unwrap();
    assert_eq!(cluster.psql(name, roles), "2");
    let owner = as_role(cluster, &database, "modest_owner").await;
    up(&owner, &service).await;
}

#[tokio::test]
async fn a_name_that_postgresql_would_cut_is_refused() {
    let database = Database::create();
    let schema: &'static str = "s".repeat(60).leak();
    let service = Service::new::<Bills>("long", schema);
    let error = create_roles(&database, &service).await.unwrap_err();
    assert!(error.to_string().contains("66 bytes"), "{error}");
}
