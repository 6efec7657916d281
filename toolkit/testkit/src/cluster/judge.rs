//! `pg_dump` as judge of what a database holds.

use super::Cluster;
use crate::dump::{is_for_psql, is_of_newer_servers};

impl Cluster {
    /// `pg_dump --schema-only` of `database` with more `options`, without what differs from call to call.
    ///
    /// # Panics
    /// When `pg_dump` fails.
    pub fn dump(&self, database: &str, options: &[&str]) -> String {
        let output = self
            .tool("pg_dump")
            .arg("--schema-only")
            .args(options)
            .arg(database)
            .run()
            .success();
        let lines = output.stdout.lines().filter(|line| !is_for_psql(line));
        lines.flat_map(|line| [line, "\n"]).collect()
    }

    /// Whether `pg_dump` is not older than the server, which it refuses.
    pub fn can_dump(&self) -> bool {
        let dump = self.tool("pg_dump").args(["--schema-only", "postgres"]);
        dump.run().code == Some(0)
    }

    /// What `dump` becomes on its way through a database.
    ///
    /// # Errors
    /// When the dump cannot be restored.
    pub fn settle(&self, dump: &str) -> Result<String, String> {
        let copy = self.create_database();
        let statements: String = dump
            .lines()
            .filter(|line| !is_of_newer_servers(line))
            .flat_map(|line| [line, "\n"])
            .collect();
        let restored = self.script(&copy, &statements.replace("CREATE SCHEMA public;", ""));
        let settled = restored.map(|()| self.dump(&copy, &[]));
        self.drop_database(&copy);
        settled.map_err(|error| format!("the dump cannot be restored: {error}"))
    }
}
