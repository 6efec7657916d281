//! What came out: a table, and behind it what failed.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// How many lines of one failure are printed.
const LINES: usize = 150;
/// How many lines before the one that `psql` names are shown.
const BEFORE: usize = 12;

/// What the schema holds, by the server's own catalogs: a heading, and what it counts. Members of
/// extensions are left out.
const COUNTED: &[(&str, &[(&str, &str)])] = &[
    ("tables", &[("pg_class", "relkind IN ('r', 'p', 'f')")]),
    ("constraints", &[("pg_constraint", "conparentid = 0")]),
    (
        "indexes",
        &[(
            "pg_class",
            "relkind IN ('i', 'I') AND relnamespace <> 'pg_toast'::regnamespace",
        )],
    ),
    ("sequences", &[("pg_class", "relkind = 'S'")]),
    ("views", &[("pg_class", "relkind IN ('v', 'm')")]),
    ("functions", &[("pg_proc", "true")]),
    (
        "triggers",
        &[("pg_trigger", "NOT tgisinternal AND tgparentid = 0")],
    ),
    (
        "types",
        &[
            ("pg_type", "typtype IN ('e', 'd', 'r')"),
            ("pg_class", "relkind = 'c'"),
        ],
    ),
    ("policies", &[("pg_policy", "true")]),
    (
        "other",
        &[
            ("pg_rewrite", "rulename <> '_RETURN'"),
            ("pg_cast", "true"),
            ("pg_operator", "true"),
            ("pg_collation", "true"),
            ("pg_ts_config", "true"),
            ("pg_ts_dict", "true"),
            ("pg_foreign_server", "true"),
            ("pg_statistic_ext", "true"),
            ("pg_event_trigger", "true"),
            ("pg_publication", "true"),
            ("pg_default_acl", "true"),
        ],
    ),
];

/// One number for each heading of [`COUNTED`].
#[derive(Default)]
pub struct Contents(Vec<i64>);

impl Contents {
    pub async fn of(connection: &DatabaseConnection) -> Self {
        let sums = COUNTED.iter().map(|(_, kinds)| {
            let counts = kinds.iter().map(|(catalog, condition)| {
                format!(
                    "(SELECT count(*) FROM {catalog} o WHERE oid >= 16384 AND ({condition}) \
                     AND NOT EXISTS (SELECT FROM pg_depend WHERE deptype = 'e' \
                     AND classid = '{catalog}'::regclass AND objid = o.oid))"
                )
            });
            counts.collect::<Vec<_>>().join(" + ")
        });
        let sql = format!("SELECT {}", sums.collect::<Vec<_>>().join(", "));
        let row = connection
            .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
            .await
            .expect("counts")
            .expect("a row");
        let count = |index| row.try_get_by_index(index).expect("a number");
        Self((0..COUNTED.len()).map(count).collect())
    }
}

/// How closely the dumps agree; the lesser is the weaker.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Equality {
    /// Statement by statement, where the order of what has none does not count.
    Statements,
    /// Every letter of every object's definition.
    Text,
}

/// What one schema showed.
pub struct Outcome {
    pub name: String,
    pub bytes: usize,
    pub contents: Contents,
    /// How many objects of a kind the inspector lists as kept.
    pub unmanaged: BTreeMap<&'static str, usize>,
    pub statements: usize,
    pub inspect: Duration,
    pub plan: Duration,
    /// In the order they were run: there, back, and from the schema back, there.
    pub applied: Vec<Duration>,
    pub equality: Equality,
    pub failures: Vec<String>,
}

impl Outcome {
    pub fn new(name: &str, bytes: usize) -> Self {
        Self {
            name: name.to_owned(),
            bytes,
            contents: Contents::default(),
            unmanaged: BTreeMap::new(),
            statements: 0,
            inspect: Duration::ZERO,
            plan: Duration::ZERO,
            applied: Vec::new(),
            equality: Equality::Text,
            failures: Vec::new(),
        }
    }

    pub fn verdict(&self) -> String {
        match (self.failures.len(), self.equality) {
            (0, Equality::Text) => "equal, letter by letter".to_owned(),
            (0, Equality::Statements) => "equal".to_owned(),
            (failures, _) => format!("{failures} failures"),
        }
    }
}

pub fn table(outcomes: &[Outcome]) -> String {
    let mut headings = vec!["schema", "bytes"];
    headings.extend(COUNTED.iter().map(|(heading, _)| *heading));
    headings.extend([
        "unmanaged",
        "statements",
        "inspect s",
        "diff+plan s",
        "up s",
        "down s",
        "result",
    ]);
    let mut rows = vec![headings.into_iter().map(str::to_owned).collect()];
    rows.extend(outcomes.iter().map(row));
    let widths: Vec<_> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row: &Vec<String>| row[column].len()).max())
        .map(Option::unwrap_or_default)
        .collect();
    let mut table = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        let _ = writeln!(table, "{}", cells.join("  ").trim_end());
    }
    table
}

fn row(outcome: &Outcome) -> Vec<String> {
    let seconds = |time: Option<&Duration>| {
        time.map_or_else(|| "-".to_owned(), |it| format!("{:.2}", it.as_secs_f64()))
    };
    let mut row = vec![outcome.name.clone(), outcome.bytes.to_string()];
    let count = |index| outcome.contents.0.get(index).map(i64::to_string);
    row.extend((0..COUNTED.len()).map(|index| count(index).unwrap_or_else(|| "-".to_owned())));
    row.extend([
        outcome.unmanaged.values().sum::<usize>().to_string(),
        outcome.statements.to_string(),
        seconds(Some(&outcome.inspect)),
        seconds(Some(&outcome.plan)),
        seconds(outcome.applied.first()),
        seconds(outcome.applied.get(1)),
        outcome.verdict(),
    ]);
    row
}

pub fn failures(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        if !outcome.unmanaged.is_empty() {
            let _ = writeln!(text, "{} keeps {:?}", outcome.name, outcome.unmanaged);
        }
    }
    for outcome in outcomes {
        for failure in &outcome.failures {
            let _ = writeln!(text, "\n--- {}: {}", outcome.name, shortened(failure));
        }
    }
    text
}

fn shortened(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    if lines.len() <= LINES {
        return text.to_owned();
    }
    let more = lines.len() - LINES;
    format!("{}\n… and {more} more lines", lines[..LINES].join("\n"))
}

/// What `psql` says, with the lines of the script that it means.
pub fn near(sql: &str, error: &str) -> String {
    let line = error
        .split_once("<stdin>:")
        .and_then(|(_, rest)| rest.split_once(':')?.0.parse::<usize>().ok());
    let Some(line) = line else {
        return error.to_owned();
    };
    let first = line.saturating_sub(BEFORE);
    let lines: Vec<_> = sql.lines().skip(first).take(line - first).collect();
    format!("{error}after\n{}", lines.join("\n"))
}
