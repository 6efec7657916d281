//! A database with tenants, and the service's binary for it.

use std::env;

use toolkit_testkit::{Cluster, Database, Program};

use crate::program::{RELEASE, TENANTS};

pub type Case = fn(&'static Cluster);

/// A database for the tenants of one test.
pub struct Home {
    pub cluster: &'static Cluster,
    pub database: Database,
}

impl Home {
    pub fn new(cluster: &'static Cluster) -> Self {
        let database = cluster.database();
        Self { cluster, database }
    }

    /// One with so many schemas `tenant_0001` ….
    pub fn with(cluster: &'static Cluster, count: usize) -> Self {
        let home = Self::new(cluster);
        home.make(1, count);
        home
    }

    /// Makes the schemas of these numbers.
    pub fn make(&self, first: usize, last: usize) {
        self.psql(&format!(
            "DO $$BEGIN FOR n IN {first}..{last} LOOP \
             EXECUTE 'CREATE SCHEMA tenant_' || lpad(n::text, 4, '0'); END LOOP; END$$"
        ));
    }

    pub fn psql(&self, sql: &str) -> String {
        self.cluster.psql(self.database.name(), sql)
    }

    /// The binary of the release with so many migrations, for `tenants`.
    pub fn release(&self, migrations: usize, tenants: &str) -> Program {
        Program::new(env::current_exe().unwrap())
            .env(RELEASE, migrations.to_string())
            .env(TENANTS, tenants)
            .env("DATABASE_URL", self.database.url())
            .folder(env::temp_dir())
    }

    /// The binary for all schemas `tenant_…`.
    pub fn shop(&self, migrations: usize) -> Program {
        self.release(migrations, "schemas:tenant_%")
    }

    /// What each schema with orders has done, and how often: `tenant_0001: m1_create,m2_add_note`.
    pub fn done(&self) -> Vec<(String, String)> {
        let schemas = self.psql(
            "SELECT quote_ident(schemaname) FROM pg_catalog.pg_tables WHERE tablename = 'done' ORDER BY 1",
        );
        let done = |schema: &str| {
            let sql = format!("SELECT string_agg(what, ',' ORDER BY what) FROM {schema}.done");
            (schema.to_owned(), self.psql(&sql))
        };
        schemas.lines().map(done).collect()
    }

    /// How many rows each tenant's two books have for each migration: always one.
    pub fn is_recorded_once(&self, schema: &str, migrations: usize) -> bool {
        let history = self.psql(&format!(
            "SELECT count(*), count(DISTINCT version) FROM {schema}.seaql_migrations"
        ));
        let ledger = self.psql(&format!(
            "SELECT count(*) FROM {schema}.toolkit_ledger WHERE state = 'finished'"
        ));
        history == format!("{migrations}|{migrations}") && ledger == migrations.to_string()
    }
}
