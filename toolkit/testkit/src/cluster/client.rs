//! What is sent to the server: by psql, as a user does, and through SeaORM.

use std::io::Write;

use sea_orm::{ConnectOptions, DatabaseConnection};

use super::Cluster;
use crate::Program;

impl Cluster {
    /// Runs `sql` through psql as superuser and returns what it prints, unaligned and without
    /// headers.
    ///
    /// # Panics
    /// When psql fails.
    pub fn psql(&self, database: &str, sql: &str) -> String {
        self.tool("psql")
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
                "-c",
                sql,
            ])
            .run()
            .success()
            .stdout
            .trim()
            .to_owned()
    }

    /// Runs `script` as `psql -f` does, psql's own commands included.
    ///
    /// # Panics
    /// When psql fails, as far as the script lets it.
    pub fn psql_file(&self, database: &str, script: &str) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(script.as_bytes()).unwrap();
        self.tool("psql")
            .args(["-X", "-q", "-d", database, "-f"])
            .arg(file.path())
            .run()
            .success();
    }

    /// Runs a script by psql, statement by statement; what PostgreSQL says to the first one that fails
    /// comes back.
    ///
    /// # Errors
    /// What psql prints when a statement fails.
    pub fn script(&self, database: &str, sql: &str) -> Result<(), String> {
        self.fed(database, sql, &[])
    }

    /// Likewise in one transaction.
    ///
    /// # Errors
    /// What psql prints when a statement fails.
    pub fn transact(&self, database: &str, sql: &str) -> Result<(), String> {
        self.fed(database, sql, &["--single-transaction"])
    }

    fn fed(&self, database: &str, sql: &str, options: &[&str]) -> Result<(), String> {
        let psql = self
            .tool("psql")
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database])
            .args(options)
            .args(["-f", "-"])
            .env("PGOPTIONS", "-c client_min_messages=warning");
        let output = psql.fed(sql);
        if output.code == Some(0) {
            Ok(())
        } else {
            Err(output.stderr)
        }
    }

    /// Makes `role` where it is not there; it is written as in SQL.
    ///
    /// # Panics
    /// When PostgreSQL refuses it.
    pub fn role(&self, role: &str) {
        let made = format!(
            "DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$"
        );
        self.psql("postgres", &made);
    }

    /// One connection to `database` as its owner.
    ///
    /// # Panics
    /// When there is none.
    pub async fn connect(&self, database: &str) -> DatabaseConnection {
        self.connect_as(database, "postgres").await
    }

    /// One connection to `database` as `role`, never replaced: a session's settings and temporary
    /// objects stay.
    ///
    /// # Panics
    /// When there is none.
    pub async fn connect_as(&self, database: &str, role: &str) -> DatabaseConnection {
        let mut options = ConnectOptions::new(self.url(role, database));
        options
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .sqlx_logging(false);
        sea_orm::Database::connect(options).await.unwrap()
    }

    pub(super) fn tool(&self, name: &str) -> Program {
        Program::new(self.binaries.join(name)).args([
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
            "-U",
            "postgres",
        ])
    }
}
