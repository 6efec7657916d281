//! Rollouts of many kinds of change: after each phase, there and back, the statements of the old and of the new
//! release are executed, over rows, on sessions that keep them prepared.

use toolkit_engine::{
    catalog::QualifiedName,
    diff::Rename,
    observe::{Look, Verdict, Version, Watch},
    online::Proven,
    render::sql::{Names, script},
};
use toolkit_testkit::{Named, named};

use super::{
    Done,
    converge::{Pair, case::place},
    done,
};

/// A kind of change, and what works after each phase: the old release and the new one.
struct Kind {
    name: &'static str,
    from: &'static str,
    to: &'static str,
    rows: &'static str,
    renames: fn() -> Vec<Rename>,
    /// `+` works, `~` needs new connections, `-` fails.
    there: &'static str,
    back: &'static str,
}

const ROWS: &str = "INSERT INTO t (id, a) SELECT i, i FROM generate_series(1, 100) i";

fn nothing() -> Vec<Rename> {
    Vec::new()
}

fn column() -> Vec<Rename> {
    vec![Rename::Column {
        table: QualifiedName::new("public", "t"),
        from: "a".to_owned(),
        to: "b".to_owned(),
    }]
}

fn table() -> Vec<Rename> {
    vec![Rename::Table {
        from: QualifiedName::new("public", "u"),
        to: "w".to_owned(),
    }]
}

const KINDS: &[Kind] = &[
    Kind {
        name: "a_nullable_column",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text)",
        rows: ROWS,
        renames: nothing,
        there: "before +-, expand ++",
        back: "before ++, expand +-",
    },
    Kind {
        name: "a_column_with_a_default",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer NOT NULL DEFAULT 3)",
        rows: ROWS,
        renames: nothing,
        there: "before +-, expand ++",
        back: "before ++, expand +-",
    },
    Kind {
        name: "a_column_that_is_dropped",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); ALTER TABLE t ADD b text",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, contract -+",
        back: "before -+, contract ++",
    },
    Kind {
        name: "a_column_that_is_dropped_and_must_be_given",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY)",
        // The way back has no value for a row.
        rows: "",
        renames: nothing,
        there: "before +-, expand -+, contract -+",
        back: "before -+, contract -+, expand +-",
    },
    Kind {
        name: "a_renamed_column",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, b integer)",
        rows: ROWS,
        renames: column,
        there: "before +-, expand ++, backfill ++, refill ++, contract -+",
        back: "before -+, contract ++, refill ++, backfill ++, expand +-",
    },
    Kind {
        name: "a_renamed_column_that_must_be_given",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL DEFAULT 7); CREATE INDEX i ON t (a)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, b integer NOT NULL DEFAULT 7); CREATE INDEX i ON t (b)",
        rows: ROWS,
        renames: column,
        there: "before +-, expand +-, backfill ++, index ++, contract ++, narrow ++, \
                validate_narrow ++, contract ++, clean ++, refill ++, contract -+",
        back: "before -+, contract -+, refill ++, clean ++, contract ++, validate_narrow ++, \
                narrow ++, contract ++, index ++, backfill ++, expand +-",
    },
    Kind {
        name: "a_column_of_another_type_under_another_name",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, b bigint NOT NULL)",
        rows: ROWS,
        renames: column,
        there: "before +-, expand +-, backfill ++, contract ++, narrow ++, validate_narrow ++, \
                contract ++, refill ++, contract -+",
        back: "before -+, contract -+, refill ++, contract ++, validate_narrow ++, narrow ++, \
                contract ++, backfill ++, expand +-",
    },
    Kind {
        name: "a_type_under_the_same_name",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a bigint NOT NULL)",
        rows: ROWS,
        renames: nothing,
        there: "before +-, expand +-, backfill +-, expand +-, validate +-, switch -~, refill -+, contract -+",
        back: "before -+, contract -+, refill -+, switch ~-, validate +-, expand +-, backfill +-, expand +-",
    },
    Kind {
        name: "a_type_that_rewrites_nothing",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a varchar(20))",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a varchar(40))",
        rows: ROWS,
        renames: nothing,
        there: "before ++, expand ~~",
        back: "before ++, expand ~~",
    },
    Kind {
        name: "not_null",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        rows: ROWS,
        renames: nothing,
        there: "before +-, narrow -+, validate_narrow -+, contract -+",
        back: "before -+, contract -+, validate_narrow -+, narrow +-",
    },
    Kind {
        name: "no_more_not_null",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        rows: ROWS,
        renames: nothing,
        there: "before +-, expand -+",
        back: "before -+, expand +-",
    },
    Kind {
        name: "a_check",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer CONSTRAINT c CHECK (a > -100))",
        rows: ROWS,
        renames: nothing,
        there: "before ++, expand ++, validate ++",
        back: "before ++, validate ++, expand ++",
    },
    Kind {
        name: "a_foreign_key",
        from: "CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p SELECT generate_series(1, 200); CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        to: "CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p SELECT generate_series(1, 200); CREATE TABLE t (id bigint PRIMARY KEY, a integer CONSTRAINT f REFERENCES p)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, expand ++, validate ++",
        back: "before ++, validate ++, expand ++",
    },
    Kind {
        name: "a_unique_key",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer CONSTRAINT k UNIQUE)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, index ++, attach ++",
        back: "before ++, attach ++, index ++",
    },
    Kind {
        name: "a_primary_key",
        from: "CREATE TABLE t (id bigint NOT NULL, a integer)",
        to: "CREATE TABLE t (id bigint NOT NULL CONSTRAINT k PRIMARY KEY, a integer)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, index -+, attach -+",
        back: "before ++, attach ++, index ++",
    },
    Kind {
        name: "an_index",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE INDEX i ON t (a)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, index ++",
        back: "before ++, index ++",
    },
    Kind {
        name: "an_index_that_changes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE INDEX i ON t (a)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE INDEX i ON t (a DESC)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, expand ++, index ++, clean ++",
        back: "before ++, clean ++, index ++, expand ++",
    },
    Kind {
        name: "an_index_of_a_partitioned_table",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY RANGE (id); CREATE TABLE q PARTITION OF t FOR VALUES FROM (MINVALUE) TO (MAXVALUE)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY RANGE (id); CREATE TABLE q PARTITION OF t FOR VALUES FROM (MINVALUE) TO (MAXVALUE); CREATE INDEX i ON t (a)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, expand ++, index ++, attach ++",
        back: "before ++, attach ++, index ++, expand ++",
    },
    Kind {
        name: "a_default",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL DEFAULT 3)",
        rows: ROWS,
        renames: nothing,
        there: "before +-, expand ++",
        back: "before ++, expand +-",
    },
    Kind {
        name: "a_default_that_goes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL DEFAULT 3)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, contract -+",
        back: "before -+, contract ++",
    },
    Kind {
        name: "an_enum_value_that_is_used",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE TYPE e AS ENUM ('x'); ALTER TABLE t ADD b e",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE TYPE e AS ENUM ('x', 'y'); ALTER TABLE t ADD b e DEFAULT 'y'",
        rows: ROWS,
        renames: nothing,
        there: "before +-, values ++, expand ++",
        back: "before ++, expand ++, values +-",
    },
    Kind {
        name: "a_table",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE TABLE u (id bigint PRIMARY KEY)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, expand ++",
        back: "before ++, expand +-",
    },
    Kind {
        name: "a_table_that_goes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE TABLE u (id bigint PRIMARY KEY)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, contract -+",
        back: "before ++, contract ++",
    },
    Kind {
        name: "a_renamed_table",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE TABLE u (id bigint PRIMARY KEY)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE TABLE w (id bigint CONSTRAINT u_pkey PRIMARY KEY)",
        rows: ROWS,
        renames: table,
        there: "before ++, expand -+",
        back: "before ++, expand +-",
    },
    Kind {
        name: "a_view_that_goes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE VIEW v AS SELECT id FROM t",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        rows: ROWS,
        renames: nothing,
        there: "before ++, contract ++",
        back: "before ++, contract ++",
    },
];

pub(super) fn tests() -> Vec<Named> {
    let tests = KINDS.iter();
    let tests = tests.map(|it| named(format!("rollout_of_{}", it.name), || works_as_foretold(it)));
    tests.collect()
}

fn works_as_foretold(kind: &Kind) {
    let Some(place) = place() else {
        return;
    };
    let from = format!("{}; {}", kind.from, kind.rows);
    let pair = Pair {
        from: &from,
        to: kind.to,
        noop: false,
        rows: None,
    };
    let cluster = place.benches.cluster;
    let told = place.benches.with(async |benches| {
        let Done {
            phases: _,
            observation,
            proven,
            catalogs: [from, to],
        } = done(cluster, benches, &pair, &(kind.renames)()).await?;
        let there = verdicts(&observation.looks, [Version::Old, Version::New]);
        // The release that goes is now the new one.
        let mut watch = Watch::new(&to, &from, "public");
        let [here, _] = benches;
        let look = |error| format!("{error}: {error:?}");
        watch.look(&here.connection, "before").await.map_err(look)?;
        for Proven { phase, down } in proven.iter().rev() {
            cluster.script(&here.database, &script(down, &Names::qualified()))?;
            let told = phase.kind.suffix();
            watch.look(&here.connection, told).await.map_err(look)?;
        }
        let observation = watch.finish(&here.connection).await.map_err(look)?;
        let back = verdicts(&observation.looks, [Version::New, Version::Old]);
        Ok::<_, String>((there, back))
    });
    let (there, back) = told.unwrap_or_else(|error| panic!("{}\n{error}", kind.name));
    assert_eq!([there.as_str(), back.as_str()], [kind.there, kind.back]);
}

/// What works of the old and of the new release at each look: `before ++, 1. expand ++`.
fn verdicts(looks: &[Look], releases: [Version; 2]) -> String {
    let sign = |look: &Look, version| match look.verdict(version) {
        Verdict::Works => '+',
        Verdict::NewConnections => '~',
        Verdict::Fails => '-',
    };
    let told = looks.iter().map(|look| {
        let signs = releases.map(|version| sign(look, version));
        let name = look
            .after
            .trim_start_matches(|it: char| it.is_ascii_digit() || it == '.');
        format!("{} {}{}", name.trim(), signs[0], signs[1])
    });
    told.collect::<Vec<_>>().join(", ")
}
