//! A service whose migration reaches beyond its database, and what becomes of the server when its
//! migrations are looked at.

use std::env;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, Statement, sqlx},
};
use toolkit_runtime::{Service, entities};
use toolkit_testkit::{Cluster, Database, Output, Workspace, server};

use crate::toolkit;

pub const SERVICES: &str = "reaching";

/// What the hostile migration sends, and how.
const SQL: &str = "SERVICES_SQL";
const WAY: &str = "SERVICES_WAY";

pub fn services() -> [Service; 2] {
    [
        Service::new::<Tame>("tame", "tame").entities(|| entities![tame::note::Entity]),
        Service::new::<Hostile>("hostile", "hostile").entities(|| entities![hostile::note::Entity]),
    ]
}

crate::failing::entity!(tame, "tame");
crate::failing::entity!(hostile, "hostile");

struct Tame;

impl MigratorTrait for Tame {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Notes)]
    }
}

struct Hostile;

impl MigratorTrait for Hostile {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Notes), Box::new(Reaches)]
    }
}

struct Notes;

impl MigrationName for Notes {
    fn name(&self) -> &'static str {
        "m1_notes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Notes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "CREATE TABLE notes (id int PRIMARY KEY)";
        manager
            .get_connection()
            .execute_unprepared(sql)
            .await
            .map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "DROP TABLE notes";
        manager
            .get_connection()
            .execute_unprepared(sql)
            .await
            .map(drop)
    }
}

struct Reaches;

impl MigrationName for Reaches {
    fn name(&self) -> &'static str {
        "m2_reaches"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Reaches {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        send(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        send(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(!matches!(
            way().as_str(),
            "outside" | "prepared outside" | "pool"
        ))
    }
}

fn way() -> String {
    env::var(WAY).unwrap_or_default()
}

async fn send(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sql = env::var(SQL).unwrap();
    let db = manager.get_connection();
    match (way().as_str(), db) {
        ("prepared" | "prepared outside", _) => {
            let statement = Statement::from_string(DbBackend::Postgres, sql);
            db.execute_raw(statement).await.map(drop)
        }
        // As one who does not mind whether it goes well.
        ("careless", _) => {
            let _ = db.execute_unprepared(&format!("SAVEPOINT s; {sql}")).await;
            db.execute_unprepared("ROLLBACK TO SAVEPOINT s")
                .await
                .map(drop)
        }
        ("pool", SchemaManagerConnection::Connection(db)) => {
            let pool = db.get_postgres_connection_pool();
            let sent = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(pool).await;
            sent.map(drop)
                .map_err(|error| DbErr::Custom(error.to_string()))
        }
        _ => db.execute_unprepared(&sql).await.map(drop),
    }
}

/// All that the databases of a server share, but for the test's own databases.
const SHARED: &str = "SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (\
    SELECT a::text FROM pg_authid a UNION ALL SELECT s::text FROM pg_db_role_setting s \
    UNION ALL SELECT m::text FROM pg_auth_members m UNION ALL SELECT t::text FROM pg_tablespace t \
    UNION ALL SELECT d::text FROM pg_shdescription d UNION ALL SELECT f::text FROM pg_file_settings f \
    UNION ALL SELECT concat(datname, datdba, datallowconn, datconnlimit, datacl) FROM pg_database \
    UNION ALL SELECT concat(name, setting) FROM pg_settings) AS shared(line)";

/// A server with a role that works in a database, and that database with what is tame applied.
fn victim(cluster: &'static Cluster, workspace: &Workspace) -> Database {
    let database = cluster.database();
    cluster.psql(
        database.name(),
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN \
         CREATE ROLE app LOGIN PASSWORD 'hunter2'; CREATE ROLE chief; END IF; END $$",
    );
    let words = ["up", "-s", "hostile", "-n", "1"];
    on(&database, workspace, &words, "SELECT 1", "").code(0);
    database
}

fn on(database: &Database, workspace: &Workspace, words: &[&str], sql: &str, way: &str) -> Output {
    toolkit(SERVICES, workspace, words)
        .env("DATABASE_URL", database.url())
        .env(SQL, sql)
        .env(WAY, way)
        .run()
}

/// Runs `words` and makes sure that the server is what it was before.
fn looks(
    cluster: &Cluster,
    database: &Database,
    workspace: &Workspace,
    words: &[&str],
    (sql, way): (&str, &str),
) -> Output {
    let before = cluster.psql("postgres", SHARED);
    let output = on(database, workspace, words, sql, way);
    let after = cluster.psql("postgres", SHARED);
    assert_eq!(after, before, "{sql} ({way}), {words:?}: {output:#?}");
    output
}

/// What a server of its own can take.
const ROLES: [&str; 9] = [
    "ALTER ROLE app NOLOGIN",
    "DROP ROLE app; CREATE ROLE app",
    "GRANT chief TO app",
    "ALTER ROLE ALL SET work_mem = '1GB'",
    "COMMENT ON ROLE app IS 'x'",
    "DO $$ BEGIN EXECUTE 'ALTER ' || 'ROLE app NOLOGIN'; END $$",
    "DO $$ BEGIN EXECUTE format('%s ROLE app NOLOGIN', 'ALTER'); END $$",
    "DO $$ BEGIN EXECUTE format('%s chief TO app', 'GRANT'); END $$",
    "DO $$ BEGIN EXECUTE format('%s ROLE ALL SET work_mem = %L', 'ALTER', '1GB'); END $$",
];

pub fn what_a_migration_does_to_roles_happens_on_a_server_of_its_own() {
    let Some(cluster) = server("what_a_migration_does_to_roles_happens_elsewhere") else {
        return;
    };
    let workspace = Workspace::create();
    let database = victim(cluster, &workspace);
    for sql in ROLES {
        let words = ["plan", "-s", "hostile"];
        let plan = looks(cluster, &database, &workspace, &words, (sql, "")).code(1);
        assert!(
            plan.stderr.contains("reaches beyond its database"),
            "{}",
            plan.stderr
        );
        assert!(
            plan.stderr.contains("an embedded PostgreSQL is used"),
            "{}",
            plan.stderr
        );
    }
    for way in [
        "outside",
        "prepared",
        "prepared outside",
        "careless",
        "pool",
    ] {
        // What is rolled back by its own migration reaches nothing, unless it says what it does.
        let dynamic = (way != "careless").then_some(ROLES[6]);
        let secret = "ALTER ROLE app PASSWORD 's3cret'";
        for sql in [ROLES[0], secret].into_iter().chain(dynamic) {
            let words = ["check", "-s", "hostile"];
            let check = looks(cluster, &database, &workspace, &words, (sql, way));
            let told = "reaches beyond its database";
            assert!(check.stderr.contains(told), "{way}: {}", check.stderr);
        }
    }
    for words in [
        &["plan"][..],
        &["check"],
        &["verify"],
        &["generate", "--dry-run"],
        &["generate", "-s", "hostile", "--dry-run"],
        &[
            "diff", "-s", "hostile", "--from", "history", "--to", "entities",
        ],
        &[
            "diff", "-s", "hostile", "--from", "database", "--to", "history",
        ],
        &["up-all", "--dry-run"],
        // The last one: it records what it has compared.
        &["stamp", "-s", "hostile", "--all"],
    ] {
        let shown = looks(cluster, &database, &workspace, words, (ROLES[0], ""));
        let told = "migration m2_reaches of hostile reaches beyond its database, to the server's roles\n  \
                    statement: ALTER ROLE app NOLOGIN\n";
        assert!(shown.stderr.contains(told), "{words:?}: {shown:#?}");
        assert_ne!(shown.code, Some(2), "{words:?}: {shown:#?}");
    }
}

pub fn what_a_migration_does_to_files_and_other_servers_is_refused() {
    let Some(cluster) = server("what_a_migration_does_to_files_is_refused") else {
        return;
    };
    let workspace = Workspace::create();
    let database = victim(cluster, &workspace);
    let mark = tempfile_name(&workspace);
    for sql in [
        format!("COPY notes TO PROGRAM 'touch {mark}'"),
        format!("COPY notes TO '{mark}'"),
        format!("DO $$ BEGIN EXECUTE 'COPY notes TO PROGRAM ''touch {mark}'''; END $$"),
        "SELECT pg_read_file('PG_VERSION')".to_owned(),
    ] {
        for way in ["", "outside", "prepared", "pool"] {
            let words = ["verify", "-s", "hostile"];
            let verify = looks(cluster, &database, &workspace, &words, (&sql, way)).code(1);
            let told = "files or programs of the server's machine";
            assert!(
                verify.stderr.contains(told),
                "{sql}, {way}: {}",
                verify.stderr
            );
            assert!(!std::path::Path::new(&mark).exists(), "{sql}, {way}");
        }
    }
}

fn tempfile_name(workspace: &Workspace) -> String {
    // The server runs as another user, so it is no path in the workspace.
    let name = workspace
        .path()
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    env::temp_dir()
        .join(format!("reached{name}"))
        .display()
        .to_string()
}

pub fn what_a_migration_does_to_databases_and_settings_does_not_reach_the_server() {
    let Some(cluster) = server("what_a_migration_does_to_databases_does_not_reach") else {
        return;
    };
    let workspace = Workspace::create();
    let database = victim(cluster, &workspace);
    let live = database.name();
    for sql in [
        "CREATE DATABASE other".to_owned(),
        format!("DROP DATABASE {live} WITH (FORCE)"),
        "ALTER SYSTEM SET work_mem = '1GB'".to_owned(),
        format!("ALTER DATABASE {live} SET work_mem = '1GB'"),
        format!("GRANT CONNECT ON DATABASE {live} TO app"),
        format!(
            "DO $$ BEGIN EXECUTE format('%s ON DATABASE {live} TO app', 'GRANT CONNECT'); END $$"
        ),
        "SELECT pg_reload_conf()".to_owned(),
    ] {
        let words = ["check", "-s", "hostile"];
        let check = looks(cluster, &database, &workspace, &words, (&sql, "outside"));
        assert!(
            check.stderr.contains("reaches beyond its database"),
            "{sql}: {check:#?}"
        );
    }
}

pub fn what_stays_in_the_database_is_replayed_beside_the_live_one() {
    let Some(cluster) = server("what_stays_in_the_database_is_replayed_beside") else {
        return;
    };
    let workspace = Workspace::create();
    let database = victim(cluster, &workspace);
    for (sql, way) in [
        (
            "DO $$ BEGIN EXECUTE format('GRANT SELECT ON %I TO app', 'notes'); END $$",
            "",
        ),
        (
            "DO $$ BEGIN EXECUTE format('GRANT SELECT ON %I TO app', 'notes'); END $$",
            "outside",
        ),
        (
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN CREATE ROLE app; END IF; END $$",
            "",
        ),
        (
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '1GB'); END $$",
            "",
        ),
        (
            "ALTER TABLE notes OWNER TO app; ALTER TABLE notes OWNER TO postgres",
            "prepared never",
        ),
        (
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON notes (id)",
            "outside",
        ),
    ] {
        let words = ["check", "-s", "hostile"];
        let check = looks(cluster, &database, &workspace, &words, (sql, way));
        assert!(
            check
                .stderr
                .contains("compared in database toolkit_scratch_"),
            "{sql}: {check:#?}"
        );
    }
}

pub fn a_file_changes_nothing_but_its_scratch_database() {
    let Some(cluster) = server("a_file_changes_nothing_but_its_scratch_database") else {
        return;
    };
    let (workspace, database) = (Workspace::create(), cluster.database());
    cluster.psql("postgres", "CREATE ROLE filed LOGIN");
    cluster.psql("postgres", "CREATE DATABASE live");
    let files = [
        "diff",
        "--from",
        "file:empty.sql",
        "--to",
        "file:hostile.sql",
    ];
    let mark = "/tmp/toolkit_file_reached";
    workspace.write("empty.sql", "SELECT 1;\n");
    for (text, code) in [
        ("DROP DATABASE live;", 2),
        ("COMMIT; DROP DATABASE live WITH (FORCE);", 2),
        ("ALTER ROLE filed NOLOGIN;", 0),
        ("DROP ROLE filed; CREATE TABLE a (b int);", 1),
        (
            "DO $$ BEGIN EXECUTE format('%s ROLE filed NOLOGIN', 'ALTER'); END $$;",
            0,
        ),
        (
            "BEGIN; DO $$ BEGIN EXECUTE format('%s ROLE filed NOLOGIN', 'ALTER'); END $$; COMMIT; CREATE TABLE x (y int);",
            1,
        ),
        (
            "COPY (SELECT 1) TO PROGRAM 'touch /tmp/toolkit_file_reached';",
            1,
        ),
        (
            "COMMIT; ALTER SYSTEM SET work_mem = '1GB'; SELECT pg_reload_conf();",
            2,
        ),
    ] {
        workspace.write("hostile.sql", text);
        let before = cluster.psql("postgres", SHARED);
        let compared = on(&database, &workspace, &files, "", "");
        assert_eq!(
            cluster.psql("postgres", SHARED),
            before,
            "{text}: {compared:#?}"
        );
        assert_eq!(compared.code, Some(code), "{text}: {compared:#?}");
        assert!(
            compared.stderr.contains("hostile.sql reaches beyond"),
            "{text}: {compared:#?}"
        );
        assert!(!std::fs::exists(mark).unwrap(), "{text}");
    }
}
