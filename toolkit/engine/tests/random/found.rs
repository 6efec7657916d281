//! What random pairs found, each as small as it gets.

use crate::{
    cluster::{Cluster, skip},
    prepare,
    proof::{Bench, Found, attempt, prove_found},
};
use toolkit_engine::plan::HazardKind;

const FOUND: &[Found] = &[
    Found {
        name: "an exclusion constraint goes before a column inside its expression or predicate",
        from: "CREATE TABLE t (a integer, b text, c integer,
            EXCLUDE USING btree (a WITH =, lower(b) WITH =) WHERE (c IS NOT NULL))",
        to: "CREATE TABLE t (a integer)",
        rows: "INSERT INTO t VALUES (1, 'x', 2)",
        there: "SELECT a FROM t WHERE a = 1",
    },
    Found {
        name: "a sequence survives its owner's being made again, and keeps its place",
        from: "CREATE SEQUENCE s;
            CREATE TABLE t (a text, b text GENERATED ALWAYS AS (upper(a)) STORED);
            ALTER SEQUENCE s OWNED BY t.b",
        to: "CREATE SEQUENCE s;
            CREATE TABLE t (a text, b text GENERATED ALWAYS AS (lower(a)) STORED);
            ALTER SEQUENCE s OWNED BY t.b",
        rows: "INSERT INTO t (a) VALUES ('x'); SELECT setval('s', 7)",
        there: "SELECT a FROM t, s WHERE a = 'x' AND last_value = 7",
    },
    Found {
        name: "a padded string becomes a value without its padding",
        from: "CREATE TYPE state AS ENUM ('a'); CREATE TABLE t (a char(3))",
        to: "CREATE TYPE state AS ENUM ('a'); CREATE TABLE t (a state)",
        rows: "INSERT INTO t VALUES ('a')",
        there: "SELECT a FROM t WHERE trim(a::text) = 'a'",
    },
    Found {
        name: "a default changes with the length",
        from: "CREATE TABLE t (a varchar(40) DEFAULT 'y' NOT NULL); COMMENT ON COLUMN t.a IS 'x'",
        to: "CREATE TABLE t (a varchar DEFAULT 'it''s' NOT NULL); COMMENT ON COLUMN t.a IS 'y'",
        rows: "INSERT INTO t VALUES ('a')",
        there: "SELECT a FROM t WHERE a = 'a'",
    },
    Found {
        name: "rows become a value that their enum type got in the same transaction",
        from: "CREATE TYPE state AS ENUM ('a'); CREATE TABLE t (a text, b state)",
        to: "CREATE TYPE state AS ENUM ('a', 'b'); CREATE TABLE t (a state, b state)",
        rows: "INSERT INTO t VALUES ('b', 'a')",
        there: "SELECT a FROM t WHERE a::text = 'b' AND b::text = 'a'",
    },
    Found {
        name: "booleans become numbers that PostgreSQL has no cast to, and back",
        from: "CREATE TABLE t (a boolean, b bigint)",
        to: "CREATE TABLE t (a smallint, b boolean)",
        rows: "INSERT INTO t VALUES (true, 0)",
        there: "SELECT a FROM t WHERE a::text IN ('true', '1') AND b::text IN ('false', '0')",
    },
    Found {
        name: "a materialized view over one without data is made without data, too",
        from: "CREATE TABLE t (a integer);
            CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA;
            CREATE VIEW v AS SELECT a FROM m;
            CREATE MATERIALIZED VIEW over_m AS SELECT a FROM v WITH NO DATA",
        to: "CREATE TABLE t (a bigint);
            CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA",
        rows: "INSERT INTO t VALUES (1)",
        there: "SELECT a FROM t WHERE a = 1",
    },
    Found {
        name: "a materialized view keeps being without data under one that shall have some",
        from: "CREATE TABLE t (a integer);
            CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA",
        to: "CREATE TABLE t (a integer);
            CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
            CREATE MATERIALIZED VIEW over_m AS SELECT a FROM m",
        rows: "INSERT INTO t VALUES (1)",
        there: "SELECT a FROM t WHERE a = 1",
    },
    Found {
        name: "what is revoked from a table goes from its columns too",
        from: "CREATE TABLE t (a integer); CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
            GRANT SELECT ON t TO reader WITH GRANT OPTION; GRANT SELECT (a) ON t TO reader WITH GRANT OPTION;
            GRANT SELECT (a), UPDATE (a) ON m TO reader; GRANT SELECT ON m TO \"Writer 1\"",
        to: "CREATE TABLE t (a integer); CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
            GRANT SELECT (a) ON t TO reader WITH GRANT OPTION; GRANT INSERT ON t TO reader;
            GRANT SELECT (a), UPDATE (a) ON m TO \"Writer 1\"; GRANT SELECT ON m TO reader",
        rows: "INSERT INTO t VALUES (1)",
        there: "SELECT a FROM t WHERE a = 1",
    },
    Found {
        name: "a composite type is made anew with its privileges, and what takes an array of it",
        from: "CREATE TYPE pair AS (a integer, b text); GRANT USAGE ON TYPE pair TO reader;
            CREATE FUNCTION of_pair(it pair[]) RETURNS text LANGUAGE sql AS 'SELECT it::text';
            CREATE TABLE t (a integer, b pair)",
        to: "CREATE TYPE pair AS (a integer, b varchar); GRANT USAGE ON TYPE pair TO reader;
            CREATE FUNCTION of_pair(it pair[]) RETURNS pair[] LANGUAGE sql AS 'SELECT it';
            CREATE TABLE t (a integer, b pair)",
        rows: "INSERT INTO t VALUES (1, (1, 'a'))",
        there: "SELECT a FROM t WHERE a = 1 AND (b).b = 'a'",
    },
    Found {
        name: "a partition's index that is like another one of its own gets the name that it has",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer) PARTITION BY HASH (id);
            CREATE INDEX i ON t (b);
            CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
            CREATE INDEX own ON p (a)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer) PARTITION BY HASH (id);
            CREATE INDEX i ON t (a);
            CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
            CREATE INDEX own ON p (a)",
        rows: "INSERT INTO t VALUES (1, 2, 3)",
        there: "SELECT a FROM t WHERE id = 1",
    },
    Found {
        name: "a key of a partitioned table gets another name while a partition gets other bounds",
        from: "CREATE TABLE t (id bigint PRIMARY KEY) PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2)",
        to: "CREATE TABLE t (id bigint CONSTRAINT key PRIMARY KEY) PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
        rows: "INSERT INTO t VALUES (1)",
        there: "SELECT id FROM t WHERE id = 1",
    },
    Found {
        name: "an equal index of its own stays a partition's own when the bounds change",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2);
            CREATE INDEX own ON p (a);
            CREATE INDEX i ON ONLY t (a);
            CREATE INDEX its ON p (a);
            ALTER INDEX i ATTACH PARTITION its",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1);
            CREATE INDEX own ON p (a);
            CREATE INDEX i ON ONLY t (a);
            CREATE INDEX its ON p (a);
            ALTER INDEX i ATTACH PARTITION its",
        rows: "INSERT INTO t VALUES (1, 2)",
        there: "SELECT a FROM t WHERE id = 1",
    },
    Found {
        name: "partitions of partitions keep the names of their indexes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2) PARTITION BY LIST (id);
            CREATE TABLE q PARTITION OF p FOR VALUES IN (1)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2) PARTITION BY LIST (id);
            CREATE TABLE q (id bigint PRIMARY KEY, a integer, CONSTRAINT named UNIQUE (id, a));
            CREATE INDEX i ON t (a);
            CREATE INDEX lower ON ONLY p (id, a);
            ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1);
            ALTER TABLE t ADD CONSTRAINT pair UNIQUE (id, a)",
        rows: "INSERT INTO t VALUES (1, 2)",
        there: "SELECT a FROM t WHERE id = 1",
    },
    Found {
        name: "a sequence goes over to a column whose type changes with a check of the old owner",
        from: "CREATE SEQUENCE s; CREATE TABLE t (a inet, b integer, CHECK (a IS NOT NULL OR b IS NULL));
            ALTER SEQUENCE s OWNED BY t.b",
        to: "CREATE SEQUENCE s; CREATE TABLE t (a text, c integer, CHECK (a <> ''));
            ALTER SEQUENCE s OWNED BY t.a",
        rows: "INSERT INTO t VALUES ('::1', 2)",
        there: "SELECT a FROM t WHERE a::text LIKE '::1%'",
    },
    Found {
        name: "the comment on an index stays that of the partitioned table alone",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id);
            CREATE INDEX i ON t (a); COMMENT ON INDEX i IS 'x';
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a bigint) PARTITION BY LIST (id);
            CREATE INDEX i ON t (a); COMMENT ON INDEX i IS 'x';
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
        rows: "INSERT INTO t VALUES (1, 2)",
        there: "SELECT a FROM t WHERE a = 2",
    },
    Found {
        name: "a sequence goes from a table that is made anew to another column of it",
        from: "CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer);
            ALTER SEQUENCE s OWNED BY t.a; CREATE TABLE kept (a integer)",
        to: "CREATE SEQUENCE s;
            CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer) PARTITION BY RANGE (id);
            ALTER SEQUENCE s OWNED BY t.b; CREATE TABLE kept (a integer)",
        rows: "INSERT INTO kept VALUES (1)",
        there: "SELECT a FROM kept",
    },
    Found {
        name: "a primary key that a policy holds up goes before another one comes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY);
            CREATE TABLE u (id bigint REFERENCES t);
            CREATE POLICY p ON t USING (EXISTS (SELECT FROM u WHERE u.id = t.id))",
        to: "CREATE TABLE t (id bigint CONSTRAINT key PRIMARY KEY);
            CREATE POLICY p ON t USING (EXISTS (SELECT FROM t AS o WHERE o.id = t.id))",
        rows: "INSERT INTO t VALUES (1)",
        there: "SELECT id FROM t WHERE id = 1",
    },
    Found {
        name: "a partition that leaves parts with a generation expression afterwards",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 2) STORED)
                PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 2) STORED)
                PARTITION BY LIST (id);
            CREATE TABLE p (id bigint, a integer, b integer)",
        rows: "INSERT INTO p (id, a) VALUES (1, 2)",
        there: "SELECT a FROM p WHERE a = 2",
    },
    Found {
        name: "an index that is built anew for another type keeps its comment from its partitions",
        from: "CREATE TYPE state AS ENUM ('a', 'b'); CREATE FUNCTION f(state) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
            CREATE TABLE t (id bigint PRIMARY KEY, a state) PARTITION BY LIST (id);
            CREATE INDEX i ON t (a); CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
        to: "CREATE TYPE state AS ENUM ('a', 'c'); CREATE FUNCTION f(state) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
            CREATE TABLE t (id bigint PRIMARY KEY, a state) PARTITION BY LIST (id);
            CREATE INDEX i ON t (a); COMMENT ON INDEX i IS 'x'; CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
        rows: "INSERT INTO t VALUES (1, 'a')",
        there: "SELECT a FROM t WHERE a = 'a'",
    },
    Found {
        name: "a check and a predicate that PostgreSQL prints as it would not read them join a partition's",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a varchar, CONSTRAINT ab CHECK (a IN ('a', 'b'))) PARTITION BY LIST (id);
            CREATE INDEX i ON t (id) WHERE a IN ('a', 'b');
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a varchar, CONSTRAINT ab CHECK (a IN ('a', 'b'))) PARTITION BY LIST (id);
            CREATE INDEX i ON t (id) WHERE a IN ('a', 'b');
            CREATE TABLE p (LIKE t)",
        rows: "INSERT INTO p VALUES (1, 'a')",
        there: "SELECT a FROM p WHERE a = 'a'",
    },
    Found {
        name: "indexes with a predicate that PostgreSQL prints as it would not read it are joined",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a varchar) PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1); CREATE INDEX p_id_idx ON p (id) WHERE a IN ('a', 'b')",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a varchar) PARTITION BY LIST (id);
            CREATE INDEX i ON t (id) WHERE a IN ('a', 'b');
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
        rows: "INSERT INTO t VALUES (1, 'a')",
        there: "SELECT a FROM t WHERE a = 'a'",
    },
    Found {
        name: "partitions of a partition that a key refers to go after the key",
        from: "CREATE TABLE t (id bigint PRIMARY KEY) PARTITION BY HASH (id);
            CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0) PARTITION BY HASH (id);
            CREATE TABLE q PARTITION OF p FOR VALUES WITH (MODULUS 1, REMAINDER 0);
            CREATE TABLE u (id bigint, r bigint REFERENCES t)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY); CREATE TABLE u (id bigint)",
        rows: "INSERT INTO u VALUES (1)",
        there: "SELECT id FROM u WHERE id = 1",
    },
    Found {
        name: "a domain looks at values before composite types hold some, or is made anew",
        from: "CREATE FUNCTION f(y text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT y';
            CREATE DOMAIN d AS text CONSTRAINT called CHECK (f(VALUE) IS DISTINCT FROM 'x');
            CREATE DOMAIN e AS text CONSTRAINT called CHECK (f(VALUE) IS DISTINCT FROM 'x');
            CREATE TYPE held AS (e e);
            CREATE TABLE t (a integer, b held)",
        to: "CREATE FUNCTION f(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT x';
            CREATE DOMAIN d AS text CONSTRAINT called CHECK (f(VALUE) IS DISTINCT FROM 'x');
            CREATE DOMAIN e AS text CONSTRAINT called CHECK (f(VALUE) IS DISTINCT FROM 'x');
            CREATE TYPE held AS (e e); CREATE TYPE pair AS (d d);
            CREATE TABLE t (a integer, b held); CREATE TABLE u (pair pair, several d[])",
        rows: "INSERT INTO t VALUES (1, ROW('a'))",
        there: "SELECT a FROM t WHERE (b).e = 'a'",
    },
    Found {
        name: "a table loses what its new partition does not have before that is attached",
        from: "CREATE SEQUENCE s;
            CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer NOT NULL) PARTITION BY HASH (id);
            CREATE TABLE p (LIKE t); ALTER SEQUENCE s OWNED BY t.a",
        to: "CREATE SEQUENCE s;
            CREATE TABLE t (id bigint PRIMARY KEY, b integer) PARTITION BY HASH (id);
            CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        rows: "INSERT INTO p VALUES (1, 2, 3)",
        there: "SELECT id FROM p WHERE b = 3",
    },
    Found {
        name: "a partition gets a default of its own while the type changes above it",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer DEFAULT 0) PARTITION BY HASH (id);
            CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a text DEFAULT 'x') PARTITION BY HASH (id);
            CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
            ALTER TABLE p ALTER COLUMN a SET DEFAULT 'own'",
        rows: "INSERT INTO p VALUES (1, 2)",
        there: "SELECT id FROM p WHERE a::text = '2'",
    },
    Found {
        name: "a partition keeps a default of its own under one that changes",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer DEFAULT 0, b integer DEFAULT 0) PARTITION BY HASH (id);
            CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
            ALTER TABLE p ALTER COLUMN a SET DEFAULT 7, ALTER COLUMN b SET DEFAULT 7",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer DEFAULT 1, b text DEFAULT 'x') PARTITION BY HASH (id);
            CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
            ALTER TABLE p ALTER COLUMN a SET DEFAULT 7, ALTER COLUMN b DROP DEFAULT",
        rows: "INSERT INTO p VALUES (1)",
        there: "SELECT id FROM p WHERE a = 7 AND b::text = '7'",
    },
    Found {
        name: "partitions of a new partition get the indexes of the table above by themselves",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id); CREATE INDEX i ON t (a)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id); CREATE INDEX i ON t (a);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (id);
            CREATE TABLE q PARTITION OF p FOR VALUES IN (1);
            CREATE TABLE r (id bigint CONSTRAINT own PRIMARY KEY, a integer);
            CREATE INDEX named ON r (a);
            ALTER TABLE t ATTACH PARTITION r FOR VALUES IN (2)",
        rows: "",
        there: "SELECT",
    },
    Found {
        name: "a partition that gets other bounds parts with a generation expression by itself",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b bigint GENERATED ALWAYS AS (a * 2) STORED)
                PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer) PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2)",
        rows: "INSERT INTO t VALUES (1, 2)",
        there: "SELECT id FROM p WHERE a = 2",
    },
    Found {
        name: "a column that comes with that of the table gets what a partition has of its own",
        from: "CREATE TABLE t (id bigint PRIMARY KEY) PARTITION BY HASH (id);
            CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a text, b integer DEFAULT 0, c integer DEFAULT 1) PARTITION BY HASH (id);
            CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
            ALTER TABLE p ALTER COLUMN a SET DEFAULT 'own', ALTER COLUMN b DROP DEFAULT, ALTER COLUMN c SET NOT NULL,
                ALTER COLUMN b SET STATISTICS 7, ALTER COLUMN a SET STORAGE PLAIN, ALTER COLUMN a SET COMPRESSION pglz",
        rows: "INSERT INTO p VALUES (1)",
        there: "SELECT id FROM p",
    },
    Found {
        name: "a domain refuses nulls once a table that has some is gone",
        from: "CREATE DOMAIN d AS integer; CREATE TABLE t (a integer, b d);
            CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM public.t';
            CREATE TABLE kept (a integer)",
        to: "CREATE DOMAIN d AS integer NOT NULL; CREATE TABLE kept (a integer);
            CREATE FUNCTION f() RETURNS SETOF kept LANGUAGE sql AS 'SELECT * FROM public.kept'",
        rows: "INSERT INTO t VALUES (1, NULL); INSERT INTO kept VALUES (1)",
        there: "SELECT a FROM kept",
    },
    Found {
        name: "a check that goes with a column of the table goes from a partition that leaves, too",
        from: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 2) STORED,
                CONSTRAINT c CHECK (b IS NULL OR a > 0)) PARTITION BY LIST (id);
            CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
        to: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 3) STORED,
                CONSTRAINT c CHECK (b IS NULL OR a > 0)) PARTITION BY LIST (id);
            CREATE TABLE p (LIKE t)",
        rows: "INSERT INTO t VALUES (1, 2)",
        there: "SELECT id FROM p",
    },
];

#[test]
fn what_random_pairs_found_stays_mended() {
    let Some(cluster) = Cluster::start() else {
        return skip("what random pairs found: no PostgreSQL binaries");
    };
    prepare(&cluster);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let failures = runtime.block_on(async {
        let benches = [Bench::new(&cluster).await, Bench::new(&cluster).await];
        let mut failures = Vec::new();
        for found in FOUND {
            if let Err(failure) = prove_found(&cluster, &benches, found).await {
                failures.push(format!("{}: {failure}", found.name));
            }
        }
        failures
    });
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn what_postgresql_refuses_under_two_levels_of_partitions_is_told_beforehand() {
    let Some(cluster) = Cluster::start() else {
        return skip("what PostgreSQL refuses: no PostgreSQL binaries");
    };
    let partitions = "CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (id);
        CREATE TABLE q PARTITION OF p FOR VALUES IN (1);";
    let schema = |generated: &str| {
        format!(
            "CREATE TABLE t (id bigint, a integer, b integer {generated}) PARTITION BY LIST (id); {partitions}"
        )
    };
    let from = schema("GENERATED ALWAYS AS (a * 2) STORED");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (plan, said) = runtime.block_on(async {
        let benches = [Bench::new(&cluster).await, Bench::new(&cluster).await];
        let attempt = attempt(&benches, &from, &schema("")).await;
        attempt.expect("a plan")
    });
    let hazards = plan.steps.iter().flat_map(|step| &step.hazards);
    let blocked: Vec<_> = hazards
        .filter(|hazard| hazard.kind == HazardKind::Blocked)
        .map(|hazard| hazard.reason.as_str())
        .collect();
    assert_eq!(
        blocked,
        ["public.p, which inherits public.t.b, has children of its own"]
    );
    assert!(said.is_err(), "PostgreSQL does it now: {said:?}");
}
