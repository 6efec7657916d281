//! Which statements reach beyond their database.

use super::{Judge, Policy, Protocol, Verdict};

fn verdict(policy: Policy, texts: &[&str]) -> Verdict {
    let mut judge = Judge::new(policy);
    let mut last = Verdict::Send;
    for text in texts {
        last = judge.judge(text, Protocol::Simple);
        if matches!(last, Verdict::Refuse(_)) {
            break;
        }
    }
    last
}

#[test]
fn what_says_that_it_reaches_beyond_is_refused() {
    for text in [
        "CREATE ROLE app",
        "create user app password 'x'",
        "ALTER ROLE app NOLOGIN",
        "alter /* not /* so */ */ group app add user b",
        "ALTER -- a comment\n ROLE ALL SET work_mem = '1GB'",
        "DROP ROLE IF EXISTS app",
        "SELECT 1; DROP ROLE app",
        "GRANT app TO \"Ann\" WITH ADMIN OPTION",
        "GRANT pg_read_all_data TO app",
        "REVOKE ADMIN OPTION FOR app FROM ann",
        "REASSIGN OWNED BY app TO ann",
        "DROP OWNED BY app",
        "CREATE DATABASE other",
        "DROP DATABASE live WITH (FORCE)",
        "ALTER DATABASE live SET search_path = x",
        "CREATE TABLESPACE fast LOCATION '/x'",
        "GRANT CONNECT, TEMP ON DATABASE live TO app",
        "REVOKE ALL ON TABLESPACE fast FROM app",
        "GRANT SET ON PARAMETER work_mem TO app",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "COMMENT ON ROLE app IS 'x'",
        "SECURITY LABEL FOR p ON DATABASE live IS 'x'",
        "COPY notes TO PROGRAM 'sh -c id'",
        "COPY (SELECT a FROM b) TO '/tmp/x'",
        "COPY notes (a, b) FROM E'/tmp/x' CSV",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_catalog.\"pg_terminate_backend\"(pid) FROM pg_stat_activity",
        "CREATE VIEW v AS SELECT * FROM dblink('dbname=live', 'DROP TABLE x') AS t(a int)",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p",
        "IMPORT FOREIGN SCHEMA s FROM SERVER f INTO x",
        "PREPARE TRANSACTION 'x'",
        "REINDEX (VERBOSE) SYSTEM live",
        "LOCK TABLE pg_catalog.pg_authid IN ACCESS EXCLUSIVE MODE",
        "UPDATE pg_catalog.pg_database SET datallowconn = false",
        "WITH gone AS (DELETE FROM ONLY pg_auth_members RETURNING 1) SELECT 1",
        "SET standard_conforming_strings = off",
        "SELECT set_config('standard_conforming_strings', 'off', false)",
        "DO $$ BEGIN PERFORM pg_terminate_backend(1); END $$",
        "DO LANGUAGE plpgsql 'BEGIN EXECUTE ''COPY a TO PROGRAM '' || '''''''' || '; END'",
        "DO $$BEGIN EXECUTE 'CO' || 'PY a FROM PROGRAM ''id'''; END$$",
        "DO LANGUAGE plpython3u $$ import os $$",
    ] {
        let verdict = verdict(Policy::Shared, &[text]);
        assert!(matches!(verdict, Verdict::Refuse(_)), "{text}: {verdict:?}");
    }
}

#[test]
fn what_stays_in_its_database_is_sent_as_it_is() {
    for text in [
        "",
        "-- DROP ROLE app",
        "CREATE TABLE roles (role text, \"DROP ROLE\" int)",
        "INSERT INTO notes VALUES ('DROP ROLE app; DROP DATABASE live')",
        "CREATE USER MAPPING FOR app SERVER s",
        "ALTER TABLE notes OWNER TO app",
        "GRANT SELECT (id), INSERT ON notes TO app WITH GRANT OPTION",
        "GRANT EXECUTE ON FUNCTION f() TO app",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "COMMENT ON TABLE role IS 'COMMENT ON ROLE'",
        "COPY notes FROM STDIN; COPY notes (a) TO stdout",
        "SET standard_conforming_strings = on",
        "SELECT datname FROM pg_database FOR UPDATE",
        "CREATE INDEX CONCURRENTLY i ON notes (id)",
        "CREATE TRIGGER t BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE RULE r AS ON INSERT TO notes DO ALSO (DELETE FROM a; DELETE FROM b)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END",
        "DO $$ BEGIN RAISE NOTICE 'drop role first'; CREATE TABLE x (a int); END $$",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT pg_terminate_backend(1)'",
    ] {
        assert_eq!(verdict(Policy::Shared, &[text]), Verdict::Send, "{text}");
    }
}

#[test]
fn a_routine_that_reaches_beyond_is_refused_where_it_may_be_run() {
    let made = "CREATE OR REPLACE FUNCTION app.kill() RETURNS void LANGUAGE sql AS 'SELECT pg_reload_conf()'";
    assert_eq!(verdict(Policy::Shared, &[made]), Verdict::Send);
    let about = "COMMENT ON FUNCTION app.kill() IS 'x'";
    assert_eq!(verdict(Policy::Shared, &[made, about]), Verdict::Send);
    for run in [
        "SELECT app.kill()",
        "CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION kill()",
    ] {
        let verdict = verdict(Policy::Shared, &[made, run]);
        assert!(matches!(verdict, Verdict::Refuse(_)), "{run}: {verdict:?}");
    }
}

#[test]
fn a_transaction_in_doubt_is_asked_before_it_ends() {
    let doubtful = "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD a int', 't'); END $$";
    let asked = |texts: &[&str]| match verdict(Policy::Shared, texts) {
        Verdict::Instead(text) => text.find("$toolkit$").zip(Some(text)),
        Verdict::Send | Verdict::Refuse(_) => None,
    };
    assert_eq!(asked(&["BEGIN", "COMMIT"]), None);
    assert_eq!(asked(&["BEGIN", doubtful]), None);
    let (place, text) = asked(&["BEGIN", doubtful, "SELECT 1; COMMIT; BEGIN"]).unwrap();
    assert!(
        text.starts_with("SELECT 1;") && place < text.find("COMMIT").unwrap(),
        "{text}"
    );
    // Outside a transaction the question is part of the text's own.
    let (place, text) = asked(&[doubtful]).unwrap();
    assert!(
        text.starts_with("DO $$") && place > doubtful.len(),
        "{text}"
    );
    assert_eq!(
        asked(&[doubtful, "CREATE INDEX CONCURRENTLY i ON a (b)"]),
        None
    );
    // There it cannot be asked when it is prepared, or when it ends its transaction itself.
    let mut judge = Judge::new(Policy::Shared);
    assert!(matches!(
        judge.judge(doubtful, Protocol::Extended),
        Verdict::Refuse(_)
    ));
    let ends = "DO $$ BEGIN EXECUTE a; COMMIT; END $$";
    assert!(matches!(
        judge.judge(ends, Protocol::Simple),
        Verdict::Refuse(_)
    ));
    // A role that is made only if it is missing is the transaction's to tell.
    let guarded = "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN CREATE ROLE app; END IF; END $$";
    assert!(asked(&["BEGIN", guarded, "COMMIT"]).is_some());
}

#[test]
fn a_server_of_its_own_is_left_by_nothing_but_files_and_connections() {
    for text in [
        "CREATE ROLE app",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "CREATE DATABASE x",
    ] {
        assert_eq!(verdict(Policy::Own, &[text]), Verdict::Send, "{text}");
    }
    for text in [
        "COPY a TO PROGRAM 'id'",
        "SELECT lo_export(1, '/x')",
        "SELECT dblink('', '')",
    ] {
        let verdict = verdict(Policy::Own, &[text]);
        assert!(matches!(verdict, Verdict::Refuse(_)), "{text}: {verdict:?}");
    }
}

#[test]
fn a_session_may_cancel_itself_from_beside() {
    let mut judge = Judge::new(Policy::Shared);
    judge.set_own(&[4711]);
    let sent = |judge: &mut Judge, text: &str| judge.judge(text, Protocol::Simple);
    let own = "SELECT pg_catalog.pg_cancel_backend(4711)";
    assert_eq!(sent(&mut judge, own), Verdict::Send);
    let other = "SELECT pg_catalog.pg_cancel_backend(4712)";
    assert!(matches!(sent(&mut judge, other), Verdict::Refuse(_)));
}

#[test]
fn a_block_that_commits_its_batches_is_sent_as_it_is() {
    use toolkit_schema::{
        catalog::{DataType, QualifiedName},
        diff::Altered,
        plan::{Action, Conversion, OnlineAction, Twins, TwinsStep},
        sql::{Names, statement},
    };

    let twins = Twins {
        table: QualifiedName::new("public", "t"),
        columns: Altered {
            from: "a".to_owned(),
            to: "b".to_owned(),
        },
        data_type: Altered {
            from: DataType::built_in("integer"),
            to: DataType::built_in("bigint"),
        },
        there: Conversion::Assignment,
        back: Conversion::Assignment,
        function: QualifiedName::new("public", "t_a_b_sync"),
        trigger: "zz_a_b_sync".to_owned(),
    };
    for step in [
        TwinsStep::CreateFunction,
        TwinsStep::CreateTrigger,
        TwinsStep::Backfill,
    ] {
        let twins = twins.clone();
        let action = Action::Online(Box::new(OnlineAction::Twins { twins, step }));
        let sql = statement(&action, &Names::qualified());
        assert_eq!(verdict(Policy::Shared, &[&sql]), Verdict::Send, "{sql}");
    }
}
