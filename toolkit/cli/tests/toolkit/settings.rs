//! Where the URL comes from, and that passwords are seen nowhere.

use toolkit_testkit::{Workspace, server};

use crate::{planning, toolkit};

#[test]
fn the_url_comes_from_where_it_should_and_its_password_is_masked() {
    let Some(cluster) = server("the_url_comes_from_where_it_should") else {
        return;
    };
    let database = cluster.database();
    let workspace = Workspace::create();
    let with_password = database.url().replace("postgres@", "postgres:s3cret@");
    let origin = |output: &toolkit_testkit::Output| {
        let line = output
            .stderr
            .lines()
            .find(|line| line.starts_with("planning_agent: "));
        line.unwrap_or_else(|| panic!("{}", output.stderr))
            .to_owned()
    };
    let masked = database.url().replace("postgres@", "postgres:***@");

    workspace.write(".env", &format!("DATABASE_URL=\"{with_password}\"\n"));
    let status = toolkit(&workspace, &["status", "-v"]).run().success();
    assert!(origin(&status).starts_with(&format!("planning_agent: {masked} (DATABASE_URL in ")));
    assert!(origin(&status).ends_with("/.env)"), "{}", origin(&status));

    let nowhere = "postgres://nobody:s3cret@127.0.0.1:1/none";
    let own = |program: toolkit_testkit::Program| {
        program
            .env("DATABASE_URL", nowhere)
            .env("PLANNING_AGENT_DATABASE_URL", &with_password)
    };
    let status = own(planning(&workspace, &["status", "-v"])).run().success();
    assert_eq!(
        origin(&status),
        format!("planning_agent: {masked} (PLANNING_AGENT_DATABASE_URL in the environment)")
    );
    let python = with_password.replace("postgres://", "postgresql+asyncpg://");
    let status =
        planning(&workspace, &["status", "-v", "-u", &python]).env("DATABASE_URL", nowhere);
    let status = status.run().success();
    assert_eq!(
        origin(&status),
        format!("planning_agent: {masked} (--database-url)")
    );
}

#[test]
fn no_password_is_in_any_output() {
    let workspace = Workspace::create();
    let url = "postgres://nobody:s3cret@127.0.0.1:1/none?sslpassword=s3cret";
    for words in [
        &["up-all"][..],
        &["up-all", "-v"],
        &["up-all", "--format", "json"],
        &["status", "-v", "--format", "json"],
        &["bootstrap"],
        &["down", "-s", "user_service", "--yes", "-v"],
        &["fresh", "-s", "user_service"],
        &[
            "up",
            "-s",
            "user_service",
            "-u",
            "postgres://nobody:s3cret@[::1/x",
        ],
        &[
            "up",
            "-s",
            "user_service",
            "-u",
            "mysql://nobody:s3cret@h/x",
        ],
    ] {
        let program = toolkit(&workspace, words).env("DATABASE_URL", url);
        let output = program.env("TOOLKIT_WAIT", "0s").run();
        assert_ne!(output.code, Some(0), "{}", output.program);
        assert!(output.code.is_some(), "{}", output.program);
        let printed = format!("{}{}", output.stdout, output.stderr);
        assert!(!printed.contains("s3cret"), "{}\n{printed}", output.program);
        assert!(!printed.contains("panicked"), "{printed}");
    }
}

#[test]
fn words_that_are_not_understood_are_repeated_without_a_password() {
    let workspace = Workspace::create();
    let url = "postgres://u:s3cret@h/d";
    let inside = ["--quiet=", "--databse-url=", "-x", "--", "-", "--format="]
        .map(|option| format!("{option}{url}"));
    let inside: Vec<&str> = inside.iter().map(String::as_str).collect();
    let of_both = [
        &[url][..],
        &["status", url],
        &["status", "--", url],
        &["status", "--wait", url],
        &["status", "--lock-queue", url],
        &["up", "-n", url],
        &["resolve", "m1", url, "--retry"],
        // A shell takes a password with a blank for two words.
        &["status", "-u", "postgres://u:12", "s3cret@h/d"],
        &["status", "-u", "host=h", "password=s3cret"],
        &["status", "-u", "s3cret"],
        &["status", "-u", "postgres:u:s3cret@h/d"],
        &["status", "-u", "postgres://u:s3cret@h:x/d"],
    ]
    .map(<[&str]>::to_vec)
    .into_iter()
    .chain(inside.iter().map(|word| vec!["status", word]));
    let of_toolkit = [
        &["diff", "--from", "mysql://u:s3cret@h/d", "--to", "history"][..],
        &["diff", "--from", "u:s3cret@h/d", "--to", "history"],
        &[
            "diff",
            "--from",
            "file:postgres://u:s3cret@h",
            "--to",
            "file:x",
        ],
        &["generate", "-s", "user_service", "--from", url],
        &["up", "-s", url],
        &["up", "-s", "postgres://u:s3cret"],
        &["up", "-s", "user_service", "--to", url],
        &["stamp", "-s", "user_service", url],
        &["squash", "-s", "user_service", "--through", url],
        &["lock", "--accept", url],
        &["generate", "-s", "user_service", "--rename", url],
        &["rebase", "-s", "user_service", "--onto", url],
    ];
    // The run itself looks for passwords in what is printed.
    for words in of_both {
        let output = toolkit(&workspace, &words).run().code(2);
        assert!(output.stderr.starts_with("error: "), "{}", output.stderr);
        if words[0] != "resolve" {
            planning(&workspace, &words).run().code(2);
        }
    }
    for words in of_toolkit {
        let output = toolkit(&workspace, words).run();
        assert_ne!(output.code, Some(0), "{output:?}");
        let json = [words, &["--format", "json"]].concat();
        toolkit(&workspace, &json).run();
    }
    toolkit(&workspace, &["--version"]).run().success();
    planning(&workspace, &["--help"]).run().success();
}

#[test]
fn what_is_not_understood_is_still_told() {
    let workspace = Workspace::create();
    let told = |words: &[&str]| toolkit(&workspace, words).run().code(2).stderr;
    let from = told(&["diff", "--from", "mysql://u:s3cret@h/d", "--to", "history"]);
    assert!(
        from.starts_with("error: invalid value 'mysql://***' for '--from <SOURCE>': "),
        "{from}"
    );
    let word = told(&["status", "u:s3cret@h/d"]);
    assert!(
        word.starts_with("error: unexpected argument '***' found"),
        "{word}"
    );
    let service = told(&["up", "-s", "postgres://u:s3cret@h/d"]);
    assert!(
        service.starts_with("error: there is no service postgres://u:***@h/d\n"),
        "{service}"
    );
}

#[test]
fn a_malformed_dotenv_is_told_without_its_contents() {
    let workspace = Workspace::create();
    workspace.write(".env", "DATABASE_URL='postgres://u:s3cret@h/d\n");
    let output = toolkit(&workspace, &["status"]).run().code(2);
    assert!(
        output.stderr.contains("error: cannot read"),
        "{}",
        output.stderr
    );
    assert!(
        output.stderr.contains("hint: write one NAME=value a line"),
        "{}",
        output.stderr
    );
    assert!(!output.stderr.contains("s3cret"), "{}", output.stderr);
}

#[test]
fn what_is_set_and_read_by_nobody_is_told_and_no_error() {
    let workspace = Workspace::create();
    let dotenv =
        "TOOLKIT_LOCK_TIMOUT=5s\nUSER_SERVCE_DATABASE_URL='postgres://u:s3cret@h/d'\nOTHER=1\n";
    workspace.write(".env", dotenv);
    let url = "postgres://nobody:s3cret@127.0.0.1:1/none?sslmod=s3cret";
    let status = |program: toolkit_testkit::Program| {
        let program = program.env("PLANNING_AGENT_DATABASE_URL", url);
        program
            .env("TOOLKIT_COLOUR", "s3cret")
            .env("TOOLKIT_WAIT", "0s")
    };
    let told = |stderr: &str| -> Vec<String> {
        let lines = stderr
            .lines()
            .filter_map(|line| line.strip_prefix("warning: the "));
        lines
            .map(|line| line.replace(" is not known and does nothing", ""))
            .collect()
    };
    let output = status(toolkit(&workspace, &["status", "-s", "memory_agent"]))
        .run()
        .success();
    let expected = [
        "variable TOOLKIT_COLOUR",
        "variable TOOLKIT_LOCK_TIMOUT; is TOOLKIT_LOCK_TIMEOUT meant?",
        "variable USER_SERVCE_DATABASE_URL; is USER_SERVICE_DATABASE_URL meant?",
        "parameter sslmod of PLANNING_AGENT_DATABASE_URL in the environment; is sslmode meant?",
    ];
    assert_eq!(told(&output.stderr), expected);
    // A service's binary does not know the other services.
    let output = status(planning(&workspace, &["status"])).run().code(2);
    let expected = [expected[0], expected[1], expected[3]];
    assert_eq!(told(&output.stderr), expected);

    let quiet = ["status", "-q", "-s", "memory_agent"];
    let output = status(toolkit(&workspace, &quiet)).run().success();
    assert_eq!(output.stderr, "");
    let words = [
        "diff",
        "--from",
        "postgres://127.0.0.1:1/d?hst=h",
        "--to",
        "file:none.sql",
        "--wait",
        "0s",
    ];
    let output = toolkit(&workspace, &words).run().code(2);
    let expected = "parameter hst of --from; is host meant?".to_owned();
    assert!(
        told(&output.stderr).contains(&expected),
        "{}",
        output.stderr
    );
}

#[test]
fn a_setting_that_is_no_duration_is_an_error() {
    let workspace = Workspace::create();
    let output = toolkit(&workspace, &["status"])
        .env("TOOLKIT_WAIT", "soon")
        .run()
        .code(2);
    assert!(
        output
            .stderr
            .contains("TOOLKIT_WAIT is 'soon', but must be a duration"),
        "{}",
        output.stderr
    );
}
