//! What is not tested is said where a person sees it, and fails where it must not be.
//!
//! The test harness keeps what `eprintln!` prints until a test fails; what is written to stderr itself
//! passes it.

use std::{env, io::Write};

/// Whether what can be installed has to be there: `CI`, as every CI system sets it.
pub fn is_ci() -> bool {
    is_set("CI")
}

/// Whether the slow tier was asked for: `TOOLKIT_TEST_SLOW=1`.
pub fn is_slow_tier() -> bool {
    is_set("TOOLKIT_TEST_SLOW")
}

fn is_set(variable: &str) -> bool {
    let value = env::var(variable).unwrap_or_default();
    !["", "0", "false"].contains(&value.as_str())
}

/// Says that `test` does not run because it needs what can be installed.
///
/// # Panics
/// Under `CI`, where it has to be.
pub fn skipped(test: &str, needs: &str) {
    assert!(!is_ci(), "{test} needs {needs}");
    tell(&format!("SKIPPED: {test} needs {needs}"));
}

/// Says that `test` does not run because its material is no part of the repository.
pub fn not_here(test: &str, material: &str) {
    tell(&format!("NOT TESTED: {test}: {material}"));
}

/// Whether a test of the slow tier runs; else says that it is left out.
pub fn slow_tier(test: &str) -> bool {
    let slow = is_slow_tier();
    if !slow {
        tell(&format!(
            "LEFT OUT: {test} takes minutes; TOOLKIT_TEST_SLOW=1 runs it"
        ));
    }
    slow
}

/// `number`, or `few` where only what everybody runs was asked for.
pub fn unless_slow<T>(few: T, number: T) -> T {
    if is_slow_tier() { number } else { few }
}

/// Says something at once, whatever the harness keeps.
pub fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
