//! Online plans: their end is that of the plain plan, rows too, each phase can be taken back, and the
//! statements are those beside which others can read and write.
#![allow(clippy::expect_used, clippy::panic, reason = "a test")]

mod converge;
#[path = "online/rollouts.rs"]
mod rollouts;
#[path = "online/twins.rs"]
mod twins;

use std::process::ExitCode;

use converge::{
    Bench, Pair, alike,
    case::{Case, cases, place},
    planned, scope,
};
use toolkit_engine::{
    catalog::Catalog,
    diff::{Rename, diff},
    inspect::inspect,
    observe::{Observation, Verdict, Version, Watch},
    online::{Phase, PhaseKind, Proven, phases, prove},
    render::{
        rust::{Options, migration},
        sql::{Names, script, statements},
    },
};

use toolkit_testkit::{Cluster, named, run};

fn main() -> ExitCode {
    let cases = cases().into_iter();
    let ends = cases.map(|case| named(case.name.clone(), move || ends_where_plain_plans_do(&case)));
    let mut tests: Vec<_> = ends.collect();
    let forms = "each_kind_of_step_has_the_form_that_spares_others";
    tests.push(named(
        forms,
        each_kind_of_step_has_the_form_that_spares_others,
    ));
    tests.extend(twins::tests());
    tests.extend(rollouts::tests());
    run(tests, None)
}

/// What an online plan did.
struct Done {
    phases: Vec<Phase>,
    observation: Observation,
    /// The phases with their ways back.
    proven: Vec<Proven>,
    /// What was and what is.
    catalogs: [Catalog; 2],
}

/// Takes the first schema of a pair to the second by the phases of an online plan, down and up again.
async fn done(
    cluster: &Cluster,
    benches: &[Bench; 2],
    pair: &Pair<'_>,
    renames: &[Rename],
) -> Result<Done, String> {
    let mut catalogs = Vec::new();
    for (bench, sql) in benches.iter().zip([pair.from, pair.to]) {
        cluster.empty(&bench.database);
        let loaded = cluster.script(&bench.database, sql);
        loaded.map_err(|error| format!("load: {error}"))?;
        catalogs.push(bench.read().await?);
    }
    let changes = diff(&catalogs[0], &catalogs[1], renames).map_err(|error| error.to_string())?;
    let phases = phases(&changes).map_err(|error| error.to_string())?;
    let [here, there] = benches;
    if let Some(rows) = pair.rows {
        let made = cluster.script(&here.database, rows.made);
        made.map_err(|error| format!("rows: {error}"))?;
    }
    // What is executed moves sequences on, where rows are counted by them.
    let after = &catalogs[usize::from(pair.rows.is_none())];
    let mut watch = Watch::new(&catalogs[0], after, "public");
    let read = async || inspect(&here.connection, &scope()).await;
    let names = Names::qualified();
    let ends = [&catalogs[0], &catalogs[1]];
    let proven = prove(&here.connection, read, &names, &phases, ends, &mut watch).await;
    let told = || {
        let told = phases
            .iter()
            .map(|phase| format!("-- {:?}\n{}", phase.kind, script(&phase.plan, &names)));
        told.collect::<String>()
    };
    let proven = proven.map_err(|error| format!("{error}: {error:?}\n{}", told()))?;
    let observation = watch.finish(&here.connection).await;
    let observation = observation.map_err(|error| format!("{error}: {error:?}"))?;
    let dumps = [&here.database, &there.database].map(|it| cluster.dump(it, &[]));
    alike(cluster, &dumps[0], &dumps[1]).map_err(|error| format!("{error}\n{}", told()))?;
    let second = planned(&here.read().await?, &catalogs[1])?;
    if !second.is_empty() {
        return Err(format!("a second diff is not empty after\n{}", told()));
    }
    if let Some(rows) = pair.rows {
        let survived = rows.survive(cluster, &here.database);
        survived.map_err(|error| format!("{error}\n{}", told()))?;
    }
    let [from, to] = <[Catalog; 2]>::try_from(catalogs).expect("both were read");
    Ok(Done {
        phases,
        observation,
        proven,
        catalogs: [from, to],
    })
}

/// Proves the online plans of a case there and back.
fn ends_where_plain_plans_do(case: &Case) {
    let Some(place) = case.place() else {
        return;
    };
    let cluster = place.benches.cluster;
    let proven = place.benches.with(async |benches| {
        done(cluster, benches, &case.pair(), &[]).await?;
        let back = Pair {
            from: &case.to,
            to: &case.from,
            noop: false,
            rows: None,
        };
        let back = done(cluster, benches, &back, &[]).await;
        back.map_err(|error| format!("reversed: {error}"))
    });
    if let Err(failure) = proven {
        panic!("{}\n{failure}", case.name);
    }
}

/// A change, and what must be done for it.
struct Expected {
    from: &'static str,
    to: &'static str,
    /// Phases with their statements.
    phases: &'static [(PhaseKind, &'static [&'static str])],
    /// Whether neither version fails at any step at which both run.
    spares_both: bool,
}

const EXPECTED: &[Expected] = &[
    Expected {
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL, b text)",
        phases: &[(
            PhaseKind::Expand,
            &["ALTER TABLE public.t ADD COLUMN b text"],
        )],
        spares_both: true,
    },
    Expected {
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL CONSTRAINT c CHECK (a > 0)); \
             CREATE INDEX i ON t (a)",
        phases: &[
            (
                PhaseKind::Expand,
                &["ALTER TABLE public.t ADD CONSTRAINT c CHECK (a > 0) NOT VALID"],
            ),
            (
                PhaseKind::Index,
                &["CREATE INDEX CONCURRENTLY i ON public.t (a)"],
            ),
            (
                PhaseKind::Validate,
                &["ALTER TABLE public.t VALIDATE CONSTRAINT c"],
            ),
        ],
        spares_both: true,
    },
    Expected {
        from: "CREATE TABLE p (a integer NOT NULL); CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL)",
        to: "CREATE TABLE p (a integer NOT NULL CONSTRAINT k UNIQUE); \
             CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL CONSTRAINT f REFERENCES p (a))",
        phases: &[
            (
                PhaseKind::Index,
                &["CREATE UNIQUE INDEX CONCURRENTLY k ON public.p (a)"],
            ),
            (
                PhaseKind::Attach,
                &[
                    "ALTER TABLE public.p ADD CONSTRAINT k UNIQUE USING INDEX k",
                    "ALTER TABLE public.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES public.p (a) NOT VALID",
                ],
            ),
            (
                PhaseKind::Validate,
                &["ALTER TABLE public.t VALIDATE CONSTRAINT f"],
            ),
        ],
        spares_both: true,
    },
    Expected {
        from: "CREATE TABLE t (id bigint, a integer NOT NULL, b integer)",
        to: "CREATE TABLE t (id bigint CONSTRAINT k PRIMARY KEY, a integer NOT NULL)",
        phases: &[
            (
                PhaseKind::Index,
                &["CREATE UNIQUE INDEX CONCURRENTLY k ON public.t (id)"],
            ),
            (
                PhaseKind::Narrow,
                &[
                    "ALTER TABLE public.t ADD CONSTRAINT t_id_not_null_check CHECK (id IS NOT NULL) NOT VALID",
                ],
            ),
            (
                PhaseKind::ValidateNarrow,
                &["ALTER TABLE public.t VALIDATE CONSTRAINT t_id_not_null_check"],
            ),
            (
                PhaseKind::Contract,
                &[
                    "ALTER TABLE public.t DROP COLUMN b",
                    "ALTER TABLE public.t ALTER COLUMN id SET NOT NULL",
                    "ALTER TABLE public.t DROP CONSTRAINT t_id_not_null_check",
                    "ALTER TABLE public.t ADD CONSTRAINT k PRIMARY KEY USING INDEX k",
                ],
            ),
        ],
        spares_both: false,
    },
    Expected {
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer NOT NULL, b text); CREATE INDEX i ON t (a); \
               CREATE INDEX j ON t (b)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, b text); CREATE INDEX j ON t (b DESC)",
        phases: &[
            (
                PhaseKind::Expand,
                &[
                    "ALTER INDEX public.j RENAME TO j_old",
                    "ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL",
                ],
            ),
            (
                PhaseKind::Index,
                &["CREATE INDEX CONCURRENTLY j ON public.t (b DESC)"],
            ),
            (PhaseKind::Contract, &["ALTER TABLE public.t DROP COLUMN a"]),
            (PhaseKind::Clean, &["DROP INDEX CONCURRENTLY public.j_old"]),
        ],
        // New code leaves the column null, which old code cannot read.
        spares_both: false,
    },
    Expected {
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer); CREATE TABLE u (id bigint PRIMARY KEY); \
               CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT id FROM u",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer)",
        phases: &[
            (
                PhaseKind::Contract,
                &["DROP VIEW public.v", "DROP TABLE public.u"],
            ),
            (PhaseKind::Clean, &["DROP INDEX CONCURRENTLY public.i"]),
        ],
        spares_both: true,
    },
    Expected {
        from: "CREATE TABLE t (id bigint, a integer NOT NULL, PRIMARY KEY (id, a)) PARTITION BY RANGE (a); \
               CREATE TABLE p PARTITION OF t FOR VALUES FROM (0) TO (10); \
               CREATE TABLE q PARTITION OF t FOR VALUES FROM (10) TO (20) PARTITION BY LIST (a); \
               CREATE TABLE r PARTITION OF q FOR VALUES IN (11)",
        to: "CREATE TABLE t (id bigint, a integer NOT NULL, PRIMARY KEY (id, a)) PARTITION BY RANGE (a); \
             CREATE TABLE p PARTITION OF t FOR VALUES FROM (0) TO (10); \
             CREATE TABLE q PARTITION OF t FOR VALUES FROM (10) TO (20) PARTITION BY LIST (a); \
             CREATE TABLE r PARTITION OF q FOR VALUES IN (11); CREATE INDEX i ON t (a)",
        phases: &[
            (
                PhaseKind::Expand,
                &[
                    "CREATE INDEX i ON ONLY public.t (a)",
                    "CREATE INDEX q_a_idx ON ONLY public.q (a)",
                ],
            ),
            (
                PhaseKind::Index,
                &["CREATE INDEX CONCURRENTLY p_a_idx ON public.p (a)"],
            ),
            (
                PhaseKind::Index,
                &["CREATE INDEX CONCURRENTLY r_a_idx ON public.r (a)"],
            ),
            (
                PhaseKind::Attach,
                &[
                    "ALTER INDEX public.q_a_idx ATTACH PARTITION public.r_a_idx",
                    "ALTER INDEX public.i ATTACH PARTITION public.q_a_idx",
                    "ALTER INDEX public.i ATTACH PARTITION public.p_a_idx",
                ],
            ),
        ],
        spares_both: true,
    },
    Expected {
        from: "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (id bigint PRIMARY KEY, a e NOT NULL)",
        to: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (id bigint PRIMARY KEY, a e NOT NULL DEFAULT 'b')",
        phases: &[
            (PhaseKind::Values, &["ALTER TYPE public.e ADD VALUE 'b'"]),
            (
                PhaseKind::Expand,
                &["ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 'b'::public.e"],
            ),
        ],
        spares_both: true,
    },
];

/// Whether the migration of a phase leaves its transaction where the phase does, and imports SeaORM alone.
fn is_rendered(phase: &Phase) {
    let options = Options {
        schema: "public".to_owned(),
        message: None,
        prepare: Vec::new(),
    };
    let back = phase.back.clone().unwrap_or_default();
    let source = migration(&phase.plan, &back, &options);
    let leaves =
        source.contains("fn use_transaction(&self) -> Option<bool> {\n        Some(false)");
    assert_eq!(leaves, phase.kind.is_outside_transaction(), "{source}");
    let beside = source.contains("CONCURRENTLY") || source.contains("DO $backfill$");
    assert_eq!(beside, leaves, "{source}");
    let uses: Vec<_> = source
        .lines()
        .filter(|line| line.starts_with("use "))
        .collect();
    let is_seaorm = |line: &&&str| line.starts_with("use sea_orm_migration::");
    assert_eq!(
        uses.iter().filter(is_seaorm).count(),
        uses.len(),
        "{source}"
    );
}

fn each_kind_of_step_has_the_form_that_spares_others() {
    let Some(place) = place() else {
        return;
    };
    for expected in EXPECTED {
        let pair = Pair {
            from: expected.from,
            to: expected.to,
            noop: false,
            rows: None,
        };
        let Done {
            phases,
            observation,
            ..
        } = place
            .benches
            .with(async |benches| done(place.benches.cluster, benches, &pair, &[]).await)
            .unwrap_or_else(|error| panic!("{error}"));
        let told: Vec<_> = phases
            .iter()
            .map(|phase| (phase.kind, statements(&phase.plan, &Names::qualified())))
            .collect();
        let wanted: Vec<_> = expected
            .phases
            .iter()
            .map(|(kind, statements)| (*kind, statements.iter().map(ToString::to_string).collect()))
            .collect();
        assert_eq!(told, wanted, "{}", expected.to);
        for phase in &phases {
            is_rendered(phase);
        }
        assert_eq!(
            spares_both(&phases, &observation),
            expected.spares_both,
            "{}: {observation:#?}",
            expected.to
        );
    }
}

/// Whether old code runs until the rollout, and new code once what it needs is there.
fn spares_both(phases: &[Phase], observation: &Observation) -> bool {
    let before = phases
        .iter()
        .filter(|it| !it.kind.is_after_rollout())
        .count();
    let works =
        |number: usize, version| observation.looks[number].verdict(version) == Verdict::Works;
    (0..=before).all(|number| works(number, Version::Old))
        && (before..=phases.len()).all(|number| works(number, Version::New))
}
