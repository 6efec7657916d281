//! What a pair must show: there, no second difference, back, with all rows and their values.
//! One connection a database does all of it; `pg_dump` judges those pairs that are told to.

use sea_orm::{ConnectionTrait, DatabaseConnection};
use toolkit_engine::{
    catalog::Catalog,
    inspect::{Scope, inspect},
    render::sql::{Names, script},
};
use toolkit_runtime::DatabaseError;
use toolkit_testkit::Cluster;

use crate::{
    converge::{alike, planned},
    rows::{self, Kept},
    schema::Schema,
};

const EMPTY: &str = "
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
COMMENT ON SCHEMA public IS 'standard public schema';
ALTER SCHEMA public OWNER TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC";

/// A database that one schema after the other uses.
pub struct Bench {
    database: String,
    connection: DatabaseConnection,
}

impl Bench {
    pub async fn new(cluster: &Cluster) -> Self {
        let database = cluster.create_database();
        let connection = cluster.connect(&database).await;
        let bench = Self {
            database,
            connection,
        };
        bench
            .run("SET client_min_messages = warning; SET timezone = 'UTC'")
            .await
            .expect("settings");
        bench.run(rows::TRY).await.expect("a function");
        bench
    }

    /// Runs statements, all or none.
    async fn run(&self, sql: &str) -> Result<(), String> {
        let done = self.connection.execute_unprepared(sql).await;
        done.map(|_| ())
            .map_err(|error| DatabaseError::from(error).to_string())
    }

    /// Makes `sql` all that the database holds.
    pub async fn load(&self, sql: &str) -> Result<(), String> {
        self.run(EMPTY).await?;
        let loaded = self.run(sql).await;
        loaded.map_err(|error| format!("a schema does not load: {error}"))
    }

    async fn read(&self) -> Result<Catalog, String> {
        let scope = Scope {
            owners: true,
            ..Scope::default()
        };
        let catalog = inspect(&self.connection, &scope).await;
        catalog.map_err(|error| format!("{error}: {error:?}"))
    }
}

/// One schema of a pair, in a database of its own.
struct Side<'b> {
    bench: &'b Bench,
    catalog: Catalog,
    dump: Option<String>,
    /// What the rows of the kept tables hold.
    rows: String,
}

impl<'b> Side<'b> {
    async fn new(bench: &'b Bench, sql: &str) -> Result<Self, String> {
        bench.load(sql).await?;
        Ok(Self {
            bench,
            catalog: bench.read().await?,
            dump: None,
            rows: String::new(),
        })
    }
}

/// How many tables both schemas of a pair have, and how many of them have rows.
#[derive(Debug, Default, Clone, Copy)]
pub struct Filled {
    pub kept: usize,
    pub filled: usize,
}

/// Proves a pair both ways.
pub async fn prove(
    cluster: &Cluster,
    benches: &[Bench; 2],
    schemas: [&Schema; 2],
    is_dumped: bool,
) -> Result<Filled, String> {
    let mut from = Side::new(&benches[0], &schemas[0].sql).await?;
    let mut to = Side::new(&benches[1], &schemas[1].sql).await?;
    if is_dumped {
        from.dump = Some(cluster.dump(&from.bench.database, &[]));
        to.dump = Some(cluster.dump(&to.bench.database, &[]));
    }
    let names = Names::qualified();
    let up = script(&planned(&from.catalog, &to.catalog)?, &names);
    let down = script(&planned(&to.catalog, &from.catalog)?, &names);
    if schemas[0].sql == schemas[1].sql && !(up.is_empty() && down.is_empty()) {
        return Err(format!("a plan where nothing differs:\n{up}"));
    }
    let kept = rows::kept(schemas);
    let filled = rows::fill([&from.bench.connection, &to.bench.connection], schemas).await?;
    for side in [&mut from, &mut to] {
        side.rows = rows::contents(&side.bench.connection, &kept).await?;
    }
    let way = Way {
        cluster,
        up: &up,
        down: &down,
        kept: &kept,
    };
    way.there_and_back(&from, &to).await?;
    let back = Way {
        up: &down,
        down: &up,
        ..way
    };
    let reversed = back.there_and_back(&to, &from).await;
    reversed.map_err(|error| format!("reversed: {error}"))?;
    Ok(Filled {
        kept: kept.len(),
        filled: kept
            .iter()
            .filter(|kept| filled.contains(&kept.table))
            .count(),
    })
}

#[derive(Clone, Copy)]
struct Way<'w> {
    cluster: &'w Cluster,
    up: &'w str,
    down: &'w str,
    kept: &'w [Kept],
}

impl Way<'_> {
    /// Brings the database of `from` to `to` and back.
    async fn there_and_back(self, from: &Side<'_>, to: &Side<'_>) -> Result<(), String> {
        for (way, sql, expected) in [("up", self.up, to), ("down", self.down, from)] {
            let arrived = self.go(from.bench, sql, expected).await;
            arrived.map_err(|error| format!("{way}: {error}\n{sql}"))?;
        }
        Ok(())
    }

    /// The rows become what the other side was filled with: the same values, converted.
    async fn go(self, bench: &Bench, sql: &str, expected: &Side<'_>) -> Result<(), String> {
        if !sql.is_empty() {
            bench.run(sql).await?;
        }
        let rest = planned(&bench.read().await?, &expected.catalog)?;
        if !rest.is_empty() {
            let rest = script(&rest, &Names::qualified());
            return Err(format!("a second diff is not empty:\n{rest}\nafter"));
        }
        if let Some(dump) = &expected.dump {
            alike(self.cluster, &self.cluster.dump(&bench.database, &[]), dump)?;
        }
        let found = rows::contents(&bench.connection, self.kept).await?;
        if found != expected.rows {
            let rows = &expected.rows;
            return Err(format!("the rows should be\n{rows}and are\n{found}after"));
        }
        Ok(())
    }
}
