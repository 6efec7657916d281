//! Words on the command line: help, completions, wrong names, quiet.

use toolkit_testkit::{Database, Workspace};

use crate::{planning, toolkit, toolkit_on};

#[test]
fn a_wrong_service_is_answered_with_the_nearest() {
    let workspace = Workspace::create();
    let output = toolkit(&workspace, &["up", "--service", "user_servic"])
        .run()
        .code(2);
    assert_eq!(
        output.stderr,
        "error: there is no service user_servic\n\
         hint: did you mean user_service? There are: planning_agent, memory_agent, user_service, \
         observability_service\n"
    );
}

#[test]
fn every_command_explains_itself() {
    let workspace = Workspace::create();
    let help = toolkit(&workspace, &["--help"]).run().success().stdout;
    for command in [
        "bootstrap",
        "up",
        "down",
        "up-all",
        "plan",
        "stamp",
        "adopt",
        "squash",
        "status",
        "fresh",
        "refresh",
        "reset",
        "lock",
        "rebase",
        "db",
        "completions",
    ] {
        assert!(
            help.contains(&format!("  {command} ")),
            "{command} is not in:\n{help}"
        );
        toolkit(&workspace, &[command, "--help"]).run().success();
    }
    let help = planning(&workspace, &["--help"]).run().success().stdout;
    assert!(
        help.starts_with("Migrations of planning_agent, in schema planning"),
        "{help}"
    );
    toolkit(&workspace, &["upp"]).run().code(2);
    toolkit(&workspace, &["up"]).run().code(2);
}

#[test]
fn completions_are_written_for_each_shell() {
    let workspace = Workspace::create();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = toolkit(&workspace, &["completions", shell])
            .run()
            .success()
            .stdout;
        assert!(script.contains("up-all"), "{shell}");
    }
}

#[test]
fn a_service_binary_without_words_means_up() {
    let database = Database::create();
    let workspace = Workspace::create();
    let run = planning(&workspace, &[])
        .env("DATABASE_URL", database.url())
        .run()
        .success();
    assert!(
        run.stdout
            .contains("1 schema created, 6 migrations applied"),
        "{}",
        run.stdout
    );
    assert!(
        !run.stdout.contains('\u{1b}'),
        "colours where nobody looks: {}",
        run.stdout
    );
}

#[test]
fn quiet_says_nothing_but_errors() {
    let database = Database::create();
    let workspace = Workspace::create();
    let run = toolkit_on(&workspace, &database, &["up", "-s", "user_service", "-q"])
        .run()
        .success();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let run = toolkit(
        &workspace,
        &[
            "up",
            "-s",
            "user_service",
            "-q",
            "-u",
            "postgres://127.0.0.1:1/x",
            "--wait",
            "0s",
        ],
    );
    assert!(
        run.run()
            .code(2)
            .stderr
            .starts_with("error: user_service: cannot reach")
    );
}
