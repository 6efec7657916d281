//! What the user can do about what went wrong.

use super::Error;
use crate::config::migration_variable;

impl Error {
    /// What the user can do about it.
    #[allow(clippy::too_many_lines, reason = "a table: one arm an error")]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Config(error) => Some(error.hint()),
            Self::Connect(error) => Some(error.hint()),
            Self::Tenants(error) => Some(error.hint()),
            #[cfg(feature = "embedded")]
            Self::Embedded(error) => error.hint(),
            Self::Database { source, .. } => source.hint(),
            Self::Replica { .. } => Some("use the primary's URL".to_owned()),
            Self::MayNotCreateSchema { statement, .. } => {
                Some(format!("let an administrator run: {statement}"))
            }
            Self::Migration(failure) => Some(failure.hint()),
            Self::Missing { .. } => Some(
                "this code is older than the database, or the migration was deleted: deploy the newer \
                 code, or restore the file from version control; to start over in development, use \
                 `fresh`"
                    .to_owned(),
            ),
            Self::PartlySquashed { .. } => Some(
                "first deploy the last release that still has these migrations and run its `up`, then \
                 this one"
                    .to_owned(),
            ),
            Self::OutOfOrder { .. } => Some(
                "a branch was merged late: `toolkit rebase` moves its migration behind the others; or apply \
                 it as it is with --allow-out-of-order"
                    .to_owned(),
            ),
            Self::InvalidIndexes { .. } => Some(
                "--retry drops them and lets `up` build them anew; or REINDEX INDEX CONCURRENTLY them \
                 first"
                    .to_owned(),
            ),
            Self::Overtaken { .. } => Some(
                "nothing more was changed; `status` shows where you are, then run the command again"
                    .to_owned(),
            ),
            Self::Edited { edited, .. } => Some(accept(edited)),
            Self::Unfinished {
                service,
                migration,
                invalid,
                ..
            } => Some(resolve(service, migration, invalid)),
            Self::NotUnfinished { unfinished, .. } if unfinished.is_empty() => {
                Some("no migration is; `status` shows where you are".to_owned())
            }
            Self::NotUnfinished { unfinished, .. } => {
                Some(format!("unfinished: {}", unfinished.join(", ")))
            }
            Self::Name { .. } => Some("choose another one where it is written".to_owned()),
            Self::RoleName { .. } => {
                Some("give the schema a shorter name, or create roles of your own".to_owned())
            }
            Self::Pooled { service, .. } => Some(format!(
                "set {} to a URL that leads to the server directly, or pass one with --database-url",
                migration_variable(service)
            )),
            Self::DuplicateMigration { .. } => {
                Some("give each migration's file a name of its own".to_owned())
            }
            Self::Lockfile { source, .. } => Some(source.hint().to_owned()),
            Self::UnknownMigration { nearest, known, .. } => {
                Some(choices(nearest, known, "`status -v` lists all"))
            }
            Self::AmbiguousMigration { candidates, .. } | Self::AmbiguousService { candidates, .. } => {
                Some(format!("it can be {}", or(candidates)))
            }
            Self::WrongWay { hint, .. } => Some((*hint).to_owned()),
            Self::Irreversible { .. } => Some(
                "nothing was rolled back: go as far as the one behind it, restore a backup, or go on with a new \
                 migration; in development, `fresh` starts over"
                    .to_owned(),
            ),
            Self::NotApplied { .. } => Some("`status` shows what is applied".to_owned()),
            Self::Locked { .. } => Some(
                "wait until it has ended and run the command again, or wait longer with --wait; if it \
                 hangs, end it with SELECT pg_terminate_backend(PID)"
                    .to_owned(),
            ),
            Self::Dependants { .. } => Some(
                "drop these objects first if they may go; another service's objects are never dropped \
                 from here"
                    .to_owned(),
            ),
            Self::NotConfirmed { asked: true, .. } => None,
            Self::NotConfirmed { asked: false, .. } => Some(NOBODY_ASKED.to_owned()),
            Self::OtherDatabase { .. } => Some(
                "`status -v` shows which database that is, and where its URL comes from".to_owned(),
            ),
            Self::UnknownService { nearest, known, .. } => {
                Some(choices(nearest, known, "`toolkit status` lists all"))
            }
            Self::NoService {
                command,
                all,
                known,
            } => Some(name_one(command, *all, known)),
            Self::Foreign {
                program,
                ours,
                hint,
                ..
            } => Some(match *hint {
                "" => format!("`{program} {ours} --help` explains it"),
                hint => format!("{hint}; `{program} {ours} --help` explains it"),
            }),
            Self::Output { .. } => Some(
                "what the command did is done, only the text is incomplete: send it where there is room; \
                 `status` shows where you are"
                    .to_owned(),
            ),
            Self::Interrupted { left, .. } => Some(left.hint()),
            Self::Engine { hint, .. } => hint.clone(),
            Self::System { .. } => None,
        }
    }
}

/// What to do where nobody could be asked.
const NOBODY_ASKED: &str = "there is no terminal to ask on; pass --yes=DATABASE to go ahead if the database is called \
                            so, or --yes whatever it is called";

/// What may have been meant, or else what there is; `list` says where all of it stands.
fn choices(nearest: &[String], known: &[String], list: &str) -> String {
    const FEW: usize = 5;
    if !nearest.is_empty() {
        return format!("did you mean {}?", or(nearest));
    }
    match known {
        [] => "there are none".to_owned(),
        known if known.len() <= FEW => format!("there are: {}", known.join(", ")),
        known => format!("none of the {} is like it; {list}", known.len()),
    }
}

/// `a, b or c`.
fn or(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [name] => name.clone(),
        [names @ .., last] => format!("{} or {last}", names.join(", ")),
    }
}

/// What to type where no service is named.
fn name_one(command: &str, all: bool, known: &[String]) -> String {
    let first = known.first().map_or("NAME", String::as_str);
    let named = format!("name it, as in `toolkit {command} {first}`");
    if all {
        format!("{named}, or say `toolkit {command} --all`")
    } else {
        named
    }
}

/// How to go on from migrations that were edited. The checksum stands in the command, for it may be
/// run where this database cannot be asked.
fn accept(edited: &[(String, String)]) -> String {
    let words: Vec<String> = edited
        .iter()
        .map(|(name, checksum)| format!("--accept {name}={checksum}"))
        .collect();
    format!(
        "restore the text from version control and put the change into a new migration; if the \
         change is meant and changes nothing that is applied, run this where the code is, and deploy \
         what it writes:\n      toolkit lock {}",
        words.join(" ")
    )
}

/// How to go on from an unfinished migration.
fn resolve(service: &str, migration: &str, invalid: &[String]) -> String {
    let mut lines = Vec::new();
    if !invalid.is_empty() {
        lines.push(format!("invalid indexes are left: {}", invalid.join(", ")));
    }
    let retry = if invalid.is_empty() {
        "it can run again as it is"
    } else {
        "it can run again as it is once these indexes are dropped, which this does"
    };
    lines.push("look at what is there, then run one of these:".to_owned());
    for (option, meaning) in [
        ("retry", retry),
        (
            "rolled-back",
            "nothing of it is there: you undid it by hand",
        ),
        ("applied", "all of it is there: you finished it by hand"),
    ] {
        lines.push(format!(
            "  toolkit resolve -s {service} {migration} --{option:<11}  {meaning}"
        ));
    }
    lines.push("(or `resolve` of the service's own binary, without -s)".to_owned());
    lines.join("\n      ")
}
