//! What the server logs of its sessions.

use std::fs;

use super::Cluster;

/// A line of the server's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The session's database.
    pub database: String,
    /// Its `application_name`.
    pub application: String,
    /// Its process.
    pub process: String,
    /// `statement: …`, `execute …`, or what an error or a notice says.
    pub message: String,
}

impl Logged {
    fn parse(line: &str) -> Option<Self> {
        let (prefix, message) = line.split_once("|LOG:  ")?;
        let (rest, process) = prefix.rsplit_once('|')?;
        let (database, application) = rest.split_once('|')?;
        Some(Self {
            database: database.to_owned(),
            application: application.to_owned(),
            process: process.to_owned(),
            message: message.to_owned(),
        })
    }
}

impl Cluster {
    /// The statements that sessions sent to `database` so far, as the server logged them, each behind
    /// the application that sent it.
    pub fn statements(&self, database: &str) -> Vec<String> {
        let logged = self.logged().into_iter();
        logged
            .filter(|logged| logged.database == database)
            .filter(|logged| {
                logged.message.starts_with("statement: ") || logged.message.starts_with("execute ")
            })
            .map(|logged| format!("{}: {}", logged.application, logged.message))
            .collect()
    }

    /// What the server logged so far of its sessions.
    pub fn logged(&self) -> Vec<Logged> {
        let log = fs::read(self.folder.join("log")).unwrap();
        let mut logged: Vec<Logged> = Vec::new();
        for line in String::from_utf8_lossy(&log).lines() {
            // A message of several lines goes on behind a tab.
            if let (Some(rest), Some(last)) = (line.strip_prefix('\t'), logged.last_mut()) {
                last.message.push('\n');
                last.message.push_str(rest);
            } else {
                logged.extend(Logged::parse(line));
            }
        }
        logged
    }

    /// How many statements clients send to `database` while `run` is done, by the server's own word.
    pub async fn count_statements(&self, database: &str, run: impl Future<Output = ()>) -> usize {
        let set = |value| format!("ALTER DATABASE {database} SET log_statement = {value}");
        self.psql("postgres", &set("'all'"));
        let before = self.statements(database).len();
        run.await;
        let after = self.statements(database).len();
        self.psql("postgres", &set("'none'"));
        after - before
    }
}
