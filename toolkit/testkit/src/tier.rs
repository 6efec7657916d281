//! What everybody runs, and what takes longer.

use std::{env, io::Write};

/// Whether the slow tier was asked for: `TOOLKIT_TEST_SLOW=1`.
pub fn is_slow_tier() -> bool {
    env::var_os("TOOLKIT_TEST_SLOW").is_some_and(|asked| !asked.is_empty() && asked != "0")
}

/// Whether a test of the slow tier runs; else says that it is left out.
pub fn slow_tier(test: &str) -> bool {
    let slow = is_slow_tier();
    if !slow {
        // Not through eprintln!, which the test harness captures.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: {test} takes minutes; TOOLKIT_TEST_SLOW=1 runs it"
        );
    }
    slow
}

/// `number`, or `few` where only what everybody runs was asked for.
pub fn unless_slow<T>(few: T, number: T) -> T {
    if is_slow_tier() { number } else { few }
}
