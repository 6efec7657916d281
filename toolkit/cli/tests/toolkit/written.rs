//! What a command prints arrives, or the command says that it did not.

#![cfg(target_os = "linux")]

use toolkit_testkit::{Database, Output, Program, Workspace};

/// Runs the toolkit in a shell that sends its output on with `redirection`.
fn sent(workspace: &Workspace, url: &str, words: &str, redirection: &str) -> Output {
    let toolkit = env!("CARGO_BIN_EXE_toolkit");
    let script = format!("set -o pipefail; '{toolkit}' {words} {redirection}");
    Program::new("bash")
        .args(["-c", &script])
        .folder(workspace.path())
        .env("DATABASE_URL", url)
        .run()
}

/// One of each way in which something is printed.
const PRINTING: [&str; 7] = [
    "status",
    "status --format json",
    "history --format json",
    "bootstrap --roles --dry-run",
    "up --service nobody --format json",
    "completions bash",
    "--help",
];

#[test]
fn a_full_disk_is_an_error_of_every_command() {
    let (database, workspace) = (Database::create(), Workspace::create());
    for words in PRINTING {
        let output = sent(&workspace, &database.url(), words, "> /dev/full").code(2);
        let told = "error: cannot write to standard output\n  caused by: No space left on device";
        assert!(output.stderr.contains(told), "{words}: {}", output.stderr);
    }
    sent(&workspace, &database.url(), "up-all", "> /dev/full").code(2);
    let done = sent(&workspace, &database.url(), "status --exit-code", "").success();
    assert!(done.stdout.contains("6 applied"), "{}", done.stdout);
}

#[test]
fn a_reader_that_went_away_is_none() {
    let (database, workspace) = (Database::create(), Workspace::create());
    for words in PRINTING {
        let whole = sent(&workspace, &database.url(), words, "");
        // The reader is gone before anything is written.
        let cut = sent(&workspace, &database.url(), words, "| true");
        assert_eq!(
            (cut.code, cut.stderr),
            (whole.code, whole.stderr),
            "{words}"
        );
    }
}
