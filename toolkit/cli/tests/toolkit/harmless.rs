//! Names that hold what ends a comment, moves a cursor or turns the direction of writing: nothing of it
//! reaches a terminal, a script, generated code or JSON as it is.

use std::path::PathBuf;

use toolkit_testkit::{Cluster, Database, Output, Workspace, server};
use toolkit_text::is_hidden;

use crate::{toolkit, toolkit_on};

/// What stands in every name, behind the command that psql would run.
const WORST: &str = "\n\u{1b}[2J\u{7}\u{202e}\u{2066}\u{85}\u{7f}\u{2028}*/--$$";

/// Statements that make an object of every kind, called badly.
struct Hostile {
    /// Made if psql leaves a name and runs what stands in it.
    trap: PathBuf,
}

impl Hostile {
    fn new(database: &Database) -> Self {
        Self {
            trap: std::env::temp_dir().join(format!("{}-{}", std::process::id(), database.name())),
        }
    }

    fn name(&self, start: &str) -> String {
        format!("{start}\r\\! touch {}{WORST}", self.trap.display())
    }

    fn quoted(&self, start: &str) -> String {
        let name = self.name(start);
        assert!(name.len() <= 63, "{}", name.len());
        format!("\"{name}\"")
    }

    #[allow(
        clippy::many_single_char_names,
        reason = "short names keep the statements readable"
    )]
    fn sql(&self, schema: &str) -> String {
        let [t, u, c, d] = ["t", "u", "c", "d"].map(|start| self.quoted(start));
        let q = |start: &str| self.quoted(start);
        let text = self.name("x");
        format!(
            "SET search_path = {schema};
             CREATE TYPE {e} AS ENUM ('{text}', 'y');
             CREATE DOMAIN {d} AS text CONSTRAINT {dc} CHECK (value <> '{text}');
             CREATE TYPE {composite} AS ({c} int);
             CREATE SEQUENCE {sequence};
             CREATE TABLE {t} ({c} int, {k} text DEFAULT '{text}', {d} {d}, CONSTRAINT {pk} PRIMARY KEY ({c}),
               CONSTRAINT {ck} CHECK ({k} <> '{text}'), CONSTRAINT {un} UNIQUE ({k}));
             CREATE TABLE {u} ({c} int NOT NULL CONSTRAINT {fk} REFERENCES {t}, {e} {e} DEFAULT '{text}');
             CREATE INDEX {i} ON {u} (({c} + 1)) WHERE {c} > 0;
             CREATE STATISTICS {st} ON {c}, {e} FROM {u};
             CREATE FUNCTION {f}({c} int) RETURNS text LANGUAGE plpgsql AS $f$BEGIN\rRETURN '{text}'; END$f$;
             CREATE FUNCTION {f}() RETURNS trigger LANGUAGE plpgsql AS $f$BEGIN\r\nRETURN NEW; END$f$;
             CREATE TRIGGER {tr} BEFORE INSERT ON {u} FOR EACH ROW EXECUTE FUNCTION {f}('{text}');
             CREATE VIEW {v} AS SELECT {c} AS {k}, '{text}' AS {d} FROM {t};
             CREATE MATERIALIZED VIEW {m} AS SELECT {c} FROM {t};
             CREATE RULE {r} AS ON DELETE TO {u} DO ALSO UPDATE {t} SET {k} = '{text}';
             CREATE POLICY {p} ON {t} USING ({k} = '{text}');
             COMMENT ON TABLE {t} IS '{text}';
             COMMENT ON COLUMN {t}.{c} IS '{text}';",
            e = q("e"),
            dc = q("dc"),
            composite = q("ty"),
            sequence = q("s"),
            k = q("k"),
            pk = q("pk"),
            ck = q("ck"),
            un = q("un"),
            fk = q("fk"),
            i = q("i"),
            st = q("st"),
            f = q("f"),
            tr = q("tr"),
            v = q("v"),
            m = q("m"),
            r = q("r"),
            p = q("p"),
        )
    }

    fn assert_untouched(&self) {
        assert!(!self.trap.exists(), "psql ran what stands in a name");
    }
}

fn assert_harmless(output: &Output) {
    for text in [&output.stdout, &output.stderr] {
        // So may the lines of a body end that came from Windows.
        let text = text.replace("\r\n", "\n");
        let hidden = text
            .char_indices()
            .find(|(_, c)| is_hidden(*c) && !['\n', '\t'].contains(c));
        if let Some((place, c)) = hidden {
            let line = text[..place].rsplit('\n').next().unwrap_or_default();
            panic!("{c:?} behind {line:?} in {}", output.program);
        }
    }
}

fn difference(workspace: &Workspace, from: &Database, to: &Database, format: &str) -> Output {
    let (from, to) = (from.url(), to.url());
    let words = [
        "diff", "--from", &from, "--to", &to, "--schema", "app", "--format", format,
    ];
    let output = toolkit(workspace, &words).run();
    assert_harmless(&output);
    output
}

fn make(cluster: &Cluster, database: &Database, sql: &str) {
    cluster.psql_file(database.name(), &format!("\\set ON_ERROR_STOP on\n{sql}"));
}

#[test]
fn what_names_hold_stays_in_them() {
    let Some(cluster) = server("what_names_hold_stays_in_them") else {
        return;
    };
    let workspace = Workspace::create();
    let [empty, hostile, made] = [(); 3].map(|()| cluster.database());
    for database in [&empty, &hostile, &made] {
        make(cluster, database, "CREATE SCHEMA app;");
    }
    let names = Hostile::new(&hostile);
    make(cluster, &hostile, &names.sql("app"));
    for format in ["text", "rust", "json"] {
        for (from, to) in [(&empty, &hostile), (&hostile, &empty)] {
            let output = difference(&workspace, from, to, format).code(1);
            assert!(!output.stdout.contains("\n\\!"), "{}", output.stdout);
        }
    }
    // Run by psql, a script does what it says and no more.
    let up = difference(&workspace, &empty, &hostile, "sql")
        .code(1)
        .stdout;
    let down = difference(&workspace, &hostile, &empty, "sql")
        .code(1)
        .stdout;
    make(cluster, &made, &up);
    difference(&workspace, &made, &hostile, "text").success();
    make(cluster, &made, &down);
    difference(&workspace, &made, &empty, "text").success();
    names.assert_untouched();
}

#[test]
fn every_command_shows_hostile_names_harmlessly() {
    let Some(cluster) = server("every_command_shows_hostile_names_harmlessly") else {
        return;
    };
    let workspace = Workspace::create();
    let database = cluster.database();
    let run = |words: &str| {
        let words: Vec<&str> = words.split_whitespace().collect();
        let output = toolkit_on(&workspace, &database, &words).run();
        assert_harmless(&output);
        output
    };
    run("up -s planning_agent").success();
    let names = Hostile::new(&database);
    make(cluster, &database, &names.sql("planning"));
    make(
        cluster,
        &database,
        &format!("CREATE SCHEMA {};", names.quoted("o")),
    );
    let view = format!(
        "CREATE VIEW {}.{} AS SELECT * FROM planning.{};",
        names.quoted("o"),
        names.quoted("w"),
        names.quoted("t")
    );
    make(cluster, &database, &view);
    make(
        cluster,
        &database,
        &format!(
            "CREATE ROLE {role}; GRANT SELECT ON planning.{table} TO {role}; \
             UPDATE planning.toolkit_ledger SET error = '{text}', host = '{text}', state = 'failed'; \
             INSERT INTO planning.seaql_migrations VALUES ('{text}', 1);",
            role = names.quoted("r"),
            table = names.quoted("t"),
            text = names.name("x")
        ),
    );
    for command in ["status", "history -s planning_agent", "check"] {
        run(command);
        run(&format!("{command} --format json"));
    }
    make(
        cluster,
        &database,
        &format!(
            "DELETE FROM planning.seaql_migrations WHERE version = '{}';",
            names.name("x")
        ),
    );
    for format in ["text", "sql", "rust", "json"] {
        for words in [
            "diff -s planning_agent --from database --to history",
            "diff -s planning_agent --from history --to database",
        ] {
            let shown = run(&format!("{words} --format {format}"));
            assert!(!shown.stdout.is_empty(), "{shown:?}");
        }
    }
    run("plan -s planning_agent --down 1").code(1);
    run("plan -s planning_agent --down 1 --format sql").code(1);
    run("generate -s planning_agent --from database --dry-run").code(2);
    run("stamp -s planning_agent --all");
    let refused = run("fresh -s planning_agent --yes").code(1);
    assert!(refused.stderr.contains("touch"), "{}", refused.stderr);
    make(
        cluster,
        &database,
        &format!("DROP SCHEMA {} CASCADE;", names.quoted("o")),
    );
    run("fresh -s planning_agent --yes").success();
    make(
        cluster,
        &database,
        &format!(
            "DROP OWNED BY {role}; DROP ROLE {role};",
            role = names.quoted("r")
        ),
    );
    names.assert_untouched();
}
