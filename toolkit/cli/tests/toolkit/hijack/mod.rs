//! Objects of others whose argument types fit better than those of PostgreSQL's own: none is called.
//!
//! What the toolkit sends is learnt by listening. A lexer finds what it calls by a bare name; PostgreSQL
//! itself says, where operators between all types are planted, which ones a statement would use; and then
//! the commands run where they are planted.

mod commands;
mod lexer;
mod planted;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use toolkit_testkit::{Cluster, Logged, server};

use planted::Extent;

/// The path of a session that sets none, at its worst.
const DEFAULT_PATH: &str = "public, pg_catalog";
const BOOKKEEPING: [&str; 2] = ["seaql_migrations", "toolkit_ledger"];

/// A statement that the toolkit sent, and the path under which it did.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Sent {
    path: String,
    sql: String,
}

/// The path of one session, as its statements set it.
struct Session {
    outside: String,
    path: String,
    in_transaction: bool,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            outside: DEFAULT_PATH.to_owned(),
            path: DEFAULT_PATH.to_owned(),
            in_transaction: false,
        }
    }
}

impl Session {
    fn follow(&mut self, sql: &str) {
        let words: Vec<&str> = sql.split_whitespace().collect();
        if let Some((_, path)) = sql
            .split_once("search_path = ")
            .filter(|_| words[0] == "SET")
        {
            path.clone_into(&mut self.path);
            if words[1] != "LOCAL" {
                path.clone_into(&mut self.outside);
            }
        } else if let Some((_, rest)) = sql.split_once("set_config('search_path', '")
            && words[0] == "SELECT"
        {
            let path = rest.split('\'').next().unwrap_or_default();
            path.clone_into(&mut self.path);
        } else if words[..] == ["RESET", "ALL"] {
            DEFAULT_PATH.clone_into(&mut self.outside);
            DEFAULT_PATH.clone_into(&mut self.path);
        } else if words[0] == "BEGIN" {
            self.in_transaction = true;
        } else if ["COMMIT", "ROLLBACK"].contains(&words[0]) && words.len() == 1 {
            self.in_transaction = false;
        }
    }

    fn end_message(&mut self) {
        if !self.in_transaction {
            self.path.clone_from(&self.outside);
        }
    }
}

/// The sources of the services' migrations, on one line.
fn sources() -> String {
    let services = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../microservices");
    let mut folders = vec![services];
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    on_one_line(&text)
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The statements of the toolkit's own in what the server logged: what stands in the migrations' sources
/// is theirs, and so are definitions, unless they are of the tables that record migrations.
fn sent(logged: &[Logged]) -> BTreeSet<Sent> {
    let mut sessions: BTreeMap<&str, Session> = BTreeMap::new();
    let mut sent = BTreeSet::new();
    let sources = sources();
    for line in logged
        .iter()
        .filter(|line| line.application.starts_with("toolkit"))
    {
        let message = line.message.strip_prefix("statement: ").or_else(|| {
            let (_, message) = line.message.strip_prefix("execute ")?.split_once(": ")?;
            Some(message)
        });
        let Some(message) = message else { continue };
        let session = sessions.entry(&line.process).or_default();
        for sql in lexer::statements(message) {
            let path = session.path.clone();
            session.follow(&sql);
            let word = sql.split_whitespace().next().unwrap_or_default();
            let is_definition =
                ["CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE"].contains(&word);
            let of_records = BOOKKEEPING.iter().any(|table| sql.contains(table));
            let start: String = on_one_line(&sql).chars().take(60).collect();
            if (!is_definition || of_records) && !sources.contains(&start) {
                sent.insert(Sent { path, sql });
            }
        }
        session.end_message();
    }
    sent
}

/// What else than PostgreSQL's own objects and tables `sent` would use in `database`.
fn used(cluster: &Cluster, database: &str, sent: &Sent) -> String {
    let Sent { path, sql } = sent;
    let make = match sql.split_whitespace().next() {
        Some("SELECT" | "WITH") => {
            format!("CREATE VIEW pg_temp.probe AS SELECT FROM ({sql}) AS q;")
        }
        Some("INSERT" | "UPDATE" | "DELETE") => format!(
            "CREATE TEMP TABLE probe (a pg_catalog.int4) ON COMMIT DROP; \
             CREATE RULE rule AS ON INSERT TO pg_temp.probe DO ALSO {sql};"
        ),
        _ => return String::new(),
    };
    let objects = "SELECT pg_catalog.string_agg(pg_catalog.pg_describe_object(d.refclassid, d.refobjid, 0), ', ') \
        FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON d.objid = r.oid \
        AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid \
        WHERE r.ev_class = 'pg_temp.probe'::pg_catalog.regclass::oid AND d.refclassid <> 'pg_catalog.pg_class'::pg_catalog.regclass::oid";
    let text = format!(
        "BEGIN; SET LOCAL search_path = {path}; {make} SET LOCAL search_path = pg_catalog; {objects}; ROLLBACK"
    );
    cluster.psql(database, &text)
}

#[test]
fn no_function_or_operator_of_others_is_called() {
    let Some(cluster) = server("no_function_or_operator_of_others_is_called") else {
        return;
    };
    let quiet = cluster.database();
    let expected = commands::run_all(cluster, &quiet, "");
    let sent = sent(&cluster.logged());
    assert!(sent.len() > 100, "{}", sent.len());
    let bare: Vec<_> = sent
        .iter()
        .map(|it| (lexer::bare(&it.sql), &it.sql))
        .filter(|(bare, _)| !bare.is_empty())
        .collect();
    assert_eq!(bare, [], "called by a bare name");

    let probed = cluster.database();
    commands::prepare(&probed);
    planted::operators(cluster, probed.name(), Extent::Everything);
    let used: Vec<_> = sent
        .iter()
        .map(|it| (used(cluster, probed.name(), it), &it.path, &it.sql))
        .filter(|(used, ..)| !used.is_empty())
        .collect();
    assert_eq!(used, [], "would be called");

    let names: BTreeSet<String> = sent.iter().flat_map(|it| lexer::called(&it.sql)).collect();
    // What migrations call themselves by a bare name is theirs to answer for.
    let sources = sources();
    let names = names
        .into_iter()
        .filter(|name| !sources.contains(&format!("{name}(")));
    let names: Vec<String> = names.collect();
    assert!(names.contains(&"array_to_string".to_owned()), "{names:?}");
    let hostile = cluster.database();
    planted::operators(cluster, hostile.name(), Extent::Beside);
    cluster.psql(hostile.name(), &planted::functions("public", &names));
    let path = format!(
        "ALTER DATABASE {} SET search_path = {DEFAULT_PATH}",
        hostile.name()
    );
    cluster.psql(hostile.name(), &path);
    let told = commands::run_all(cluster, &hostile, &planted::functions("planning", &names));
    for (told, expected) in told.iter().zip(&expected) {
        assert!(
            !told.stderr.contains("hijacked"),
            "{}\n{}",
            told.program,
            told.stderr
        );
        assert!(
            told.code != Some(2) || expected.code == Some(2),
            "{}\n{}",
            told.program,
            told.stderr
        );
    }
    let called: Vec<Logged> = cluster.logged();
    let called: Vec<&Logged> = called
        .iter()
        .filter(|it| it.message == "hijacked")
        .collect();
    assert_eq!(called, [] as [&Logged; 0]);
}
