//! Schemas that other people wrote: from nothing to them and back, judged by `pg_dump`.
//!
//! `REAL_SCHEMAS` names a folder outside the repository with a `NAME.sql` for each, as it was
//! published. Beside it may stand what belongs to the server or the database and not to a schema:
//! `NAME.setup.sql` runs first on both sides (roles, extensions), `NAME.empty.sql` on the empty side
//! alone (an extension that `NAME.sql` itself creates; or an earlier version of the schema, which
//! makes the pair one that people really migrated).

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test"
)]

mod converge;
#[path = "real/dump.rs"]
mod dump;
#[path = "real/report.rs"]
mod report;
#[path = "real/schemas.rs"]
mod schemas;

use std::time::Instant;

use converge::{alike, planned};
use dump::Objects;
use report::{Contents, Equality, Outcome, near};
use schemas::Real;
use sea_orm::DatabaseConnection;
use toolkit_engine::{
    catalog::Catalog,
    inspect::{Scope, inspect},
    plan::Plan,
    render::sql::{Names, script, statements},
};
use toolkit_testkit::{Cluster, not_here, server};

#[test]
fn schemas_of_other_people_are_reached_from_nothing_and_left_again() {
    let Some(schemas) = schemas::found() else {
        return not_here("real schemas", "REAL_SCHEMAS names no folder");
    };
    assert!(!schemas.is_empty(), "REAL_SCHEMAS holds no schema");
    let Some(cluster) = server("real schemas") else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut outcomes = Vec::new();
    for real in &schemas {
        let outcome = runtime.block_on(prove(cluster, real));
        eprintln!("{}: {}", real.name, outcome.verdict());
        outcomes.push(outcome);
    }
    print!("{}", report::table(&outcomes));
    print!("{}", report::failures(&outcomes));
    let failed: Vec<_> = outcomes
        .iter()
        .filter(|it| !it.failures.is_empty())
        .map(|it| &it.name)
        .collect();
    assert!(failed.is_empty(), "these do not converge: {failed:?}");
}

/// Takes a schema through all that it must show, as far as it gets.
async fn prove(cluster: &Cluster, real: &Real) -> Outcome {
    let mut outcome = Outcome::new(&real.name, real.sql.len());
    match [
        Side::load(cluster, &[&real.setup, &real.empty]).await,
        Side::load(cluster, &[&real.setup, &real.sql]).await,
    ] {
        [Ok(empty), Ok(full)] => {
            outcome.contents = Contents::of(&full.connection).await;
            outcome.inspect = full.inspected;
            for object in &full.catalog.unmanaged {
                *outcome.unmanaged.entry(object.kind.as_str()).or_default() += 1;
            }
            converge(cluster, &empty, &full, &mut outcome).await;
            for side in [empty, full] {
                side.drop(cluster).await;
            }
        }
        sides => {
            let refused = sides.into_iter().filter_map(Result::err);
            outcome.failures.extend(refused);
        }
    }
    outcome
}

async fn converge(cluster: &Cluster, empty: &Side, full: &Side, outcome: &mut Outcome) {
    let started = Instant::now();
    let planned = planned(&empty.catalog, &full.catalog);
    outcome.plan = started.elapsed();
    let back = self::planned(&full.catalog, &empty.catalog);
    let (up, down) = match (planned, back) {
        (Ok(up), Ok(down)) => (up, down),
        (up, down) => {
            let failed = [("up", up), ("down", down)]
                .into_iter()
                .filter_map(|(way, it)| Some(format!("plan {way}: {}", it.err()?)));
            return outcome.failures.extend(failed);
        }
    };
    outcome.statements = statements(&up, &Names::qualified()).len();
    let names = Names::qualified();
    let (up, down) = (script(&up, &names), script(&down, &names));
    let mut way = Way { cluster, outcome };
    way.there_and_back("from nothing", [empty, full], [&up, &down])
        .await;
    way.there_and_back("from the schema", [full, empty], [&down, &up])
        .await;
}

/// One of the two databases, as it was loaded.
struct Side {
    database: String,
    connection: DatabaseConnection,
    catalog: Catalog,
    dump: String,
    inspected: std::time::Duration,
}

impl Side {
    /// A new database in which one session ran `scripts`.
    async fn load(cluster: &Cluster, scripts: &[&str]) -> Result<Self, String> {
        let database = cluster.create_database();
        let sql = scripts.join("\n");
        cluster
            .script(&database, &sql)
            .map_err(|error| format!("load: {}", near(&sql, &error)))?;
        let connection = cluster.connect(&database).await;
        let started = Instant::now();
        let catalog = read(&connection).await?;
        Ok(Self {
            inspected: started.elapsed(),
            dump: cluster.dump(&database, &[]),
            database,
            connection,
            catalog,
        })
    }

    async fn drop(self, cluster: &Cluster) {
        let _ = self.connection.close().await;
        cluster.drop_database(&self.database);
    }
}

async fn read(connection: &DatabaseConnection) -> Result<Catalog, String> {
    let catalog = inspect(connection, &Scope::default()).await;
    catalog.map_err(|error| format!("inspect: {error}: {error:?}"))
}

struct Way<'w> {
    cluster: &'w Cluster,
    outcome: &'w mut Outcome,
}

impl Way<'_> {
    /// Brings the first side's database to the second and back. A difference is noted, and the way
    /// goes on; a script that fails ends it.
    async fn there_and_back(&mut self, name: &str, sides: [&Side; 2], scripts: [&str; 2]) {
        let [start, end] = sides;
        for (leg, sql, target) in [("there", scripts[0], end), ("back", scripts[1], start)] {
            let leg = format!("{name}, {leg}");
            if let Err(error) = self.apply(&start.database, sql) {
                let failure = format!("{leg}: {}", near(sql, &error));
                return self.outcome.failures.push(failure);
            }
            let failures = self.judge(start, target).await;
            let failures = failures.into_iter().map(|it| format!("{leg}: {it}"));
            self.outcome.failures.extend(failures);
        }
    }

    fn apply(&mut self, database: &str, sql: &str) -> Result<(), String> {
        let started = Instant::now();
        let applied = self.cluster.transact(database, sql);
        self.outcome.applied.push(started.elapsed());
        applied
    }

    /// What is wrong with the database of `side`, which should be as `target` was.
    async fn judge(&mut self, side: &Side, target: &Side) -> Vec<String> {
        let mut failures = Vec::new();
        match self.equal(&self.cluster.dump(&side.database, &[]), &target.dump) {
            Ok(equality) => self.outcome.equality = self.outcome.equality.min(equality),
            Err(difference) => failures.push(difference),
        }
        let rest = match read(&side.connection).await {
            Ok(catalog) => planned(&catalog, &target.catalog),
            Err(error) => Err(error),
        };
        match rest {
            Ok(rest) if rest.is_empty() => {}
            Ok(rest) => failures.push(not_empty(&rest)),
            Err(error) => failures.push(format!("the second diff: {error}")),
        }
        failures
    }

    fn equal(&self, dump: &str, expected: &str) -> Result<Equality, String> {
        let objects = Objects::of(dump);
        let should_be = Objects::of(expected);
        if objects == should_be {
            return Ok(Equality::Text);
        }
        match alike(self.cluster, dump, expected) {
            Ok(()) => Ok(Equality::Statements),
            Err(_) => Err(format!(
                "differs from the schema built directly:\n{}",
                objects.difference(&should_be)
            )),
        }
    }
}

fn not_empty(rest: &Plan) -> String {
    let rest = script(rest, &Names::qualified());
    format!("a second diff is not empty:\n{rest}")
}
