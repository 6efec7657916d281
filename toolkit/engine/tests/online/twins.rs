//! Columns that others take the place of: rows survive there and back, and what either version of the code
//! writes meanwhile the other one reads.

use toolkit_engine::{
    catalog::QualifiedName,
    diff::{Rename, diff},
    observe::{Verdict, Version},
    online::{PhaseKind, phases},
    render::sql::{Names, script},
};
use toolkit_testkit::{Named, named};

use super::{
    Done,
    converge::{Pair, Rows, case::place},
    done, spares_both,
};

/// A column `a` of the table `t` that becomes `b`.
struct Moved {
    name: &'static str,
    from: &'static str,
    to: &'static str,
    rows: Rows<'static>,
    phases: &'static [PhaseKind],
    /// Statements of either version, of which each has a row of its own, once the rows are filled.
    written: &'static str,
    /// Finds rows in which the columns do not hold the same then.
    differ: &'static str,
}

const MOVED: &[Moved] = &[
    Moved {
        name: "a_renamed_column_takes_along_what_it_has",
        from: "CREATE TABLE p (id integer PRIMARY KEY); \
               CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL CONSTRAINT t_c CHECK (a > 0) \
                 CONSTRAINT t_k UNIQUE CONSTRAINT t_f REFERENCES p, c integer, d integer DEFAULT 3); \
               CREATE INDEX t_i ON t (a, c); CREATE TABLE u (id integer PRIMARY KEY, t integer CONSTRAINT u_f REFERENCES t (a)); \
               COMMENT ON COLUMN t.a IS 'it'; CREATE VIEW v AS SELECT id, a FROM t; GRANT SELECT (a) ON t TO reader",
        to: "CREATE TABLE p (id integer PRIMARY KEY); \
             CREATE TABLE t (id bigint PRIMARY KEY, b integer NOT NULL CONSTRAINT t_c CHECK (b > 0) \
               CONSTRAINT t_k UNIQUE CONSTRAINT t_f REFERENCES p, c integer, d integer DEFAULT 3); \
             CREATE INDEX t_i ON t (b, c); CREATE TABLE u (id integer PRIMARY KEY, t integer CONSTRAINT u_f REFERENCES t (b)); \
             COMMENT ON COLUMN t.b IS 'it'; CREATE VIEW v AS SELECT id, b AS a FROM t; GRANT SELECT (b) ON t TO reader",
        rows: Rows {
            made: "INSERT INTO p SELECT generate_series(1, 2000); INSERT INTO t SELECT i, i, i FROM generate_series(1, 1000) i; \
                   INSERT INTO u VALUES (1, 7)",
            found: Some("SELECT count(*) FROM t WHERE b = id HAVING count(*) = 1000"),
        },
        phases: &[
            PhaseKind::Expand,
            PhaseKind::Backfill,
            PhaseKind::Expand,
            PhaseKind::Index,
            PhaseKind::Index,
            PhaseKind::Attach,
            PhaseKind::Validate,
            PhaseKind::Contract,
            PhaseKind::Narrow,
            PhaseKind::ValidateNarrow,
            PhaseKind::Contract,
            PhaseKind::Clean,
            PhaseKind::Refill,
            PhaseKind::Contract,
        ],
        written: "INSERT INTO t (id, a) VALUES (1001, 1001); INSERT INTO t (id, b) VALUES (1002, 1002); \
                  UPDATE t SET a = 1003 WHERE id = 1; UPDATE t SET b = 1004 WHERE id = 2; UPDATE t SET c = 0 WHERE id = 3",
        differ: "SELECT FROM t WHERE a IS DISTINCT FROM b OR a IS NULL",
    },
    Moved {
        name: "a_column_of_another_type_has_another_name",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL DEFAULT 7); CREATE INDEX t_i ON t (a)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, b bigint NOT NULL DEFAULT 7); CREATE INDEX t_i ON t (b)",
        rows: Rows {
            made: "INSERT INTO t SELECT i, i FROM generate_series(1, 1000) i",
            found: Some("SELECT count(*) FROM t WHERE b = id HAVING count(*) = 1000"),
        },
        phases: &[
            PhaseKind::Expand,
            PhaseKind::Backfill,
            PhaseKind::Index,
            PhaseKind::Contract,
            PhaseKind::Narrow,
            PhaseKind::ValidateNarrow,
            PhaseKind::Contract,
            PhaseKind::Clean,
            PhaseKind::Refill,
            PhaseKind::Contract,
        ],
        written: "INSERT INTO t (id) VALUES (1001); INSERT INTO t (id, a) VALUES (1002, 1); \
                  INSERT INTO t (id, b) VALUES (1003, 2); UPDATE t SET b = b + 1 WHERE id < 5",
        differ: "SELECT FROM t WHERE a IS DISTINCT FROM b OR a IS NULL",
    },
    Moved {
        name: "an_enum_becomes_text_and_may_be_null",
        from: "CREATE TYPE e AS ENUM ('x', 'y'); CREATE TABLE t (id bigint PRIMARY KEY, a e NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, b text)",
        rows: Rows {
            made: "INSERT INTO t SELECT i, 'y' FROM generate_series(1, 1000) i",
            found: Some("SELECT count(*) FROM t WHERE b = 'y' HAVING count(*) = 1000"),
        },
        phases: &[
            PhaseKind::Expand,
            PhaseKind::Backfill,
            PhaseKind::Refill,
            PhaseKind::Contract,
        ],
        written: "INSERT INTO t (id, a) VALUES (1001, 'x'); INSERT INTO t (id, b) VALUES (1002, 'x'), (1003, NULL); \
                  UPDATE t SET b = NULL WHERE id = 1; UPDATE t SET a = 'x' WHERE id = 2",
        differ: "SELECT FROM t WHERE a::text IS DISTINCT FROM b",
    },
    Moved {
        name: "text_becomes_an_array_of_an_enum",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a text[]); \
               CREATE FUNCTION lower() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.a := pg_catalog.lower(NEW.a::text)::text[]; RETURN NEW; END'",
        to: "CREATE TYPE \"E\" AS ENUM ('x', 'y z'); CREATE TABLE t (id bigint PRIMARY KEY, \"b c\" \"E\"[]); \
             CREATE FUNCTION lower() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.a := pg_catalog.lower(NEW.a::text)::text[]; RETURN NEW; END'",
        rows: Rows {
            made: "INSERT INTO t SELECT i, ARRAY['y z', 'x'] FROM generate_series(1, 1000) i; INSERT INTO t VALUES (0, NULL)",
            found: Some("SELECT count(*) FROM t WHERE \"b c\"[1] = 'y z' HAVING count(*) = 1000"),
        },
        phases: &[
            PhaseKind::Expand,
            PhaseKind::Backfill,
            PhaseKind::Refill,
            PhaseKind::Contract,
        ],
        written: "INSERT INTO t (id, a) VALUES (1001, '{x}'); INSERT INTO t (id, \"b c\") VALUES (1002, '{y z}'); \
                  CREATE TRIGGER lower BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.a IS NOT NULL) EXECUTE FUNCTION lower(); \
                  INSERT INTO t (id, a) VALUES (1003, '{X}'); DROP TRIGGER lower ON t",
        differ: "SELECT FROM t WHERE a::text IS DISTINCT FROM \"b c\"::text",
    },
];

/// Pairs in which a column `a` of the table `t` becomes `b` and there cannot be two of them.
const STAYING: &[(&str, [&str; 2])] = &[
    (
        "rows_that_are_published_and_known_by_nothing_take_no_update",
        [
            "CREATE TABLE t (a integer); CREATE PUBLICATION p FOR TABLE t",
            "CREATE TABLE t (b integer); CREATE PUBLICATION p FOR TABLE t",
        ],
    ),
    (
        "a_multirange_comes_with_its_range",
        [
            "CREATE TYPE r AS RANGE (subtype = date); CREATE TABLE t (id integer PRIMARY KEY, a r_multirange)",
            "CREATE TYPE r AS RANGE (subtype = date); CREATE TABLE t (id integer PRIMARY KEY, b r_multirange)",
        ],
    ),
    (
        "a_range_type_is_made_with_its_column",
        [
            "CREATE TYPE r AS RANGE (subtype = date); CREATE TABLE t (id integer PRIMARY KEY, a r)",
            "CREATE TYPE r AS RANGE (subtype = date); CREATE TABLE t (id integer PRIMARY KEY, b r)",
        ],
    ),
    (
        "so_is_a_composite_type",
        [
            "CREATE TYPE c AS (x integer); CREATE TABLE t (id integer PRIMARY KEY, a c)",
            "CREATE TYPE c AS (x integer); CREATE TABLE t (id integer PRIMARY KEY, b c)",
        ],
    ),
];

/// The column `a` of `t`, which gets another type under its name.
const RETYPED: &[Moved] = &[
    Moved {
        name: "a_column_of_another_type_changes_over_at_once",
        from: "CREATE TABLE p (id integer PRIMARY KEY); \
               CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL DEFAULT 7 CONSTRAINT t_c CHECK (a > 0) \
                 CONSTRAINT t_k UNIQUE CONSTRAINT t_f REFERENCES p, c integer); \
               CREATE INDEX t_i ON t (a, c); CREATE VIEW v AS SELECT id, a FROM t; COMMENT ON COLUMN t.a IS 'it'; \
               GRANT SELECT (a) ON t TO reader",
        to: "CREATE TABLE p (id integer PRIMARY KEY); \
             CREATE TABLE t (id bigint PRIMARY KEY, a bigint NOT NULL DEFAULT 7 CONSTRAINT t_c CHECK (a > 0) \
               CONSTRAINT t_k UNIQUE CONSTRAINT t_f REFERENCES p, c integer, d text); \
             CREATE INDEX t_i ON t (a, c); CREATE VIEW v AS SELECT id, a FROM t; COMMENT ON COLUMN t.a IS 'it'; \
             GRANT SELECT (a) ON t TO reader",
        rows: Rows {
            made: "INSERT INTO p SELECT generate_series(1, 2000); INSERT INTO t SELECT i, i, i FROM generate_series(1, 1000) i",
            found: Some("SELECT count(*) FROM t WHERE a = id HAVING count(*) = 1000"),
        },
        phases: &[
            PhaseKind::Expand,
            PhaseKind::Expand,
            PhaseKind::Backfill,
            PhaseKind::Expand,
            PhaseKind::Index,
            PhaseKind::Index,
            PhaseKind::Attach,
            PhaseKind::Validate,
            PhaseKind::Switch,
            PhaseKind::Contract,
            PhaseKind::Clean,
            PhaseKind::Refill,
            PhaseKind::Contract,
        ],
        written: "INSERT INTO t (id, a) VALUES (1001, 1001); UPDATE t SET a = 1003 WHERE id = 1; \
                  UPDATE t SET c = 0 WHERE id = 3",
        differ: "SELECT FROM t WHERE a IS DISTINCT FROM a_new",
    },
    Moved {
        name: "text_changes_over_to_an_enum",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a text)",
        to: "CREATE TYPE e AS ENUM ('x', 'y'); CREATE TABLE t (id bigint PRIMARY KEY, a e)",
        rows: Rows {
            made: "INSERT INTO t SELECT i, 'y' FROM generate_series(1, 1000) i",
            found: Some("SELECT count(*) FROM t WHERE a = 'y' HAVING count(*) = 1000"),
        },
        phases: &[
            PhaseKind::Expand,
            PhaseKind::Expand,
            PhaseKind::Backfill,
            PhaseKind::Switch,
            PhaseKind::Refill,
            PhaseKind::Contract,
        ],
        written: "INSERT INTO t (id, a) VALUES (1001, 'x'), (1002, NULL); UPDATE t SET a = 'x' WHERE id = 1",
        differ: "SELECT FROM t WHERE a IS DISTINCT FROM a_new::text",
    },
];

fn moved(to: &str) -> Rename {
    Rename::Column {
        table: QualifiedName::new("public", "t"),
        from: "a".to_owned(),
        to: to.to_owned(),
    }
}

pub(super) fn tests() -> Vec<Named> {
    let all = MOVED.iter().chain(RETYPED);
    let tests = all.map(|it| named(it.name, || lives_beside(it)));
    let staying = STAYING.iter();
    let staying = staying.map(|(name, sides)| named(*name, || is_renamed(*sides)));
    let both = named(
        "two_columns_of_one_index_are_renamed",
        two_columns_of_one_index_are_renamed,
    );
    tests.chain(staying).chain([both]).collect()
}

/// An index and a constraint of both columns are set aside once.
fn two_columns_of_one_index_are_renamed() {
    let Some(place) = place() else {
        return;
    };
    let pair = Pair {
        from: "CREATE TABLE t (id integer PRIMARY KEY, a integer, c integer, CONSTRAINT t_c CHECK (a < c)); \
               CREATE INDEX t_i ON t (a, c)",
        to: "CREATE TABLE t (id integer PRIMARY KEY, b integer, d integer, CONSTRAINT t_c CHECK (b < d)); \
             CREATE INDEX t_i ON t (b, d)",
        noop: false,
        rows: Some(Rows {
            made: "INSERT INTO t SELECT i, i, i + 1 FROM generate_series(1, 10) i",
            found: Some("SELECT count(*) FROM t WHERE b + 1 = d HAVING count(*) = 10"),
        }),
    };
    let mut second = moved("d");
    if let Rename::Column { from, .. } = &mut second {
        "c".clone_into(from);
    }
    let cluster = place.benches.cluster;
    let failed = place.benches.with(async |benches| {
        let it = done(cluster, benches, &pair, &[moved("b"), second.clone()]).await?;
        let filled = it.phases.iter();
        let filled = filled.filter(|phase| phase.kind == PhaseKind::Backfill);
        assert_eq!(filled.count(), 2);
        Ok::<_, String>(())
    });
    if let Err(error) = failed {
        panic!("{error}");
    }
}

fn is_renamed([from, to]: [&str; 2]) {
    let Some(place) = place() else {
        return;
    };
    let pair = Pair {
        from,
        to,
        noop: false,
        rows: None,
    };
    let cluster = place.benches.cluster;
    let failed = place.benches.with(async |benches| {
        let it = done(cluster, benches, &pair, &[moved("b")]).await?;
        let told: Vec<_> = it.phases.iter().map(|phase| phase.kind).collect();
        assert_eq!(told, [PhaseKind::Expand]);
        Ok::<_, String>(())
    });
    if let Err(error) = failed {
        panic!("{error}");
    }
}

fn lives_beside(moved: &Moved) {
    let Some(place) = place() else {
        return;
    };
    let names = [("\"b c\" ", "b c"), (", b ", "b")];
    let new = names.iter().find(|(name, _)| moved.to.contains(name));
    let renames: Vec<Rename> = new.map(|(_, name)| self::moved(name)).into_iter().collect();
    let pair = Pair {
        from: moved.from,
        to: moved.to,
        noop: false,
        rows: Some(moved.rows),
    };
    let cluster = place.benches.cluster;
    let failed = place.benches.with(async |benches| {
        let it = done(cluster, benches, &pair, &renames).await?;
        let told: Vec<_> = it.phases.iter().map(|phase| phase.kind).collect();
        assert_eq!(told, moved.phases, "{}", moved.name);
        for phase in &it.phases {
            super::is_rendered(phase);
        }
        assert!(is_foretold(&it), "{:#?}", it.observation);
        let catalogs = [&benches[1], &benches[0]];
        let database = &benches[0].database;
        cluster.empty(database);
        cluster.script(database, moved.from)?;
        let from = catalogs[1].read().await?;
        let to = catalogs[0].read().await?;
        cluster.script(database, moved.rows.made)?;
        let changes = diff(&from, &to, &renames).map_err(|error| error.to_string())?;
        let all = phases(&changes).map_err(|error| error.to_string())?;
        let filled = all.iter().position(|it| it.kind == PhaseKind::Backfill);
        for phase in &all[..=filled.unwrap_or_default()] {
            cluster.script(database, &script(&phase.plan, &Names::qualified()))?;
        }
        cluster.script(database, moved.written)?;
        let same = format!(
            "SELECT 1 / (count(*) = 0)::integer FROM ({}) AS differ",
            moved.differ
        );
        cluster.script(database, &same)
    });
    if let Err(error) = failed {
        panic!("{}\n{error}", moved.name);
    }
}

/// Whether neither version fails, or old code until the one step and new code from it on, where they change over.
fn is_foretold(done: &Done) -> bool {
    let Done {
        phases,
        observation,
        ..
    } = done;
    let Some(switch) = phases.iter().position(|it| it.kind == PhaseKind::Switch) else {
        return spares_both(phases, observation);
    };
    let works =
        |number: usize, version| observation.looks[number].verdict(version) == Verdict::Works;
    (0..=switch).all(|number| works(number, Version::Old))
        && (switch + 1..=phases.len()).all(|number| works(number, Version::New))
}
