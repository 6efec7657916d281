//! Random pairs of schemas, both ways, judged by `pg_dump`: `PROPTEST_CASES=5000` for a long run.
#![allow(clippy::expect_used, clippy::panic, reason = "a test")]

mod cluster;
#[path = "random/schema.rs"]
mod schema;

use cluster::{
    Cluster,
    proof::{Bench, prove},
    skip,
};
use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, TestCaseError, TestRunner},
};

/// Pairs in a run where nobody says how many.
const PAIRS: u32 = 64;
/// The most bytes in which the second schema differs from the first.
const MUTATIONS: usize = 60;

#[test]
fn every_random_pair_converges_both_ways() {
    let Some(cluster) = Cluster::start() else {
        return skip("random pairs: no PostgreSQL binaries");
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let benches =
        runtime.block_on(async { [Bench::new(&cluster).await, Bench::new(&cluster).await] });
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(PAIRS);
    let config = Config {
        cases,
        max_shrink_iters: 300,
        failure_persistence: None,
        ..Config::default()
    };
    let pairs = (
        vec(any::<u8>(), schema::BYTES),
        vec((0..schema::BYTES, any::<u8>()), 0..MUTATIONS),
    );
    let outcome = TestRunner::new(config).run(&pairs, |(from, mutations)| {
        let mut to = from.clone();
        for (place, byte) in mutations {
            to[place] = byte;
        }
        let (from, to) = (schema::sql(&from), schema::sql(&to));
        let proof = runtime.block_on(prove(&cluster, &benches, &from, &to, from == to));
        proof.map_err(|failure| {
            let failure = format!("{failure}\n--- from\n{from}\n--- to\n{to}");
            // A schema that PostgreSQL refuses proves nothing.
            if failure.starts_with("load: ") {
                TestCaseError::reject(failure)
            } else {
                TestCaseError::fail(failure)
            }
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
