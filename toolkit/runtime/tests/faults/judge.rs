//! Whether everything happened exactly once.

use toolkit_testkit::Cluster;

use crate::service::NAMES;

/// Everything that a finished run leaves.
const EFFECTS: &str = "m1,m2,m4,m5 first,m5 second,m6";

/// Asserts that each migration of `database` happened once, and that everything agrees. Returns the
/// schema as `pg_dump` sees it.
pub fn judge(cluster: &Cluster, database: &str, told: &str) -> String {
    let ask = |sql: &str| cluster.psql(database, sql);
    let done = ask("SELECT string_agg(what, ',' ORDER BY what) FROM faults.done");
    assert_eq!(done, EFFECTS, "{told}");
    let applied =
        ask("SELECT string_agg(version, ',' ORDER BY version) FROM faults.seaql_migrations");
    assert_eq!(applied, NAMES.join(","), "{told}");
    // What a person decided counts as the end of a run.
    let ended = ask(
        "SELECT string_agg(migration, ',' ORDER BY migration) FROM faults.toolkit_ledger \
         WHERE direction = 'up' AND (state = 'finished' OR state = 'resolved' AND applied_at IS NOT NULL)",
    );
    assert_eq!(ended, NAMES.join(","), "{told}");
    let agree = ask(
        "SELECT count(*) FROM faults.toolkit_ledger AS l JOIN faults.seaql_migrations AS m \
         ON m.version = l.migration AND m.applied_at = l.applied_at",
    );
    assert_eq!(agree, NAMES.len().to_string(), "{told}");
    let invalid = ask("SELECT count(*) FROM pg_index WHERE NOT indisvalid");
    assert_eq!(invalid, "0", "{told}");
    let locks = ask(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \
         (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    assert_eq!(locks, "0", "{told}");
    cluster.dump(database, &["-n", "faults"])
}

/// What a person finds who looks at the database after `migration` was cut off, and says.
pub fn decide(cluster: &Cluster, database: &str, migration: &str) -> &'static str {
    let ask = |sql: &str| cluster.psql(database, sql);
    match migration {
        "m3_index" => {
            let valid = ask("SELECT coalesce(bool_or(indisvalid), false) FROM pg_index \
                 WHERE indexrelid = to_regclass('faults.many_text')");
            if valid == "t" { "--applied" } else { "--retry" }
        }
        "m5_halves" => {
            let halves = ask("SELECT count(*) FROM faults.done WHERE what LIKE 'm5%'");
            match halves.as_str() {
                "0" => "--retry",
                "1" => {
                    ask("DELETE FROM faults.done WHERE what LIKE 'm5%'");
                    "--rolled-back"
                }
                _ => "--applied",
            }
        }
        other => panic!("{other} runs in a transaction and cannot be unfinished"),
    }
}
