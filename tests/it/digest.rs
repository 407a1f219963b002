//! The same bits: for any number of threads, for one replication alone, and for ever.

use crate::support::{file, model};
use caseflow::engine::{Deaf, Network, World};
use caseflow::experiment::run::{Plan, Rows, Unwatched, run};

/// Everything at once in a small model: families, needs, ages, a queue with priorities and
/// patience, reviews, hazards, working days, returns, a starting state, groups and parts.
fn everything() -> Network {
    Network::compile(&model("everything", &file("tests/models/everything.toml")))
}

fn rows(net: &Network, first: u64, replications: u64) -> Rows {
    run(net, Plan { seed: net.model().run.seed, first, replications }, &Unwatched).unwrap()
}

/// Pinned: a change here changes every published run, and must be meant.
#[test]
fn one_complete_run_is_pinned() {
    let net = everything();
    let rows = rows(&net, 1, 8);
    assert_eq!(rows.events.iter().sum::<u64>(), EVENTS);
    assert_eq!(format!("{:016x}", rows.digest()), DIGEST);
}
const EVENTS: u64 = 68_780;
const DIGEST: &str = "f589d59a9edc845c";

#[cfg(feature = "parallel")]
#[test]
fn threads_do_not_matter() {
    let net = everything();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| rows(&net, 1, 16)).digest()
    };
    let one = with(1);
    assert_eq!([with(2), with(8)], [one, one]);
}

/// A replication alone, in a new world or in one that ran others, has the row it has in the batch.
#[test]
fn one_replication_alone_is_the_same() {
    let net = everything();
    let batch = rows(&net, 1, 12);
    let bits = |row: &mut dyn Iterator<Item = f64>| row.map(f64::to_bits).collect::<Vec<_>>();
    let mut used = World::new(&net);
    for number in [12u64, 3, 7] {
        let expected = bits(&mut batch.values.row(number as usize - 1).iter().copied());
        let alone = rows(&net, number, 1);
        assert_eq!(alone.numbers, [number]);
        assert_eq!(bits(&mut alone.values.row(0).iter().copied()), expected);
        let outcome = used.run(net.model().run.seed, number, &mut Deaf).unwrap();
        assert_eq!(bits(&mut outcome.row.into_iter()), expected);
    }
}

#[test]
fn seeds_and_replications_differ() {
    let net = everything();
    let batch = rows(&net, 1, 2);
    assert_ne!(batch.values.row(0), batch.values.row(1));
    let other = run(&net, Plan { seed: 99, first: 1, replications: 1 }, &Unwatched).unwrap();
    assert_ne!(batch.values.row(0), other.values.row(0));
}
