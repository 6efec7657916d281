//! The toolkit of a workspace whose services are not as they should be. This program is that
//! toolkit, when a test runs it again.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod extending;
mod failing;
mod reaching;
mod rolling;

use std::{env, process::ExitCode};

use toolkit_testkit::{Program, Workspace};

/// Set where this program is to be the toolkit of the services of that name.
const TOOLKIT: &str = "SERVICES_TOOLKIT";

/// A test by its name.
type Test = (&'static str, fn());

const TESTS: [Test; 11] = [
    (
        "what_belongs_to_the_database_is_left_to_it",
        extending::what_belongs_to_the_database_is_left_to_it,
    ),
    (
        "a_script_gives_each_migration_its_own_lock_timeout",
        failing::a_script_gives_each_migration_its_own_lock_timeout,
    ),
    (
        "check_goes_on_behind_a_migration_that_fails",
        failing::check_goes_on_behind_a_migration_that_fails,
    ),
    (
        "what_fails_on_scratch_is_never_to_be_resolved",
        failing::what_fails_on_scratch_is_never_to_be_resolved,
    ),
    (
        "generate_goes_on_behind_a_service_that_fails",
        failing::generate_goes_on_behind_a_service_that_fails,
    ),
    (
        "what_a_migration_does_to_roles_happens_on_a_server_of_its_own",
        reaching::what_a_migration_does_to_roles_happens_on_a_server_of_its_own,
    ),
    (
        "what_a_migration_does_to_files_and_other_servers_is_refused",
        reaching::what_a_migration_does_to_files_and_other_servers_is_refused,
    ),
    (
        "what_a_migration_does_to_databases_and_settings_does_not_reach_the_server",
        reaching::what_a_migration_does_to_databases_and_settings_does_not_reach_the_server,
    ),
    (
        "a_file_changes_nothing_but_its_scratch_database",
        reaching::a_file_changes_nothing_but_its_scratch_database,
    ),
    (
        "what_stays_in_the_database_is_replayed_beside_the_live_one",
        reaching::what_stays_in_the_database_is_replayed_beside_the_live_one,
    ),
    (
        "every_command_tells_what_waits_for_the_end_of_the_rollout",
        rolling::every_command_tells_what_waits_for_the_end_of_the_rollout,
    ),
];

fn main() -> ExitCode {
    match env::var(TOOLKIT).as_deref() {
        Ok(extending::SERVICES) => return toolkit_engine::main(&extending::services()),
        Ok(failing::SERVICES) => return toolkit_engine::main(&failing::services()),
        Ok(reaching::SERVICES) => return toolkit_engine::main(&reaching::services()),
        Ok(rolling::SERVICES) => return toolkit_engine::main(&rolling::services()),
        Ok(other) => panic!("there are no services {other}"),
        Err(_) => {}
    }
    // cargo asks every test program for its list.
    let is_list = env::args().any(|argument| argument == "--list");
    let words: Vec<String> = env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    for (name, test) in TESTS {
        if is_list {
            println!("{name}: test");
        } else if words.is_empty() || words.iter().any(|word| name.contains(word)) {
            println!("test {name} ...");
            test();
        }
    }
    ExitCode::SUCCESS
}

/// The toolkit of `services`, to be run in `workspace`.
fn toolkit(services: &str, workspace: &Workspace, words: &[&str]) -> Program {
    workspace
        .program(env::current_exe().unwrap())
        .env(TOOLKIT, services)
        .args(words)
}
