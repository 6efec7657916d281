//! Random schemas are schemas: the server takes each of them.
//!
//! `RANDOM_SCHEMAS=5000` says how many, beside what [`crate`] says.

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};

use toolkit_testkit::server;

use crate::{chosen_pairs, number, pair::Pairs, prepare, proof::Bench, random_numbers, seed};

const SCHEMAS: u64 = 200;

#[test]
fn every_random_schema_loads() {
    let Some(cluster) = server("random schemas") else {
        return;
    };
    prepare(cluster);
    let seed = seed();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let bench = runtime.block_on(Bench::new(cluster));
    let pairs = Pairs {
        share: number("RANDOM_SHARE").map_or(100, |it| u8::try_from(it).expect("a percentage")),
        ..chosen_pairs(cluster)
    };
    let mut runner = TestRunner::new_with_rng(Config::default(), random_numbers(seed));
    for _ in 0..number("RANDOM_SCHEMAS").unwrap_or(SCHEMAS).div_ceil(2) {
        let pair = pairs.new_tree(&mut runner).expect("a pair").current();
        for schema in pair.schemas(pairs.major) {
            let loaded = runtime.block_on(bench.load(&schema.sql));
            if let Err(error) = loaded {
                panic!("seed {seed}: {error}\n{}", schema.sql);
            }
        }
    }
}
