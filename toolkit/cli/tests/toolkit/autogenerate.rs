//! `generate`, `diff`, `check` and `verify` on the four services as they are.

use std::{thread, time::Duration};

use toolkit_testkit::{Cluster, Database, Workspace, server};

use crate::{toolkit, toolkit_on};

/// Those that nobody is connected to: other tests use some.
const SCRATCH_LEFT: &str = "SELECT count(*) FROM pg_database d WHERE datname ~ '^toolkit_scratch_1[^0]' \
    AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)";

/// One that is in the making has nobody connected to it either, but not for long.
fn assert_none_left(cluster: &Cluster) {
    for _ in 0..100 {
        if cluster.psql("postgres", SCRATCH_LEFT) == "0" {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("a scratch database is left");
}

#[test]
fn check_verify_and_generate_find_nothing_without_a_server() {
    let workspace = Workspace::create();
    let check = toolkit(&workspace, &["check"]).run().success();
    assert_eq!(check.stdout.matches(" ok ").count(), 4, "{}", check.stdout);
    assert!(
        check.stderr.contains("compared in an embedded PostgreSQL"),
        "{}",
        check.stderr
    );
    let verify = toolkit(&workspace, &["verify"]).run().success();
    assert!(
        verify
            .stdout
            .lines()
            .skip(1)
            .all(|line| line.ends_with(" ok")),
        "{}",
        verify.stdout
    );
    let generate = toolkit(&workspace, &["generate"]).run().success();
    for service in [
        "planning_agent",
        "memory_agent",
        "user_service",
        "observability_service",
    ] {
        let nothing = format!("{service}: nothing to do");
        assert!(generate.stdout.contains(&nothing), "{}", generate.stdout);
        for (from, to) in [("history", "entities"), ("entities", "history")] {
            let words = ["diff", "--service", service, "--from", from, "--to", to];
            assert_eq!(toolkit(&workspace, &words).run().success().stdout, "");
        }
    }
    assert!(
        !workspace.path().join(".toolkit").exists(),
        "a reading command wrote"
    );
}

/// A database with everything applied.
fn migrated(cluster: &'static Cluster, workspace: &Workspace) -> Database {
    let database = cluster.database();
    toolkit_on(workspace, &database, &["up-all"])
        .run()
        .success();
    database
}

#[test]
fn on_a_server_the_scratch_database_is_there_and_goes_again() {
    let Some(cluster) = server("on_a_server_the_scratch_database_is_there") else {
        return;
    };
    let workspace = Workspace::create();
    let database = migrated(cluster, &workspace);
    let before = cluster.dump(database.name(), &[]);
    let check = toolkit_on(&workspace, &database, &["check"])
        .run()
        .success();
    assert!(
        check
            .stderr
            .contains("compared in database toolkit_scratch_"),
        "{}",
        check.stderr
    );
    toolkit_on(&workspace, &database, &["verify"])
        .run()
        .success();
    let words = ["generate", "-s", "user_service", "--from", "database"];
    toolkit_on(&workspace, &database, &words).run().success();
    assert_eq!(cluster.dump(database.name(), &[]), before);
    assert_none_left(cluster);
}

#[test]
fn drift_is_told_statement_by_statement() {
    let Some(cluster) = server("drift_is_told_statement_by_statement") else {
        return;
    };
    let workspace = Workspace::create();
    let database = migrated(cluster, &workspace);
    cluster.psql(
        database.name(),
        "ALTER TABLE user_service.users ALTER COLUMN language DROP DEFAULT",
    );
    let check = toolkit_on(&workspace, &database, &["check"]).run().code(1);
    assert!(
        check
            .stdout
            .contains("  ALTER TABLE users ALTER COLUMN language SET DEFAULT 'en'::bpchar\n"),
        "{}",
        check.stdout
    );
    let words = ["generate", "-s", "user_service", "--from", "database"];
    let generate = toolkit_on(&workspace, &database, &words).run().code(2);
    assert!(
        generate.stderr.contains("differs from its migrations"),
        "{}",
        generate.stderr
    );
    let words = [
        "diff",
        "-s",
        "user_service",
        "--from",
        "database",
        "--to",
        "history",
        "--format",
        "sql",
    ];
    let diff = toolkit_on(&workspace, &database, &words).run().code(1);
    assert_eq!(
        diff.stdout,
        "ALTER TABLE users ALTER COLUMN language SET DEFAULT 'en'::bpchar;\n"
    );
}

#[test]
fn a_service_that_is_not_up_to_date_is_told() {
    let Some(cluster) = server("a_service_that_is_not_up_to_date") else {
        return;
    };
    let workspace = Workspace::create();
    let database = migrated(cluster, &workspace);
    toolkit_on(
        &workspace,
        &database,
        &["down", "-s", "memory_agent", "--yes"],
    )
    .run()
    .success();
    let check = toolkit_on(&workspace, &database, &["check", "-s", "memory_agent"])
        .run()
        .code(1);
    assert!(
        check
            .stdout
            .contains("run `toolkit up --service memory_agent`"),
        "{}",
        check.stdout
    );
    let words = ["generate", "-s", "memory_agent", "--from", "database"];
    let generate = toolkit_on(&workspace, &database, &words).run().code(2);
    assert!(
        generate.stderr.contains("not up to date"),
        "{}",
        generate.stderr
    );
}

#[test]
fn two_databases_and_files_are_compared_without_a_service() {
    let Some(cluster) = server("two_databases_and_files_are_compared") else {
        return;
    };
    let workspace = Workspace::create();
    let (one, two) = (migrated(cluster, &workspace), migrated(cluster, &workspace));
    let (one_url, two_url) = (one.url(), two.url());
    let words = ["diff", "--from", &one_url, "--to", &two_url];
    assert_eq!(toolkit(&workspace, &words).run().success().stdout, "");

    cluster.psql(
        two.name(),
        "ALTER TABLE planning.plans ADD COLUMN note text; CREATE SCHEMA extra",
    );
    let words = [
        "diff", "--from", &one_url, "--to", &two_url, "--format", "sql",
    ];
    let diff = toolkit(&workspace, &words).run().code(1);
    assert_eq!(
        diff.stdout,
        "CREATE SCHEMA extra;\nALTER TABLE planning.plans ADD COLUMN note text;\n"
    );
    cluster.psql(one.name(), &diff.stdout);
    toolkit(&workspace, &["diff", "--from", &one_url, "--to", &two_url])
        .run()
        .success();

    workspace.write("two.sql", &cluster.dump(two.name(), &[]));
    let words = [
        "diff",
        "--from",
        "file:two.sql",
        "--to",
        &two_url,
        "-u",
        &one_url,
    ];
    toolkit(&workspace, &words).run().success();
    assert_none_left(cluster);
}

#[test]
fn owners_are_compared_where_that_is_asked() {
    let Some(cluster) = server("owners_are_compared_where_that_is_asked") else {
        return;
    };
    let workspace = Workspace::create();
    let (one, two) = (cluster.database(), cluster.database());
    let made =
        "CREATE SCHEMA s; CREATE TABLE s.t (id integer); CREATE VIEW s.v AS SELECT id FROM s.t";
    cluster.psql(one.name(), made);
    cluster.psql(two.name(), made);
    cluster.psql(two.name(), "ALTER VIEW s.v OWNER TO with_password");
    let (one_url, two_url) = (one.url(), two.url());
    let mut words = vec!["diff", "--from", &one_url, "--to", &two_url];
    let diff = toolkit(&workspace, &words).run().success();
    assert_eq!(diff.stdout, "");

    words.extend(["--owners", "--format", "sql"]);
    let diff = toolkit(&workspace, &words).run().code(1);
    assert_eq!(diff.stdout, "ALTER VIEW s.v OWNER TO with_password;\n");
    cluster.psql(one.name(), &diff.stdout);
    toolkit(&workspace, &words).run().success();
    assert_eq!(cluster.dump(one.name(), &[]), cluster.dump(two.name(), &[]));

    words.extend(["--service", "planning_agent"]);
    toolkit(&workspace, &words).run().code(2);
}

#[test]
fn a_diff_renames_what_differs_in_its_name_alone_and_says_so() {
    let Some(cluster) = server("a_diff_renames_what_differs_in_its_name_alone") else {
        return;
    };
    let workspace = Workspace::create();
    let (one, two) = (migrated(cluster, &workspace), migrated(cluster, &workspace));
    cluster.psql(two.name(), "CREATE INDEX low ON planning.plans (title)");
    cluster.psql(one.name(), "CREATE INDEX titles ON planning.plans (title)");
    let (one_url, two_url) = (one.url(), two.url());
    let words = ["diff", "--from", &one_url, "--to", &two_url];
    let diff = toolkit(&workspace, &words).run().code(1);
    assert_eq!(
        diff.stdout,
        "  ~ ALTER INDEX planning.titles RENAME TO low\n"
    );
    assert!(
        diff.stderr
            .contains("renamed, not made anew, for only the name differs: plans.titles=low"),
        "{}",
        diff.stderr
    );
    let back = [words.as_slice(), &["--down", "--format", "sql"]].concat();
    let back = toolkit(&workspace, &back).run().code(1);
    assert_eq!(back.stdout, "ALTER INDEX planning.low RENAME TO titles;\n");
}

#[test]
fn wrong_words_are_told() {
    let workspace = Workspace::create();
    let words = ["diff", "--from", "mysql://u:s3cret@h/d", "--to", "history"];
    let diff = toolkit(&workspace, &words).run().code(2);
    assert!(
        diff.stderr.contains("only PostgreSQL is supported"),
        "{}",
        diff.stderr
    );
    let words = ["diff", "--from", "entities", "--to", "history"];
    let diff = toolkit(&workspace, &words).run().code(2);
    assert!(diff.stderr.contains("pass --service"), "{}", diff.stderr);
    let words = [
        "diff",
        "--from",
        "file:nowhere.sql",
        "--to",
        "file:nowhere.sql",
    ];
    let diff = toolkit(&workspace, &words).run().code(2);
    assert!(
        diff.stderr.contains("cannot read nowhere.sql"),
        "{}",
        diff.stderr
    );
    let words = [
        "generate",
        "-s",
        "user_service",
        "--rename",
        "users.nothing=x",
    ];
    let generate = toolkit(&workspace, &words).run().code(2);
    assert!(
        generate.stderr.contains("nothing of that name"),
        "{}",
        generate.stderr
    );
    assert!(
        generate.stderr.contains("table.old=new for a column"),
        "{}",
        generate.stderr
    );
}

#[test]
fn what_is_for_one_service_is_refused_for_several() {
    let workspace = Workspace::create();
    for words in [
        &["--empty"][..],
        &["--rename", "a=b"],
        &["--drop", "a"],
        &["--format", "rust", "--dry-run"],
    ] {
        let words = [&["generate"], words].concat();
        let generate = toolkit(&workspace, &words).run().code(2);
        let told = format!("{} is for one service", words[1]);
        let told = told.replace("--format", "--format rust");
        assert!(generate.stderr.contains(&told), "{}", generate.stderr);
        assert!(
            generate.stderr.contains("name the service: --service NAME"),
            "{}",
            generate.stderr
        );
    }
}

#[test]
fn a_drop_of_nothing_is_refused_and_what_could_be_dropped_is_named() {
    let workspace = Workspace::create();
    // Misspelt, of an entity, and declared.
    for name in ["log_event_2026", "log_events", "log_events_2026_09"] {
        let words = ["generate", "-s", "observability_service", "--drop", name];
        let generate = toolkit(&workspace, &words).run().code(2);
        let told = format!("--drop {name}: nothing of that name could be dropped");
        assert!(generate.stderr.contains(&told), "{}", generate.stderr);
    }
}

#[test]
fn who_sees_which_rows_is_said_beside_the_change() {
    let workspace = Workspace::create();
    let plain = "CREATE TABLE notes (id integer);\n";
    let secured = "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nALTER TABLE notes FORCE ROW LEVEL SECURITY;\n";
    workspace.write("plain.sql", plain);
    workspace.write("secured.sql", &format!("{plain}{secured}"));
    let diff = |from, to| {
        let words = ["diff", "--from", from, "--to", to];
        toolkit(&workspace, &words).run().code(1).stdout
    };
    let shown = diff("file:plain.sql", "file:secured.sql");
    for whom in ["others than its owner", "even its owners"] {
        let told = format!(
            "breaks running code: of public.notes {whom} see and write only the rows that a policy allows"
        );
        assert!(shown.contains(&told), "{shown}");
    }
    let shown = diff("file:secured.sql", "file:plain.sql");
    let told = "exposes rows: of public.notes others than its owner see all rows";
    assert!(shown.contains(told), "{shown}");
}
