//! Which statement reaches beyond its database. No I/O here.

use super::{
    kind::Beyond,
    words::{Kind, Word, words},
};

/// What is known of one statement.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Judgement {
    /// What it reaches for sure.
    pub(super) reach: Option<Beyond>,
    /// What only its execution shows, and the transaction takes back.
    pub(super) doubt: Option<Doubt>,
    /// The routine that it makes, if that reaches anything when it is called.
    pub(super) routine: Option<(String, Call)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It names what it would do, under a condition perhaps.
    Named(Beyond),
    /// It puts statements together while it runs.
    Dynamic,
}

/// What calling a routine comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Doubtful,
    Reaches(Beyond),
}

/// Whether the statement of `words` says that it reaches beyond its database.
pub fn reaches_beyond(words: &[Word]) -> bool {
    judge(words, &[]).reach.is_some()
}

/// Judges the statement of `words`; `own` are the processes whose cancelling reaches nobody else.
pub(super) fn judge(words: &[Word], own: &[String]) -> Judgement {
    let head = plain(words);
    if head.first() == Some(&"do") {
        return judge_block(words, own);
    }
    if let Some(name) = routine(words, &head) {
        let body = judge_body(words, own);
        let call = match body {
            Judgement {
                reach: Some(reach), ..
            } => Some(Call::Reaches(reach)),
            Judgement { doubt: Some(_), .. } => Some(Call::Doubtful),
            Judgement { .. } => None,
        };
        return Judgement {
            routine: call.map(|call| (name, call)),
            ..Judgement::default()
        };
    }
    Judgement {
        reach: of_command(words, &head).or_else(|| of_calls(words, own)),
        ..Judgement::default()
    }
}

fn judge_block(words: &[Word], own: &[String]) -> Judgement {
    let body = judge_body(words, own);
    match body.reach {
        // Its transaction shows whether it was done: it may stand under a condition.
        Some(reach) if reach.is_undone() => Judgement {
            doubt: Some(Doubt::Named(reach)),
            ..Judgement::default()
        },
        _ => body,
    }
}

/// The plain words up to the first other one but parentheses.
fn plain(words: &[Word]) -> Vec<&str> {
    words.iter().map_while(Word::plain).collect()
}

/// The name of the routine that a statement makes.
fn routine(words: &[Word], head: &[&str]) -> Option<String> {
    let kind = match head {
        ["create", "or", "replace", kind, ..] | ["create", kind, ..] => *kind,
        _ => return None,
    };
    if !matches!(kind, "function" | "procedure") {
        return None;
    }
    let end = words.iter().position(|word| word.is_sign('('))?;
    words[..end].last()?.name().map(str::to_owned)
}

/// Judges the bodies that `words` hold, and in them the statements that they send.
fn judge_body(words: &[Word], own: &[String]) -> Judgement {
    let mut judgement = Judgement::default();
    if language(words).is_some_and(is_untrusted) {
        judgement.reach = Some(Beyond::Files);
        return judgement;
    }
    let inline = words.iter().position(|word| word.is("atomic"));
    let inline = inline.map(|start| words[start..].to_vec());
    let bodies = words.iter().filter_map(Word::text).map(self::words);
    for body in bodies.chain(inline) {
        for piece in pieces(&body) {
            judge_piece(piece, own, &mut judgement);
        }
    }
    judgement
}

fn judge_piece(piece: &[Word], own: &[String], judgement: &mut Judgement) {
    let head = plain(piece);
    // What a person is told is sent to nobody.
    if head.first() == Some(&"raise") {
        return;
    }
    let found = of_command(piece, &head).or_else(|| of_calls(piece, own));
    note(judgement, found);
    if executes(piece) {
        judgement.doubt = Some(Doubt::Dynamic);
    }
    for text in piece.iter().filter_map(Word::text) {
        let inner = words(text);
        for piece in pieces(&inner) {
            if plain(piece).first() == Some(&"do") {
                let Judgement { reach, doubt, .. } = judge_body(piece, own);
                note(judgement, reach);
                judgement.doubt = judgement.doubt.or(doubt);
            } else {
                let head = plain(piece);
                note(judgement, of_command(piece, &head));
                note(judgement, of_calls(piece, own));
            }
        }
    }
}

/// What cannot be undone counts more than what can.
fn note(judgement: &mut Judgement, found: Option<Beyond>) {
    let worse = judgement.reach.is_none_or(Beyond::is_undone);
    if worse && found.is_some() {
        judgement.reach = found;
    }
}

/// Parts a body where a statement may begin.
fn pieces(body: &[Word]) -> impl Iterator<Item = &[Word]> {
    let begins = |word: &Word| {
        word.is_sign(';') || word.is_sign('\'') || {
            let starts = ["begin", "then", "else", "loop", "atomic"];
            word.plain().is_some_and(|word| starts.contains(&word))
        }
    };
    body.split(begins).filter(|piece| !piece.is_empty())
}

/// Whether a piece sends a statement that it puts together; not where a trigger's or a privilege's
/// `EXECUTE` stands.
fn executes(piece: &[Word]) -> bool {
    piece.iter().enumerate().any(|(place, word)| {
        let next = piece.get(place + 1).and_then(Word::plain);
        word.is("execute") && !matches!(next, Some("function" | "procedure" | "on"))
    })
}

fn language(words: &[Word]) -> Option<&str> {
    let place = words.iter().position(|word| word.is("language"))?;
    let word = words.get(place + 1)?;
    word.name().or_else(|| word.text())
}

/// <https://www.postgresql.org/docs/current/catalog-pg-language.html>: by convention an untrusted
/// language is called so with a u.
fn is_untrusted(language: &str) -> bool {
    language.ends_with('u') && language != "plpgsqlu"
}

/// What a command reaches by what it is.
fn of_command(words: &[Word], head: &[&str]) -> Option<Beyond> {
    match head {
        ["create" | "alter" | "drop", "user", "mapping", ..] => None,
        ["create" | "alter" | "drop", "role" | "user" | "group", ..] => Some(Beyond::Roles),
        ["create" | "alter" | "drop", "database", ..] => Some(Beyond::Databases),
        ["create" | "alter" | "drop", "tablespace", ..] => Some(Beyond::Tablespaces),
        ["create" | "alter" | "drop", "subscription", ..] => Some(Beyond::Subscriptions),
        ["alter", "system", ..] => Some(Beyond::Settings),
        ["reassign" | "drop", "owned", ..] => Some(Beyond::Owned),
        ["import", "foreign", ..] => Some(Beyond::Servers),
        ["prepare", "transaction", ..] | ["commit" | "rollback", "prepared", ..] => {
            Some(Beyond::Prepared)
        }
        ["comment", "on", "role" | "database" | "tablespace", ..] => Some(Beyond::Comments),
        ["grant", ..] => of_grant(words, "to"),
        ["revoke", ..] => of_grant(words, "from"),
        ["security", "label", ..] => is_shared_object(behind_on(words)).then_some(Beyond::Comments),
        ["copy", ..] => copies_file(words).then_some(Beyond::Files),
        ["reindex", ..] if is_whole(words) => Some(Beyond::Catalogs),
        ["lock" | "vacuum" | "cluster" | "reindex" | "alter", ..]
            if words.iter().any(is_shared_catalog) =>
        {
            Some(Beyond::Catalogs)
        }
        _ => writes_catalog(words)
            .then_some(Beyond::Catalogs)
            .or_else(|| changes_quoting(words).then_some(Beyond::Unjudged)),
    }
}

/// A grant without `ON` is of roles to roles.
fn of_grant(words: &[Word], to: &str) -> Option<Beyond> {
    let end = words.iter().position(|word| word.is(to));
    let what = &words[..end.unwrap_or(words.len())];
    if !what.iter().any(|word| word.is("on")) {
        return Some(Beyond::Memberships);
    }
    match behind_on(what) {
        Some("database" | "tablespace") => Some(Beyond::Privileges),
        Some("parameter") => Some(Beyond::Parameters),
        _ => None,
    }
}

fn behind_on(words: &[Word]) -> Option<&str> {
    let place = words.iter().position(|word| word.is("on"))?;
    words.get(place + 1)?.plain()
}

fn is_shared_object(kind: Option<&str>) -> bool {
    matches!(kind, Some("role" | "database" | "tablespace"))
}

/// `COPY … TO 'file'` and `COPY … FROM PROGRAM`, but not those of the connection.
fn copies_file(words: &[Word]) -> bool {
    let mut depth = 0_usize;
    for (place, word) in words.iter().enumerate() {
        match &word.kind {
            Kind::Sign('(') => depth += 1,
            Kind::Sign(')') => depth = depth.saturating_sub(1),
            Kind::Plain(name) if depth == 0 && (name == "to" || name == "from") => {
                let place = words.get(place + 1);
                return !place.is_some_and(|place| place.is("stdin") || place.is("stdout"));
            }
            Kind::Plain(_)
            | Kind::Quoted(_)
            | Kind::Text(_)
            | Kind::Constant(_)
            | Kind::Sign(_) => {}
        }
    }
    false
}

/// `REINDEX SYSTEM` and `REINDEX DATABASE` do the shared catalogs, too.
fn is_whole(words: &[Word]) -> bool {
    let names = words.iter().filter_map(Word::plain).take(6);
    names
        .into_iter()
        .any(|it| it == "system" || it == "database")
}

/// The catalogs that all databases share.
///
/// <https://www.postgresql.org/docs/current/catalogs-overview.html>
const SHARED_CATALOGS: [&str; 11] = [
    "pg_auth_members",
    "pg_authid",
    "pg_database",
    "pg_db_role_setting",
    "pg_parameter_acl",
    "pg_replication_origin",
    "pg_shdepend",
    "pg_shdescription",
    "pg_shseclabel",
    "pg_subscription",
    "pg_tablespace",
];

fn is_shared_catalog(word: &Word) -> bool {
    word.name()
        .is_some_and(|name| SHARED_CATALOGS.contains(&name))
}

fn writes_catalog(words: &[Word]) -> bool {
    let behind = |place: usize| {
        let rest = words[place..].iter().filter(|word| {
            !word.is("only") && !word.is("table") && !word.is("pg_catalog") && !word.is_sign('.')
        });
        rest.into_iter().next().is_some_and(is_shared_catalog)
    };
    words.windows(2).enumerate().any(|(place, pair)| {
        let [one, other] = pair else { return false };
        match (one.plain(), other.plain()) {
            (Some("insert" | "merge"), Some("into")) | (Some("delete"), Some("from")) => {
                behind(place + 2)
            }
            (Some("update" | "truncate"), _) => behind(place + 1),
            _ => false,
        }
    })
}

/// From there on a string may end elsewhere than it seems to.
fn changes_quoting(words: &[Word]) -> bool {
    const NAME: &str = "standard_conforming_strings";
    let says = |word: &Word, values: &[&str]| {
        let value = word.plain().or_else(|| word.text());
        value.is_some_and(|value| values.contains(&value.to_lowercase().as_str()))
    };
    let place = words.iter().position(|word| says(word, &[NAME]));
    let rest = place.map_or(&[][..], |place| &words[place + 1..]);
    let mut rest = rest.iter().take(3);
    rest.any(|word| says(word, &["off", "false", "no", "0"]))
}

fn of_calls(words: &[Word], own: &[String]) -> Option<Beyond> {
    words.windows(2).enumerate().find_map(|(place, pair)| {
        let [name, parenthesis] = pair else {
            return None;
        };
        if !parenthesis.is_sign('(') {
            return None;
        }
        let found = of_call(name.name()?)?;
        let ours = words.get(place + 2).is_some_and(
            |argument| matches!(&argument.kind, Kind::Constant(number) if own.contains(number)),
        );
        (!ours).then_some(found)
    })
}

/// What a function reaches that PostgreSQL or one of its extensions brings.
///
/// <https://www.postgresql.org/docs/current/functions-admin.html>
fn of_call(name: &str) -> Option<Beyond> {
    let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    match name {
        "lo_import" | "lo_export" | "pg_stat_file" => Some(Beyond::Files),
        "pg_terminate_backend"
        | "pg_cancel_backend"
        | "pg_reload_conf"
        | "pg_rotate_logfile"
        | "pg_switch_wal"
        | "pg_create_restore_point"
        | "pg_promote"
        | "pg_log_backend_memory_contexts"
        | "pg_log_standby_snapshot"
        | "pg_replication_slot_advance"
        | "pg_drop_replication_slot"
        | "pg_sync_replication_slots"
        | "pg_stat_reset_shared"
        | "pg_stat_reset_slru"
        | "pg_stat_statements_reset" => Some(Beyond::Sessions),
        _ if starts(&["pg_read_file", "pg_read_binary_file", "pg_ls_", "pg_file_"]) => {
            Some(Beyond::Files)
        }
        _ if starts(&[
            "pg_wal_replay_",
            "pg_backup_",
            "pg_start_backup",
            "pg_stop_backup",
            "pg_create_physical_",
            "pg_create_logical_",
            "pg_copy_physical_",
            "pg_copy_logical_",
            "pg_replication_origin_",
        ]) =>
        {
            Some(Beyond::Sessions)
        }
        _ if name.starts_with("dblink") => Some(Beyond::Servers),
        _ => None,
    }
}
