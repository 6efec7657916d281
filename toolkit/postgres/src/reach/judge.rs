//! What is done with each text that is sent: passed on, passed on with a question behind it, or
//! stopped.

use std::collections::{BTreeMap, BTreeSet};

use toolkit_runtime::FORGET_STATEMENTS;

use super::{
    Beyond, Reach,
    statement::{Call, Doubt, Judgement, judge},
    words::{Statement, Word, statements},
};

/// Whose server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Others use it, too.
    Shared,
    /// It was started for this and ends with it.
    Own,
}

/// What is done with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes on as it is.
    Send,
    /// This goes on in its place.
    Instead(String),
    /// It is not sent.
    Refuse(Reach),
}

/// How a text is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// With as many statements as there are.
    Simple,
    /// With one statement, prepared.
    Extended,
}

/// The code of the error with which a transaction ends that reached beyond its database.
pub(crate) const SEEN: &str = "TK001";

/// Asks the transaction whether it changed what all databases share. Whoever does holds a lock on the
/// catalog to the end of the transaction, whether or not he may read it. Privileges on databases and
/// settings are the exceptions: there the transaction has counted its rows. A setting of the scratch
/// database itself goes with it, so a changed one must be another's, which its row tells by a transaction
/// that is not older than this one, or must be gone.
///
/// The numbers are `pg_authid`, `pg_auth_members`, `pg_tablespace`, `pg_shdescription`, `pg_shseclabel`,
/// `pg_replication_origin`, `pg_subscription`, `pg_parameter_acl`; then `pg_database` and, last,
/// `pg_db_role_setting`.
///
/// <https://www.postgresql.org/docs/current/view-pg-locks.html>,
/// <https://www.postgresql.org/docs/current/monitoring-stats.html>
const ASK: &str = "DO $toolkit$ DECLARE own pg_catalog.int8 := pg_catalog.pg_current_xact_id()::pg_catalog.text::pg_catalog.int8; \
BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_locks AS l \
WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() AND l.locktype OPERATOR(pg_catalog.=) 'relation' \
AND l.database OPERATOR(pg_catalog.=) 0 AND l.mode OPERATOR(pg_catalog.<>) ALL (ARRAY['AccessShareLock', 'RowShareLock']) \
AND l.relation OPERATOR(pg_catalog.=) ANY (ARRAY[1260, 1261, 1213, 2396, 3592, 6000, 6100, 6243]::pg_catalog.oid[])) \
OR EXISTS (SELECT FROM pg_catalog.unnest(ARRAY[1262, 1213, 6243]::pg_catalog.oid[]) AS c(id) \
WHERE pg_catalog.pg_stat_get_xact_tuples_inserted(c.id) OPERATOR(pg_catalog.>) 0 \
OR pg_catalog.pg_stat_get_xact_tuples_updated(c.id) OPERATOR(pg_catalog.>) 0 \
OR pg_catalog.pg_stat_get_xact_tuples_deleted(c.id) OPERATOR(pg_catalog.>) 0) \
OR pg_catalog.pg_stat_get_xact_tuples_deleted(2964) OPERATOR(pg_catalog.>) 0 \
OR (pg_catalog.pg_stat_get_xact_tuples_inserted(2964) OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_updated(2964) \
OPERATOR(pg_catalog.>) 0 AND EXISTS (SELECT FROM pg_catalog.pg_db_role_setting AS s \
JOIN pg_catalog.pg_database AS d ON d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database() \
WHERE s.setdatabase OPERATOR(pg_catalog.<>) d.oid AND ((s.xmin::pg_catalog.text::pg_catalog.int8 OPERATOR(pg_catalog.-) own) \
OPERATOR(pg_catalog.&) 4294967295) OPERATOR(pg_catalog.<) 2147483648)) \
THEN RAISE EXCEPTION USING ERRCODE = 'TK001', MESSAGE = 'the transaction reaches beyond its database'; END IF; END $toolkit$";

/// Judges what one session sends, one text after the other.
#[derive(Debug)]
pub(crate) struct Judge {
    policy: Policy,
    /// Processes of the server that are this session's own.
    own: Vec<String>,
    /// Something may put statements together while it runs, from here on.
    in_doubt: bool,
    /// The statement that gave reason to.
    doubtful: Option<String>,
    /// Routines that reach beyond when they are called, and those that may.
    reaching: BTreeMap<String, Beyond>,
    dynamic: BTreeSet<String>,
    pub(crate) in_transaction: bool,
}

impl Judge {
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            policy,
            own: Vec::new(),
            in_doubt: false,
            doubtful: None,
            reaching: BTreeMap::new(),
            dynamic: BTreeSet::new(),
            in_transaction: false,
        }
    }

    /// The server's processes that it may cancel.
    pub(crate) fn set_own(&mut self, processes: &[u32]) {
        self.own = processes.iter().map(u32::to_string).collect();
    }

    /// What is to be told of a transaction that was seen to reach beyond its database.
    pub(crate) fn seen(&self) -> Reach {
        Reach {
            beyond: Beyond::Seen,
            statement: self.doubtful.clone().unwrap_or_default(),
        }
    }

    /// Judges a text.
    pub(crate) fn judge(&mut self, sql: &str, protocol: Protocol) -> Verdict {
        let statements = statements(sql);
        let mut asked = Vec::new();
        let mut ends = false;
        for statement in &statements {
            let text = || sql[statement.start..statement.end].trim().to_owned();
            if let Some(beyond) = self.reach(statement, protocol, &text) {
                let statement = text();
                return Verdict::Refuse(Reach { beyond, statement });
            }
            match turn(&statement.words) {
                Turn::Begins => self.in_transaction = true,
                Turn::Ends if self.in_doubt => {
                    asked.push(statement.start);
                    (self.in_transaction, ends) = (false, true);
                }
                Turn::Ends | Turn::Undoes => (self.in_transaction, ends) = (false, true),
                Turn::None => {}
            }
        }
        if self.policy == Policy::Own || !self.in_doubt || protocol == Protocol::Extended {
            return Verdict::Send;
        }
        // Outside a transaction the statements of a text are one, unless one of them cannot be in any.
        let alone = !self.in_transaction && !ends && !statements.iter().any(stands_alone);
        if alone && !statements.is_empty() {
            asked.push(sql.len());
        }
        with_questions(sql, &asked)
    }

    fn reach(
        &mut self,
        statement: &Statement,
        protocol: Protocol,
        text: &dyn Fn() -> String,
    ) -> Option<Beyond> {
        let Judgement {
            reach,
            doubt,
            routine,
        } = judge(&statement.words, &self.own);
        let reach = reach.or_else(|| self.calls(&statement.words));
        if let Some(beyond) = reach {
            let is_refused = self.policy == Policy::Shared || beyond.leaves_server();
            return is_refused.then_some(beyond);
        }
        // What is prepared stands alone outside a transaction: nobody could ask it anything.
        let unasked = protocol == Protocol::Extended && !self.in_transaction;
        let unasked = unasked || (!self.in_transaction && ends_itself(&statement.words));
        match doubt {
            Some(doubt) if unasked && self.policy == Policy::Shared => {
                return Some(match doubt {
                    Doubt::Named(beyond) => beyond,
                    Doubt::Dynamic => Beyond::Unjudged,
                });
            }
            Some(Doubt::Named(_) | Doubt::Dynamic) => self.doubt(text),
            None => {}
        }
        match routine {
            Some((name, Call::Reaches(beyond))) if !beyond.is_undone() => {
                self.reaching.insert(name, beyond);
            }
            Some((name, Call::Reaches(_) | Call::Doubtful)) => {
                self.dynamic.insert(name);
                self.doubt(text);
            }
            None => {}
        }
        let is_dynamic = |word: &Word| word.name().is_some_and(|name| self.dynamic.contains(name));
        let runs = !defines(&statement.words) && statement.words.iter().any(is_dynamic);
        let is_call = statement.words.first().is_some_and(|word| word.is("call"));
        let unasked = unasked || (is_call && !self.in_transaction);
        (runs && unasked && self.policy == Policy::Shared).then_some(Beyond::Unjudged)
    }

    fn doubt(&mut self, text: &dyn Fn() -> String) {
        let text = text();
        // What the runner itself sends before and behind each migration.
        if text != FORGET_STATEMENTS {
            self.in_doubt = true;
            self.doubtful = Some(text);
        }
    }

    /// A routine that is known to reach beyond is named where it may be run.
    fn calls(&self, words: &[Word]) -> Option<Beyond> {
        if self.reaching.is_empty() || defines(words) {
            return None;
        }
        let names = words.iter().filter_map(Word::name);
        names
            .into_iter()
            .find_map(|name| self.reaching.get(name))
            .copied()
    }
}

/// Whether a statement is about a routine rather than running it.
fn defines(words: &[Word]) -> bool {
    let mut names = words.iter().filter_map(Word::plain);
    match names.next() {
        Some("create") => names
            .take(3)
            .any(|name| name == "function" || name == "procedure"),
        Some("alter" | "drop" | "comment" | "grant" | "revoke" | "security") => true,
        _ => false,
    }
}

/// What a statement is to its transaction.
enum Turn {
    Begins,
    Ends,
    Undoes,
    None,
}

fn turn(words: &[Word]) -> Turn {
    let plain: Vec<&str> = words.iter().map_while(Word::plain).take(4).collect();
    match plain.as_slice() {
        ["begin", ..] | ["start", "transaction", ..] => Turn::Begins,
        ["commit" | "end", ..] => Turn::Ends,
        ["rollback", rest @ ..] if !rest.contains(&"to") => Turn::Undoes,
        ["abort", ..] => Turn::Undoes,
        _ => Turn::None,
    }
}

/// Whether a block ends its transaction while it runs, which it may outside of one.
fn ends_itself(words: &[Word]) -> bool {
    let is_block = words.first().is_some_and(|word| word.is("do"));
    let ends = |text: &str| {
        let body = super::words::words(text);
        body.iter()
            .any(|word| word.is("commit") || word.is("rollback"))
    };
    is_block && words.iter().filter_map(Word::text).any(ends)
}

/// Whether a statement must be the only one that is sent, or changes nothing in the database.
fn stands_alone(statement: &Statement) -> bool {
    let words = &statement.words;
    let has = |name: &str| words.iter().take(8).any(|word| word.is(name));
    match words.first().and_then(Word::plain) {
        Some(
            "vacuum" | "cluster" | "reindex" | "checkpoint" | "discard" | "set" | "reset" | "show"
            | "listen" | "unlisten" | "load" | "call",
        ) => true,
        Some("create" | "drop") => has("index") && has("concurrently"),
        Some("alter") => words.iter().any(|word| word.is("concurrently")),
        _ => false,
    }
}

/// `sql` with the question before each of `places`.
fn with_questions(sql: &str, places: &[usize]) -> Verdict {
    if places.is_empty() {
        return Verdict::Send;
    }
    let mut text = String::new();
    let mut start = 0;
    for place in places {
        text.push_str(&sql[start..*place]);
        // What is before it may end in a comment, and without a semicolon.
        text.push_str("\n;");
        text.push_str(ASK);
        text.push(';');
        start = *place;
    }
    text.push_str(&sql[start..]);
    Verdict::Instead(text)
}
