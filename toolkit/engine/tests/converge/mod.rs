//! What a pair of schemas must show: there, no second difference, back, judged by `pg_dump`.
#![allow(dead_code, reason = "each test program uses its own part")]
#![allow(clippy::expect_used, reason = "a test")]

pub mod case;

use std::sync::Mutex;

use sea_orm::DatabaseConnection;
use toolkit_engine::{
    catalog::Catalog,
    diff::diff,
    inspect::{Scope, inspect},
    plan::{Plan, plan},
    render::sql::{Names, script},
};

use toolkit_testkit::{Cluster, difference};

/// A database that one schema after the other uses.
pub struct Bench {
    pub database: String,
    pub connection: DatabaseConnection,
}

impl Bench {
    /// A bench with an empty database.
    pub async fn new(cluster: &Cluster) -> Self {
        let database = cluster.create_database();
        let connection = cluster.connect(&database).await;
        Self {
            database,
            connection,
        }
    }

    /// What is in the database.
    pub async fn read(&self) -> Result<Catalog, String> {
        let catalog = inspect(&self.connection, &scope()).await;
        catalog.map_err(|error| format!("{error}: {error:?}"))
    }
}

/// What is compared: owners, too.
pub fn scope() -> Scope {
    Scope {
        owners: true,
        ..Scope::default()
    }
}

/// One schema of a pair, in a database of its own.
struct Side<'b> {
    bench: &'b Bench,
    catalog: Catalog,
    dump: String,
}

impl<'b> Side<'b> {
    async fn new(cluster: &Cluster, bench: &'b Bench, sql: &str) -> Result<Self, String> {
        cluster.empty(&bench.database);
        cluster
            .script(&bench.database, sql)
            .map_err(|error| format!("load: {error}\n{sql}"))?;
        let catalog = bench.read().await?;
        let dump = cluster.dump(&bench.database, &[]);
        Ok(Self {
            bench,
            catalog,
            dump,
        })
    }
}

/// A pair of schemas, and what is asked of it.
pub struct Pair<'p> {
    pub from: &'p str,
    pub to: &'p str,
    /// Whether nothing may differ.
    pub noop: bool,
    pub rows: Option<Rows<'p>>,
}

/// Rows of the first schema of a pair, which survive.
#[derive(Clone, Copy)]
pub struct Rows<'p> {
    /// Statements that make them.
    pub made: &'p str,
    /// A query that finds one in both schemas; none asks no more than that the plan takes them.
    pub found: Option<&'p str>,
}

/// Proves a pair both ways, and returns the plans there and back.
pub async fn prove(
    cluster: &Cluster,
    benches: &[Bench; 2],
    pair: &Pair<'_>,
) -> Result<[Plan; 2], String> {
    let from = Side::new(cluster, &benches[0], pair.from).await?;
    let to = Side::new(cluster, &benches[1], pair.to).await?;
    let up = planned(&from.catalog, &to.catalog)?;
    let down = planned(&to.catalog, &from.catalog)?;
    let plans = [up, down];
    let [up, down] = plans
        .each_ref()
        .map(|plan| script(plan, &Names::qualified()));
    if pair.noop && !(up.is_empty() && down.is_empty()) {
        return Err(format!("a plan where nothing differs:\n{up}"));
    }
    if up.is_empty() && down.is_empty() {
        if pair.rows.is_some() {
            return Err("rows, and nothing to do".to_owned());
        }
        let alike = alike(cluster, &from.dump, &to.dump);
        return alike
            .map(|()| plans)
            .map_err(|error| format!("unseen: {error}"));
    }
    if let Some(rows) = pair.rows {
        let made = cluster.script(&from.bench.database, rows.made);
        made.map_err(|error| format!("rows: {error}"))?;
    }
    there_and_back(cluster, &from, &to, &up, &down, pair.rows).await?;
    let back = there_and_back(cluster, &to, &from, &down, &up, None).await;
    back.map_err(|error| format!("reversed: {error}"))?;
    Ok(plans)
}

/// The plan of a pair, and what PostgreSQL says to it. What it takes gives the second schema.
pub async fn attempt(
    cluster: &Cluster,
    benches: &[Bench; 2],
    from: &str,
    to: &str,
) -> Result<(Plan, Result<(), String>), String> {
    let from = Side::new(cluster, &benches[0], from).await?;
    let to = Side::new(cluster, &benches[1], to).await?;
    let plan = planned(&from.catalog, &to.catalog)?;
    let sql = script(&plan, &Names::qualified());
    let database = &from.bench.database;
    let said = if plan.leaves_transaction() {
        cluster.script(database, &sql)
    } else {
        cluster.transact(database, &sql)
    };
    if said.is_ok() {
        let dump = cluster.dump(database, &[]);
        alike(cluster, &dump, &to.dump)?;
    }
    Ok((plan, said))
}

/// The plan that makes `from` what `to` is.
pub fn planned(from: &Catalog, to: &Catalog) -> Result<Plan, String> {
    let changes = diff(from, to, &[]).map_err(|error| error.to_string())?;
    plan(&changes).map_err(|error| error.to_string())
}

/// Brings the database of `from` to `to` and back.
async fn there_and_back(
    cluster: &Cluster,
    from: &Side<'_>,
    to: &Side<'_>,
    up: &str,
    down: &str,
    rows: Option<Rows<'_>>,
) -> Result<(), String> {
    let database = &from.bench.database;
    let survived = || rows.map_or(Ok(()), |rows| rows.survive(cluster, database));
    let explain = |way: &str, error: String, sql: &str| format!("{way}: {error}\n{sql}");
    survived()?;
    cluster
        .transact(database, up)
        .map_err(|error| explain("up", error, up))?;
    alike(cluster, &cluster.dump(database, &[]), &to.dump)
        .map_err(|error| explain("up", error, up))?;
    survived().map_err(|error| explain("up", error, up))?;
    let second = planned(&from.bench.read().await?, &to.catalog)?;
    if !second.is_empty() {
        let second = script(&second, &Names::qualified());
        return Err(format!(
            "a second diff is not empty:\n{second}\nafter\n{up}"
        ));
    }
    cluster
        .transact(database, down)
        .map_err(|error| explain("down", error, down))?;
    alike(cluster, &cluster.dump(database, &[]), &from.dump)
        .and_then(|()| survived())
        .map_err(|error| explain("down", error, down))
}

impl Rows<'_> {
    /// Finds the row.
    pub fn survive(self, cluster: &Cluster, database: &str) -> Result<(), String> {
        let Some(found) = self.found else {
            return Ok(());
        };
        let query = found.trim().trim_end_matches(';');
        let check = format!("SELECT 1 / count(*) FROM ({query}) AS found");
        let found = cluster.script(database, &check);
        found.map_err(|error| format!("no row is found: {error}"))
    }
}

/// Databases in pairs, for tests that run side by side. Making one takes longer than emptying one.
pub struct Benches {
    pub cluster: &'static Cluster,
    /// Connections belong to the event loop that made them.
    runtime: tokio::runtime::Runtime,
    idle: Mutex<Vec<[Bench; 2]>>,
}

impl Benches {
    /// None yet.
    pub fn new(cluster: &'static Cluster) -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        Self {
            cluster,
            runtime,
            idle: Mutex::default(),
        }
    }

    /// Proves a pair, as [`prove`] does.
    pub fn prove(&self, pair: &Pair<'_>) -> Result<[Plan; 2], String> {
        self.with(async |benches| prove(self.cluster, benches, pair).await)
    }

    /// Does `work` with two databases.
    pub fn with<T>(&self, work: impl AsyncFnOnce(&[Bench; 2]) -> T) -> T {
        let idle = self.idle.lock().expect("no poison").pop();
        let run = async {
            let benches = match idle {
                Some(benches) => benches,
                None => [
                    Bench::new(self.cluster).await,
                    Bench::new(self.cluster).await,
                ],
            };
            let done = work(&benches).await;
            (done, benches)
        };
        let (done, benches) = self.runtime.block_on(run);
        self.idle.lock().expect("no poison").push(benches);
        done
    }
}

/// Whether two dumps are alike, as they are or as PostgreSQL keeps them.
pub fn alike(cluster: &Cluster, dump: &str, expected: &str) -> Result<(), String> {
    if difference(dump, expected).is_none() {
        return Ok(());
    }
    let verdict = difference(&cluster.settle(dump)?, &cluster.settle(expected)?);
    verdict.map_or(Ok(()), |it| {
        Err(format!("differs from the schema built directly:\n{it}"))
    })
}
