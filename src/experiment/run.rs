//! Replications in any order, on any number of threads: the same bits.

use super::ignorance::Drawn;
use crate::base::rng::mix;
use crate::engine::{Network, Outcome, RunError, World};
use ndarray::Array2;
use std::sync::atomic::{AtomicBool, Ordering};

/// Which replications to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The seed that all replications share.
    pub seed: u64,
    /// Number of the first replication.
    pub first: u64,
    /// How many.
    pub replications: u64,
}

/// Hears how far a run has come, and may stop it.
pub trait Watch: Sync {
    /// One more replication is done.
    fn done(&self) {}
    /// Whether to begin no more replications.
    fn stop(&self) -> bool {
        false
    }
}

/// Watches nothing.
pub struct Unwatched;
impl Watch for Unwatched {}

/// What replications measured, in order of their number.
#[derive(Clone, Debug)]
pub struct Rows {
    /// Number of each replication, rising; not all that were planned if the run was stopped.
    pub numbers: Vec<u64>,
    /// Replications by columns of the network's layout; NaN where there was nothing to measure.
    pub values: Array2<f64>,
    /// Events of each replication.
    pub events: Vec<u64>,
    /// Most case records in use at once in any replication.
    pub most_cases: usize,
    /// Whether the run was stopped before all were done.
    pub stopped: bool,
    /// The draw each replication used, from 1; empty if the model's own numbers were used.
    pub draws: Vec<u64>,
}

impl Rows {
    /// A digest of every bit of every number, equal for equal runs.
    pub fn digest(&self) -> u64 {
        let mut h = mix(self.numbers.len() as u64);
        for (number, row) in self.numbers.iter().zip(self.values.rows()) {
            h = mix(h ^ number);
            for value in row {
                h = mix(h.wrapping_add(value.to_bits()));
            }
        }
        h
    }
}

/// Runs the planned replications, in parallel where the feature `parallel` is on.
pub fn run(network: &Network, plan: Plan, watch: &impl Watch) -> Result<Rows, RunError> {
    let failed = AtomicBool::new(false);
    let one = |world: &mut World<'_>, number: u64| {
        if watch.stop() || failed.load(Ordering::Relaxed) {
            return None;
        }
        let outcome = world.run(plan.seed, number, &mut crate::engine::Deaf);
        if outcome.is_err() {
            failed.store(true, Ordering::Relaxed);
        }
        watch.done();
        Some((number, outcome))
    };
    let numbers = plan.first..plan.first.saturating_add(plan.replications);
    let outcomes = all(network, numbers, one);
    collect(network, plan, outcomes)
}

/// Runs the planned replications, each with the numbers of its draw.
///
/// # Errors
/// As the simulation.
pub fn run_drawn(drawn: &Drawn, plan: Plan, watch: &impl Watch) -> Result<Rows, RunError> {
    let failed = AtomicBool::new(false);
    let one = |number: u64| {
        if watch.stop() || failed.load(Ordering::Relaxed) {
            return None;
        }
        let outcome = World::new(drawn.network(number)).run(plan.seed, number, &mut crate::engine::Deaf);
        if outcome.is_err() {
            failed.store(true, Ordering::Relaxed);
        }
        watch.done();
        Some((number, outcome))
    };
    let numbers = plan.first..plan.first.saturating_add(plan.replications);
    let mut rows = collect(drawn.network(plan.first), plan, each(numbers, one))?;
    rows.draws = rows.numbers.iter().map(|n| drawn.draw(*n) + 1).collect();
    Ok(rows)
}

#[cfg(feature = "parallel")]
fn each(numbers: std::ops::Range<u64>, one: impl Fn(u64) -> Numbered + Sync + Send) -> Vec<Numbered> {
    use rayon::prelude::*;
    numbers.collect::<Vec<u64>>().into_par_iter().map(one).collect()
}

#[cfg(not(feature = "parallel"))]
fn each(numbers: std::ops::Range<u64>, one: impl Fn(u64) -> Numbered) -> Vec<Numbered> {
    numbers.map(one).collect()
}

type Numbered = Option<(u64, Result<Outcome, RunError>)>;

#[cfg(feature = "parallel")]
fn all(
    network: &Network,
    numbers: std::ops::Range<u64>,
    one: impl Fn(&mut World<'_>, u64) -> Numbered + Sync,
) -> Vec<Numbered> {
    use rayon::prelude::*;
    let numbers: Vec<u64> = numbers.collect();
    numbers.into_par_iter().map_init(|| World::new(network), |world, n| one(world, n)).collect()
}

#[cfg(not(feature = "parallel"))]
fn all(
    network: &Network,
    numbers: std::ops::Range<u64>,
    one: impl Fn(&mut World<'_>, u64) -> Numbered,
) -> Vec<Numbered> {
    let mut world = World::new(network);
    numbers.map(|n| one(&mut world, n)).collect()
}

/// Rows in order of replication; the error of the lowest-numbered failure, if any.
fn collect(network: &Network, plan: Plan, outcomes: Vec<Numbered>) -> Result<Rows, RunError> {
    let columns = network.layout().columns().len();
    let mut rows = Rows {
        numbers: Vec::new(),
        values: Array2::zeros((0, columns)),
        events: Vec::new(),
        most_cases: 0,
        stopped: false,
        draws: Vec::new(),
    };
    let mut values = Vec::with_capacity(outcomes.len() * columns);
    for (number, outcome) in outcomes.into_iter().flatten() {
        let outcome = outcome?;
        rows.numbers.push(number);
        rows.events.push(outcome.events);
        rows.most_cases = rows.most_cases.max(outcome.most_cases);
        values.extend(outcome.row);
    }
    rows.stopped = (rows.numbers.len() as u64) < plan.replications;
    if let Ok(array) = Array2::from_shape_vec((rows.numbers.len(), columns), values) {
        rows.values = array;
    }
    Ok(rows)
}
