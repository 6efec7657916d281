//! A schema that holds extensions, `public` above all: extensions are the database's and stay.

use sea_orm::ConnectionTrait;
use toolkit_runtime::{
    Connection, Direction, Error, Extent, Report, Runner, Service, Settings, Silent, Standing,
    State,
};
use toolkit_testkit::{Cluster, Database, server};

use crate::service::{connect, migrator, run, tables};

const EXTENSIONS: [&str; 5] = ["btree_gist", "citext", "hstore", "pg_trgm", "uuid-ossp"];

/// Roles, and what they are granted, are the whole server's, and another test makes some.
const PLAIN: [&str; 1] = ["--no-privileges"];

migrator!(
    Names,
    "m1": [
        "CREATE EXTENSION IF NOT EXISTS citext",
        "CREATE TABLE names (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), name citext, tags hstore)",
    ] / ["DROP TABLE names"],
    "m2": [
        "CREATE INDEX names_like ON names USING gin (name gin_trgm_ops)",
        "CREATE FUNCTION alike(a citext, b citext) RETURNS real LANGUAGE sql \
         AS 'SELECT similarity(a::text, b::text)'",
        "CREATE TABLE stays (room int, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&))",
    ] / ["DROP TABLE stays", "DROP FUNCTION alike", "DROP INDEX names_like"],
);

/// A database with the extensions in `schema`, and another schema that uses them.
fn with_extensions(cluster: &'static Cluster, schema: &str) -> Database {
    let database = cluster.database();
    let name = database.name();
    let install = EXTENSIONS.map(|extension| {
        format!("CREATE EXTENSION IF NOT EXISTS \"{extension}\" WITH SCHEMA {schema};")
    });
    cluster.psql(
        name,
        &format!(
            "CREATE SCHEMA IF NOT EXISTS {schema}; {} CREATE SCHEMA other; \
             CREATE TABLE other.names (name {schema}.citext, names {schema}.citext[]); \
             CREATE INDEX ON other.names USING gin (name {schema}.gin_trgm_ops)",
            install.concat()
        ),
    );
    database
}

async fn fresh(connection: &Connection, service: &Service) -> (Report, Result<(), Error>) {
    run(connection, service, async |runner, report| {
        runner.fresh(report).await
    })
    .await
}

#[tokio::test]
async fn public_is_a_schema_like_any_other_and_extensions_stay() {
    let Some(cluster) = server("public_is_a_schema_like_any_other") else {
        return;
    };
    for schema in ["public", "orders"] {
        let database = with_extensions(cluster, schema);
        let name = database.name();
        let before = cluster.dump(name, &PLAIN);
        let connection = connect(&database).await;
        let service = Service::new::<Names>("names", schema);
        let (report, result) = run(&connection, &service, async |runner, report| {
            runner.bootstrap(report).await?;
            runner.up(report, &Extent::All).await?;
            runner.down(report, &Extent::Count(1)).await?;
            runner.up(report, &Extent::All).await?;
            runner.refresh(report).await
        })
        .await;
        result.unwrap();
        assert_eq!(report.names(Direction::Up).len(), 5);
        let standing = Standing::read(&connection, &service).await.unwrap();
        assert_eq!(standing.names(State::Applied), ["m1", "m2"]);

        let applied = cluster.dump(name, &PLAIN);
        let (report, result) = fresh(&connection, &service).await;
        result.unwrap();
        // Two tables, the function and the books.
        assert_eq!(report.dropped, Some(5), "{schema}");
        assert_eq!(cluster.dump(name, &PLAIN), applied);

        let (_, result) = run(&connection, &service, async |runner, report| {
            runner.reset(report).await
        })
        .await;
        result.unwrap();
        assert_eq!(tables(&connection, schema).await, "");
        assert_eq!(cluster.dump(name, &PLAIN), before);
    }
}

#[tokio::test]
async fn what_others_need_of_the_schema_itself_is_still_refused() {
    let Some(cluster) = server("what_others_need_of_the_schema_itself") else {
        return;
    };
    let database = with_extensions(cluster, "public");
    let connection = connect(&database).await;
    let service = Service::new::<Names>("names", "public");
    fresh(&connection, &service).await.1.unwrap();
    let sql = "CREATE VIEW other.seen AS SELECT name FROM public.names";
    connection.db().execute_unprepared(sql).await.unwrap();
    let Err(Error::Dependants { dependants, .. }) = fresh(&connection, &service).await.1 else {
        panic!("it is not refused")
    };
    assert_eq!(dependants, ["view other.seen"]);
}

#[tokio::test]
async fn the_roles_of_public_leave_its_extensions_to_everybody() {
    let Some(cluster) = server("the_roles_of_public") else {
        return;
    };
    let database = with_extensions(cluster, "public");
    let name = database.name();
    let connection = connect(&database).await;
    let settings = Settings::default();
    let names = Service::new::<Names>("names", "public");
    let others = Service::new::<Names>("more_names", "more_names");
    for service in [&names, &others] {
        let runner = Runner::new(service, &connection, &settings, &Silent);
        runner.create_roles().await.unwrap();
    }
    for (role, service) in [("public_owner", &names), ("more_names_owner", &others)] {
        let url = cluster.url(role, name).parse().unwrap();
        let owner = Connection::open(&url, "test").await.unwrap();
        let (_, result) = run(&owner, service, async |runner, report| {
            runner.up(report, &Extent::All).await?;
            runner.fresh(report).await
        })
        .await;
        result.unwrap();
    }
    for (role, allowed) in [("public_app", "t"), ("more_names_app", "f")] {
        let may = |what: &str| cluster.psql(name, &format!("SELECT {what}"));
        let rows = format!("has_table_privilege('{role}', 'public.names', 'INSERT')");
        assert_eq!(may(&rows), allowed);
        let types = format!("has_schema_privilege('{role}', 'public', 'USAGE')");
        assert_eq!(may(&types), "t");
        let makes = format!("has_schema_privilege('{role}', 'public', 'CREATE')");
        assert_eq!(may(&makes), "f");
    }
}
