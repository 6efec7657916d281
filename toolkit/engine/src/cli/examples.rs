//! What the command line shows of itself: its commands by task, and examples of each. No I/O here.

use toolkit_runtime::command::Foreign;

/// The commands by what they are for.
pub(super) const GROUPS: [(&str, &[&str]); 6] = [
    (
        "Every day",
        &["generate", "plan", "up", "up-all", "down", "status"],
    ),
    ("Pull requests and CI", &["check", "lint", "verify"]),
    (
        "Files of migrations and entities",
        &["new", "entities", "lock", "rebase", "squash"],
    ),
    (
        "Databases",
        &[
            "bootstrap",
            "history",
            "diff",
            "inspect",
            "docs",
            "stamp",
            "adopt",
            "resolve",
        ],
    ),
    ("Start over (loses data)", &["fresh", "refresh", "reset"]),
    ("The toolkit", &["db", "completions", "help"]),
];

/// Examples of `command`: the words behind the program's name, and what they are for. SERVICE stands for one
/// that there is.
pub(super) fn examples(command: &str) -> &'static [(&'static str, &'static str)] {
    match command {
        "bootstrap" => &[
            ("bootstrap", "the schemas of all services"),
            (
                "bootstrap SERVICE --roles --dry-run",
                "what an administrator would run",
            ),
        ],
        "up" => &[
            ("up SERVICE", "what is pending of one service"),
            ("up SERVICE --to +1", "the next migration alone"),
            ("up --all --dry-run", "the SQL of all services, not sent"),
        ],
        "up-all" => &[
            ("up-all", "what is pending of all services, side by side"),
            (
                "up-all --after-rollout",
                "also what waits until no old code runs",
            ),
        ],
        "down" => &[
            ("down SERVICE", "the last migration"),
            ("down SERVICE --to -3", "the last three"),
            ("down SERVICE --to base --yes", "all of them, unasked"),
        ],
        "plan" => &[
            ("plan", "the SQL of what is pending"),
            ("plan SERVICE --down 1", "the SQL of the way back"),
            ("plan --format sql > up.sql", "a script for psql -f"),
        ],
        "status" => &[
            ("status", "what is not applied"),
            ("status SERVICE -v", "every migration of one service"),
            (
                "status --exit-code",
                "1 when something is pending: for scripts",
            ),
        ],
        "history" => &[
            ("history", "what was done, the newest first"),
            ("history SERVICE -n 5", "the last five runs of one service"),
        ],
        "generate" => &[
            ("generate -m \"add phone\"", "what the entities ask for"),
            (
                "generate SERVICE --rename users.mail=email",
                "a column that has a new name",
            ),
            (
                "generate SERVICE --empty=data -m \"fill phone\"",
                "a frame to be filled by hand",
            ),
        ],
        _ => rarer(command),
    }
}

/// The examples of commands that are not for every day.
#[allow(clippy::too_many_lines, reason = "a table: one arm a command")]
fn rarer(command: &str) -> &'static [(&'static str, &'static str)] {
    match command {
        "stamp" => &[
            ("stamp SERVICE head", "all migrations are there already"),
            ("stamp SERVICE +1", "the next one is there already"),
        ],
        "adopt" => &[
            ("adopt SERVICE --dry-run", "what would be written"),
            ("adopt SERVICE --entities", "with entities of its tables"),
        ],
        "squash" => &[
            ("squash SERVICE --dry-run", "what would be written"),
            ("squash SERVICE --through -2", "all but the last two"),
        ],
        "resolve" => &[
            ("status", "names the migration that did not finish"),
            (
                "resolve SERVICE +1 --retry",
                "the next one can run again as it is",
            ),
        ],
        "fresh" => &[
            ("fresh SERVICE", "asks first"),
            ("fresh --all --yes", "all services, unasked"),
        ],
        "refresh" => &[
            ("refresh SERVICE", "asks first"),
            ("refresh SERVICE --yes", "unasked"),
        ],
        "reset" => &[
            ("reset SERVICE", "asks first"),
            ("reset SERVICE --yes", "unasked"),
        ],
        "new" | "service" => &[
            ("new service billing --dry-run", "what would be written"),
            (
                "new service billing --schema bills",
                "in a schema of another name",
            ),
        ],
        "entities" => &[
            ("entities SERVICE --dry-run", "of the live database"),
            ("entities SERVICE --from history", "of the migrations"),
        ],
        "diff" => &[
            (
                "diff SERVICE --from database --to history",
                "what has drifted",
            ),
            (
                "diff --from file:a.sql --to file:b.sql",
                "two files; no service is needed",
            ),
        ],
        "inspect" => &[
            ("inspect SERVICE", "what the migrations make"),
            (
                "inspect SERVICE --format mermaid",
                "a diagram that GitHub draws",
            ),
        ],
        "docs" => &[
            ("docs", "pages of all services, in docs/schema"),
            ("docs --check", "1 when a page is not what it would be"),
        ],
        "check" => &[
            ("check", "entities, migrations and the database"),
            (
                "check --allow-pending",
                "for a pull request: what it adds is pending",
            ),
            ("check --no-database", "entities and migrations alone"),
        ],
        "lint" => &[
            ("lint", "the migrations that this branch adds"),
            (
                "lint --since origin/main --format github",
                "beside the code of a pull request",
            ),
        ],
        "lock" => &[
            ("lock", "what the sources are now"),
            (
                "lock SERVICE --replace m20260901_000001_create_plans",
                "edited before any database applied it",
            ),
        ],
        "rebase" => &[
            ("rebase SERVICE --dry-run", "what would be renamed"),
            ("rebase SERVICE --onto origin/main", "behind those of main"),
        ],
        "verify" => &[
            ("verify", "up, down and up again"),
            ("verify SERVICE --up", "where there is no way back"),
        ],
        "db" => &[
            ("db", "until Ctrl-C, on a socket"),
            ("db --port 5433", "for a GUI, with a password"),
        ],
        "completions" => &[
            (
                "completions bash >> ~/.bashrc",
                "then open a new shell; zsh: ~/.zshrc",
            ),
            (
                "completions fish > ~/.config/fish/completions/toolkit.fish",
                "likewise",
            ),
        ],
        _ => &[],
    }
}

/// Words of other tools, what is like them here, and what else may be meant.
pub(super) const FOREIGN: [Foreign; 22] = [
    (
        "migrate",
        "up",
        "`down`, `status`, `fresh`, `refresh`, `reset` and `generate` are commands of their own",
    ),
    ("upgrade", "up", ""),
    ("update", "up", ""),
    ("apply", "up", ""),
    ("run", "up", ""),
    ("deploy", "up-all", "`up SERVICE` is for one service"),
    ("downgrade", "down", ""),
    ("rollback", "down", ""),
    ("revert", "down", ""),
    ("undo", "down", ""),
    (
        "redo",
        "down",
        "and then `up`; `refresh` does so with all migrations",
    ),
    ("current", "status", ""),
    (
        "heads",
        "status",
        "a branch that was merged late is moved by `rebase`",
    ),
    ("info", "status", ""),
    (
        "revision",
        "generate",
        "`generate --empty` writes one to be filled by hand",
    ),
    ("autogenerate", "generate", ""),
    ("makemigrations", "generate", ""),
    ("dev", "generate", "and then `up`"),
    (
        "merge",
        "rebase",
        "git merges the files, and this puts their migrations in order",
    ),
    (
        "repair",
        "resolve",
        "a migration that was edited after it was applied is accepted by `lock --accept NAME`",
    ),
    ("validate", "check", ""),
    (
        "introspect",
        "entities",
        "`adopt` takes over the schema, too",
    ),
];
